"""Courses with the offline author's brief, and their drafts, at the level of the author's functions."""

from dataclasses import dataclass
from typing import Self

from course_kit.brief.assignment import LessonAssignment
from course_kit.brief.course_brief import CourseBrief
from course_kit.brief.course_context import CourseContext
from course_kit.brief.places import slots_by_place
from course_kit.outline import Outline, read_outline
from course_kit.outline.lesson_specification import LessonSpecification
from course_kit.store.ids import LessonId
from course_planner.brief_answer import CourseBriefing
from course_planner.brief_prompts import brief_request
from course_planner.brief_reading import frame_of, with_slices
from offline_author.behaviour import ProseKind
from offline_author.brief_draft import BriefWanted, draft_frame, draft_slices
from offline_author.distinct_prose import Prose
from offline_author.lesson_draft import draft_lesson


@dataclass(frozen=True)
class BriefedCourse:
    """An outline and the brief that the author drafts for it."""

    outline: Outline
    briefing: CourseBriefing
    brief: CourseBrief

    @classmethod
    def of(cls, text: str | bytes, kind: ProseKind = ProseKind.PATTERNS) -> Self:
        """Return a course with its brief, as the planner reads it from the author's answer."""
        outline = read_outline(text)
        slots = slots_by_place(outline)
        wanted = BriefWanted.model_validate_json(brief_request(outline, None, slots.values()).model_dump_json())
        prose = Prose.of(outline.course.language) if kind is ProseKind.DISTINCT else None
        answer = {**draft_frame(wanted, prose), "lessons": draft_slices(wanted, prose)}
        briefing = CourseBriefing.model_validate(answer)
        frame = frame_of(briefing, slots, outline)
        return cls(outline, briefing, with_slices(frame, briefing.lessons, slots, list(slots.values())))

    @property
    def context(self) -> CourseContext:
        """What each writer is told of the course."""
        return CourseContext.of(self.outline, self.brief)

    def specifications(self) -> dict[str, LessonSpecification]:
        """Return each lesson's specification, by its number."""
        return {
            f"{module.shown}.{lesson.shown}": LessonSpecification.of(self.outline, module, lesson)
            for module in self.outline.modules
            for lesson in module.lessons
        }

    def assignment(self, number: str) -> LessonAssignment | None:
        """Return what the brief asks of one lesson."""
        module, lesson = map(int, slots_by_place(self.outline)[number].split("."))
        return LessonAssignment.of(self.outline, self.brief, LessonId(module, lesson))

    def drafts(self) -> dict[str, str]:
        """Return all lessons, by number."""
        return {
            number: draft_lesson(wanted, course=self.context, brief=self.assignment(number))
            for number, wanted in self.specifications().items()
        }

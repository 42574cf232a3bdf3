"""The specification of one lesson for its writer: the part of the outline that its prompt holds."""

from typing import Self

from course_kit.data_models import ClosedModel
from course_kit.outline import Lesson, Module, Outline
from course_kit.outline.call_sizes import words_for_lesson


class TopicSpecification(ClosedModel):
    """A topic, whose exact title becomes a heading."""

    title: str
    description: str = ""
    minutes: int | None = None


class LessonSpecification(ClosedModel):
    """One lesson in its course, as JSON in the writer's prompt. Its numbers are those that readers see."""

    course_title: str
    language: str
    level: str
    audience: tuple[str, ...]
    module_number: int
    module_title: str
    module_summary: str
    lesson_number: int
    lesson_title: str
    lesson_description: str
    objectives: tuple[str, ...]
    bloom_levels: tuple[str, ...]
    minutes: int
    word_target: int
    topics: tuple[TopicSpecification, ...]
    previous_lesson: str | None
    next_lesson: str | None
    outcomes: tuple[int, ...] = ()
    """Numbers of the course's learning outcomes that it serves, from 1."""
    labs: tuple[str, ...] = ()
    """Titles of its labs, which stand in a guide of their own."""
    further_reading: tuple[str, ...] = ()

    @classmethod
    def of(cls, outline: Outline, module: Module, lesson: Lesson) -> Self:
        """Return the specification of one lesson; its neighbours may be lessons of other modules."""
        titles = [one.title for each in outline.modules for one in each.lessons]
        position = _position(outline, module, lesson)
        return cls(
            course_title=outline.course.title,
            language=outline.course.language,
            level=outline.course.level,
            audience=outline.course.audience,
            module_number=module.shown,
            module_title=module.title,
            module_summary=module.summary or module.description,
            lesson_number=lesson.shown,
            lesson_title=lesson.title,
            lesson_description=lesson.description,
            objectives=lesson.objectives or module.objectives,
            bloom_levels=tuple(lesson.bloom_level or module.bloom_level),
            minutes=module.lesson_minutes(lesson),
            word_target=words_for_lesson(module, lesson),
            topics=tuple(
                TopicSpecification(title=topic.title, description=topic.description, minutes=topic.duration_minutes)
                for topic in lesson.topics
            ),
            previous_lesson=titles[position - 1] if position else None,
            next_lesson=titles[position + 1] if position + 1 < len(titles) else None,
            outcomes=tuple(sorted({*lesson.outcomes, *(one for topic in lesson.topics for one in topic.outcomes)})),
            labs=tuple(lab.title for lab in lesson.lab_activities),
            further_reading=tuple(reading.title for reading in lesson.further_reading),
        )


def _position(outline: Outline, module: Module, lesson: Lesson) -> int:
    """Return a lesson's place in the whole course, from 0."""
    before = (len(each.lessons) for each in outline.modules[: outline.module_numbers.index(module.number)])
    return sum(before) + module.lessons.index(lesson)

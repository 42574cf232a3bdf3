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

    @classmethod
    def of(cls, outline: Outline, module: Module, lesson: Lesson) -> Self:
        """Return the specification of one lesson; its neighbours are lessons of the same module."""
        position = module.lessons.index(lesson)
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
            previous_lesson=module.lessons[position - 1].title if position else None,
            next_lesson=module.lessons[position + 1].title if position + 1 < len(module.lessons) else None,
        )

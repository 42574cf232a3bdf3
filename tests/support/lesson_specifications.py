"""Specifications of lessons that a writer is given."""

from course_kit.outline import read_outline
from course_kit.outline.lesson_specification import LessonSpecification

_OUTLINE = read_outline(
    """
course: {title: Networks, language: es}
modules:
- title: Fundamentos
  lessons:
  - {title: "Redes: ¿qué es?", duration_minutes: 15, topics: ["El modelo OSI", "Direcciones `IP`"]}
"""
)
SPECIFICATION = LessonSpecification.of(_OUTLINE, _OUTLINE.modules[0], _OUTLINE.modules[0].lessons[0])
TOPICS = ["Pods", "DNS: nombres y «zonas»", "Costs — a table; and more", "C++ [arrays] & #tags", "Ñandú"]


def specification(language: str = "en", minutes: int = 30, topics: list[str] | None = None) -> LessonSpecification:
    wanted = TOPICS if topics is None else topics
    outline = read_outline(
        f"course: {{title: 'Curso: ¿qué?', language: {language}}}\n"
        f"modules: [{{title: M, lessons: [{{title: Lesson one, duration_minutes: {minutes}, "
        f"topics: {wanted!r}}}, {{title: Lesson two}}]}}]"
    )
    return LessonSpecification.of(outline, outline.modules[0], outline.modules[0].lessons[0])

"""Other numbers for a text's references: readers see the outline's numbers, and what is stored has slots.

A number that is no lesson's on its own side may be another lesson's on the other side. There it is written as
``[[?2.1]]``, so that it leads nowhere and comes back as it was.
"""

from collections.abc import Mapping

from course_kit.store.ids import LessonId
from course_kit.text.lesson_references import find_references


def renumbered(markdown: str, numbers: Mapping[LessonId, LessonId]) -> str:
    """Return a text with other numbers in its references, and nothing else changed.

    Parameters
    ----------
    numbers
        The new number of each lesson, by its present one; each new number comes once.
    """
    taken = frozenset(numbers.values())
    parts: list[str] = []
    position = 0
    for reference in find_references(markdown):
        start, end = reference.number
        marks = markdown[start:end].count("?")
        parts += [markdown[position:start], _number(reference.lesson, marks, numbers, taken)]
        position = end
    return "".join([*parts, markdown[position:]])


def _number(lesson: LessonId, marks: int, numbers: Mapping[LessonId, LessonId], taken: frozenset[LessonId]) -> str:
    is_elsewhere, is_known = lesson in taken, lesson in numbers
    if is_known and not marks:
        return str(numbers[lesson])
    # One mark more on the way to where the number is a lesson's, and one less on the way back.
    return "?" * (marks + is_elsewhere - is_known) + str(lesson)

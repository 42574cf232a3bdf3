"""Places of lessons: the numbers that readers and models see, for the slots of a brief, and back."""

from course_kit.outline import Outline
from course_kit.outline.lesson_numbers import LessonNumbers


def shown_places(outline: Outline) -> dict[str, str]:
    """Return the number that readers see for each lesson's slot, such as ``2.1``, in the order of the outline."""
    return {str(slot): str(lesson.shown) for slot, lesson in LessonNumbers.of(outline).lessons.items()}


def slots_by_place(outline: Outline) -> dict[str, str]:
    """Return each lesson's slot by the number that readers see."""
    return {shown: slot for slot, shown in shown_places(outline).items()}

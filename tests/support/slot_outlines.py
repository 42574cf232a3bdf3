"""Outlines of a project, one after the other, and the slots that their parts have after each."""

from collections.abc import Sequence

from course_kit.outline import Outline, read_outline
from course_kit.outline.slots import CourseSlots


def outline_of(*modules: tuple[str, Sequence[str]]) -> Outline:
    """Return the outline of modules, each with its title and its lessons, as they are to stand in the file."""
    parts = [f"- title: {title}\n  lessons: [{', '.join(lessons)}]\n" for title, lessons in modules]
    return read_outline("course: {title: Networks}\nmodules:\n" + "".join(parts))


def of_one(*lessons: str) -> Outline:
    return outline_of(("Cables", lessons))


def after(*outlines: Outline) -> Outline:
    """Return the last of a project's outlines, in the order of its runs, bound to its slots."""
    slots = CourseSlots()
    for outline in outlines:
        slots = slots.with_outline(outline)
    return slots.bind(outlines[-1])


def lessons_of(outline: Outline, module: int = 0) -> list[tuple[str, int, int]]:
    """Return title, slot and place of a module's lessons."""
    return [(lesson.title, lesson.number, lesson.shown) for lesson in outline.modules[module].lessons]

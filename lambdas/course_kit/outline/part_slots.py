"""The slot of one part of a course: what ``course.json`` keeps of a module, a lesson or a lab."""

from collections.abc import Iterable
from typing import Self

from course_kit.data_models import ClosedModel
from course_kit.outline.model import LabActivity, Lesson, Module
from course_kit.store.ids import LessonId


class PartSlot(ClosedModel):
    """The slot of a part among its neighbours. ``title`` is the one in its keys, ``known_as`` its newest."""

    slot: int
    id: str = ""
    title: str
    known_as: str
    is_current: bool = True
    """Whether the newest outline has the part."""

    def renewed(self, part: Module | Lesson | LabActivity) -> Self:
        """Return the slot with what an outline calls the part now."""
        own = {} if isinstance(part, LabActivity) else {"id": part.id or self.id}
        return self.model_copy(update={"known_as": part.title, "is_current": True, **own})


class LessonSlot(PartSlot):
    """The slot of a lesson in its module."""

    content: str = ""
    """What tells the lesson under another title: its description and topics; empty for none."""
    labs: tuple[PartSlot, ...] = ()


class ModuleSlot(PartSlot):
    """The slot of a module, with those of its lessons and of its own labs."""

    lessons: tuple[LessonSlot, ...] = ()
    labs: tuple[PartSlot, ...] = ()


def current_lessons(modules: Iterable[ModuleSlot]) -> dict[LessonId, LessonSlot]:
    """Return the lessons that the newest outline has, by their slots and in its order."""
    return {
        LessonId(module.slot, lesson.slot): lesson
        for module in modules
        if module.is_current
        for lesson in module.lessons
        if lesson.is_current
    }

"""Lessons that an outline has in another module than before: they keep what was made of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from course_kit.outline.part_slots import LessonSlot, ModuleSlot, current_lessons
from course_kit.store.ids import LessonId


@dataclass(frozen=True)
class LessonPlace:
    """Where a lesson lies in the bucket: its slots, and the title in its key."""

    lesson_id: LessonId
    title: str


@dataclass(frozen=True)
class MovedLesson:
    """A lesson that leaves one module for another."""

    before: LessonPlace
    after: LessonPlace


def moved_lessons(before: Iterable[ModuleSlot], after: Iterable[ModuleSlot]) -> tuple[MovedLesson, ...]:
    """Return the lessons in other modules than before, in the order of the outline.

    A lesson that one module loses and another one gets is the same if it has the same ``id``, or title and content,
    or content. A title alone is enough where nothing else is known, as in a project without its record. A lesson whose
    id its module has had before comes back to it, whatever else is the same.
    """
    known = tuple(before)
    earlier, now = current_lessons(known), current_lessons(after)
    ids = {(module.slot, lesson.id) for module in known for lesson in module.lessons if lesson.id}
    gone = {place: slot for place, slot in earlier.items() if place not in now}
    arrived = {place: slot for place, slot in now.items() if place not in earlier}
    found: dict[LessonId, LessonId] = {}
    for is_same in (_has_id, _is_unchanged, _has_content, _has_title_alone):
        for place, slot in arrived.items():
            origins = (origin for origin, lost in gone.items() if origin.module != place.module and is_same(lost, slot))
            comes_back = is_same is not _has_id and (place.module, slot.id) in ids
            if place not in found and not comes_back and (origin := next(origins, None)):
                found[place] = origin
                del gone[origin]
    return tuple(
        MovedLesson(LessonPlace(found[place], earlier[found[place]].title), LessonPlace(place, slot.title))
        for place, slot in arrived.items()
        if place in found
    )


def _has_id(lost: LessonSlot, slot: LessonSlot) -> bool:
    return bool(slot.id) and lost.id == slot.id


def _is_unchanged(lost: LessonSlot, slot: LessonSlot) -> bool:
    return _may_be(lost, slot) and (lost.known_as, lost.content) == (slot.known_as, slot.content)


def _has_content(lost: LessonSlot, slot: LessonSlot) -> bool:
    return _may_be(lost, slot) and bool(slot.content) and lost.content == slot.content


def _has_title_alone(lost: LessonSlot, slot: LessonSlot) -> bool:
    return _may_be(lost, slot) and not lost.content and lost.known_as == slot.known_as


def _may_be(lost: LessonSlot, slot: LessonSlot) -> bool:
    """Whether ids do not say that a lesson is another one."""
    return not (lost.id and slot.id)

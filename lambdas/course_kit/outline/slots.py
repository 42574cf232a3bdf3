"""Slots: the numbers of modules, lessons and labs in keys and ids, which stay when the outline is put in another order.

A part is known again by its ``id``, else by its title, else by what it asks for. Only then does it count as new. A new
part has the number of its place as its slot, if no part has ever had it. So keys of a course follow its outline until
that is put in another order. What the author made for a removed part never shows up in another one.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from course_kit.data_models import ClosedModel
from course_kit.outline.model import LabActivity, Lesson, Module, Outline
from course_kit.outline.moved_lessons import moved_lessons
from course_kit.outline.part_slots import LessonSlot, ModuleSlot, PartSlot
from course_kit.store.artefact import fingerprint_of
from course_kit.store.ids import LessonId

MAX_SLOT = 999


class CourseSlots(ClosedModel):
    """The slots of a project: of the newest outline's parts in its order, then of removed parts."""

    modules: tuple[ModuleSlot, ...] = ()

    def with_outline(self, outline: Outline) -> "CourseSlots":
        """Return the slots with those of an outline's parts.

        A lesson from another module has a slot that no lesson has ever had: what lies in a removed one's is another's.
        """
        after = self._with_outline(outline, frozenset())
        moved = {lesson.after.lesson_id for lesson in moved_lessons(self.modules, after.modules)}
        known = {LessonId(module.slot, lesson.slot) for module in self.modules for lesson in module.lessons}
        if moved.isdisjoint(known):
            return after
        parts = zip(_current(after.modules), outline.modules, strict=True)
        from_elsewhere = frozenset(
            id(lesson)
            for slot, module in parts
            for lesson_slot, lesson in zip(_current(slot.lessons), module.lessons, strict=True)
            if LessonId(slot.slot, lesson_slot.slot) in moved
        )
        return self._with_outline(outline, from_elsewhere)

    def _with_outline(self, outline: Outline, from_elsewhere: frozenset[int]) -> "CourseSlots":
        has_lessons = _likeness_by_lessons(outline)
        likenesses = (_has_id, _has_title_and_content, _has_title_and_lesson, has_lessons, _has_title)
        renewed = partial(_renewed_module, from_elsewhere=from_elsewhere)
        return CourseSlots(modules=_assigned(self.modules, outline.modules, _new_module, renewed, likenesses))

    def bind(self, outline: Outline) -> Outline:
        """Return an outline, the newest in `with_outline`, with its parts' slots as their numbers."""
        pairs = zip(_current(self.modules), outline.modules, strict=True)
        return outline.model_copy(update={"modules": tuple(_bound_module(slot, module) for slot, module in pairs)})


Part = TypeVar("Part", Module, Lesson, LabActivity)
Slot = TypeVar("Slot", bound=PartSlot)


def _assigned(
    known: Sequence[Slot],
    parts: Sequence[Part],
    new: Callable[[Part, int], Slot],
    renewed: Callable[[Slot, Part], Slot],
    likenesses: Sequence[Callable[[Slot, Part], bool]],
    *,
    from_elsewhere: frozenset[int] = frozenset(),
) -> tuple[Slot, ...]:
    """Return the slots of parts in their order, then those of removed parts.

    Parameters
    ----------
    new
        Returns the slot of a new part with this number.
    renewed
        Returns the slot of a known part as it is now.
    likenesses
        By what a part is known to be the one of a slot, the surest first.
    from_elsewhere
        Parts, by Python's ``id``, that are none of the known slots.
    """
    found: dict[int, Slot] = {}

    used: set[int] = set()
    # A slot with an id is the one of that id's part, if there is such a part, and of no other's title.
    owned = set(filter(None, map(_id_of, parts)))

    def may_take(slot: Slot, part: Part) -> bool:
        return id(slot) not in used and (slot.id not in owned or _has_id(slot, part))

    def match(candidates: Sequence[Slot], is_same: Callable[[Slot, Part], bool]) -> None:
        for position, part in enumerate(parts):
            if position not in found and id(part) not in from_elsewhere:
                same = (slot for slot in candidates if may_take(slot, part) and is_same(slot, part))
                if slot := next(same, None):
                    found[position] = slot
                    used.add(id(slot))

    current: list[Slot] = _current(known)
    in_use: set[int] = {slot.slot for slot in current}
    # An id names its part also after that was removed, before a title may name another one.
    match([*current, *(slot for slot in known if not slot.is_current and slot.slot not in in_use)], _has_id)
    for is_same in likenesses:
        match(current, is_same)
    taken = {slot.slot for slot in found.values()}
    for slot in known:
        # A removed part comes back to its slot, unless another part has that now.
        if not slot.is_current and slot.slot not in taken:
            for is_same in (_has_id, _has_title):
                match([slot], is_same)
            taken = {slot.slot for slot in found.values()}
    used_ever = taken | {slot.slot for slot in known}
    slots: list[Slot] = []
    for position, part in enumerate(parts):
        if position in found:
            slots.append(renewed(found[position], part))
            continue
        number = position + 1 if isinstance(part, LabActivity) else part.number
        slots.append(new(part, number if number not in used_ever else _free_slot(used_ever, taken)))
        taken.add(slots[-1].slot)
        used_ever.add(slots[-1].slot)
    removed: list[Slot] = [slot.model_copy(update={"is_current": False}) for slot in known if id(slot) not in used]
    return (*slots, *removed)


def _free_slot(used_ever: set[int], taken: set[int]) -> int:
    """Return a number that no part has had, the next one if possible; when all have been used, one that is free now."""
    highest = max(used_ever) + 1
    if highest <= MAX_SLOT:
        return highest
    numbers = range(1, MAX_SLOT + 1)
    return next(number for free in (used_ever, taken) for number in numbers if number not in free)


def _current(slots: Sequence[Slot]) -> list[Slot]:
    return [slot for slot in slots if slot.is_current]


def _id_of(part: Module | Lesson | LabActivity) -> str:
    return "" if isinstance(part, LabActivity) else part.id or ""


def _has_id(slot: PartSlot, part: Module | Lesson | LabActivity) -> bool:
    return not isinstance(part, LabActivity) and bool(part.id) and slot.id == part.id


def _may_be(slot: PartSlot, part: Module | Lesson | LabActivity) -> bool:
    """Whether ids do not say that a part is another one."""
    return isinstance(part, LabActivity) or not (slot.id and part.id) or slot.id == part.id


def _has_title(slot: PartSlot, part: Module | Lesson | LabActivity) -> bool:
    return slot.known_as == part.title and _may_be(slot, part)


def _has_content(slot: LessonSlot, lesson: Lesson) -> bool:
    return bool(slot.content) and slot.content == _content(lesson) and _may_be(slot, lesson)


def _is_unchanged(slot: LessonSlot, lesson: Lesson) -> bool:
    """Whether a lesson has title and content of a slot: of lessons with one title, it is that one."""
    return _has_title(slot, lesson) and _has_content(slot, lesson)


def _has_title_and_content(slot: ModuleSlot, module: Module) -> bool:
    """Whether a module has title and an unchanged lesson of a slot."""
    known = _current(slot.lessons)
    return _has_title(slot, module) and any(_is_unchanged(one, lesson) for one in known for lesson in module.lessons)


def _has_title_and_lesson(slot: ModuleSlot, module: Module) -> bool:
    """Whether a module has title and a lesson of a slot; a title such as "Week 1" may move on to another module."""
    known = {lesson.known_as for lesson in _current(slot.lessons)}
    return _has_title(slot, module) and any(lesson.title in known for lesson in module.lessons)


def _likeness_by_lessons(outline: Outline) -> Callable[[ModuleSlot, Module], bool]:
    """Return how a module under another title is known: by most of its lessons, of which some may be renamed."""
    asked = {id(module): [(lesson.title, _content(lesson)) for lesson in module.lessons] for module in outline.modules}

    def has_lessons(slot: ModuleSlot, module: Module) -> bool:
        known = _current(slot.lessons)
        titles, contents = {lesson.known_as for lesson in known}, {lesson.content for lesson in known if lesson.content}
        same = sum(title in titles or content in contents for title, content in asked[id(module)])
        return 2 * same > max(len(known), len(module.lessons)) and _may_be(slot, module)

    return has_lessons


def _content(lesson: Lesson) -> str:
    if not lesson.topics and not lesson.description:
        return ""
    return fingerprint_of(lesson.description, [(topic.title, topic.description) for topic in lesson.topics])[:16]


def _labs(known: Sequence[PartSlot], labs: Sequence[LabActivity]) -> tuple[PartSlot, ...]:
    return _assigned(known, labs, _new_lab, PartSlot.renewed, (_has_title,))


def _new_lab(lab: LabActivity, slot: int) -> PartSlot:
    return PartSlot(slot=slot, title=lab.title, known_as=lab.title)


def _new_lesson(lesson: Lesson, slot: int) -> LessonSlot:
    new = LessonSlot(slot=slot, title=lesson.title, known_as=lesson.title)
    return _renewed_lesson(new, lesson)


def _renewed_lesson(slot: LessonSlot, lesson: Lesson) -> LessonSlot:
    own = {"content": _content(lesson), "labs": _labs(slot.labs, lesson.lab_activities)}
    return slot.renewed(lesson).model_copy(update=own)


def _new_module(module: Module, slot: int) -> ModuleSlot:
    return _renewed_module(ModuleSlot(slot=slot, title=module.title, known_as=module.title), module)


def _renewed_module(slot: ModuleSlot, module: Module, from_elsewhere: frozenset[int] = frozenset()) -> ModuleSlot:
    own = {
        "lessons": _assigned(
            slot.lessons,
            module.lessons,
            _new_lesson,
            _renewed_lesson,
            (_has_id, _is_unchanged, _has_title, _has_content),
            from_elsewhere=from_elsewhere,
        ),
        "labs": _labs(slot.labs, module.lab_activities),
    }
    return slot.renewed(module).model_copy(update=own)


def _bound_module(slot: ModuleSlot, module: Module) -> Module:
    pairs = zip(_current(slot.lessons), module.lessons, strict=True)
    own = {
        "lessons": tuple(_bound_lesson(lesson_slot, lesson) for lesson_slot, lesson in pairs),
        "lab_activities": _bound_labs(slot.labs, module.lab_activities),
    }
    return module.bound(slot.slot, slot.title).model_copy(update=own)


def _bound_lesson(slot: LessonSlot, lesson: Lesson) -> Lesson:
    own = {"lab_activities": _bound_labs(slot.labs, lesson.lab_activities)}
    return lesson.bound(slot.slot, slot.title).model_copy(update=own)


def _bound_labs(slots: Sequence[PartSlot], labs: Sequence[LabActivity]) -> tuple[LabActivity, ...]:
    return tuple(lab.bound(slot.slot) for slot, lab in zip(_current(slots), labs, strict=True))

"""Which lesson a reference means: slots in what is stored, and the outline's numbers for those who read and write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from course_kit.outline.model import Outline
from course_kit.store.ids import LessonId


@dataclass(frozen=True)
class KnownLesson:
    """A lesson of the outline as a reference names it."""

    shown: LessonId
    """Its number in the outline."""
    title: str


@dataclass(frozen=True)
class LessonNumbers:
    """The lessons of a course by slot, with those that have left their slot."""

    lessons: Mapping[LessonId, KnownLesson]
    moved: Mapping[LessonId, LessonId] = field(default_factory=dict)
    """The next slot of each lesson that went into another module."""
    removed: Mapping[LessonId, str] = field(default_factory=dict)
    """The titles of lessons that the outline no longer has."""

    @classmethod
    def of(
        cls,
        outline: Outline,
        moved: Mapping[LessonId, LessonId] | None = None,
        removed: Mapping[LessonId, str] | None = None,
    ) -> Self:
        """Return the numbers of an outline that is bound to its project."""
        lessons = {
            LessonId(module.number, lesson.number): KnownLesson(LessonId(module.shown, lesson.shown), lesson.title)
            for module in outline.modules
            for lesson in module.lessons
        }
        return cls(lessons, moved or {}, removed or {})

    def place_of(self, slot: LessonId) -> LessonId | None:
        """Return the slot of the lesson that a stored reference means, wherever it went; None if there is none."""
        seen: set[LessonId] = set()
        place: LessonId | None = slot
        while place is not None and place not in self.lessons:
            seen.add(place)
            following = self.moved.get(place)
            place = following if following not in seen else None
        return place

    def lesson(self, slot: LessonId) -> KnownLesson | None:
        """Return the lesson that a stored reference means; None if there is none."""
        place = self.place_of(slot)
        return None if place is None else self.lessons[place]

    @property
    def known(self) -> frozenset[LessonId]:
        """Every number that a stored reference may have and lead somewhere."""
        return frozenset({*self.lessons, *(slot for slot in self.moved if self.place_of(slot))})

    def in_slots(self, markdown: str) -> str:
        """Return a text that a person or a model wrote as it is stored."""
        numbers = {lesson.shown: slot for slot, lesson in self.lessons.items()}
        return _with_other_numbers(markdown, numbers)

    def as_shown(self, markdown: str) -> str:
        """Return a stored text as a person reads it."""
        numbers = {slot: lesson.shown for slot, lesson in self.lessons.items()}
        # Who moved has its number of now, unless another lesson took the former slot.
        return _with_other_numbers(markdown, numbers, {slot: self.place_of(slot) for slot in self.moved})


def _with_other_numbers(
    markdown: str, numbers: Mapping[LessonId, LessonId], moved: Mapping[LessonId, LessonId | None] | None = None
) -> str:
    changed = {one: other for one, other in numbers.items() if one != other}
    arrived = {former: numbers[place] for former, place in (moved or {}).items() if place and former not in numbers}
    if "[[" not in markdown or not (changed or arrived):
        return markdown
    # Imported late: functions that move no number start without a parser of Markdown.
    from course_kit.text.renumbered_references import renumbered

    return renumbered(markdown, {**arrived, **numbers})

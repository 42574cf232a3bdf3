"""``course.json``: which course a project is, and the slots of its parts."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints

from course_kit.data_models import ClosedModel
from course_kit.outline import Course, Outline
from course_kit.outline.lesson_numbers import LessonNumbers
from course_kit.outline.moved_lessons import moved_lessons
from course_kit.outline.part_slots import LessonSlot, ModuleSlot, PartSlot, current_lessons
from course_kit.outline.slots import CourseSlots
from course_kit.records.manifest import LabManifest, ModuleManifest
from course_kit.store.artefact_keys import ProjectKeys, title_in_key
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.ids import LabId, LessonId

# A run that drops more of the lessons than this is rather another course than another edition of it.
_DROPPED_SHARE = 1 / 3
_Slots = Annotated[str, StringConstraints(pattern=r"^\d{1,3}\.\d{1,3}$")]


class UnfinishedMove(ClosedModel):
    """What a run that broke off while lessons changed their module has left; paths are within the project."""

    copies: tuple[str, ...] = ()
    """Where copies lie that belong to no lesson yet."""
    former: dict[str, str] = Field(default_factory=dict)
    """Copied objects that are still to be removed, with their entity tags."""


class CourseRecord(ClosedModel):
    """The course of a project as of its newest outline; ``course_id`` is empty without an ``id`` of the author's."""

    course_id: str = ""
    title: str = ""
    language: str = ""
    slots: CourseSlots = CourseSlots()
    moved: dict[_Slots, _Slots] = Field(default_factory=dict)
    """The next slot of each lesson that went into another module (``2.1``): other lessons refer to the former one."""
    editions: dict[str, str] = Field(default_factory=dict)
    """Projects of the same course in other languages, by language."""
    unfinished_move: UnfinishedMove = UnfinishedMove()

    @classmethod
    def read(cls, store: ArtefactStore, keys: ProjectKeys, version: str | None = None) -> Self:
        """Return a project's record, its newest or a named version; that of an earlier version is in its manifests."""
        body = store.read(keys.course(), version)
        return cls.model_validate_json(body) if body is not None else cls(slots=_slots_of_manifests(store, keys))

    def with_outline(self, outline: Outline) -> Self:
        """Return the record after a run of an outline."""
        course, slots = outline.course, self.slots.with_outline(outline)
        moves = moved_lessons(self.slots.modules, slots.modules)
        moved = {**self.moved, **{str(one.before.lesson_id): str(one.after.lesson_id) for one in moves}}
        here = {str(place) for place in current_lessons(slots.modules)}
        return self.model_copy(
            update={
                "course_id": course.id or self.course_id,
                "title": course.title,
                "language": course.language,
                "slots": slots,
                "moved": {before: after for before, after in moved.items() if before not in here},
                "unfinished_move": UnfinishedMove(),
            }
        )

    def bind(self, outline: Outline) -> Outline:
        """Return an outline with the slots of its parts as their numbers."""
        return self.slots.with_outline(outline).bind(outline)

    def numbers(self, outline: Outline) -> LessonNumbers:
        """Return what references mean in an outline that `bind` has returned."""
        lessons = ((module, lesson) for module in self.slots.modules for lesson in module.lessons)
        removed = {
            LessonId(module.slot, lesson.slot): lesson.known_as
            for module, lesson in lessons
            if not (module.is_current and lesson.is_current)
        }
        moved = {LessonId.parse(before): LessonId.parse(after) for before, after in self.moved.items()}
        return LessonNumbers.of(outline, moved, removed)

    def with_unfinished_move(self, move: UnfinishedMove) -> Self:
        """Return the record with what is left to do when its run breaks off now."""
        return self.model_copy(update={"unfinished_move": move})

    def with_edition(self, language: str, project: str) -> Self:
        """Return the record with the project of the same course in another language."""
        return self.model_copy(update={"editions": {**self.editions, language: project}})

    def objections(self, outline: Outline) -> list[str]:
        """Return in words why an outline looks like another course than the project's; empty for none."""
        return [*self._other_course(outline.course), *self._dropped(outline)]

    def is_other_language(self, language: str) -> bool:
        """Whether the project's course is known to be in another language."""
        return bool(self.language) and self.language.casefold() != language.casefold()

    @property
    def lessons(self) -> dict[LessonId, LessonSlot]:
        """The lessons of the newest outline, by their slots."""
        return current_lessons(self.slots.modules)

    def has_lesson(self, lesson: LessonId) -> bool:
        """Whether the newest outline has a lesson in a place; a project without slots may have any."""
        return not self.lessons or lesson in self.lessons

    def dropped_lessons(self, outline: Outline) -> list[str]:
        """Return the titles of the project's lessons that an outline lacks."""
        after = self.slots.with_outline(outline)
        kept = set(current_lessons(after.modules))
        kept |= {moved.before.lesson_id for moved in moved_lessons(self.slots.modules, after.modules)}
        return [lesson.known_as for place, lesson in self.lessons.items() if place not in kept]

    def _other_course(self, course: Course) -> list[str]:
        found = []
        if self.course_id and course.id and self.course_id != course.id:
            found.append(f"it is the course {self.course_id}, and the outline's id is {course.id}")
        if self.is_other_language(course.language):
            found.append(f"its language is {self.language}, and the outline's is {course.language}")
        return found

    def _dropped(self, outline: Outline) -> list[str]:
        total, dropped = len(self.lessons), self.dropped_lessons(outline)
        if not total or len(dropped) <= _DROPPED_SHARE * total:
            return []
        return [f"it has {total} lessons, and the outline drops {len(dropped)} of them"]


def _slots_of_manifests(store: ArtefactStore, keys: ProjectKeys) -> CourseSlots:
    """Return the slots of a project that an earlier version has made: the numbers in its manifests."""
    modules = []
    for number in sorted({found for key in store.keys(keys.manifests()) if (found := keys.module_of_manifest(key))}):
        theory = store.read_model(keys.manifest(number), ModuleManifest)
        guides = store.read_model(keys.lab_manifest(number), LabManifest)
        labs: dict[int, list[PartSlot]] = {}
        for lab in guides.labs if guides else ():
            lab_id = LabId.parse(lab.lab_id)
            slot = PartSlot(slot=lab_id.position, title=lab.title, known_as=lab.title)
            labs.setdefault(lab_id.lesson, []).append(slot)
        title = theory.title if theory else guides.title if guides else ""
        lessons = tuple(
            LessonSlot(
                slot=lesson.lesson_number,
                # A lesson that was renamed keeps the key of its first title.
                title=title_in_key(lesson.s3_key) or lesson.title,
                known_as=lesson.title,
                labs=tuple(labs.get(lesson.lesson_number, ())),
            )
            for lesson in (theory.lessons if theory else ())
        )
        modules.append(
            ModuleSlot(slot=number, title=title, known_as=title, lessons=lessons, labs=tuple(labs.get(0, ())))
        )
    return CourseSlots(modules=tuple(modules))

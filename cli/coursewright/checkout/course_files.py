"""Which files a project has, and how they are called: names are those of the book, in its order."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from course_kit.outline import Lesson, Module, Outline
from course_kit.outline.labs import ModuleLabPlan, PlannedLab
from course_kit.outline.lesson_numbers import LessonNumbers
from course_kit.outline.slots import CourseSlots
from course_kit.pictures.picture_names import own_picture_of
from course_kit.records.manifest import ModuleManifest
from course_kit.records.written import Written, is_authors
from course_kit.store.artefact_keys import ProjectKeys, lesson_of, slug_of, visual_of
from course_kit.store.ids import LessonId
from coursewright.bound_outline import required_outline
from coursewright.checkout.kinds import BRIEF, OUTLINE, Kind, kind_of
from coursewright.course_store import CourseStore

_READERS = 16
_LETTERS = 26


@dataclass(frozen=True)
class CourseFile:
    """One file of a checkout, and the object that it is."""

    path: str
    key: str

    @property
    def kind(self) -> Kind:
        """What it is."""
        return kind_of(self.path)


@dataclass(frozen=True)
class CourseFiles:
    """The files of a project, as its bucket has them now."""

    slots: CourseSlots
    numbers: LessonNumbers
    files: tuple[CourseFile, ...]

    @classmethod
    def of(cls, store: CourseStore, keys: ProjectKeys, listed: Collection[str]) -> "CourseFiles":
        """Return the files of a project with these keys.

        Raises
        ------
        OutlineInvalid
            The outline in the bucket has a fault.
        CommandFailed
            The project has no outline.
        """
        found = required_outline(store, keys)
        finder = _Finder(store, keys, found.outline, frozenset(listed))
        return cls(found.slots, found.numbers, (CourseFile(OUTLINE, found.key), *finder.files()))


@dataclass(frozen=True)
class _Finder:
    store: CourseStore
    keys: ProjectKeys
    outline: Outline
    listed: frozenset[str]

    def files(self) -> Iterator[CourseFile]:
        if (brief := self.keys.brief()) in self.listed:
            yield CourseFile(BRIEF, brief)
        lessons = {place: key for key in sorted(self.listed) if (place := lesson_of(key))}
        for module in self.outline.modules:
            for lesson in module.lessons:
                number = f"{module.shown}.{lesson.shown}"
                if key := lessons.get(LessonId(module.number, lesson.number)):
                    yield CourseFile(f"lessons/{number}-{slug_of(lesson.title)}.md", key)
                if (key := self.keys.study(module.number, lesson.number)) in self.listed:
                    yield CourseFile(f"study/{number}.yaml", key)
            yield from self._labs(module)
        yield from self._figures()
        yield from self._own_pictures()

    def _labs(self, module: Module) -> Iterator[CourseFile]:
        plan_key = self.keys.lab_plan(module.number)
        plan = self.store.read_model(plan_key, ModuleLabPlan) if plan_key in self.listed else None
        counted: dict[int, int] = {}
        for lab in plan.labs if plan else ():
            position = counted[lab.lesson_number] = counted.get(lab.lesson_number, 0) + 1
            key = self.keys.lab_guide(lab.lab_id, lab.title)
            if key in self.listed:
                yield CourseFile(f"labs/{_lab_number(module, lab, position)}-{slug_of(lab.title)}.md", key)

    def _figures(self) -> Iterator[CourseFile]:
        places = {(module.number, lesson.number) for module in self.outline.modules for lesson in module.lessons}
        plans = {
            visual: key
            for key in sorted(self.listed)
            if self.keys.visual_of_prompt(key)
            and (visual := visual_of(key))
            and (visual.module, visual.lesson) in places
        }
        yield from (CourseFile(f"figures/{visual}.mmd", key) for visual, key in sorted(plans.items()))
        images = [
            key
            for visual in sorted(plans)
            for suffix in ("png", "svg")
            if (key := self.keys.image(str(visual), suffix)) in self.listed
        ]
        written = self._written(sorted({visual.module for visual in plans}))
        for key in _authors(self.store, images, written):
            yield CourseFile(f"figures/{key.rpartition('/')[2]}", key)

    def _written(self, modules: Iterable[int]) -> dict[str, Written]:
        """Return what the manifests remember of a course's figures, by key."""
        manifests = [self.store.read_model(self.keys.manifest(number), ModuleManifest) for number in modules]
        return {key: written for manifest in manifests if manifest for key, written in manifest.written.items()}

    def _own_pictures(self) -> Iterator[CourseFile]:
        prefix = self.keys.own_pictures()
        for key in sorted(self.listed):
            name = key.removeprefix(prefix)
            path = f"figures/{name}"
            if key.startswith(prefix) and own_picture_of(name) == name and kind_of(path) is Kind.PICTURE:
                yield CourseFile(path, key)


def _authors(store: CourseStore, keys: list[str], written: Mapping[str, Written]) -> list[str]:
    with ThreadPoolExecutor(_READERS) as readers:
        found = list(readers.map(store.find, keys))
    return [stored.key for stored in found if stored is not None and is_authors(stored, written.get(stored.key))]


def _lab_number(module: Module, lab: PlannedLab, position: int) -> str:
    """Return a lab's number as the lab guide has it, such as ``2.1-A``."""
    lesson = f".{_shown(module, lab.lesson_number)}" if lab.lesson_number else ""
    round_, letter = divmod(position - 1, _LETTERS)
    return f"{module.shown}{lesson}-{chr(ord('A') + letter)}{round_ or ''}"


def _shown(module: Module, lesson_number: int) -> int:
    shown: Mapping[int, Lesson] = {lesson.number: lesson for lesson in module.lessons}
    return shown[lesson_number].shown if lesson_number in shown else lesson_number

"""The names of artefacts as people see and type them, and the keys that they stand for.

A lesson is named by its numbers in the book, ``2.1``. Its key has slots, which stay when the course is put in another
order. Ids of figures and labs have slots already. What the outline no longer has is named by its path in the project.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from course_kit.errors import RequestInvalid
from course_kit.outline import Outline
from course_kit.outline.labs import labs_of_module
from course_kit.records.course_record import CourseRecord
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_kinds import ArtefactKind, PartId, place_of
from course_kit.store.ids import LabId, LessonId, StudyId, VisualId, parse_target
from coursewright.bound_outline import bound_outline
from coursewright.course_store import CourseStore
from coursewright.errors import BadInput

_OUTLINE, _BRIEF, _STUDY, _EDITS, _PLAN, _LABS = "outline", "brief", "study", "edits", "plan", "labs"
_FORMS = (
    "a lesson (2.1), its study parts (2.1/study), its edits (2.1/edits), a figure (02-01-0001), its plan "
    "(02-01-0001/plan), a lab (02-01-01), the plan of a module's labs (2/labs), brief, outline, or a path in the "
    "project"
)


@dataclass(frozen=True)
class ArtefactName:
    """One artefact: what people call it, and where it is stored."""

    kind: ArtefactKind
    name: str
    keys: tuple[str, ...]
    """Where it belongs now, in the order of writing; a figure is an SVG and a PNG. Empty when only a listing tells."""
    prefix: str = ""
    """How its keys begin under all its titles; empty for one whose key has no title."""
    title: str = ""
    target: str = ""
    """What ``--regenerate`` calls it; empty for what no run replaces by name."""

    def has(self, key: str) -> bool:
        """Whether a key is one of the artefact's, under its title of now or an earlier one."""
        return key in self.keys or bool(self.prefix and key.startswith(self.prefix))

    @property
    def listings(self) -> tuple[str, ...]:
        """The prefixes under which all its keys lie, with keys of others that begin the same."""
        return (self.prefix,) if self.prefix else self.keys


@dataclass(frozen=True)
class _Place:
    """A lesson of the newest outline: by slots, as readers see it, and the title that its key has."""

    slots: LessonId
    shown: LessonId
    title: str
    stored_title: str


@dataclass(frozen=True)
class ArtefactNames:
    """The names of one project's artefacts."""

    keys: ProjectKeys
    outline: Outline | None
    """The newest outline, in slots; None when none can be read. Then the numbers of keys are the names."""
    lessons: Mapping[LessonId, _Place]
    """By slots, in the order of the outline."""
    modules: Mapping[int, int]
    """The slot of each module, by the number that readers see."""
    labs: Mapping[LabId, str]
    """The titles of the outline's labs."""

    @classmethod
    def read(cls, store: CourseStore, project: str) -> Self:
        """Return the names of a project as of its newest outline."""
        keys = ProjectKeys(project)
        found = bound_outline(store, keys)
        outline = found.outline if found else None
        places = list(_places(outline) if outline else _recorded_places(CourseRecord.read(store, keys)))
        modules = {place.shown.module: place.slots.module for place in places}
        labs = [lab for module in outline.modules for lab in labs_of_module(module)] if outline else []
        return cls(
            keys=keys,
            outline=outline,
            lessons={place.slots: place for place in places},
            modules=modules,
            labs={LabId.parse(lab.lab_id): lab.title for lab in labs},
        )

    def named(self, what: str, where: str = "WHAT") -> ArtefactName:
        """Return the artefact of a name that a person has typed; raises `BadInput` with what there is."""
        if kind := {_OUTLINE: ArtefactKind.OUTLINE, _BRIEF: ArtefactKind.BRIEF}.get(what):
            return self._of(kind, "")
        base, _, part = what.partition("/")
        try:
            target = parse_target(base)
        except RequestInvalid:
            return self._by_path(what, where)
        match target, part:
            case LessonId(), "" | "edits":
                kind = ArtefactKind.EDITS if part else ArtefactKind.LESSON
                return self._of(kind, self._slots_of(target, what, where))
            case LessonId(), "study":
                slots = self._slots_of(target, what, where)
                return self._of(ArtefactKind.STUDY, StudyId(slots.module, slots.lesson))
            case VisualId(), "":
                return self._of(ArtefactKind.FIGURE, target)
            case VisualId(), "plan":
                return self._of(ArtefactKind.VISUAL_PLAN, target)
            case LabId(), "":
                return self._of(ArtefactKind.LAB, target)
            case int(), "labs":
                return self._of(ArtefactKind.LAB_PLAN, self._slot_of(target, what, where))
        raise BadInput(f"{where}: found {what!r}, expected {_FORMS}")

    def of_key(self, key: str) -> ArtefactName | None:
        """Return the artefact that a key is of; None for what is derived, such as a book or a manifest."""
        place = place_of(self.keys, key)
        if place is None:
            return None
        slots = place.part
        is_known = not isinstance(slots, LessonId | StudyId) or LessonId(slots.module, slots.lesson) in self.lessons
        if not is_known or (isinstance(slots, int) and slots not in self.modules.values()):
            return ArtefactName(place.kind, self.keys.path_of(key) or key, (key,))
        return self._of(place.kind, slots)

    def _of(self, kind: ArtefactKind, part: PartId) -> ArtefactName:
        """Return the artefact of a part that the outline has, by slots."""
        keys = self.keys
        match kind, part:
            case ArtefactKind.LESSON, LessonId():
                place = self.lessons[part]
                key = keys.lesson(part.module, part.lesson, place.stored_title)
                prefix, shown = keys.texts_of_lesson(part.module, part.lesson), str(place.shown)
                return ArtefactName(kind, shown, (key,), prefix, title=place.title, target=shown)
            case ArtefactKind.STUDY | ArtefactKind.EDITS, StudyId() | LessonId():
                return self._beside_lesson(kind, LessonId(part.module, part.lesson))
            case ArtefactKind.FIGURE, VisualId():
                files = (keys.image(str(part), "svg"), keys.image(str(part), "png"))
                return ArtefactName(kind, str(part), files, target=str(part))
            case ArtefactKind.VISUAL_PLAN, VisualId():
                prefix = keys.prompts_of_visual(str(part))
                return ArtefactName(kind, f"{part}/{_PLAN}", (), prefix, target=str(part))
            case ArtefactKind.LAB, LabId():
                title, prefix = self.labs.get(part, ""), keys.guides_of_lab(str(part))
                own = (keys.lab_guide(str(part), title),) if title else ()
                return ArtefactName(kind, str(part), own, prefix, title=title, target=str(part))
            case ArtefactKind.LAB_PLAN, int():
                [shown_module] = [shown for shown, slot in self.modules.items() if slot == part]
                return ArtefactName(kind, f"{shown_module}/{_LABS}", (keys.lab_plan(part),))
            case ArtefactKind.PICTURE, str():
                key = keys.own_picture(part)
                return ArtefactName(kind, keys.path_of(key) or key, (key,))
        of_course = {ArtefactKind.BRIEF: ArtefactName(kind, _BRIEF, (keys.brief(),), target=_BRIEF)}
        return of_course.get(kind, ArtefactName(ArtefactKind.OUTLINE, _OUTLINE, (keys.outline(),)))

    def _beside_lesson(self, kind: ArtefactKind, lesson: LessonId) -> ArtefactName:
        place = self.lessons[lesson]
        if kind is ArtefactKind.EDITS:
            return ArtefactName(
                kind, f"{place.shown}/{_EDITS}", (self.keys.edits(lesson.module, lesson.lesson),), title=place.title
            )
        shown, key = f"{place.shown}/{_STUDY}", self.keys.study(lesson.module, lesson.lesson)
        return ArtefactName(kind, shown, (key,), title=place.title, target=shown)

    def _by_path(self, what: str, where: str) -> ArtefactName:
        if found := self.of_key(self.keys.within(what)):
            return found
        raise BadInput(f"{where}: found {what!r}, expected {_FORMS}")

    def _slots_of(self, shown: LessonId, what: str, where: str) -> LessonId:
        for place in self.lessons.values():
            if place.shown == shown:
                return place.slots
        raise BadInput(f"{where}: found {what!r}, expected a lesson of the project: {self._known_lessons()}")

    def _slot_of(self, shown: int, what: str, where: str) -> int:
        if shown not in self.modules:
            known = ", ".join(map(str, self.modules)) or "it has none yet"
            raise BadInput(f"{where}: found {what!r}, expected a module of the project: {known}")
        return self.modules[shown]

    def _known_lessons(self) -> str:
        by_module: dict[int, list[int]] = {}
        for place in self.lessons.values():
            by_module.setdefault(place.shown.module, []).append(place.shown.lesson)
        return ", ".join(_span(module, lessons) for module, lessons in by_module.items()) or "it has none yet"


def _span(module: int, lessons: Sequence[int]) -> str:
    """Return a module's lessons in short: ``2.1 to 2.4``."""
    names = [f"{module}.{lesson}" for lesson in lessons]
    is_row = len(lessons) > 1 and list(lessons) == list(range(lessons[0], lessons[-1] + 1))
    return f"{names[0]} to {names[-1]}" if is_row else ", ".join(names)


def _places(outline: Outline) -> Iterator[_Place]:
    for module in outline.modules:
        for lesson in module.lessons:
            slots, shown = LessonId(module.number, lesson.number), LessonId(module.shown, lesson.shown)
            yield _Place(slots, shown, lesson.title, lesson.stored_title)


def _recorded_places(record: CourseRecord) -> Iterator[_Place]:
    for module in record.slots.modules:
        for lesson in module.lessons:
            if module.is_current and lesson.is_current:
                slots = LessonId(module.slot, lesson.slot)
                yield _Place(slots, slots, lesson.known_as, lesson.title)

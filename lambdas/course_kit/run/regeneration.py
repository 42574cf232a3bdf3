"""Targets that an execution regenerates although they exist: modules, lessons, study parts, visuals, labs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Self

from course_kit.errors import RequestInvalid
from course_kit.outline import Outline
from course_kit.outline.labs import labs_of_module
from course_kit.run.events import ContentType
from course_kit.store.ids import LabId, LessonId, StudyId, VisualId, parse_target

STALE = "stale"
"""The target that stands for every stale artefact."""
BRIEF = "brief"
"""The target that stands for the brief of the course."""
_WORDS = (STALE, BRIEF)


@dataclass(frozen=True)
class Regeneration:
    """The exact targets of one execution: a visual follows its lesson only when the text has changed."""

    modules: frozenset[int] = frozenset()
    lessons: frozenset[LessonId] = frozenset()
    studies: frozenset[StudyId] = frozenset()
    visuals: frozenset[VisualId] = frozenset()
    labs: frozenset[LabId] = frozenset()
    stale: bool = False
    """Whether stale artefacts are a target: those of an earlier prompt, model or surrounding text."""
    brief: bool = False
    """Whether the brief is a target; every lesson follows from it."""

    @classmethod
    def of(cls, targets: Collection[str]) -> Self:
        """Read targets; raises ``RequestInvalid`` with the first invalid one."""
        ids = [parse_target(target) for target in targets if target not in _WORDS]
        return cls(
            modules=frozenset(named for named in ids if isinstance(named, int)),
            lessons=frozenset(named for named in ids if isinstance(named, LessonId)),
            studies=frozenset(named for named in ids if isinstance(named, StudyId)),
            visuals=frozenset(named for named in ids if isinstance(named, VisualId)),
            labs=frozenset(named for named in ids if isinstance(named, LabId)),
            stale=STALE in targets,
            brief=BRIEF in targets,
        )

    def covers_lesson(self, module_number: int, lesson_number: int) -> bool:
        """Whether a lesson's text is a target."""
        return module_number in self.modules or LessonId(module_number, lesson_number) in self.lessons

    def names_lesson(self, module_number: int, lesson_number: int) -> bool:
        """Whether a lesson's text is a target by its own name."""
        return LessonId(module_number, lesson_number) in self.lessons

    def covers_study(self, module_number: int, lesson_number: int) -> bool:
        """Whether a lesson's key points, quiz and terms are a target, even if its text stays."""
        return StudyId(module_number, lesson_number) in self.studies

    def covers_visual(self, visual_id: str) -> bool:
        """Whether a visual is a target, to be planned and rendered again."""
        return visual_id in map(str, self.visuals)

    def covers_lab(self, lab_id: str) -> bool:
        """Whether a lab's guide is a target."""
        lab = LabId.parse(lab_id)
        return lab.module in self.modules or lab in self.labs

    def names_lab(self, lab_id: str) -> bool:
        """Whether a lab's guide is a target by its own name."""
        return LabId.parse(lab_id) in self.labs

    def covers_lab_plan(self, module_number: int) -> bool:
        """Whether the plan of a module's labs is a target."""
        return module_number in self.modules

    def check(
        self, outline: Outline, chosen: Collection[int], content_type: ContentType, visual_ids: Collection[VisualId]
    ) -> None:
        """Reject targets that a run of some modules does not make.

        Parameters
        ----------
        chosen
            Numbers of the run's modules.
        visual_ids
            The visuals that are planned already; other visuals have no number yet.

        Raises
        ------
        RequestInvalid
            The message names every such target.
        """
        place = outline.shown_place
        faults = [f"module {place(number)}" for number in sorted(self.modules - set(chosen))]
        known_lessons = {
            LessonId(number, lesson.number) for number in chosen for lesson in outline.module(number).lessons
        }
        known_labs = {LabId.parse(lab.lab_id) for number in chosen for lab in labs_of_module(outline.module(number))}
        if not content_type.has_theory:
            known_lessons, visual_ids = set(), ()
        if not content_type.has_labs:
            known_labs = set()
        known_studies = {StudyId(lesson.module, lesson.lesson) for lesson in known_lessons}
        known_visuals = {visual for visual in visual_ids if LessonId(visual.module, visual.lesson) in known_lessons}
        faults += [f"lesson {place(lesson.module, lesson.lesson)}" for lesson in sorted(self.lessons - known_lessons)]
        faults += [f"study parts {place(study.module, study.lesson)}" for study in sorted(self.studies - known_studies)]
        faults += [f"visual {visual}" for visual in sorted(self.visuals - known_visuals)]
        faults += [f"lab {lab}" for lab in sorted(self.labs - known_labs)]
        if faults:
            raise RequestInvalid(
                f"regenerate: found {', '.join(faults)}, expected what this run makes: {content_type} "
                f"of module {', '.join(map(place, chosen))}, visuals that are planned already"
            )


def in_slots(targets: Sequence[str], outline: Outline) -> tuple[str, ...]:
    """Return targets with the slots of modules and lessons for the numbers that readers see.

    Ids of visuals and labs have slots already. Raises ``RequestInvalid`` for an invalid target and for a module or
    lesson that the outline does not have.
    """
    modules = {module.shown: module for module in outline.modules}

    def slot_of(target: str) -> str:
        found = target if target in _WORDS else parse_target(target)
        if isinstance(found, str | VisualId | LabId):
            return target
        module = modules.get(found if isinstance(found, int) else found.module)
        if module is not None and isinstance(found, int):
            return str(module.number)
        if module is not None and not isinstance(found, int):
            lessons = {lesson.shown: lesson.number for lesson in module.lessons}
            if found.lesson in lessons:
                return str(replace(found, module=module.number, lesson=lessons[found.lesson]))
        raise RequestInvalid(f"regenerate: found {target}, expected a module or lesson of the outline")

    return tuple(map(slot_of, targets))

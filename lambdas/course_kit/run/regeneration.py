"""Targets that an execution regenerates although they exist: modules, lessons, study parts, visuals, labs."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Self

from course_kit.errors import RequestInvalid
from course_kit.outline import Outline
from course_kit.outline.labs import labs_of_module
from course_kit.run.events import ContentType
from course_kit.store.artefact_keys import lab_id_of

_MODULE = re.compile(r"^\d{1,3}$")
_LESSON = re.compile(r"^(\d{1,3})\.(\d{1,3})$")
_STUDY = re.compile(r"^(\d{1,3})\.(\d{1,3})/study$")
_VISUAL = re.compile(r"^(\d{2,3})-(\d{2,3})-\d{4}$")
_LAB = re.compile(r"^(\d{2,3})-(\d{2,3})-(\d{2,3})$")
_EXPECTED = (
    "expected a module (2), a lesson (2.3), its study parts (2.3/study), a visual (02-03-0001) or a lab (02-03-01)"
)


@dataclass(frozen=True)
class Regeneration:
    """The exact targets of one execution: a visual follows its lesson only when the text has changed."""

    modules: frozenset[int] = frozenset()
    lessons: frozenset[tuple[int, int]] = frozenset()
    studies: frozenset[tuple[int, int]] = frozenset()
    visuals: frozenset[str] = frozenset()
    labs: frozenset[str] = frozenset()

    @classmethod
    def of(cls, targets: Iterable[str]) -> Self:
        """Read targets; raises ``RequestInvalid`` with the first invalid one."""
        modules: set[int] = set()
        lessons: set[tuple[int, int]] = set()
        studies: set[tuple[int, int]] = set()
        visuals: set[str] = set()
        labs: set[str] = set()
        for target in targets:
            if _MODULE.match(target):
                modules.add(int(target))
            elif match := _LESSON.match(target):
                lessons.add((int(match[1]), int(match[2])))
            elif match := _STUDY.match(target):
                studies.add((int(match[1]), int(match[2])))
            elif _VISUAL.match(target):
                visuals.add(target)
            elif match := _LAB.match(target):
                labs.add(lab_id_of(*map(int, match.groups())))
            else:
                raise RequestInvalid(f"regenerate: found {target!r}, {_EXPECTED}")
        return cls(frozenset(modules), frozenset(lessons), frozenset(studies), frozenset(visuals), frozenset(labs))

    def covers_lesson(self, module_number: int, lesson_number: int) -> bool:
        """Whether a lesson's text is a target."""
        return module_number in self.modules or (module_number, lesson_number) in self.lessons

    def covers_study(self, module_number: int, lesson_number: int) -> bool:
        """Whether a lesson's key points, quiz and terms are a target, even if its text stays."""
        return (module_number, lesson_number) in self.studies

    def covers_visual(self, visual_id: str) -> bool:
        """Whether a visual is a target, to be planned and rendered again."""
        return visual_id in self.visuals

    def covers_lab(self, lab_id: str) -> bool:
        """Whether a lab's guide is a target."""
        return int(lab_id.partition("-")[0]) in self.modules or lab_id in self.labs

    def covers_lab_plan(self, module_number: int) -> bool:
        """Whether the plan of a module's labs is a target."""
        return module_number in self.modules

    def check(
        self, outline: Outline, chosen: Collection[int], content_type: ContentType, visual_ids: Collection[str]
    ) -> None:
        """Reject targets that a run of some modules does not make.

        Parameters
        ----------
        chosen
            Numbers of the run's modules.
        visual_ids
            The ids of visuals that are planned already; other visuals have no number yet.

        Raises
        ------
        RequestInvalid
            The message names every such target.
        """
        faults = [f"module {number}" for number in sorted(self.modules - set(chosen))]
        known_lessons = {(number, lesson.number) for number in chosen for lesson in outline.module(number).lessons}
        known_labs = {lab.lab_id for number in chosen for lab in labs_of_module(outline.module(number))}
        if not content_type.has_theory:
            known_lessons, visual_ids = set(), ()
        if not content_type.has_labs:
            known_labs = set()
        faults += [f"lesson {module}.{lesson}" for module, lesson in sorted(self.lessons - known_lessons)]
        faults += [f"study parts {module}.{lesson}" for module, lesson in sorted(self.studies - known_lessons)]
        known_visuals = {visual_id for visual_id in visual_ids if _place(visual_id) in known_lessons}
        faults += [f"visual {visual_id}" for visual_id in sorted(self.visuals - known_visuals)]
        faults += [f"lab {lab_id}" for lab_id in sorted(self.labs - known_labs)]
        if faults:
            raise RequestInvalid(
                f"regenerate: found {', '.join(faults)}, expected what this run makes: {content_type} "
                f"of module {', '.join(map(str, chosen))}, visuals that are planned already"
            )


def _place(visual_id: str) -> tuple[int, int]:
    module, lesson, _ = visual_id.split("-")
    return int(module), int(lesson)

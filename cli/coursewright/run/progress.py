"""The progress of a run, from its modules' manifests; not every target fills the execution's history."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from course_kit.forecast.estimated_calls import CallKind
from course_kit.outline import Module
from course_kit.outline.labs import labs_of_module
from course_kit.records.brief_manifest import BriefManifest
from course_kit.records.editing_manifest import EditingManifest
from course_kit.records.manifest import LabManifest, ModuleManifest, StudyManifest
from course_kit.records.trouble import Trouble
from course_kit.run.events import ContentType
from course_kit.usage import Usage
from coursewright.run.troubles import TroubleLine


@dataclass(frozen=True)
class ModuleProgress:
    """One module's finished and total numbers: lessons, planned and rendered visuals, study parts, labs."""

    number: int
    title: str
    lessons_done: int
    lesson_total: int
    visuals_planned: int
    visual_total: int
    visuals_done: int
    study_done: int
    study_total: int
    labs_done: int
    lab_total: int
    is_complete: bool

    @property
    def stage(self) -> str:
        """The current stage of the module."""
        if self.is_complete:
            return "done"
        if self.lessons_done < self.lesson_total:
            return "content" if self.lessons_done or self.labs_done else "waiting"
        if self.visuals_planned < self.visual_total:
            return "visuals"
        if self.visuals_done < self.visual_total:
            return "images"
        if self.study_done < self.study_total:
            return "study parts"
        return "labs" if self.labs_done < self.lab_total else "images"


@dataclass(frozen=True)
class RunManifests:
    """The records of a run so far, by module or of the whole course."""

    theory: dict[int, ModuleManifest] = field(default_factory=dict)
    labs: dict[int, LabManifest] = field(default_factory=dict)
    study: dict[int, StudyManifest] = field(default_factory=dict)
    brief: BriefManifest | None = None
    editing: EditingManifest | None = None
    unfinished: list[Usage] = field(default_factory=list)
    """The usage of calls for rejected or unfinished texts."""
    troubles: dict[int, list[Trouble]] = field(default_factory=dict)
    """What fails at present, or has failed, in the run's unfinished texts."""

    @property
    def usage(self) -> Usage:
        """The usage of all the run's model calls."""
        of_modules = (*self.theory.values(), *self.labs.values(), *self.study.values())
        of_course = (manifest for manifest in (self.brief, self.editing) if manifest)
        return sum([*(manifest.usage for manifest in (*of_modules, *of_course)), *self.unfinished], Usage())

    @property
    def has_begun(self) -> bool:
        """Whether any module has begun."""
        return bool(self.theory or self.labs or self.study)

    @property
    def model_ids(self) -> set[str]:
        """The models of the run's texts."""
        lessons = {lesson.model_id for manifest in self.theory.values() for lesson in manifest.lessons}
        return lessons | {lab.model_id for manifest in self.labs.values() for lab in manifest.labs}

    @property
    def paid_images(self) -> int:
        """The number of pictures that an image model has drawn in this run."""
        figures = [figure for manifest in self.theory.values() for figure in manifest.figures.values()]
        return sum(bool(figure.model_id) and not figure.is_reused for figure in figures)

    def call_seconds(self) -> Iterator[tuple[int, CallKind, float]]:
        """Yield module, kind and seconds of each artefact that this run's calls have made."""
        for number, theory in self.theory.items():
            for lesson in theory.lessons:
                if not lesson.is_reused:
                    yield number, CallKind.LESSON, _seconds(lesson.started_at, lesson.ended_at)
            for plan in theory.visual_plans:
                if not plan.is_reused and plan.usage.model_calls:
                    yield number, CallKind.VISUALS, _seconds(plan.started_at, plan.ended_at)
        for number, study in self.study.items():
            for studied in study.lessons:
                if not studied.is_reused:
                    yield number, CallKind.STUDY, _seconds(studied.started_at, studied.ended_at)
        for number, labs in self.labs.items():
            for lab in labs.labs:
                if not lab.is_reused:
                    yield number, CallKind.LAB, _seconds(lab.started_at, lab.ended_at)

    @property
    def image_keys(self) -> set[str]:
        """Keys of every figure of the run's modules, except those whose file cannot be shown."""
        figures = [figure for manifest in self.theory.values() for figure in manifest.figures.values()]
        return {key for figure in figures if not figure.refusal for key in (figure.png_key, figure.svg_key) if key}

    def complete(self, content_type: ContentType) -> set[int]:
        """Return the modules with all content of the content type."""
        studied = {number for number, manifest in self.study.items() if manifest.is_complete}
        theory = studied & {number for number, manifest in self.theory.items() if manifest.images is not None}
        labs = {number for number, manifest in self.labs.items() if manifest.is_complete}
        if content_type is ContentType.BOTH:
            return theory & labs
        return theory if content_type.has_theory else labs


@dataclass(frozen=True)
class RunProgress:
    """All that is shown of a run while it goes on."""

    modules: tuple[ModuleProgress, ...]
    step: str = ""
    """The step of the whole course that goes on, in words; empty while modules do."""
    percent: int | None = None
    """None when no forecast is possible."""
    remaining: str = ""
    """In words; empty when nobody knows."""
    usd: float | None = None
    """What the run's calls have cost so far; None without known prices."""
    troubles: tuple[TroubleLine, ...] = ()


def module_progress(
    module: Module,
    content_type: ContentType,
    manifest: ModuleManifest | None,
    planned: int,
    *,
    labs: LabManifest | None = None,
    study: StudyManifest | None = None,
) -> ModuleProgress:
    """Return the progress of one module; without a manifest of this run it has not started."""
    lessons = manifest.lessons if manifest else ()
    is_drawn, is_studied = manifest is not None and manifest.images is not None, study is not None and study.is_complete
    has_theory = not content_type.has_theory or (is_drawn and is_studied)
    has_labs = not content_type.has_labs or (labs is not None and labs.is_complete)
    return ModuleProgress(
        number=module.shown,
        title=module.title,
        lessons_done=len(lessons),
        lesson_total=len(module.lessons) if content_type.has_theory else 0,
        visuals_planned=planned,
        visual_total=sum(lesson.visual_count for lesson in lessons),
        visuals_done=len(manifest.figures) if manifest and manifest.images else 0,
        study_done=len(study.lessons) if study else 0,
        study_total=study.lesson_total if study else 0,
        labs_done=len(labs.labs) if labs else 0,
        lab_total=len(labs_of_module(module)) if content_type.has_labs else 0,
        is_complete=has_theory and has_labs,
    )


def _seconds(started_at: datetime, ended_at: datetime) -> float:
    return (ended_at - started_at).total_seconds()

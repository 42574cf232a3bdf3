"""The progress of a run, from its modules' manifests; not every target fills the execution's history."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from course_kit.model.drafts import DraftRecord
from course_kit.outline import Module
from course_kit.outline.labs import labs_of_module
from course_kit.records.manifest import LabManifest, ModuleManifest, StudyManifest
from course_kit.run.events import ContentType
from course_kit.store.artefact_keys import ProjectKeys, visual_of
from course_kit.usage import Usage
from coursewright.deployment import Deployment


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
    """The records of a run so far, by module."""

    theory: dict[int, ModuleManifest] = field(default_factory=dict)
    labs: dict[int, LabManifest] = field(default_factory=dict)
    study: dict[int, StudyManifest] = field(default_factory=dict)
    unfinished: list[Usage] = field(default_factory=list)
    """The usage of calls for rejected or unfinished texts."""

    @property
    def usage(self) -> Usage:
        """The usage of all the run's model calls."""
        manifests: list[ModuleManifest | LabManifest | StudyManifest] = [
            *self.theory.values(),
            *self.labs.values(),
            *self.study.values(),
        ]
        return sum([*(manifest.usage for manifest in manifests), *self.unfinished], Usage())

    @property
    def model_ids(self) -> set[str]:
        """The models of the run's texts."""
        lessons = {lesson.model_id for manifest in self.theory.values() for lesson in manifest.lessons}
        return lessons | {lab.model_id for manifest in self.labs.values() for lab in manifest.labs}

    @property
    def image_keys(self) -> set[str]:
        """Keys of every figure of the run's modules."""
        figures = [figure for manifest in self.theory.values() for figure in manifest.figures.values()]
        return {key for figure in figures for key in (figure.png_key, figure.svg_key) if key}

    def complete(self, content_type: ContentType) -> set[int]:
        """Return the modules with all content of the content type."""
        studied = {number for number, manifest in self.study.items() if manifest.is_complete}
        theory = studied & {number for number, manifest in self.theory.items() if manifest.images is not None}
        labs = {number for number, manifest in self.labs.items() if manifest.is_complete}
        if content_type is ContentType.BOTH:
            return theory & labs
        return theory if content_type.has_theory else labs


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
        number=module.number,
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


@dataclass
class RunWatcher:
    """Reads the manifests of one run, and reads them again only after changes."""

    deployment: Deployment
    keys: ProjectKeys
    execution_name: str
    modules: Sequence[Module]
    content_type: ContentType
    _bodies: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def manifests(self) -> RunManifests:
        """Return the manifests that this run has written so far."""
        places = {
            key: (found_as, module.number)
            for module in self.modules
            for key, found_as in (
                (self.keys.manifest(module.number), "theory"),
                (self.keys.study_manifest(module.number), "study"),
                (self.keys.lab_manifest(module.number), "labs"),
            )
        }
        store = self.deployment.store
        listed = store.etags(self.keys.manifests())
        drafts = store.etags(self.keys.drafts())
        for key, etag in (listed | drafts).items():
            has_changed = (key in places or key in drafts) and self._bodies.get(key, ("",))[0] != etag
            # A draft may have been deleted since the listing.
            if has_changed and (body := store.read(key)) is not None:
                self._bodies[key] = (etag, body)
        found = RunManifests()
        for key, (_, body) in self._bodies.items():
            if key not in places:
                # A draft is deleted after its text is saved with the usage.
                if key in drafts:
                    found.unfinished.append(DraftRecord.model_validate_json(body).used_by(self.execution_name))
                continue
            found_as, number = places[key]
            # An older run's manifest stays until the module starts in this run.
            if found_as == "theory" and self._is_of_this_run(made := ModuleManifest.model_validate_json(body)):
                found.theory[number] = made
            if found_as == "study" and self._is_of_this_run(studied := StudyManifest.model_validate_json(body)):
                found.study[number] = studied
            if found_as == "labs" and self._is_of_this_run(guided := LabManifest.model_validate_json(body)):
                found.labs[number] = guided
        return found

    def _is_of_this_run(self, manifest: ModuleManifest | StudyManifest | LabManifest) -> bool:
        return manifest.execution_name == self.execution_name

    def progress(self) -> list[ModuleProgress]:
        """Return the progress of every module in the run."""
        manifests = self.manifests()
        planned = self._planned_visuals() if manifests.theory else {}
        return [
            module_progress(
                module,
                self.content_type,
                manifests.theory.get(module.number),
                planned.get(module.number, 0),
                labs=manifests.labs.get(module.number),
                study=manifests.study.get(module.number),
            )
            for module in self.modules
        ]

    def _planned_visuals(self) -> dict[int, int]:
        counts: dict[int, int] = {}
        for key in self.deployment.store.keys(self.keys.prompts()):
            if visual := visual_of(key):
                counts[visual.module] = counts.get(visual.module, 0) + 1
        return counts

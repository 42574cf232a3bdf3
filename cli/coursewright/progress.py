"""How far a run is, from the manifests that its modules write: not from the history, which not every target fills."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from course_kit.artefact_keys import ProjectKeys
from course_kit.manifest import ModuleManifest
from course_kit.outline import Module
from course_kit.usage import Usage
from coursewright.deployment import Deployment, aws_errors


@dataclass(frozen=True)
class ModuleProgress:
    """One module: lessons written, visuals planned and rendered, of how many."""

    number: int
    title: str
    lessons_done: int
    lesson_total: int
    visuals_planned: int
    visual_total: int
    visuals_done: int
    is_complete: bool

    @property
    def stage(self) -> str:
        """What the module is at."""
        if self.is_complete:
            return "done"
        if self.lessons_done < self.lesson_total:
            return "content" if self.lessons_done else "waiting"
        return "visuals" if self.visuals_planned < self.visual_total else "images"


def module_progress(module: Module, manifest: ModuleManifest | None, planned: int) -> ModuleProgress:
    """Sum up one module; without a manifest of this run it has not begun."""
    lessons = manifest.lessons if manifest else ()
    is_complete = manifest is not None and manifest.images is not None
    return ModuleProgress(
        number=module.number,
        title=module.title,
        lessons_done=len(lessons),
        lesson_total=len(module.lessons),
        visuals_planned=planned,
        visual_total=sum(lesson.visual_count for lesson in lessons),
        visuals_done=len(manifest.figures) if manifest and is_complete else 0,
        is_complete=is_complete,
    )


@dataclass
class RunWatcher:
    """Reads the manifests of one run, again only when they have changed."""

    deployment: Deployment
    keys: ProjectKeys
    execution_name: str
    modules: Sequence[Module]
    _manifests: dict[str, tuple[str, ModuleManifest]] = field(default_factory=dict)

    def manifests(self) -> dict[int, ModuleManifest]:
        """Return the manifests that this run has written so far, by module."""
        wanted = {self.keys.manifest(module.number): module.number for module in self.modules}
        for key, etag in self._listing(f"{self.keys.project_folder}/manifests/").items():
            if key in wanted and self._manifests.get(key, ("",))[0] != etag:
                with aws_errors():
                    body = self.deployment.s3.get_object(Bucket=self.deployment.bucket, Key=key)["Body"].read()
                self._manifests[key] = (etag, ModuleManifest.model_validate_json(body))
        return {
            wanted[key]: manifest
            for key, (_, manifest) in self._manifests.items()
            if manifest.execution_name == self.execution_name
        }

    def progress(self) -> list[ModuleProgress]:
        """Return where every module of the run stands."""
        manifests = self.manifests()
        planned = self._planned_visuals() if manifests else {}
        return [
            module_progress(module, manifests.get(module.number), planned.get(module.number, 0))
            for module in self.modules
        ]

    def _planned_visuals(self) -> dict[int, int]:
        counts: dict[int, int] = {}
        for key in self._listing(f"{self.keys.project_folder}/prompts/"):
            module_number = int(key.rpartition("/")[2].split("-", 1)[0])
            counts[module_number] = counts.get(module_number, 0) + 1
        return counts

    def _listing(self, prefix: str) -> dict[str, str]:
        with aws_errors():
            pages = self.deployment.s3.get_paginator("list_objects_v2").paginate(
                Bucket=self.deployment.bucket, Prefix=prefix
            )
            return {entry["Key"]: entry["ETag"] for page in pages for entry in page.get("Contents", [])}


def total_usage(manifests: dict[int, ModuleManifest]) -> Usage:
    """Add up what a run's model calls used."""
    return sum((manifest.usage for manifest in manifests.values()), Usage())

"""The step's event and result."""

from datetime import datetime

from pydantic import BaseModel

from course_kit.data_models import OpenModel
from course_kit.records.manifest import ModuleManifest, VisualPlanRecord
from course_kit.run.events import ModuleParams
from course_kit.usage import Usage


class PlannedLesson(OpenModel):
    """The result of visual_planner for one lesson."""

    lesson_number: int
    visual_ids: tuple[str, ...] | None = None
    """Its visuals; None from an earlier version. A plan of another one is the author's, of a tag that is gone."""
    visual_count: int
    reused: int
    stale: int = 0
    prompt_version: str = ""
    usage: Usage
    started_at: datetime
    ended_at: datetime

    def as_record(self) -> VisualPlanRecord:
        """Return it as the manifest keeps it."""
        return VisualPlanRecord(
            lesson_number=self.lesson_number,
            visual_count=self.visual_count,
            stale_count=self.stale,
            prompt_version=self.prompt_version,
            is_reused=self.reused == self.visual_count,
            started_at=self.started_at,
            ended_at=self.ended_at,
            usage=self.usage,
        )


class ImagesRequest(ModuleParams):
    """One module whose visuals are planned."""

    visual_plans: tuple[PlannedLesson, ...] = ()


class ImagesResult(BaseModel):
    """Keys and counts only. The manifest contains the figures, so both keys name it."""

    module_number: int
    manifest_key: str
    image_mappings_key: str
    counts: dict[str, int]


def images_result(manifest: ModuleManifest, manifest_key: str) -> ImagesResult:
    """Sum up the completed manifest of a module."""
    figures = manifest.figures.values()
    return ImagesResult(
        module_number=manifest.module_number,
        manifest_key=manifest_key,
        image_mappings_key=manifest_key,
        counts={
            "lessons": len(manifest.lessons),
            "visuals": len(figures),
            "rendered": sum(not figure.is_reused for figure in figures),
            "reused": sum(figure.is_reused for figure in figures),
            "fallbacks": sum(figure.is_fallback for figure in figures),
            "stand_ins": sum(figure.is_stand_in for figure in figures),
        },
    )

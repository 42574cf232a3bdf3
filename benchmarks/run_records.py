"""When the tasks of a run were done, from its manifests and its summary."""

from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from pydantic import BaseModel

from course_kit.forecast.scheduling import Interval, Stage
from course_kit.records.manifest import LabManifest, ModuleManifest, StudyManifest
from course_kit.records.run_summary import RunSummary
from course_kit.store.artefact_keys import ProjectKeys, manifest_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Model = TypeVar("Model", bound=BaseModel)


class _Timed(Protocol):
    @property
    def started_at(self) -> datetime: ...

    @property
    def ended_at(self) -> datetime: ...


def run_intervals(
    s3: "S3Client", bucket: str, project: str, execution: str, began_at: datetime
) -> tuple[Interval, ...]:
    """Return what a run did, in seconds from its beginning; nothing when it never got beyond its first state."""

    def interval(stage: Stage, timed: _Timed, module: int | None = None, position: int | None = None) -> Interval:
        starts_at, ends_at = ((t - began_at).total_seconds() for t in (timed.started_at, timed.ended_at))
        return Interval(stage, starts_at, ends_at, module, position)

    def read(key: str, model: type[Model]) -> Model:
        return model.model_validate_json(s3.get_object(Bucket=bucket, Key=key)["Body"].read())

    keys = ProjectKeys(project)
    intervals: list[Interval] = []
    listing = s3.list_objects_v2(Bucket=bucket, Prefix=keys.manifests())
    for key in (entry["Key"] for entry in listing.get("Contents", [])):
        if manifest_of(key) is None:
            # The brief's and the edits', whose times the run's summary has.
            continue
        if key.endswith("-labs.json"):
            labs = read(key, LabManifest)
            intervals += [
                interval(Stage.LABS, lab, labs.module_number, position) for position, lab in enumerate(labs.labs, 1)
            ]
            continue
        if key.endswith("-study.json"):
            study = read(key, StudyManifest)
            intervals += [
                interval(Stage.STUDY, each, study.module_number, each.lesson_number) for each in study.lessons
            ]
            continue
        manifest = read(key, ModuleManifest)
        number = manifest.module_number
        intervals += [interval(Stage.CONTENT, lesson, number, lesson.lesson_number) for lesson in manifest.lessons]
        intervals += [interval(Stage.VISUALS, plan, number, plan.lesson_number) for plan in manifest.visual_plans]
        intervals += [interval(Stage.IMAGES, manifest.images, number)] if manifest.images else []
    summaries = s3.list_objects_v2(Bucket=bucket, Prefix=keys.run(execution))
    for entry in summaries.get("Contents", []):
        steps = read(entry["Key"], RunSummary).steps
        of_course = {"brief": Stage.BRIEF, "editing": Stage.EDITS, "book": Stage.BOOK, "pdf": Stage.BOOK}
        intervals += [interval(stage, steps[name]) for name, stage in of_course.items() if name in steps]
    return tuple(intervals)

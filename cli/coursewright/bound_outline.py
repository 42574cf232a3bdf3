"""The newest outline of a project, with its parts' slots: what people's numbers stand for in keys."""

from collections.abc import Iterator

from course_kit.errors import OutlineInvalid
from course_kit.outline import MAX_OUTLINE_BYTES, Outline, read_outline
from course_kit.records.course_record import CourseRecord
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.course_store import CourseStore
from coursewright.run.project_runs import run_summaries


def bound_outline(store: CourseStore, project: str) -> Outline | None:
    """Return a project's outline, ``number`` of its parts being slots; None when there is none that can be read."""
    keys = ProjectKeys(project)
    for key in _outline_keys(store, keys):
        source = store.read(key)
        if source is None or len(source) > MAX_OUTLINE_BYTES:
            continue
        try:
            outline = read_outline(source)
        except OutlineInvalid:
            continue
        return CourseRecord.read(store, keys).with_outline(outline).slots.bind(outline)
    return None


def _outline_keys(store: CourseStore, keys: ProjectKeys) -> Iterator[str]:
    """Yield where the outline may be: the usual key, then that of the run that began last."""
    yield keys.outline()
    runs = sorted(run_summaries(store, keys.project_folder), key=lambda run: run.started_at, reverse=True)
    yield from (key for run in runs[:1] if isinstance(key := run.request.get("outline_s3_key"), str))

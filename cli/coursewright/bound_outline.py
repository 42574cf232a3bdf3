"""The newest outline of a project, with its parts' slots: what people's numbers stand for in keys."""

from dataclasses import dataclass

from course_kit.errors import OutlineInvalid
from course_kit.outline import MAX_OUTLINE_BYTES, Outline, read_outline
from course_kit.outline.lesson_numbers import LessonNumbers
from course_kit.outline.slots import CourseSlots
from course_kit.records.course_record import CourseRecord
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.course_store import CourseStore
from coursewright.errors import CommandFailed
from coursewright.run.project_runs import run_summaries


@dataclass(frozen=True)
class BoundOutline:
    """An outline in the bucket; ``number`` of its parts are their slots."""

    key: str
    outline: Outline
    slots: CourseSlots
    numbers: LessonNumbers


def bound_outline(store: CourseStore, keys: ProjectKeys) -> BoundOutline | None:
    """Return the newest outline of a project that can be read; None when there is none."""
    for key in _newest_first(store, keys):
        source = store.read(key)
        if source is None or len(source) > MAX_OUTLINE_BYTES:
            continue
        try:
            outline = read_outline(source)
        except OutlineInvalid:
            continue
        return _bound(store, keys, key, outline)
    return None


def required_outline(store: CourseStore, keys: ProjectKeys) -> BoundOutline:
    """Return the newest outline of a project.

    Raises
    ------
    OutlineInvalid
        It has a fault.
    CommandFailed
        There is none.
    """
    key = next(iter(_newest_first(store, keys)), None)
    source = store.read(key) if key else None
    if key is None or source is None:
        raise CommandFailed(f"project {keys.project_folder}: found no outline; start a run with generate")
    return _bound(store, keys, key, read_outline(source))


def _newest_first(store: CourseStore, keys: ProjectKeys) -> list[str]:
    """Return where the outline is: the usual key, and that of the last run, which the inbox may have started."""
    runs = sorted(run_summaries(store, keys.project_folder), key=lambda run: run.started_at)
    of_last_run = runs[-1].request.get("outline_s3_key") if runs else None
    candidates = {key for key in (keys.outline(), of_last_run) if isinstance(key, str)}
    written = {found.key: found.written_at for key in candidates for found in store.listed(key) if found.key == key}
    return sorted(written, key=lambda key: (written[key], key == keys.outline()), reverse=True)


def _bound(store: CourseStore, keys: ProjectKeys, key: str, outline: Outline) -> BoundOutline:
    record = CourseRecord.read(store, keys).with_outline(outline)
    bound = record.slots.bind(outline)
    return BoundOutline(key, bound, record.slots, record.numbers(bound))

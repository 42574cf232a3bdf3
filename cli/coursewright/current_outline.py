"""The outline that a project's books are made from: the newest of the stored one and the last run's."""

from collections.abc import Collection

from course_kit.store.artefact_keys import ProjectKeys
from coursewright.course_store import CourseStore
from coursewright.run.project_runs import run_summaries


def current_outline_key(store: CourseStore, keys: ProjectKeys, listed: Collection[str]) -> str | None:
    """Return the key of a project's outline among its keys; None when there is none."""
    summaries = sorted(run_summaries(store, keys.project_folder), key=lambda summary: summary.started_at)
    of_last_run = summaries[-1].request.get("outline_s3_key") if summaries else None
    candidates = {key for key in (keys.outline(), of_last_run) if isinstance(key, str) and key in listed}
    if len(candidates) < 2:  # noqa: PLR2004 - nothing to compare
        return next(iter(candidates), None)
    written = {found.key: found.written_at for key in candidates for found in store.listed(key)}
    return max(candidates, key=lambda key: (written[key], key == keys.outline()))

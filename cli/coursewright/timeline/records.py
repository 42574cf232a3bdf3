"""The records of a current or past run: its summary and its modules' manifests."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

from botocore.exceptions import ClientError
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from course_kit.data_models import OpenModel
from course_kit.errors import OutlineInvalid
from course_kit.outline import read_outline
from course_kit.store.artefact_keys import ProjectKeys, manifest_of
from coursewright.course_store import CourseStore, StoredVersion
from coursewright.deployment import Deployment
from coursewright.errors import CommandFailed
from coursewright.run.execution import Run, RunState

_FAILED_MODULE = re.compile(r"module (\d+) failed with ([\w.]+)")
# S3's times of writes are in whole seconds, and a function's last write may be later than the execution's end.
_CLOCK_MARGIN = timedelta(seconds=5)
_FAILED_ATTEMPTS = {"TaskFailed", "TaskTimedOut", "LambdaFunctionFailed", "LambdaFunctionTimedOut"}
_MOMENT: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)
_JSON_OBJECT = TypeAdapter(dict[str, JsonValue])


class _Summary(OpenModel):
    """The part of ``runs/{execution}.json`` for a timeline."""

    model_config = ConfigDict(title="summary of the run")

    class Step(BaseModel):
        """The times of a step of the whole course."""

        started_at: AwareDatetime
        ended_at: AwareDatetime

    modules: tuple[int, ...] = ()
    steps: dict[str, Step] = Field(default_factory=dict)


@dataclass(frozen=True)
class ModuleRecords:
    """The manifests of one module by branch: ``""`` for the theory, else the word in the key (``labs``)."""

    manifests: Mapping[str, Mapping[str, JsonValue]]

    @property
    def title(self) -> str:
        """The module's title."""
        return next((str(manifest["title"]) for manifest in self.manifests.values() if "title" in manifest), "")

    @property
    def started_at(self) -> list[datetime]:
        """The starts of its branches, from manifests that have them."""
        moments = []
        for manifest in self.manifests.values():
            # A branch may have written nothing yet, and other writers of the bucket may have written anything.
            with suppress(ValidationError):
                moments.append(_MOMENT.validate_python(manifest.get("started_at")))
        return moments


@dataclass(frozen=True, kw_only=True)
class RunRecords:
    """All records for a timeline."""

    project: str
    execution_name: str
    status: str
    error: str
    started_at: datetime
    ended_at: datetime
    """The end of the run, or now while it is running."""
    module_numbers: tuple[int, ...] = ()
    summary_steps: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)
    modules: Mapping[int, ModuleRecords] = field(default_factory=dict)
    titles: Mapping[int, str] = field(default_factory=dict)
    """Titles of modules that may have written nothing."""
    failures: Mapping[int, str] = field(default_factory=dict)
    """The error's name for each failed module."""
    failed_attempts: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, run: Run) -> Self:
        """Read a run's records; raises ``CommandFailed`` when there are none."""
        state = run.state()
        keys = ProjectKeys(state.run_input.project_folder)
        ended_at = state.ended_at or datetime.now(UTC)
        summary = _summary(run.deployment, keys.run(run.name))
        modules = _modules(run, keys, state.started_at, ended_at)
        if summary is None and not modules:
            reason = f"; it ended with {state.error}: {state.cause}" if state.error else ""
            raise CommandFailed(f"execution {run.name}: found no manifest and no summary of it{reason}")
        steps = {name: step.model_dump() for name, step in summary.steps.items()} if summary else {}
        return cls(
            project=keys.project_folder,
            execution_name=run.name,
            status=state.status.lower(),
            error=f"{state.error}: {state.cause}" if state.error else "",
            started_at=state.started_at,
            ended_at=ended_at,
            module_numbers=summary.modules if summary else (),
            summary_steps=steps,
            modules=modules,
            titles=_titles(run.deployment, state.run_input.outline_s3_key),
            failures=_failures(state),
            failed_attempts=_failed_attempts(run),
        )


def _summary(deployment: Deployment, key: str) -> _Summary | None:
    return deployment.store.read_model(key, _Summary)


def _modules(run: Run, keys: ProjectKeys, started_at: datetime, ended_at: datetime) -> dict[int, ModuleRecords]:
    found: dict[int, dict[str, Mapping[str, JsonValue]]] = {}
    store = run.deployment.store
    written = _versions(store, keys.manifests(), started_at, ended_at)
    for stored in written:
        place = manifest_of(stored.key)
        if place is None:
            continue
        number, branch = place
        if branch in found.get(number, {}):
            continue
        body = store.read(stored.key, stored.version)
        try:
            manifest = _JSON_OBJECT.validate_json(body or b"")
        except ValidationError:
            continue
        if manifest.get("execution_name") == run.name:
            found.setdefault(number, {})[branch] = manifest
    return {number: ModuleRecords(dict(sorted(branches.items()))) for number, branches in sorted(found.items())}


def _versions(store: CourseStore, prefix: str, started_at: datetime, ended_at: datetime) -> Sequence[StoredVersion]:
    """Return the object versions written during a run, the newest of each key first.

    A later run of the project overwrites the manifests; the bucket keeps earlier versions.
    """
    during = [
        stored
        for stored in store.versions(prefix)
        if started_at - _CLOCK_MARGIN <= stored.written_at <= ended_at + _CLOCK_MARGIN
    ]
    return sorted(during, key=lambda stored: stored.written_at, reverse=True)


def _titles(deployment: Deployment, outline_key: str) -> dict[int, str]:
    try:
        source = deployment.store.read(outline_key)
        return {module.number: module.title for module in read_outline(source or b"").modules}
    except (ClientError, OutlineInvalid):
        # The outline may have been deleted since; the artefacts still exist.
        return {}


def _failures(state: RunState) -> dict[int, str]:
    named = {int(number): error for number, error in _FAILED_MODULE.findall(state.cause)}
    partial = {failed.module_number: failed.error for failed in state.output.failed_modules} if state.output else {}
    return named | partial


def _failed_attempts(run: Run) -> Counter[str]:
    attempts: Counter[str] = Counter()
    pages = run.deployment.step_functions.get_paginator("get_execution_history").paginate(
        executionArn=run.execution_arn, includeExecutionData=False, PaginationConfig={"PageSize": 1000}
    )
    for page in pages:
        for event in page["events"]:
            if event["type"] in _FAILED_ATTEMPTS:
                details = _JSON_OBJECT.validate_python({k: v for k, v in event.items() if k.endswith("Details")})
                errors = [str(d["error"]) for d in details.values() if isinstance(d, dict) and d.get("error")]
                attempts[errors[0] if errors else event["type"]] += 1
    return attempts

"""What Step Functions knows of a run by its name; it forgets an execution 90 days after its end."""

import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import ClientError

from course_kit.records.run_summary import RunStatus, RunSummary
from coursewright.deployment import Deployment
from coursewright.run.execution import UNKNOWN_EXECUTION, execution_arn

_READERS = 8
_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")
_WORDS = {
    "RUNNING": "running",
    "PENDING_REDRIVE": "running",
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "ABORTED": "stopped",
    "TIMED_OUT": "timed out",
}
UNKNOWN = "unknown"
"""The status of a run that did not end by its own record, and that Step Functions does not know."""


@dataclass(frozen=True)
class KnownExecution:
    """An execution as Step Functions describes it, its status in words."""

    status: str
    ended_at: datetime | None

    @property
    def is_running(self) -> bool:
        """Whether it goes on."""
        return self.status == _WORDS["RUNNING"]


def known_execution(deployment: Deployment, name: str) -> KnownExecution | None:
    """Return an execution of this deployment; None when it is not known, here or any longer."""
    if not _NAME.fullmatch(name):
        return None
    try:
        described = deployment.step_functions.describe_execution(executionArn=execution_arn(deployment, name))
    except ClientError as error:
        if error.response["Error"]["Code"] in UNKNOWN_EXECUTION:
            return None
        raise
    return KnownExecution(_WORDS.get(described["status"], described["status"]), described.get("stopDate"))


def known_executions(deployment: Deployment, names: Iterable[str]) -> Mapping[str, KnownExecution | None]:
    """Return what is known of several executions, asked side by side."""
    asked = list(names)
    with ThreadPoolExecutor(_READERS) as readers:
        return dict(zip(asked, readers.map(lambda name: known_execution(deployment, name), asked), strict=True))


def status_of(summary: RunSummary, execution: KnownExecution | None) -> str:
    """Return a run's status in a word: by Step Functions, else by the run's own record."""
    if execution is not None:
        return execution.status
    return summary.status.value if summary.status is RunStatus.SUCCEEDED else UNKNOWN

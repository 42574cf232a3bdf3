"""An inbox over a bucket in moto, with a Step Functions that knows what was started and what goes on."""

import json
from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from course_inbox.answers import DropResult
from course_inbox.dropped_outline import DropEvent, Inbox
from course_inbox.ended_run import EndedRun, RunEndedEvent
from course_kit.records.project_lease import ProjectLease
from course_kit.run.events import parse_event
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from tests.support.buckets import BUCKET

OUTLINE = "course: {title: T, language: en}\nmodules:\n- {title: M, lessons: [{title: L, duration_minutes: 15}]}\n"
WITH_LAB = OUTLINE.replace("{title: L,", "{title: L, lab_activities: [Try it],")
Event = dict[str, object]


@dataclass
class StepFunctions:
    """Knows which executions have been started."""

    started: dict[str, dict[str, str]] = field(default_factory=dict)
    refuses: str = ""
    """The code that it answers with; empty: none."""

    class exceptions:  # noqa: N801 - as boto3 names it
        class ExecutionAlreadyExists(Exception):
            pass

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> None:  # noqa: N803
        if self.refuses:
            raise ClientError({"Error": {"Code": self.refuses}}, "StartExecution")
        if name in self.started:
            raise self.exceptions.ExecutionAlreadyExists
        self.started[name] = json.loads(input)


@dataclass
class WatchedInbox:
    """An inbox, what is dropped into it, and what it has started and said."""

    store: ArtefactStore
    step_functions: StepFunctions = field(default_factory=StepFunctions)
    going_on: set[str] = field(default_factory=set)
    """Names of executions."""

    @property
    def started(self) -> dict[str, dict[str, str]]:
        """The input of each execution, by its name."""
        return self.step_functions.started

    def drop(self, text: str, key: str = "inbox/networks.yaml") -> Event:
        """Put an object, and return the event that S3 sends of it."""
        put = self.store.client.put_object(Bucket=BUCKET, Key=key, Body=text.encode())
        found = {
            "key": key,
            "size": len(text.encode()),
            "version-id": put["VersionId"],
            "etag": put["ETag"].strip('"'),
        }
        return {"source": "aws.s3", "detail": {"bucket": {"name": BUCKET}, "object": found}}

    def take(self, event: Event) -> DropResult:
        """Have the function take an event of S3."""
        inbox = Inbox(
            store=self.store,
            step_functions=self.step_functions,  # type: ignore[arg-type]
            state_machine_arn="arn:machine",
            is_running=lambda arn: arn.removeprefix("arn:") in self.going_on,
        )
        return inbox.take(parse_event(event, DropEvent).dropped)

    def works(self, execution_name: str, project: str = "networks") -> None:
        """Let a run have a project and go on."""
        ProjectLease(self.store, ProjectKeys(project), execution_name).take(f"arn:{execution_name}", lambda _: False)
        self.going_on.add(execution_name)

    def end(self, name: str, status: str, **changes: object) -> DropResult:
        """Have the function hear of a run's end."""
        detail = {"name": name, "status": status, "input": json.dumps(self.started.get(name, {})), **changes}
        return EndedRun(self.store, parse_event({"detail": detail}, RunEndedEvent).detail).tell()

    def said(self, key: str = "inbox/networks.errors.txt") -> str | None:
        """What stands in a file of errors, if it is there."""
        body = self.store.read(key)
        return None if body is None else body.decode()

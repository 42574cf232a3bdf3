"""A local AWS of its own for the measurements, and executions on it."""

import json
import os
import secrets
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from botocore.config import Config
from pydantic import JsonValue

from benchmarks.bench_stack import STACK_NAME, synthesise
from benchmarks.run_records import run_intervals
from course_kit.forecast.scheduling import Interval, Stage
from course_kit.store.artefact_keys import ProjectKeys
from local_aws.connection import LocalConnection
from local_aws.deployment import deploy_assembly
from local_aws.kept import discard
from local_aws.servers import connection_of, start_servers, stop_servers
from local_aws.settings import LocalSettings
from local_aws.state import PROJECT_ROOT, LocalState, only_one_command, state_dir

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient

_POLL_SECONDS = 0.2
_GIVE_UP_SECONDS = 900


class RunDidNotSucceed(Exception):
    """An execution failed; the message holds its error and cause."""


@dataclass(frozen=True)
class Ended:
    """One execution that has ended."""

    status: str
    seconds: float
    book_seconds: float
    """Of the two functions that build the book: real work, not played."""
    cause: str
    intervals: tuple[Interval, ...] = ()
    """When lessons, visual plans, images, study parts, labs and the book were made, from the run's own records."""


class BenchAws:
    """The deployed stack, its two state machines, and the controls of the author and the proxy."""

    def __init__(self, state: LocalState) -> None:
        self.connection: LocalConnection = connection_of(state)
        session, options = self.connection.session(), self.connection.client_options
        self.s3: S3Client = session.client("s3", **options)  # type: ignore[call-overload] # keywords from a dict
        self.step_functions: SFNClient = session.client("stepfunctions", **options)  # type: ignore[call-overload]
        self._cloudformation: CloudFormationClient = session.client("cloudformation", **options)  # type: ignore[call-overload]
        self._author = httpx.Client(base_url=state.model_url, trust_env=False)
        self._proxy_url, self._certificate = state.fault_proxy_url, str(state.certificate)
        context = ssl.create_default_context(cafile=str(state.certificate))
        self._proxy = httpx.Client(base_url=state.fault_proxy_control_url, verify=context, trust_env=False)

    def deploy(self, **context: object) -> None:
        """Deploy the stack with some settings changed."""
        assembly = state_dir() / "bench.out"
        synthesise(str(assembly), **context)
        deploy_assembly(self.connection, assembly, STACK_NAME)
        [stack] = self._cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        self.bucket = outputs["CourseBucketName"]
        self.ours = outputs["OursArn"]
        self.sequential = outputs["SequentialArn"]

    def behave(self, *, author: Mapping[str, object], proxy: Mapping[str, object]) -> None:
        """Set how the model behaves: latencies of the author, quota and pictures of the proxy."""
        self._author.post("/behaviour", json=dict(author)).raise_for_status()
        self._author.delete("/calls").raise_for_status()
        self._proxy.post("/behaviour", json=dict(proxy)).raise_for_status()
        self._proxy.delete("/calls").raise_for_status()

    def model_client(self, config: Config) -> "BedrockRuntimeClient":
        """Return a client that asks the model through the fault proxy, as functions do."""
        client: BedrockRuntimeClient = self.connection.session().client(
            "bedrock-runtime", endpoint_url=self._proxy_url, verify=self._certificate, config=config
        )
        return client

    def proxy_calls(self) -> list[dict[str, JsonValue]]:
        """Return the model calls since `behave`."""
        calls: list[dict[str, JsonValue]] = self._proxy.get("/calls").raise_for_status().json()
        return calls

    def throttles(self) -> int:
        """Return how many model calls since `behave` the quota refused."""
        return sum(call["is_over_quota"] is True for call in self.proxy_calls())

    def tokens_used(self) -> int:
        """Return the tokens of the model calls since `behave`, in and out."""
        calls = [call for call in self.proxy_calls() if str(call["operation"]).startswith("converse")]
        return sum(int(str(call["input_tokens"])) + int(str(call["output_tokens"])) for call in calls)

    def run(self, machine: str, outline: bytes, **request: object) -> Ended:
        """Run a course on a project that nobody has used, to its end, however it ends."""
        project = f"bench-{secrets.token_hex(4)}"
        key = ProjectKeys(project).outline()
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=outline)
        started = self.step_functions.start_execution(
            stateMachineArn=machine,
            input=json.dumps({"outline_s3_key": key, "project_folder": project, **request}),
        )
        arn = started["executionArn"]
        give_up = time.monotonic() + _GIVE_UP_SECONDS
        while (state := self.step_functions.describe_execution(executionArn=arn))["status"] == "RUNNING":
            if time.monotonic() > give_up:
                self.step_functions.stop_execution(executionArn=arn)
            time.sleep(_POLL_SECONDS)
        intervals = run_intervals(self.s3, self.bucket, project, arn.rpartition(":")[2], state["startDate"])
        return Ended(
            status=state["status"],
            seconds=(state["stopDate"] - state["startDate"]).total_seconds(),
            book_seconds=sum(i.ends_at - i.starts_at for i in intervals if i.stage is Stage.BOOK),
            cause=f"{state.get('error', '')}: {state.get('cause', '')}"[:500],
            intervals=intervals,
        )

    def run_well(self, machine: str, outline: bytes, **request: object) -> Ended:
        """Run a course; raises `RunDidNotSucceed` when there is no book in the end."""
        ended = self.run(machine, outline, **request)
        if ended.status != "SUCCEEDED":
            raise RunDidNotSucceed(f"{machine.rpartition(':')[2]}: {ended.status}: {ended.cause}")
        return ended


@contextmanager
def bench_aws(**environment: str) -> Iterator[BenchAws]:
    """Start a local AWS with the fault proxy before Bedrock, and stop it in the end; any other is left alone."""
    os.environ.update(
        {
            "COURSEWRIGHT_STATE_DIR": str(Path(PROJECT_ROOT) / ".coursewright" / "bench"),
            "COURSEWRIGHT_FAULT_PROXY": "bedrock",
            **environment,
        }
    )
    for name in ("COURSEWRIGHT_LOCAL_PORT", "COURSEWRIGHT_MODEL_URL", "COURSEWRIGHT_MODEL_NAME"):
        os.environ.pop(name, None)
    with only_one_command():
        stop_servers()
        discard()
        state = start_servers(LocalSettings.from_environment())
        try:
            yield BenchAws(state)
        finally:
            stop_servers()
            discard()

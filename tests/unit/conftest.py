"""What unit tests share: a bucket in moto, the functions' environment, a Lambda context, a server that writes."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
import uvicorn
from aws_lambda_powertools.utilities.typing import LambdaContext
from moto import mock_aws
from starlette.applications import Starlette

from course_kit.errors import WorkRemaining
from course_kit.store.artefact_store import ArtefactStore, s3_client
from offline_author.app import Author, CallRecord, create_app
from offline_author.behaviour import Behaviour, BehaviourBook, CallKind
from tests.waiting import wait_until

BUCKET = "course-bucket"
PROJECT = "251016-networks-01"


@pytest.fixture(autouse=True)
def no_real_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may reach an account: credentials that open nothing, and no profile or endpoint of the developer's."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    # A client of another test's moto, or of another region, must not go on.
    s3_client.cache_clear()


@pytest.fixture
def store() -> Iterator[ArtefactStore]:
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        yield ArtefactStore.connect(BUCKET)


@pytest.fixture
def function_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables that the stack sets."""
    variables = {
        "COURSE_BUCKET": BUCKET,
        "TEXT_MODEL_ID": "global.anthropic.claude-sonnet-4-6",
        "MODULE_MAX_CONCURRENCY": "3",
        "LESSON_MAX_CONCURRENCY": "5",
        "IMAGE_MAX_CONCURRENCY": "4",
        "OPENAI_SECRET_NAME": "coursewright/openai",
        "OPENAI_TEXT_MODEL_ID": "coursewright.offline-author-v1",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@dataclass
class FakeLambdaContext:
    """What Powertools and our deadline read of Lambda's context."""

    remaining_milliseconds: int = 900_000
    function_name: str = "function"
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:function"
    aws_request_id: str = "request"

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_milliseconds


StepResult = dict[str, Any]
_STATE_MACHINES_PATIENCE = 100


def called_until_done(
    handler: Callable[[dict[str, object], LambdaContext], dict[str, object]],
    event: dict[str, object],
    *,
    milliseconds: int,
) -> tuple[int, StepResult]:
    """Call a step as the state machine does, again while work remains; return how many calls it took, and its result.

    ``milliseconds`` is each call's time.
    """
    for attempt in range(1, _STATE_MACHINES_PATIENCE + 1):
        with suppress(WorkRemaining):
            return attempt, handler(event, FakeLambdaContext(remaining_milliseconds=milliseconds))  # type: ignore[arg-type]
    pytest.fail(f"work remained after {_STATE_MACHINES_PATIENCE} calls")


@pytest.fixture
def lambda_context() -> FakeLambdaContext:
    return FakeLambdaContext()


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """Serve an application inside the test; yield its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started or not thread.is_alive(), "a server of the test's own")
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@dataclass
class WritingServer:
    """The offline author, running inside the test, and how it behaves."""

    url: str
    author: Author

    def behave(self, *rules: dict[str, object]) -> None:
        self.author.book = BehaviourBook(Behaviour.model_validate({"rules": rules}))

    def calls(self, kind: CallKind | None = None) -> list[CallRecord]:
        return [call for call in self.author.calls if kind in (None, call.kind)]


@dataclass
class CallClock:
    """A clock that only calls move on: what fits into a function's time is the same on every machine."""

    author: Author
    seconds_a_call: float

    def monotonic(self) -> float:
        """Return the time that the calls so far have taken."""
        return len(self.author.calls) * self.seconds_a_call


@pytest.fixture
def clock_of_calls(writing_server: WritingServer, monkeypatch: pytest.MonkeyPatch) -> CallClock:
    """Replace the steps' clock by one that stands still between model calls."""
    clock = CallClock(writing_server.author, seconds_a_call=0)
    for module in ("course_kit.deadline", "course_kit.work.text_batch", "images_gen.module_images"):
        monkeypatch.setattr(f"{module}.time", clock)
    return clock


@pytest.fixture
def writing_server(
    store: ArtefactStore, function_environment: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[WritingServer]:
    """An OpenAI-compatible server for ``model_provider: openai``, its key in Secrets Manager (moto)."""
    boto3.client("secretsmanager").create_secret(Name="coursewright/openai", SecretString='{"api_key": "sk-test"}')
    author = Author(BehaviourBook(Behaviour()))
    with serving(create_app(author)) as url:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{url}/v1")
        yield WritingServer(url, author)

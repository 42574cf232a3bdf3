"""Fixtures of tests that call functions: an account in moto, the functions' environment, a server that writes."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from course_kit.store.artefact_store import ArtefactStore, s3_client
from offline_author.app import Author, create_app
from offline_author.behaviour import Behaviour, BehaviourBook
from tests.support.buckets import BUCKET
from tests.support.lambda_context import FakeLambdaContext
from tests.support.serving import serving
from tests.support.writing_server import CallClock, WritingServer


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


@pytest.fixture
def lambda_context() -> FakeLambdaContext:
    return FakeLambdaContext()


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

"""What every run on local AWS relies on: nobody unknown gets in, roles count, errors keep their names."""

import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError

import local_aws
from local_aws import deployment
from local_aws.state import state_dir
from tests.support.lesson_call import converse, lesson_prompt
from tests.support.local_author import Author, time_of
from tests.support.tiny_resources import TinyResources, call
from tests.support.waiting import wait_until
from tests.support.workers import needs_proc

HOSTILE_ENVIRONMENT = {
    "AWS_PROFILE": "somebody-elses",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "a-real-secret",
    "AWS_SESSION_TOKEN": "a-real-token",
    "AWS_REGION": "eu-central-1",
    "AWS_ENDPOINT_URL": "https://real.example.invalid",
    "AWS_ENDPOINT_URL_S3": "https://real.example.invalid",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "AWS_CA_BUNDLE": "/nowhere.pem",
    "AWS_CONFIG_FILE": "/nowhere",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "ALL_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "",
}


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in HOSTILE_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def test_plain_http_is_refused(local_connection: local_aws.LocalConnection) -> None:
    # When / Then
    with pytest.raises(httpx.HTTPError):
        httpx.get(local_connection.endpoint_url.replace("https", "http"), trust_env=False)


def test_only_who_is_given_the_certificate_trusts_it(local_connection: local_aws.LocalConnection) -> None:
    # When / Then: another program's trust store does not hold it.
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(local_connection.endpoint_url, trust_env=False)


def test_an_unknown_key_is_refused(local_connection: local_aws.LocalConnection) -> None:
    # Given
    stranger = boto3.Session(
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="a-secret", region_name="us-east-1"
    )
    # When / Then
    for service, operation, code in (
        ("s3", "list_buckets", "InvalidAccessKeyId"),
        ("stepfunctions", "list_state_machines", "UnrecognizedClientException"),
    ):
        client = stranger.client(service, **local_connection.client_options)  # type: ignore[call-overload]
        with pytest.raises(ClientError) as refused:
            getattr(client, operation)()
        assert refused.value.response["Error"]["Code"] == code


def test_a_role_may_do_what_it_was_granted_and_nothing_else(tiny: TinyResources) -> None:
    # Given: a bucket, and a function that may read it only.
    bucket = "tiny-granted"
    tiny.client("s3").create_bucket(Bucket=bucket)
    tiny.client("s3").put_object(Bucket=bucket, Key="there", Body=b"text")
    function = tiny.function(
        "import boto3\n"
        "def handler(event, context):\n"
        "    s3 = boto3.client('s3')\n"
        "    if event['write']:\n"
        "        s3.put_object(Bucket='tiny-granted', Key='new', Body=b'')\n"
        "    return s3.get_object(Bucket='tiny-granted', Key='there')['Body'].read().decode()\n",
        allowed={"s3:GetObject": f"arn:aws:s3:::{bucket}/*"},
    )
    # When
    read, written = tiny.invoke(function, {"write": False}), tiny.invoke(function, {"write": True})
    # Then
    assert read == "text"
    assert "AccessDenied" in written["errorMessage"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("    raise TextRejected('module 1, lesson 2: cut off')\n", "TextRejected"),
        ("    raise TextRejected('two\\nlines: of text')\n", "TextRejected"),
        ("    raise TextRejected\n", "TextRejected"),
        (
            "    try:\n        {}['x']\n    except KeyError as e:\n        raise TextRejected('why') from e\n",
            "TextRejected",
        ),
        ("    return {}['missing']\n", "KeyError"),
    ],
    ids=["plain", "two lines", "no message", "with a cause", "built in"],
)
def test_an_exception_reaches_the_state_machine_under_its_class_name(
    tiny: TinyResources, body: str, expected: str
) -> None:
    # Given
    function = tiny.function(f"class TextRejected(Exception): pass\ndef handler(event, context):\n{body}")
    # When
    ended = tiny.run({"Call": call(function)})
    # Then
    assert (ended.status, ended.error) == ("FAILED", expected)


def test_retry_and_catch_match_class_names(tiny: TinyResources) -> None:
    # Given: a function that is throttled twice, then fails for good.
    function = tiny.function(
        "class ModelThrottled(Exception): pass\n"
        "class TextRejected(Exception): pass\n"
        "def handler(retries, context):\n"
        "    raise ModelThrottled('busy') if retries < 2 else TextRejected('no')\n"
    )
    arguments = {"FunctionName": function, "Payload": "{% $states.context.State.RetryCount %}"}
    retry = {"ErrorEquals": ["ModelThrottled"], "MaxAttempts": 5, "IntervalSeconds": 1}
    catch = {"ErrorEquals": ["TextRejected"], "Next": "Caught", "Output": "{% $states.errorOutput.Error %}"}
    # When
    task = call(function, Arguments=arguments, Retry=[retry], Catch=[catch])
    ended = tiny.run({"Call": task, "Caught": {"Type": "Pass", "End": True}})
    # Then
    assert (ended.status, ended.output) == ("SUCCEEDED", "TextRejected")
    assert ended.event_types.count("TaskFailed") == 3


def test_lessons_are_written_at_once(tiny: TinyResources, author: Author) -> None:
    # Given: a writer that answers nobody before as many lessons are asked for as three modules of five have.
    lesson = {"kind": "lesson"}
    author.behave(holds=[{**lesson, "until": lesson, "until_calls": 15}])
    prompt = lesson_prompt()
    # When
    with ThreadPoolExecutor(15) as pool:
        answers = list(pool.map(lambda _: converse(tiny, prompt), range(15)))
    # Then: by the writer's own clock, the last one had come in when the first one was answered.
    calls = author.calls()
    assert len(answers) == len(calls) == 15
    assert max(time_of(call["started_at"]) for call in calls) < min(time_of(call["ended_at"]) for call in calls)


@pytest.mark.usefixtures("hostile")
def test_the_users_own_aws_settings_have_no_effect(tiny: TinyResources) -> None:
    # When: asked in this process, and in one that has the connection's environment.
    here = tiny.client("sts").get_caller_identity()["Account"]
    there = subprocess.run(
        [sys.executable, "-c", "import boto3; print(boto3.client('sts').get_caller_identity()['Account'])"],
        env=tiny.connection.environment(),
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    # Then
    assert here == "000000000000"
    assert (there.stdout.strip(), there.stderr) == ("000000000000", "")


@needs_proc
def test_it_listens_on_loopback_only(local_connection: local_aws.LocalConnection) -> None:
    # Given: the sockets of ministack and of the author.
    own = set()
    for name in ("aws", "author"):
        process = Path("/proc") / (state_dir() / f"{name}.pid").read_text(encoding="utf-8") / "fd"
        own |= {str(descriptor.readlink()) for descriptor in process.iterdir() if descriptor.is_symlink()}
    # When: the listening ones are looked up.
    listening = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for row in Path(table).read_text(encoding="utf-8").splitlines()[1:]:
            (
                _,
                address,
                _,
                state,
                *_,
            ) = row.split()
            if state == "0A" and f"socket:[{row.split()[9]}]" in own:
                listening.append(address.split(":")[0])
    # Then
    assert len(listening) >= 2
    assert set(listening) == {socket.inet_pton(socket.AF_INET, "127.0.0.1")[::-1].hex().upper()}


def test_a_second_up_changes_nothing_and_is_quick(local_connection: local_aws.LocalConnection) -> None:
    # Given: what `up` keeps: servers by their process ids, and a log of every call of the CDK command, which is slow.
    def kept() -> dict[str, int]:
        files = (path for pattern in ("*.pid", "logs/cdk-*.log") for path in state_dir().glob(pattern))
        return {path.name: path.stat().st_mtime_ns for path in files}

    before, lines = kept(), list[str]()
    assert before.keys() >= {"aws.pid", "author.pid", "cdk-deploy.log"}
    # When
    connection = local_aws.up(lines.append)
    # Then
    assert (connection, lines) == (local_connection, [])
    assert kept() == before


def test_an_author_that_has_ended_comes_back_and_nothing_is_lost(tiny: TinyResources, author: Author) -> None:
    # Given: something in a bucket, and no author.
    tiny.client("s3").create_bucket(Bucket="tiny-kept")
    os.kill(int((state_dir() / "author.pid").read_text(encoding="utf-8")), signal.SIGKILL)
    wait_until(lambda: not local_aws.status().is_running, "the author's end")
    with pytest.raises(local_aws.LocalAwsNotRunning, match="coursewright local up"):
        local_aws.connect()
    # When
    lines: list[str] = []
    local_aws.up(lines.append)
    # Then
    assert lines == ["started the offline author again, which had ended"]
    assert author.calls() == []
    assert "tiny-kept" in {bucket["Name"] for bucket in tiny.client("s3").list_buckets()["Buckets"]}


def test_servers_are_not_replaced_under_a_run_in_progress(tiny: TinyResources, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given: an execution that waits, and a changed setting.
    client = tiny.client("stepfunctions")
    machine = tiny.machine({"Wait": {"Type": "Wait", "Seconds": 600, "End": True}})
    execution = client.start_execution(stateMachineArn=machine)["executionArn"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("COURSEWRIGHT_LOCAL_PORT", str(free.getsockname()[1]))
    # When / Then
    try:
        with pytest.raises(local_aws.LocalAwsError, match="a run is in progress and would be interrupted"):
            local_aws.up(print)
    finally:
        client.stop_execution(executionArn=execution)
    assert local_aws.status().is_running


def test_a_port_that_is_taken_is_refused_and_nothing_stops(
    local_connection: local_aws.LocalConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: another program on the port that is asked for.
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("COURSEWRIGHT_LOCAL_PORT", str(port))
        # When / Then
        with pytest.raises(local_aws.LocalAwsError, match=f"^COURSEWRIGHT_LOCAL_PORT: port {port} cannot be used"):
            local_aws.up(print)
    assert local_aws.status().is_running


def test_a_model_server_that_does_not_answer_is_named_and_nothing_stops(
    local_connection: local_aws.LocalConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setenv("COURSEWRIGHT_MODEL_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("COURSEWRIGHT_MODEL_NAME", "qwen3:8b")
    # When / Then
    with pytest.raises(
        local_aws.LocalAwsError, match=r"^COURSEWRIGHT_MODEL_URL: nothing answers at http://127\.0\.0\.1:9 "
    ):
        local_aws.up(print)
    assert local_aws.status().is_running


def test_without_the_cdk_command_the_fix_is_named(
    local_connection: local_aws.LocalConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: a project whose set-up was not run.
    monkeypatch.setattr(deployment, "PROJECT_ROOT", tmp_path)
    # When / Then
    with pytest.raises(local_aws.LocalAwsError, match=r"node_modules.* is not installed; run `make setup`"):
        deployment.deploy(local_connection, {})


def test_what_the_app_refuses_is_told_in_its_own_words(local_connection: local_aws.LocalConnection) -> None:
    # When / Then: the app cannot be deployed without a model.
    with pytest.raises(local_aws.LocalAwsError, match=r"(?s)cdk synth failed \(log: .*text_model_id"):
        deployment.deploy(local_connection, {"target": "local", "text_model_id": ""})

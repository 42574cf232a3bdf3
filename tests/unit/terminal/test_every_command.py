"""Every command there is, with nobody at the other end: one line, the right exit code, nothing written."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import COMMANDS, TO_AWS, CommandLine, arguments_of, assert_one_line
from tests.support.fake_aws import FakeAws, Refusal

_EXAMINING = [command for command in COMMANDS if command == "doctor"]
# An estimate asks nobody, wherever it is for.
_ASKING = [command for command in TO_AWS if command not in ("estimate", *_EXAMINING)]
_KEEPING_HOUSE = ["projects", "runs", "stop", "costs", "export", "import", "delete"]
_OF_VERSIONS = ["history", "diff", "restore"]
_EDITING = ["checkout", "status", "checkin", "build"]
_ON_LOCAL_AWS = [
    *_KEEPING_HOUSE,
    *_OF_VERSIONS,
    *_EDITING,
    "findings",
    "plan",
    "generate",
    "resume",
    "watch",
    "timeline",
    "rollback",
    "local up",
    "local status",
    "local diff",
]
_READING_THE_BUCKET = [
    *("plan", "generate", "resume", "watch", "timeline", "findings", *_OF_VERSIONS, *_EDITING),
    # A run is stopped whatever the bucket says.
    *(command for command in _KEEPING_HOUSE if command != "stop"),
]
_REFUSALS = {
    "an expired token": (
        Refusal("ExpiredToken", "The security token is expired", 403),
        "aws sso",
    ),
    "unknown keys": (Refusal("UnrecognizedClientException", "The security token is invalid", 403), "no valid keys"),
    "a right that is missing": (Refusal("AccessDenied", "User is not authorized", 403), "ask for this right"),
    "a wrong clock": (Refusal("RequestTimeTooSkewed", "The difference is too large", 403), "clock is wrong"),
    "too many requests": (Refusal("Throttling", "Rate exceeded", 400), "wait a minute"),
}
_MODELS = '{"text_model_id": "m", "image_model_id": "", "openai_text_model_id": "", "openai_image_model_id": ""}'


@pytest.fixture(autouse=True)
def nothing_is_written(tmp_path: Path) -> Iterator[None]:
    yield
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", _ASKING)
def test_an_account_that_cannot_be_reached_is_one_line(
    command: str, command_line: CommandLine, outline: Path, closed_port: str
) -> None:
    # Given
    command_line.monkeypatch.setenv("AWS_ENDPOINT_URL", closed_port)
    # When / Then
    assert_one_line(command_line.run_on_aws(command, outline), 1)


@pytest.mark.parametrize(
    ("command", "refusal"),
    [*((command, "an expired token") for command in _ASKING), *(("watch", refusal) for refusal in _REFUSALS)],
)
def test_what_aws_refuses_is_one_line_with_the_fix(
    command: str, refusal: str, command_line: CommandLine, outline: Path, aws: FakeAws
) -> None:
    # Given
    refused, fix = _REFUSALS[refusal]
    aws.refusals["cloudformation"] = refused
    # When
    ended = command_line.run_on_aws(command, outline)
    # Then
    assert_one_line(ended, 1)
    assert refused.code in ended.err
    assert fix in ended.err


@pytest.mark.parametrize("command", _READING_THE_BUCKET)
def test_a_bucket_that_cannot_be_reached_is_one_line(
    command: str,
    command_line: CommandLine,
    outline: Path,
    aws: FakeAws,
    closed_port: str,
) -> None:
    # Given: the stack and its runs are there; S3 is not.
    aws.models = _MODELS
    command_line.monkeypatch.setenv("AWS_ENDPOINT_URL_S3", closed_port)
    command_line.monkeypatch.setattr("coursewright.run.patience.PATIENCE_SECONDS", 0.0)
    # When
    ended = command_line.run_on_aws(command, outline)
    # Then: a run that is only followed goes on.
    assert_one_line(ended, 3 if command == "watch" else 1, "connect")
    assert "DescribeStacks" in aws.asked


@pytest.mark.parametrize("command", _READING_THE_BUCKET)
def test_a_bucket_that_refuses_is_one_line(
    command: str, command_line: CommandLine, outline: Path, aws: FakeAws
) -> None:
    # Given
    aws.models = _MODELS
    aws.refusals["s3"] = Refusal("ExpiredToken", "The provided token has expired.")
    command_line.monkeypatch.setattr("coursewright.run.patience.PATIENCE_SECONDS", 0.0)
    # When / Then
    assert_one_line(command_line.run_on_aws(command, outline), 3 if command == "watch" else 1, "aws sso login")


@pytest.mark.parametrize("command", _ON_LOCAL_AWS)
def test_a_local_aws_that_has_gone_is_one_line(
    command: str,
    command_line: CommandLine,
    outline: Path,
    closed_port: str,
    tmp_path: Path,
) -> None:
    # Given: what the last local AWS left behind, at whose port nobody listens, and a model server that is away.
    left = {"emulator_port": int(closed_port.rpartition(":")[2]), "certificate": "gone.pem", "server_version": "1"}
    left |= {"model_url": closed_port, "text_model_id": "m", "is_offline": False, "deployed_version": "1"}
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "local.json").write_text(json.dumps(left), encoding="utf-8")
    command_line.monkeypatch.setenv("COURSEWRIGHT_MODEL_URL", closed_port)
    command_line.monkeypatch.setenv("COURSEWRIGHT_MODEL_NAME", "m")
    target = ["--target", "local"] if command in TO_AWS else []
    # When
    ended = command_line.run(*command.split(), *arguments_of(command, outline), *target)
    # Then
    assert_one_line(ended, 1)
    assert "`coursewright local up` starts it" in ended.err or "nothing answers at" in ended.err


@pytest.mark.parametrize("command", _EXAMINING)
def test_a_command_that_examines_tells_refusals_and_goes_on(
    command: str, command_line: CommandLine, outline: Path, aws: FakeAws
) -> None:
    # Given
    aws.refusals["cloudformation"] = Refusal("AccessDenied", "User [/is] not authorized", 403)
    # When
    ended = command_line.run_on_aws(command, outline)
    # Then
    assert ended.exit_code in (0, 1)
    assert "Traceback" not in ended.out + ended.err
    assert "User [/is] not authorized" in ended.out


def test_every_command_is_among_those_that_are_tried() -> None:
    known = {*_ASKING, *_EXAMINING, *_ON_LOCAL_AWS, "estimate", "validate", "open", "local down"}
    assert set(COMMANDS) <= known
    assert set(_READING_THE_BUCKET) < set(_ASKING)


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"AWS_ENDPOINT_URL": "nonsense"}, "Invalid endpoint: nonsense"),
        ({"AWS_REGION": "no region!"}, "no region!"),
        ({"AWS_PROFILE": "nobody"}, "The config profile (nobody) could not be found"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}, "AWS region: found nothing"),
        ({"AWS_SECRET_ACCESS_KEY": ""}, "aws sso login"),
    ],
)
def test_settings_of_the_sdk_that_are_none_are_one_line(
    command_line: CommandLine,
    outline: Path,
    closed_port: str,
    variables: dict[str, str],
    named: str,
) -> None:
    # Given
    command_line.monkeypatch.setenv("AWS_ENDPOINT_URL", closed_port)
    for name, value in variables.items():
        command_line.monkeypatch.setenv(name, value)
    # When
    ended = command_line.run_on_aws("watch", outline)
    # Then
    assert_one_line(ended, ended.exit_code, named)
    assert ended.exit_code in (1, 2)


def test_the_region_is_looked_for_where_cdk_looks(command_line: CommandLine, outline: Path, aws: FakeAws) -> None:
    # Given: boto3 alone would not read this variable.
    command_line.monkeypatch.delenv("AWS_DEFAULT_REGION")
    command_line.monkeypatch.setenv("AWS_REGION", "eu-west-1")
    # When
    ended = command_line.run_on_aws("resume", outline)
    # Then
    assert "DescribeStacks" in aws.asked
    assert_one_line(ended, 2, "expected a project with a run")

"""A login that is missing, over or wrong is one line that says how to log in."""

import hashlib
import json
from pathlib import Path

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    LoginRefreshRequired,
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)

from course_kit.errors import ArtefactConflict, StorageUnavailable
from coursewright.doctor.finding import Verdict
from coursewright.doctor.refusals import outcome_of
from coursewright.failures import failure_of, is_outage, needs_login
from coursewright.terminal import printable
from local_aws.errors import LocalAwsNotRunning
from tests.support.command_line import CommandLine, assert_one_line

_START = "https://company.awsapps.com/start"
_SSO = f"sso_start_url = {_START}\nsso_region = us-east-1\n"
_ROLE = "sso_account_id = 123456789012\nsso_role_name = Author\nregion = us-east-1\n"
_PROFILES = {
    "a profile with a session": f"[profile work]\nsso_session = s\n{_ROLE}[sso-session s]\n{_SSO}",
    "a profile of the old form": f"[profile work]\n{_SSO}{_ROLE}",
}
_LOGINS: list[Exception] = [
    NoCredentialsError(),
    PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
    SSOTokenLoadError(profile_name="work", error_msg="gone"),
    UnauthorizedSSOTokenError(),
    TokenRetrievalError(provider="sso", error_msg="Token has expired and refresh failed"),
    NoAuthTokenError(),
    CredentialRetrievalError(provider="custom-process", error_msg="exit 1\nlog in\x1b[2J first"),
]
_REFUSED = {
    "ExpiredToken": "log in again",
    "ExpiredTokenException": "log in again",
    "InvalidClientTokenId": "log in again",
    "UnrecognizedClientException": "log in again",
    "InvalidAccessKeyId": "log in again",
    "SignatureDoesNotMatch": "log in again",
    "400": "log in again",
    "AccessDenied": "ask for this right",
    "AccessDeniedException": "ask for this right",
    "RequestTimeTooSkewed": "clock is wrong",
    "ThrottlingException": "wait a minute",
    "SlowDown": "wait a minute",
}
_UNREACHABLE: list[BotoCoreError] = [
    EndpointConnectionError(endpoint_url="https://x"),
    ConnectTimeoutError(endpoint_url="https://x"),
    ReadTimeoutError(endpoint_url="https://x"),
    SSLError(endpoint_url="https://x", error=Exception("certificate verify failed")),
    ProxyConnectionError(proxy_url="http://proxy"),
]


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "No.\nNot now."}}, "DescribeStacks")


def line_of(error: Exception) -> str:
    failure = failure_of(error)
    assert failure is not None
    assert failure.exit_code == 1
    assert len(failure.lines) == 1
    return printable(failure.lines[0])


@pytest.mark.parametrize("error", _LOGINS, ids=lambda error: type(error).__name__)
def test_a_login_that_is_missing_or_over_says_how_to_log_in(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "log in again: `aws sso login`" in line_of(error)
    monkeypatch.setenv("AWS_PROFILE", "work")
    assert "`aws sso login --profile work`" in line_of(error)
    assert needs_login(error)


def test_the_login_of_the_console_has_a_command_of_its_own() -> None:
    assert "log in again: `aws login`" in line_of(LoginRefreshRequired())


@pytest.mark.parametrize("code", _REFUSED)
def test_a_refusal_is_named_with_its_fix(code: str) -> None:
    line = line_of(refusal(code))
    assert f"AWS refused DescribeStacks: {code}: No. Not now." in line
    assert _REFUSED[code] in line


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("SignatureDoesNotMatch", "Signature expired: 20261126T100000Z is now earlier than 20261126T101500Z"),
        ("InvalidSignatureException", "Signature not yet current: 20261126T103000Z is still later than now"),
        ("RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
    ],
)
def test_a_wrong_clock_is_told_as_that_by_every_command_and_by_the_doctor(code: str, message: str) -> None:
    # Given: STS and most services name it as they name wrong keys, S3 has a name for it.
    error = ClientError({"Error": {"Code": code, "Message": message}}, "GetCallerIdentity")
    # When
    line, found = line_of(error), outcome_of(error)
    # Then
    assert line.endswith("; this machine's clock is wrong: set it, as by NTP, then run again")
    assert (found.verdict, found.fix) == (Verdict.WRONG, line.rpartition("; ")[2])
    assert not needs_login(error)


def test_a_refusal_that_nobody_knows_is_told_in_awss_words() -> None:
    assert line_of(refusal("Strange")) == "AWS refused DescribeStacks: Strange: No. Not now."


@pytest.mark.parametrize("error", _UNREACHABLE, ids=lambda error: type(error).__name__)
def test_what_cannot_be_reached_is_told_as_that(error: BotoCoreError) -> None:
    assert line_of(error).startswith("AWS cannot be reached: ")
    assert is_outage(error)
    assert not needs_login(error)


def test_what_is_none_of_a_login_is_told_too() -> None:
    assert "correct AWS_PROFILE" in line_of(ProfileNotFound(profile="none"))
    assert line_of(StorageUnavailable("k: S3 failed")) == "k: S3 failed"
    assert line_of(ArtefactConflict("k: another execution wrote it")) == "k: another execution wrote it"
    assert line_of(LocalAwsNotRunning()).startswith("local AWS is not running")
    assert line_of(FileNotFoundError(2, "No such file or directory", "bundle.pem")) == (
        "bundle.pem: No such file or directory"
    )


@pytest.mark.parametrize("error", [KeyError("x"), AttributeError("x"), ZeroDivisionError()])
def test_a_fault_of_ours_keeps_its_traceback(error: Exception) -> None:
    assert failure_of(error) is None


@pytest.mark.parametrize("is_over", [False, True], ids=["never logged in", "the login is over"])
@pytest.mark.parametrize("profile", _PROFILES)
def test_single_sign_on_without_a_login_is_one_line(
    command_line: CommandLine, tmp_path: Path, profile: str, is_over: bool
) -> None:
    # Given: a profile of single sign-on, and what `aws sso login` leaves, if somebody did.
    patch = command_line.monkeypatch
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION", "AWS_REGION"):
        patch.delenv(name)
    (tmp_path / "config").write_text(_PROFILES[profile], encoding="utf-8")
    patch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    patch.setenv("AWS_PROFILE", "work")
    if is_over:
        cache = tmp_path / ".aws" / "sso" / "cache"
        cache.mkdir(parents=True)
        token = {"startUrl": _START, "region": "us-east-1", "accessToken": "t", "expiresAt": "2020-01-01T00:00:00Z"}
        for name in ("s", _START):
            file = cache / f"{hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()}.json"
            file.write_text(json.dumps(token), encoding="utf-8")
    # When
    ended = command_line.run("watch", "run-1", "--target", "aws")
    # Then
    assert_one_line(ended, 1, "log in again: `aws sso login --profile work`")

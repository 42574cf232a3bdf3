"""Errors of AWS, local AWS and stored texts, each as one line with the fix. Only `main` translates; commands do not."""

import os

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConfigNotFound,
    ConfigParseError,
    ConnectionError,
    CredentialRetrievalError,
    HTTPClientError,
    LoginError,
    NoAuthTokenError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
from pydantic import ValidationError

from course_kit.errors import CourseError, StorageUnavailable
from coursewright.errors import CommandFailed
from local_aws.errors import LocalAwsError

# Error codes that services share (AWS, "Common error types"), and the equal ones of STS and S3.
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
_UNKNOWN_KEYS = {
    "AuthFailure",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "InvalidToken",
    "MissingAuthenticationToken",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_WRONG_CLOCK = {"RequestInTheFuture", "RequestTimeTooSkewed"}
# Other services use one code for a wrong clock and for wrong keys; the message distinguishes them.
_WORDS_OF_WRONG_CLOCK = ("Signature expired", "Signature not yet current")
# S3's refusal of a HEAD request has a status and no body.
_WITHOUT_REASON = "400"
DENIED = {"403", "AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
_THROTTLED = {"RequestLimitExceeded", "SlowDown", "Throttling", "ThrottlingException", "TooManyRequestsException"}
# The login is missing or expired. All of these are raised before a request is sent.
_NO_LOGIN = (
    CredentialRetrievalError,
    LoginError,
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)
_UNREACHABLE = (ConnectionError, HTTPClientError)

FORESEEN = (CommandFailed, LocalAwsError, ClientError, BotoCoreError, CourseError, ValidationError, OSError)
"""What a command may meet without being wrong itself. Anything else is a fault of ours, and shows its traceback."""


def failure_of(error: Exception) -> CommandFailed | None:
    """Return an error as a message to the user, with the fix.

    Returns
    -------
    CommandFailed or None
        None for an unforeseen error.
    """
    match error:
        case CommandFailed():
            return error
        case ClientError():
            return CommandFailed(_refused(error))
        case BotoCoreError():
            return CommandFailed(_not_asked(error))
        case ValidationError():
            return CommandFailed(_unreadable(error))
        case LocalAwsError() | CourseError():
            return CommandFailed(*str(error).split("\n"))
        case OSError():
            return CommandFailed(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    return None


def is_outage(error: Exception) -> bool:
    """Whether a retry may succeed later: after a new login, a pause, or when the network is back."""
    return isinstance(error, ClientError | BotoCoreError | StorageUnavailable)


def needs_login(error: Exception) -> bool:
    """Whether credentials are missing, expired or replaced, so that they must be read again."""
    if isinstance(error, ClientError):
        codes = _EXPIRED | _UNKNOWN_KEYS | DENIED | {_WITHOUT_REASON}
        return error.response["Error"]["Code"] in codes and not has_wrong_clock(error)
    return isinstance(error, _NO_LOGIN)


def has_wrong_clock(error: ClientError) -> bool:
    """Whether a request was refused for the time in its signature: the clock is wrong, the keys are right."""
    answer = error.response["Error"]
    return answer.get("Code") in _WRONG_CLOCK or answer.get("Message", "").startswith(_WORDS_OF_WRONG_CLOCK)


def _how_to_log_in(command: str = "aws sso login") -> str:
    profile = os.environ.get("AWS_PROFILE")
    return f"log in again: `{command}{f' --profile {profile}' if profile else ''}`, or set new keys"


def _not_asked(error: BotoCoreError) -> str:
    if isinstance(error, ProfileNotFound | ConfigNotFound | ConfigParseError | NoRegionError):
        return f"AWS: {error}; correct AWS_PROFILE, AWS_REGION or ~/.aws/config"
    if isinstance(error, LoginError):
        return f"AWS: not logged in, or no longer ({error}); {_how_to_log_in('aws login')}"
    if isinstance(error, _NO_LOGIN):
        return f"AWS: not logged in, or no longer ({error}); {_how_to_log_in()}"
    if isinstance(error, _UNREACHABLE):
        return f"AWS cannot be reached: {error}; check network, region and AWS_ENDPOINT_URL"
    return f"AWS could not be asked: {error}; check credentials, region and network"


def _refused(error: ClientError) -> str:
    code = error.response["Error"].get("Code", "no code")
    said = f"AWS refused {error.operation_name}: {code}: {error.response['Error'].get('Message', 'no message')}"
    if has_wrong_clock(error):
        return f"{said}; this machine's clock is wrong: set it, as by NTP, then run again"
    if code in _EXPIRED:
        return f"{said}; {_how_to_log_in()}"
    if code == _WITHOUT_REASON:
        return f"{said}; S3 gives no reason here, most often the login has expired: {_how_to_log_in()}"
    if code in _UNKNOWN_KEYS:
        return f"{said}; these are no valid keys: {_how_to_log_in()}"
    if code in DENIED:
        return f"{said}; ask for this right, or use another profile (AWS_PROFILE)"
    if code in _THROTTLED:
        return f"{said}; wait a minute, then run again"
    return said


def _unreadable(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    where = ".".join(map(str, first["loc"])) or "all of it"
    found = "nothing" if first["type"] == "missing" else f"{first['input']!r:.80}"
    return (
        f"{error.title}, read from AWS: {where}: found {found}: {first['msg']}; "
        "another version of Coursewright, or somebody else, wrote it"
    )

"""AWS's errors as outcomes of checks, with the command line's own messages (`failures`)."""

from botocore.exceptions import ClientError, NoCredentialsError
from botocore.parsers import ResponseParserError
from pydantic import ValidationError

from coursewright.doctor.finding import Outcome
from coursewright.failures import DENIED, FORESEEN, failure_of, has_wrong_clock, needs_login

REFUSALS = (*FORESEEN, ResponseParserError)
"""What looking at an account, or at local AWS, may raise; anything else is a fault of this program."""

_RIGHTS = "ask for the rights of docs/policies/doctor.json, or have somebody run this who has them"
_SIGN_UP = "finish the account's sign-up: Billing, a valid payment method; a new account takes up to a day"
_SET_UP = "set up access once: `aws configure sso` or `aws login`, then `export AWS_PROFILE=NAME`; in scripts, keys"
_ANOTHER_FORM = "is AWS_ENDPOINT_URL set by mistake?"
# The name in SNS, which only the doctor calls.
_DENIED_CODES = DENIED | {"AuthorizationError", "AuthorizationErrorException"}
_NOT_SIGNED_UP_CODES = {"OptInRequired", "SubscriptionRequiredException"}


def code_of(error: ClientError) -> str:
    """Return the code of AWS's error."""
    return error.response["Error"]["Code"]


def message_of(error: ClientError) -> str:
    """Return the message of AWS's error."""
    return error.response["Error"].get("Message", "")


def outcome_of(error: Exception) -> Outcome:
    """Return the outcome for one of `REFUSALS`."""
    failure = failure_of(error)
    if failure is None or isinstance(error, ValidationError):
        return Outcome.unknown("the answer has another form than AWS's", _ANOTHER_FORM)
    line = " ".join(failure.lines)
    if isinstance(error, NoCredentialsError):
        return Outcome.wrong("no credentials", _SET_UP)
    if not isinstance(error, ClientError):
        return _with_its_fix(line)
    said = ": ".join(filter(None, (error.operation_name, code_of(error), message_of(error))))
    if code_of(error) in _DENIED_CODES:
        return Outcome.unknown(said, _RIGHTS)
    if code_of(error).isdecimal():
        # An HTTP status without a code: the answer is not from AWS.
        return Outcome.unknown(said, _ANOTHER_FORM)
    if code_of(error) in _NOT_SIGNED_UP_CODES:
        return Outcome.wrong(said, _SIGN_UP)
    return _with_its_fix(line) if needs_login(error) or has_wrong_clock(error) else Outcome.unknown(line)


def _with_its_fix(line: str) -> Outcome:
    """Split a line of `failures`: the fix comes last."""
    found, _, fix = line.rpartition("; ")
    return Outcome.wrong(found, fix) if found else Outcome.wrong(line, "correct what is named")

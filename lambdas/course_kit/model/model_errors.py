"""Translation of providers' failures into the typed errors of the state machine."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, EventStreamError
from pydantic import JsonValue
from strands.types.exceptions import ContextWindowOverflowException, ModelThrottledException

from course_kit.errors import CourseError, ModelThrottled, ModelUnavailable, RequestInvalid, TextRejected
from course_kit.model.model_access import SUBSCRIPTION_FIX, USE_CASE_FIX, access_fix

_THROTTLE_CODES = {"ThrottlingException", "TooManyRequestsException", "ServiceQuotaExceededException", "429"}
_OUTAGE_CODES = {
    "InternalFailure",
    "InternalServerException",
    "ModelErrorException",
    "ModelNotReadyException",
    "ModelStreamErrorException",
    "ModelTimeoutException",
    "RequestTimeout",
    "ServiceUnavailable",
    "ServiceUnavailableException",
}
_FINAL_CODES = {"AccessDeniedException", "ResourceNotFoundException", "ValidationException"}
_CLIENT_PACKAGES = {"openai", "httpx", "httpcore", "urllib3"}
_SERVER_ERROR = 500
_NOT_THE_CALLS_FAULT = (408, 409, 425, 429)
_THROTTLE_WORDS = re.compile(r"rate.?limit|too.?many.?requests|throttl", re.IGNORECASE)
# A retry does not help an account without credit.
_NO_CREDIT_WORDS = re.compile(r"insufficient_quota|billing_hard_limit|credit balance|exceeded your current quota", re.I)
_FILTER_WORDS = re.compile(r"content_filter|content_policy|ResponsibleAIPolicy|content management policy", re.I)
_INVALID_WORDS = re.compile(r"invalid_request|invalid_api_key|authentication_error|permission_error|not_found", re.I)
_CONTEXT_WORDS = re.compile(
    r"context.?(?:length|window|size|limit)|maximum context|max_model_len|prompt is too long|input is too long"
    r"|too many total text bytes|exceed\w*(?: customer)? model maximum",
    re.IGNORECASE,
)
# "maximum context length is 4096 tokens", "context size (8192 tokens)", "216000 tokens > 200000 maximum".
_CONTEXT_SIZE = re.compile(
    r"(?:context (?:length|window|size|limit)|max_model_len|model maximum)\D{0,30}?(?P<after>\d[\d,]{2,})"
    r"|> ?(?P<compared>\d[\d,]{2,}) maximum",
    re.IGNORECASE,
)
_NO_ACCESS_WORDS = re.compile(r"don.t have access to the model", re.IGNORECASE)
_SHOWN_CHARACTERS = 300


class ServerError(Exception):
    """An error inside an answer that started well, in the format of OpenAI's API."""

    def __init__(self, error: JsonValue) -> None:
        told: Mapping[str, JsonValue] = error if isinstance(error, dict) else {"message": error}
        self.status_code = next((told[name] for name in ("code", "status") if isinstance(told.get(name), int)), None)
        words = [str(told[name]) for name in ("type", "code", "message") if told.get(name)]
        super().__init__(": ".join(words) or "an error without words")


@contextmanager
def typed_errors(model_id: str = "") -> Iterator[None]:
    """Translate a provider's exceptions into the typed errors; ``model_id`` is the model's name in them."""
    try:
        yield
    except (
        ModelThrottledException,
        ContextWindowOverflowException,
        ServerError,
        ClientError,
        BotoCoreError,
    ) as error:
        raise typed(error, model_id) from error
    except TimeoutError as error:
        raise ModelUnavailable("the model did not answer in time") from error
    except Exception as error:
        if isinstance(error, OSError) or _is_of_a_client(error):
            raise typed(error, model_id) from error
        raise


def typed(error: Exception, model_id: str = "") -> Exception:
    """Return the typed error for a provider's exception."""
    if isinstance(error, CourseError):
        return error
    text = " ".join(str(error).split())[:_SHOWN_CHARACTERS]
    if isinstance(error, ModelThrottledException):
        return ModelThrottled(text)
    if isinstance(error, ContextWindowOverflowException):
        return context_overflow(text, model_id)
    if isinstance(error, ClientError):
        return _of_bedrock(error, text, model_id)
    return _of_a_server(error, text, model_id)


def _of_bedrock(error: ClientError, text: str, model_id: str) -> CourseError:
    # An exception inside a stream has a member's name: `modelStreamErrorException`.
    code = error.response["Error"]["Code"]
    code = code[:1].upper() + code[1:]
    if code in _THROTTLE_CODES:
        return ModelThrottled(text)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _OUTAGE_CODES or status >= _SERVER_ERROR:
        return ModelUnavailable(text)
    if isinstance(error, EventStreamError) and code not in _FINAL_CODES:
        # The call was accepted, and its answer ended by an error that botocore does not know.
        return ModelUnavailable(text)
    if code == "ValidationException" and _CONTEXT_WORDS.search(text):
        return context_overflow(text, model_id)
    return RequestInvalid(f"the model refused the call ({code}); {_what_to_do(code, text, model_id)}: {text}")


def _what_to_do(code: str, text: str, model_id: str) -> str:
    """Return the fix of a final refusal, by today's rules for access."""
    fix = access_fix(code, text)
    if code == "AccessDeniedException" and _NO_ACCESS_WORDS.search(text):
        # Bedrock's oldest message, which does not name the missing right.
        fix = f"{USE_CASE_FIX}; and {SUBSCRIPTION_FIX}" if "anthropic." in model_id else SUBSCRIPTION_FIX
    if fix is None:
        return "check text_model_id and its access"
    return f'{fix} (step by step: docs/operations.md, "First run"). Bedrock says'


def _of_a_server(error: Exception, text: str, model_id: str) -> CourseError:
    status = getattr(error, "status_code", None)
    words = f"{getattr(error, 'code', None) or ''} {getattr(error, 'type', None) or ''} {text}"
    is_told = isinstance(error, ServerError)
    is_final = isinstance(status, int) and 400 <= status < _SERVER_ERROR and status not in _NOT_THE_CALLS_FAULT  # noqa: PLR2004
    if (is_told or isinstance(status, int)) and _NO_CREDIT_WORDS.search(words):
        return RequestInvalid(f"the model server's account has no credit left: {text}")
    if is_told and _THROTTLE_WORDS.search(words):
        return ModelThrottled(text)
    if (is_told or is_final) and _FILTER_WORDS.search(words):
        return TextRejected(f"the model server's filter refused the call: {text}")
    if (is_told or is_final) and _CONTEXT_WORDS.search(words):
        return context_overflow(text, model_id)
    if is_final or (is_told and status is None and _INVALID_WORDS.search(words)):
        found = f" (HTTP {status})" if isinstance(status, int) else ""
        return RequestInvalid(f"the model server refused the call{found}: {text}")
    return ModelThrottled(text) if status == 429 else ModelUnavailable(text)  # noqa: PLR2004


def context_overflow(text: str, model_id: str, *, told_by: str = "The server says") -> RequestInvalid:
    """Return the error for a call that does not fit into its model's context."""
    found = _CONTEXT_SIZE.search(text)
    size = f" of {found['after'] or found['compared']} tokens" if found else ""
    return RequestInvalid(
        f"the call does not fit into the context{size} of the model {model_id or 'asked'}. Set text_model_id "
        "(openai_text_model_id) to a model with a longer one, or let the server give it a longer one (Ollama: "
        "OLLAMA_CONTEXT_LENGTH, vLLM: --max-model-len, llama.cpp: --ctx-size), or make the lesson shorter "
        f"(duration_minutes). {told_by}: {text}"
    )


def is_outage(error: Exception) -> bool:
    """Whether a provider's failure may be temporary; our own faults never are."""
    if isinstance(error, ModelUnavailable):
        return True
    is_providers = isinstance(error, ClientError | BotoCoreError | OSError | ServerError) or _is_of_a_client(error)
    return is_providers and isinstance(typed(error), ModelUnavailable)


def _is_of_a_client(error: Exception) -> bool:
    """Whether an error comes from the OpenAI client, which is imported only when used, or from its connection.

    An answer that breaks off in its stream raises an error of the HTTP library, whose next edition has another name
    (httpx2).
    """
    package = type(error).__module__.partition(".")[0]
    return bool({package, package.rstrip("0123456789")} & _CLIENT_PACKAGES)

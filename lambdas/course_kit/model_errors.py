"""The many ways in which a provider fails, as the errors that the state machine knows."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError
from strands.types.exceptions import EventLoopException, ModelThrottledException, StructuredOutputException

from course_kit.errors import CourseError, LessonRejected, ModelThrottled, ModelUnavailable, RequestInvalid

_THROTTLE_CODES = {"ThrottlingException", "TooManyRequestsException", "ServiceQuotaExceededException", "429"}
_OUTAGE_CODES = {
    "InternalServerException",
    "ModelErrorException",
    "ModelNotReadyException",
    "ModelStreamErrorException",
    "ModelTimeoutException",
    "ServiceUnavailableException",
}
_CLIENT_PACKAGES = {"openai", "httpx", "httpcore", "urllib3"}


@contextmanager
def typed_errors() -> Iterator[None]:
    """Turn what a provider raises inside into the typed errors."""
    try:
        yield
    except EventLoopException as error:
        raise typed(error.original_exception) from error
    except (ModelThrottledException, StructuredOutputException, ClientError, BotoCoreError, OSError) as error:
        raise typed(error) from error
    except TimeoutError as error:
        raise ModelUnavailable("the model did not answer in time") from error
    except Exception as error:
        if _is_of_a_client(error):
            raise typed(error) from error
        raise


def typed(error: Exception) -> Exception:
    """Return the typed error for one of a provider's."""
    if isinstance(error, CourseError):
        return error
    text = " ".join(str(error).split())[:300]
    if isinstance(error, ModelThrottledException):
        return ModelThrottled(text)
    if isinstance(error, StructuredOutputException):
        return LessonRejected(text)
    if isinstance(error, ClientError):
        code = error.response["Error"]["Code"]
        if code in _THROTTLE_CODES:
            return ModelThrottled(text)
        if code in _OUTAGE_CODES:
            return ModelUnavailable(text)
        return RequestInvalid(f"the model refused the call ({code}); check text_model_id and its access: {text}")
    status = getattr(error, "status_code", None)
    if isinstance(status, int) and 400 <= status < 500 and status not in (408, 409, 429):  # noqa: PLR2004
        return RequestInvalid(f"the model server refused the call (HTTP {status}): {text}")
    return ModelThrottled(text) if status == 429 else ModelUnavailable(text)  # noqa: PLR2004


def is_outage(error: Exception) -> bool:
    """Whether a provider failed in a way that may be gone in a moment; our own faults are none."""
    is_providers = isinstance(error, ClientError | BotoCoreError | OSError) or _is_of_a_client(error)
    return is_providers and isinstance(typed(error), ModelUnavailable)


def _is_of_a_client(error: Exception) -> bool:
    """Whether an error is the OpenAI client's, which is imported only when it is used, or the connection's own.

    An answer that breaks off in the middle of its stream reaches us as the HTTP library raised it.
    """
    return type(error).__module__.partition(".")[0] in _CLIENT_PACKAGES

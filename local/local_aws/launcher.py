"""Start ministack with patches: ``python -m local_aws.launcher``.

Access control is in `known_callers`. What is kept on disk is in `kept_objects` and `kept_services`. The patch here
gives errors the names of AWS:

- A handler's exception: AWS passes its class name to Step Functions, and Retry and Catch match on that name. But
  ministack always says ``Runtime.HandlerError``; the class name is in the traceback in its log.
- A worker that died, also before its first event: ``Runtime.ExitError``. It leaves no traceback, or ministack's own
  exception.
- An account without a free function: ``Lambda.TooManyRequestsException``. ministack's answer has no name that its Step
  Functions reads.

Tests notice when ministack does this itself.
"""

import re
import sys
from typing import Any

from local_aws.kept_objects import adopt_buckets, mend_objects, tell_failed_writes
from local_aws.kept_services import remember
from local_aws.known_callers import WellKnownKey, admit_known_callers_only

_GENERIC = "Runtime.HandlerError"
_WORKER_DIED = "Runtime.ExitError"
_NO_FUNCTION_LEFT = "Lambda.TooManyRequestsException"
# Errors of ministack itself when a worker dies at its start; a handler's exceptions always have the generic name.
_DIED_WHILE_STARTING = re.compile(r"RuntimeError: Worker process exited immediately|BrokenPipeError: ")
_TRACEBACK = "Traceback (most recent call last)"


def exception_class(log: str, message: str) -> str | None:
    """Return the class name of the exception with this message at the end of a log; None without a traceback.

    The last line of a traceback is ``package.module.Outer.Class: message``, or the class alone. The message may have
    several lines and quote other tracebacks, so the search is for the whole message.
    """
    ending = rf": {re.escape(message)}" if message else ""
    found = re.findall(rf"^[ |]*(?:[\w.<>]+\.)?([A-Za-z_]\w*){ending}$", log, re.MULTILINE)
    return found[-1] if found and _TRACEBACK in log else None


def restore_error_types() -> None:
    """Wrap two functions of ministack: the execution of a warm function, and the count of running functions."""
    from ministack.services import lambda_svc

    execute, execute_counted = lambda_svc._execute_function_warm, lambda_svc._execute_function_with_config_scope

    def with_error_type(func: dict[str, Any], event: object, request_id: str) -> dict[str, Any]:
        result: dict[str, Any] = execute(func, event, request_id)
        body = result.get("body")
        if result.get("error") and isinstance(body, dict):
            log, message = result.get("log", ""), body.get("errorMessage", "")
            if body.get("errorType") == _GENERIC:
                unnamed = _GENERIC if _TRACEBACK in log else _WORKER_DIED
                body["errorType"] = exception_class(log, message) or unnamed
            elif _DIED_WHILE_STARTING.match(f"{body.get('errorType')}: {message}"):
                body["errorType"] = _WORKER_DIED
        return result

    def with_name_of_throttles(func: dict[str, Any], event: object) -> dict[str, Any]:
        result: dict[str, Any] = execute_counted(func, event)
        if result.get("throttle"):
            result["body"]["errorType"] = _NO_FUNCTION_LEFT
        return result

    lambda_svc._execute_function_warm = with_error_type
    lambda_svc._execute_function_with_config_scope = with_name_of_throttles


def main() -> None:
    """Start ministack; exit with one line when the root user's keys are missing or well known."""
    from ministack import app

    try:
        admit_known_callers_only()
    except WellKnownKey as error:
        sys.exit(str(error))
    restore_error_types()
    mend_objects()
    tell_failed_writes()
    adopt_buckets()
    remember()
    app.main()


if __name__ == "__main__":
    main()

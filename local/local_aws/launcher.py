"""Starts ministack after two corrections: ``python -m local_aws.launcher``.

Who may call it stands in `local_aws.known_callers`. The other is a name:

On AWS a handler's exception reaches Step Functions under its class name, and Retry and Catch match on that. ministack
says ``Runtime.HandlerError`` for every one; the class stands in the traceback of its log. This puts the name back, and
nothing else. A worker that died leaves no traceback; Lambda calls that ``Runtime.ExitError``, and so it does when one
dies before it has taken its first event, for which ministack has the words of its own exceptions. Where the account has
no function left, Step Functions says ``Lambda.TooManyRequestsException``; ministack's answer has no name that its own
would take. Tests notice when ministack does it itself.
"""

import re
import sys
from typing import Any

from local_aws.known_callers import WellKnownKey, admit_known_callers_only

_GENERIC = "Runtime.HandlerError"
_WORKER_DIED = "Runtime.ExitError"
_NO_FUNCTION_LEFT = "Lambda.TooManyRequestsException"
# What ministack itself raises then; what a handler raises always arrives as generic.
_DIED_WHILE_STARTING = re.compile(r"RuntimeError: Worker process exited immediately|BrokenPipeError: ")
_TRACEBACK = "Traceback (most recent call last)"


def exception_class(log: str, message: str) -> str | None:
    """Return the class of the exception with this message whose traceback ends a log; None without a traceback.

    The last line of a traceback is ``package.module.Outer.Class: message``, or the class alone. The message itself may
    go over several lines and quote other tracebacks, so it is looked for as a whole.
    """
    ending = rf": {re.escape(message)}" if message else ""
    found = re.findall(rf"^[ |]*(?:[\w.<>]+\.)?([A-Za-z_]\w*){ending}$", log, re.MULTILINE)
    return found[-1] if found and _TRACEBACK in log else None


def restore_error_types() -> None:
    """Wrap ministack's execution of a warm function, and what counts those that run."""
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
    """Start ministack; exit with one line when its root user has keys that everybody knows."""
    from ministack import app

    try:
        admit_known_callers_only()
    except WellKnownKey as error:
        sys.exit(str(error))
    restore_error_types()
    app.main()


if __name__ == "__main__":
    main()

"""Starts ministack after one correction: ``python -m coursewright.local_aws.launcher``.

On AWS a handler's exception reaches Step Functions under its class name, and Retry and Catch match on that. ministack
says ``Runtime.HandlerError`` for every one; the class stands in the traceback of its log. This puts the name back, and
nothing else. A test notices when ministack does it itself.
"""

import re
from typing import Any

_GENERIC = "Runtime.HandlerError"
# The last unindented line of a traceback that names a class; a message may go on over further lines.
_EXCEPTION_LINE = re.compile(r"^(?:[A-Za-z_]\w*\.)*([A-Za-z_]\w*)(?::|$)")
_FRAME = re.compile(r'^\s+File "')


def exception_class(log: str) -> str | None:
    """Return the class named behind the last frame of a traceback, or None when there is no traceback."""
    lines = log.splitlines()
    frames = [position for position, line in enumerate(lines) if _FRAME.match(line)]
    if not frames:
        return None
    for line in lines[frames[-1] + 1 :]:
        match = _EXCEPTION_LINE.match(line)
        if match:
            return match[1]
    return None


def restore_error_types() -> None:
    """Wrap ministack's execution of a warm function."""
    from ministack.services import lambda_svc

    execute = lambda_svc._execute_function_warm

    def with_error_type(func: dict[str, Any], event: object, request_id: str) -> dict[str, Any]:
        result: dict[str, Any] = execute(func, event, request_id)
        body = result.get("body")
        if result.get("error") and isinstance(body, dict) and body.get("errorType") == _GENERIC:
            body["errorType"] = exception_class(result.get("log", "")) or _GENERIC
        return result

    lambda_svc._execute_function_warm = with_error_type


if __name__ == "__main__":
    from ministack.app import main

    restore_error_types()
    main()

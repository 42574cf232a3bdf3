"""The launcher reads an exception's class from a traceback; what tracebacks look like is Python's business."""

import traceback
from collections.abc import Callable

import pytest
from ministack.services import lambda_svc

from local_aws.launcher import exception_class, restore_error_types


class TextRejected(Exception):
    pass


def class_of(raising: Callable[[], object]) -> str | None:
    """What is found in a worker's answer, which holds ``str(error)`` and the traceback behind the function's output."""
    try:
        raising()
    except Exception as error:
        return exception_class(f"the function printed this\nfinished\n{traceback.format_exc()}", str(error))
    raise AssertionError


def chained() -> None:
    try:
        int("x")
    except ValueError as error:
        raise TextRejected("because") from error


def noted() -> None:
    error = TextRejected("with a note")
    error.add_note("KeyError: is only mentioned here")
    raise error


def same_message() -> None:
    try:
        int("x")
    except ValueError as error:
        raise TextRejected(str(error)) from error


def raised(*arguments: object) -> Callable[[], object]:
    def raising() -> None:
        raise TextRejected(*arguments)

    return raising


@pytest.mark.parametrize(
    "raising",
    [
        raised("a message"),
        raised(),
        raised("a message: with a colon"),
        raised("several\nlines\nValueError: of text"),
        raised('quoting\n  File "x.py", line 1, in f\nKeyError: another traceback'),
        chained,
        same_message,
        noted,
    ],
    ids=["plain", "empty", "colon", "lines", "quoting a traceback", "chained", "chained, same words", "noted"],
)
def test_the_class_of_what_was_raised_last_is_found(raising: Callable[[], object]) -> None:
    assert class_of(raising) == "TextRejected"


def test_a_group_goes_by_its_own_class() -> None:
    # Given
    def raising() -> None:
        raise ExceptionGroup("lessons", [ValueError("one"), KeyError("two")])

    # When / Then
    assert class_of(raising) == "ExceptionGroup"


def test_classes_within_functions_go_by_their_own_name() -> None:
    # Given
    class Inner(Exception):
        pass

    def raising() -> None:
        raise Inner("x")

    # When / Then: as AWS calls it.
    assert class_of(raising) == "Inner"


@pytest.mark.parametrize(
    ("error_type", "message", "expected"),
    [
        ("Runtime.HandlerError", "Worker process died", "Runtime.ExitError"),
        ("RuntimeError", "Worker process exited immediately. stderr: ", "Runtime.ExitError"),
        ("BrokenPipeError", "[Errno 32] Broken pipe", "Runtime.ExitError"),
        # Not for want of a process: the same would happen again.
        ("RuntimeError", "Worker init failed: no module named 'x'", "RuntimeError"),
        ("Sandbox.Timedout", "Task timed out after 3.00 seconds", "Sandbox.Timedout"),
    ],
)
def test_a_worker_that_died_is_an_outage_by_lambdas_own_name(
    monkeypatch: pytest.MonkeyPatch, error_type: str, message: str, expected: str
) -> None:
    # Given
    died = {"error": True, "log": "", "body": {"errorType": error_type, "errorMessage": message}}
    monkeypatch.setattr(lambda_svc, "_execute_function_warm", lambda *_: died)
    # When
    restore_error_types()
    # Then
    result = lambda_svc._execute_function_warm({}, {}, "request")
    assert result["body"]["errorType"] == expected


@pytest.mark.parametrize("log", ["", "Worker process died", "ValueError: Worker process died", "finished"])
def test_without_a_traceback_there_is_no_class(log: str) -> None:
    assert exception_class(log, "Worker process died") is None
    assert exception_class(log, "") is None

"""What only an execution's history tells of its steps: failures after which nothing has come yet."""

from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

from botocore.exceptions import ClientError

from coursewright.run.step_troubles import StepTroubles

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
NO_FUNCTION = "Lambda.TooManyRequestsException"


def event(number: int, previous: int, kind: str, **details: str) -> dict[str, object]:
    body: dict[str, object] = {
        "id": number,
        "previousEventId": previous,
        "timestamp": NOW + timedelta(minutes=number),
        "type": kind,
    }
    if details:
        body[f"{kind[0].lower()}{kind[1:]}EventDetails"] = details
    return body


def entered(number: int, name: str) -> dict[str, object]:
    details = event(number, 1, "TaskStateEntered")
    return {**details, "stateEnteredEventDetails": {"name": name}}


def failed(number: int, previous: int, error: str) -> dict[str, object]:
    return event(number, previous, "TaskFailed", error=error)


def lines_of(*events: dict[str, object]) -> list[str]:
    newest_first = sorted(events, key=lambda one: -int(str(one["id"])))
    client = Mock(get_execution_history=Mock(return_value={"events": newest_first}))
    return [line.text for line in StepTroubles("arn").lines(client, NOW)]


def test_a_step_that_waits_is_told_with_its_state_start_and_attempts() -> None:
    # Given: a step whose second attempt has failed, too, beside one that was tried again.
    waiting = [
        entered(2, "GenerateModuleContent"),
        event(3, 2, "TaskScheduled"),
        failed(4, 3, NO_FUNCTION),
        event(5, 4, "TaskScheduled"),
        failed(6, 5, NO_FUNCTION),
    ]
    under_way = [entered(7, "InvokeBookBuilder"), failed(8, 7, "Sandbox.Timedout"), event(9, 8, "TaskScheduled")]
    # When
    (line,) = lines_of(*waiting, *under_way)
    # Then
    since = (NOW + timedelta(minutes=4)).astimezone()
    assert line == (
        f"GenerateModuleContent: no function is free in the account ({NO_FUNCTION}) since {since:%H:%M}, attempt 2, "
        "tried again within 5 min"
    )


def test_each_kind_of_failure_is_one_line_and_time_that_is_up_is_none() -> None:
    lines = lines_of(
        entered(2, "WriteModuleStudyParts"),
        failed(3, 2, "Runtime.ExitError"),
        failed(5, 4, "Runtime.ExitError"),
        failed(7, 6, "WorkRemaining"),
    )
    assert len(lines) == 1
    assert lines[0].startswith("WriteModuleStudyParts: fails with Runtime.ExitError since ")
    assert lines[0].endswith("tried again within 30 s")


def test_a_history_is_read_now_and_then() -> None:
    client = Mock(get_execution_history=Mock(return_value={"events": []}))
    troubles = StepTroubles("arn")
    for second in range(40):
        troubles.lines(client, NOW + timedelta(seconds=second))
    assert client.get_execution_history.call_count == 3


def test_who_may_not_read_the_history_watches_without_it() -> None:
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetExecutionHistory")
    client = Mock(get_execution_history=Mock(side_effect=denied))
    assert StepTroubles("arn").lines(client, NOW) == ()

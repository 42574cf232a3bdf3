"""Step Functions' events for ended runs, and the choice of those that count as failures.

The fields are in the Step Functions developer guide, "Automating Step Functions event delivery with EventBridge". A
field without a value may be null or absent. Step Functions' own metrics count every run without a book, for any cause.
"""

from collections.abc import Mapping

from aws_cdk import aws_events as events
from aws_cdk import aws_stepfunctions as sfn

ENDINGS_WITHOUT_ERROR = ("SUCCEEDED", "TIMED_OUT", "ABORTED")
# A second run on the same project, or a budget that is used up: a user's decision ends the run or its modules.
USERS_DECISIONS = ("ArtefactConflict", "BudgetExceeded")
# The first state's error for a fault in an outline or a request; in later states it is never the run's error.
REFUSED_INPUT = ("OutlineInvalid", "RequestInvalid")
# Errors of a run that need no change of the deployment (docs/decisions.md).
REFUSALS = (*REFUSED_INPUT, *USERS_DECISIONS)
# In EventBridge, the filters of a list are alternatives (user guide, "Comparison operators").
_NO_REFUSAL: list[Mapping[str, object]] = [{"anything-but": list(REFUSALS)}, {"exists": False}]


def failed(machine: sfn.IStateMachine, *, but_of: str | None = None, only_of: str | None = None) -> events.EventPattern:
    """Return the pattern of failed runs: every error except a refusal, so also a step's time-out.

    Parameters
    ----------
    but_of, only_of
        ARN of the state machine's version to leave out, or to match alone. By default all runs match, also those that
        were started without a version.
    """
    version: list[object] | None = None
    if but_of is not None:
        version = [{"anything-but": [but_of]}, {"exists": False}]
    elif only_of is not None:
        version = [only_of]
    return _status_change(
        machine,
        {
            "status": ["FAILED"],
            "error": _NO_REFUSAL,
            **({} if version is None else {"stateMachineVersionArn": version}),
        },
    )


def ended_otherwise(machine: sfn.IStateMachine) -> events.EventPattern:
    """Return the pattern of all other ends: with a book, stopped, timed out, or refused."""
    refused = {"status": ["FAILED"], "error": list(REFUSALS)}
    return _status_change(machine, {"$or": [{"status": list(ENDINGS_WITHOUT_ERROR)}, refused]})


def _status_change(machine: sfn.IStateMachine, detail: Mapping[str, object]) -> events.EventPattern:
    return events.EventPattern(
        source=["aws.states"],
        detail_type=["Step Functions Execution Status Change"],
        detail={"stateMachineArn": [machine.state_machine_arn], **detail},
    )

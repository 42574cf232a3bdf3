"""The events by which Step Functions tells how runs end, and which of those ends are failures.

Their fields: Step Functions developer guide, "Automating Step Functions event delivery with EventBridge". A field that
has no value may be null or left out. Metrics of Step Functions count every run without a book, whatever the cause.
"""

from collections.abc import Mapping

from aws_cdk import aws_events as events
from aws_cdk import aws_stepfunctions as sfn

ENDINGS_WITHOUT_ERROR = ("SUCCEEDED", "TIMED_OUT", "ABORTED")
# A second run on the same project, a budget that is used up: what a user decided ends the run, or modules of it.
USERS_DECISIONS = ("ArtefactConflict", "BudgetExceeded")
# What the first state says of an outline or a request with a fault; no later state lets it through as a run's error.
REFUSED_INPUT = ("OutlineInvalid", "RequestInvalid")
# Nobody has to mend the deployment when a run ends so (docs/decisions.md).
REFUSALS = (*REFUSED_INPUT, *USERS_DECISIONS)
# EventBridge reads the filters of a list as alternatives (user guide, "Comparison operators").
_NO_REFUSAL: list[Mapping[str, object]] = [{"anything-but": list(REFUSALS)}, {"exists": False}]


def failed(machine: sfn.IStateMachine, *, but_of: str | None = None, only_of: str | None = None) -> events.EventPattern:
    """Return what matches a run that failed by any error that is no refusal, time-outs of a step among them.

    Parameters
    ----------
    but_of, only_of
        ARN of the state machine's version whose runs are left out, or are the only ones; by default all are matched,
        those that were started without a version, too.
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
    """Return what matches every other end: with a book, stopped, out of time, or refused."""
    refused = {"status": ["FAILED"], "error": list(REFUSALS)}
    return _status_change(machine, {"$or": [{"status": list(ENDINGS_WITHOUT_ERROR)}, refused]})


def _status_change(machine: sfn.IStateMachine, detail: Mapping[str, object]) -> events.EventPattern:
    return events.EventPattern(
        source=["aws.states"],
        detail_type=["Step Functions Execution Status Change"],
        detail={"stateMachineArn": [machine.state_machine_arn], **detail},
    )

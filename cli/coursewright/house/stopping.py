"""The stop of a running execution by its user: what is kept, what is still paid, and how to resume."""

import shlex

from course_kit.data_models import ClosedModel
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.deployment import Deployment
from coursewright.errors import BadInput
from coursewright.failures import FORESEEN
from coursewright.house.executions import KnownExecution, known_execution
from coursewright.house.money import spending_of
from coursewright.run.execution import Run, execution_arn
from coursewright.terminal import Terminal

CAUSE = "stopped by its user"
_ERROR = "StoppedByUser"


class StopReport(ClosedModel):
    """What `stop` found and did."""

    execution: str
    project: str
    was_running: bool
    status: str
    """Now: ``stopped``, or how the execution had ended before."""
    calls_in_flight: int | None
    """Known of runs with a budget only; they end by themselves, and are paid."""
    usd_in_flight: float | None


def stop_run(deployment: Deployment, execution: str) -> StopReport:
    """Stop an execution, unless it has ended; raises `BadInput` for one that this deployment does not have."""
    ours = execution_arn(deployment, "")
    if execution.startswith("arn:") and not execution.startswith(ours):
        raise BadInput(f"EXECUTION: found {execution!r}, expected an execution of this deployment, {ours}…")
    run = Run.find(deployment, execution)
    state = run.state()
    report = StopReport(
        execution=run.name,
        project=state.run_input.project_folder,
        was_running=state.is_running,
        status="stopped",
        calls_in_flight=None,
        usd_in_flight=None,
    )
    if not state.is_running:
        return report.model_copy(update={"status": _word(known_execution(deployment, run.name), state.status)})
    deployment.step_functions.stop_execution(executionArn=run.execution_arn, error=_ERROR, cause=CAUSE)
    # It may have ended by itself just before.
    report = report.model_copy(update={"status": _word(known_execution(deployment, run.name), "stopped")})
    try:
        spent = spending_of(deployment.store, ProjectKeys(report.project), run.name)
    except FORESEEN:
        # The run is stopped, whatever the bucket says.
        spent = None
    if spent is None:
        return report
    return report.model_copy(update={"calls_in_flight": len(spent.in_flight), "usd_in_flight": spent.reserved_usd})


def _word(known: KnownExecution | None, otherwise: str) -> str:
    return known.status if known else otherwise.lower()


def print_stop(terminal: Terminal, report: StopReport, options: tuple[str, ...]) -> None:
    """Print what was stopped, what is kept, and how to resume."""
    resume = shlex.join(["coursewright", "resume", report.project, *options])
    if not report.was_running:
        terminal.tell(f"run {report.execution} on project {report.project} had ended already: {report.status}")
        return
    terminal.tell(f"run {report.execution} on project {report.project}: {report.status}", style="green")
    terminal.tell("Finished artefacts are kept.")
    if report.status != "stopped":
        return
    terminal.tell(f"{_in_flight(report)} The next run asks for nothing that they have saved by then.")
    terminal.tell(f"Resume with `{resume}`, which makes only what is missing; in a few minutes, nothing is paid twice.")


def _in_flight(report: StopReport) -> str:
    if report.calls_in_flight is None:
        return "Model calls in flight end by themselves, and are paid."
    if not report.calls_in_flight:
        return "No model call was in flight."
    calls = "1 model call" if report.calls_in_flight == 1 else f"{report.calls_in_flight} model calls"
    return f"{calls} in flight, of at most ${report.usd_in_flight:.2f}, end by themselves, and are paid."

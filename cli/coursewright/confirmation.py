"""What a person decides before a run: its money, what it drops or replaces, and another course than the project's."""

import sys
from collections.abc import Sequence

import typer

from coursewright.deployment_settings import project_settings
from coursewright.errors import BadInput
from coursewright.estimate.report import dollars
from coursewright.plan.course_plan import plan_course
from coursewright.plan.model import CoursePlan
from coursewright.plan.view import cost_in_words, decisions
from coursewright.run.bound_run import BoundRun
from coursewright.terminal import Terminal, printable

_DEFAULT_DOLLARS = 5.0


def confirm_run(run: BoundRun, newer_outline: str, confirm_above: float | None, terminal: Terminal) -> None:
    """Ask on a terminal for a yes to what a run drops, replaces or costs.

    Without a terminal, only another course, most of a course and an older outline need the yes that ``--yes`` is. The
    author's text that ``--regenerate`` names is told.

    Parameters
    ----------
    newer_outline
        In words, the stored outline that is newer than the file; empty for none.
    confirm_above
        Dollars above which a person is asked; None takes ``confirm_above`` of cdk.json.

    Raises
    ------
    BadInput
        The person said no, or a yes is needed and there is nobody to ask.
    """
    objections = [*run.record.objections(run.outline_file.outline), *([newer_outline] if newer_outline else [])]
    is_asking = sys.stdin.isatty() and terminal.is_terminal
    if not is_asking and objections:
        raise BadInput(
            *(f"project {run.project}: {objection}" for objection in objections),
            "expected --yes to do so all the same, or another --project",
        )
    if not is_asking and not run.options.regenerate:
        return
    plan = plan_course(run)
    lines = [*decisions(plan), *([f"project {run.project}: {newer_outline}"] if newer_outline else [])]
    for line in lines:
        terminal.tell(line, style="yellow")
    if not is_asking:
        return
    limit = _limit(confirm_above)
    if lines or _is_above(plan, limit):
        _ask(plan, lines, limit)


def _ask(plan: CoursePlan, lines: Sequence[str], limit: float) -> None:
    cost = cost_in_words(plan.usd)
    if cost and _is_above(plan, limit):
        question = f"The run costs {cost}, which can be above {dollars(limit)}. Start it?"
    else:
        question = f"Start the run{f', for {cost}' if cost else ''}?"
    if not typer.confirm(printable(question), default=not lines, err=True):
        raise BadInput("generate: not confirmed; nothing was started, and nothing was changed")


def _is_above(plan: CoursePlan, limit: float) -> bool:
    return plan.usd is not None and plan.usd.most > limit


def _limit(confirm_above: float | None) -> float:
    if confirm_above is None:
        found = project_settings().get("confirm_above", _DEFAULT_DOLLARS)
        if not isinstance(found, int | float) or isinstance(found, bool) or found < 0:
            raise BadInput(f"cdk.json: confirm_above: found {found!r}, expected dollars, 0 or more")
        return float(found)
    if confirm_above < 0:
        raise BadInput(f"--confirm-above: found {confirm_above:g}, expected dollars, 0 or more")
    return confirm_above

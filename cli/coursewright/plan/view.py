"""A plan on the terminal."""

from collections.abc import Iterator

from rich.table import Table

from coursewright.estimate.report import dollars
from coursewright.plan.model import CoursePlan, PlannedCost, Share
from coursewright.terminal import Terminal

_SHOWN = 12
_KINDS = ("lesson", "visual", "study parts of lesson", "lab")


def print_plan(terminal: Terminal, plan: CoursePlan) -> None:
    """Print a table with one row a module, then each artefact with its reason, and the costs."""
    table = Table(title=f"{plan.project}: what a run would do", title_justify="left", box=None, pad_edge=False)
    table.add_column("Module")
    for kind in ("Lessons", "Visuals", "Study parts", "Labs"):
        table.add_column(kind)
    for module in plan.modules:
        table.add_row(f"{module.number:>2}  {module.title}", *(_share(share) for share in module.shares))
    terminal.print(table)
    _print_names(terminal, "to be made", plan, "make")
    _print_names(terminal, "kept", plan, "yours")
    _print_names(terminal, "taken back", plan, "taken_back")
    _print_keys(terminal, plan)
    for line in closing_lines(plan):
        terminal.tell(line)


def closing_lines(plan: CoursePlan) -> Iterator[str]:
    """Yield what a run would do as a whole: books, calls, money, and what needs a decision."""
    yield f"book: {plan.book}; lab guide: {plan.lab_guide}"
    more = "" if plan.is_exact else ", and more that depend on the new texts"
    yield f"model calls: {plan.model_calls}{more}; {plan.reused} artefacts reused"
    if cost := cost_in_words(plan.usd):
        yield f"cost: {cost} for the model"
    yield from _stale(plan)
    yield from decisions(plan)
    if plan.left_out:
        yield plan.left_out


def decisions(plan: CoursePlan) -> Iterator[str]:
    """Yield what a person has to decide before the run."""
    for module in plan.modules:
        for kind, share in zip(_KINDS, module.shares, strict=True):
            yield from (
                f"{kind} {name} is yours and is replaced, since --regenerate names it" for name in share.replaced
            )
    if plan.dropped_lessons:
        titles = plan.dropped_lessons
        named = f"{', '.join(titles[:_SHOWN])}{_more(titles)}"
        yield f"lessons of the project that the outline drops: {len(titles)} ({named})"
    for objection in plan.objections:
        yield f"project {plan.project}: {objection}; name another --project, or confirm it with --yes"


def cost_in_words(cost: PlannedCost | None) -> str:
    """Return dollars from and to; empty when they are unknown or nothing."""
    if cost is None or not cost.most:
        return ""
    return f"about {dollars(cost.least)}, at most {dollars(cost.most)} unless answers have to be repaired"


def _stale(plan: CoursePlan) -> Iterator[str]:
    counts = [
        (sum(len(module.shares[kind].stale) for module in plan.modules), name)
        for kind, name in enumerate(("lessons", "visuals", "study parts", "labs"))
    ]
    stale = [f"{count} {name}" for count, name in counts if count]
    if stale:
        why = next(
            share.why[name] for module in plan.modules for share in module.shares for name in share.stale if share.why
        )
        usd = f" for about {dollars(plan.usd_of_stale.least)}" if plan.usd_of_stale and plan.usd_of_stale.least else ""
        yield f"{', '.join(stale)} {why}, kept; --regenerate stale remakes them{usd}"


def _share(share: Share) -> str:
    named = {*share.stale, *share.yours, *share.taken_back}
    counts = (
        (len(share.make), "make"),
        (len([name for name in share.reuse if name not in named]), "reuse"),
        (len(share.stale), "stale"),
        (len(share.yours), "yours"),
        (len(share.taken_back), "taken back"),
        (len(share.drop), "drop"),
    )
    parts = [f"{count} {word}" for count, word in counts if count]
    if share.unknown:
        parts.append("more after writing")
    return ", ".join(parts) or "·"


def _print_names(terminal: Terminal, heading: str, plan: CoursePlan, which: str) -> None:
    """Print the artefacts of one list of all shares, each with its reason."""
    found = [
        (f"{kind} {name}", share.why.get(name, ""))
        for module in plan.modules
        for kind, share in zip(_KINDS, module.shares, strict=True)
        for name in getattr(share, which)
    ]
    for name, why in found[:_SHOWN]:
        terminal.tell(f"{heading}: {name}{f' ({why})' if why else ''}")
    if len(found) > _SHOWN:
        terminal.tell(f"{heading}: {len(found) - _SHOWN} more; --json names all")


def _print_keys(terminal: Terminal, plan: CoursePlan) -> None:
    shares = [share for module in plan.modules for share in module.shares]
    for heading, keys in (
        ("to be dropped", [key for share in shares for key in share.drop]),
        ("yours, of nothing in the outline any more", [key for share in shares for key in share.left_behind]),
    ):
        if keys:
            terminal.tell(f"{heading}: {', '.join(keys[:_SHOWN])}{_more(keys)}")


def _more(names: list[str]) -> str:
    return f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""

"""A plan on the terminal."""

from collections.abc import Collection, Iterator

from rich.table import Table

from coursewright.estimate.report import dollars
from coursewright.plan.model import BriefPlan, CoursePlan, ModulePlan, PlannedCost, Share
from coursewright.terminal import Terminal

_SHOWN = 12
_KINDS = ("lesson", "visual", "study parts of lesson", "lab")
_BRIEFED = ("lesson", "lab")


def print_plan(terminal: Terminal, plan: CoursePlan) -> None:
    """Print a table with one row a module, then each artefact with its reason, and the costs."""
    table = Table(title=f"{plan.project}: what a run would do", title_justify="left", box=None, pad_edge=False)
    table.add_column("Module")
    for kind in ("Lessons", "Visuals", "Study parts", "Labs"):
        table.add_column(kind)
    for module in plan.modules:
        table.add_row(f"{module.number:>2}  {module.title}", *_shares(module))
    terminal.print(table)
    terminal.tell(brief_in_words(plan.brief))
    _print_names(terminal, "to be made", plan, "make")
    _print_names(terminal, "to be made or kept, as the brief comes out", plan, "unknown", _BRIEFED)
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
    yield from _edits(plan)
    yield from _stale(plan)
    yield from _another_brief(plan)
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


def brief_in_words(brief: BriefPlan) -> str:
    """Return in words what becomes of the brief."""
    match brief.state:
        case "off":
            return "brief: off, as the outline says"
        case "none":
            return "brief: none, since the project was made without one"
        case "make":
            return f"brief: to be made for {len(brief.make)} lessons ({brief.why})"
        case "reuse" if brief.is_taken_back:
            return "brief: taken back (made before)"
        case "reuse":
            return "brief: kept"
    named = ", ".join(f"{name} ({brief.why_lessons[name]})" for name in brief.make[:_SHOWN])
    added = f"to be amended for {named}{_more(brief.make)}" if named else ""
    return f"brief: yours{f', {added}' if added else ', kept'}" if brief.state == "yours" else f"brief: {added}"


def _edits(plan: CoursePlan) -> Iterator[str]:
    if plan.most_edits:
        usd = f", for about {dollars(plan.usd_of_edit)} each" if plan.usd_of_edit else ""
        yield f"up to {plan.most_edits} edits after the lessons, where passages do not go together{usd}"


def _another_brief(plan: CoursePlan) -> Iterator[str]:
    if plan.brief.state in ("make", "off") or not any(module.lessons.reuse for module in plan.modules):
        return
    usd = f" for about {dollars(plan.usd_of_brief.least)}" if plan.usd_of_brief and plan.usd_of_brief.least else ""
    what = "makes one" if plan.brief.state == "none" else "makes it anew"
    yield f"--regenerate brief {what}; every lesson that is not yours is asked for differently then, and made{usd}"


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


def _shares(module: ModulePlan) -> Iterator[str]:
    for kind, share in zip(_KINDS, module.shares, strict=True):
        is_briefed = kind in _BRIEFED
        yield _share(share, f"{len(share.unknown)} as the brief comes out" if is_briefed else "more after writing")


def _share(share: Share, unknown: str = "more after writing") -> str:
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
        parts.append(unknown)
    return ", ".join(parts) or "·"


def _print_names(
    terminal: Terminal, heading: str, plan: CoursePlan, which: str, kinds: Collection[str] = _KINDS
) -> None:
    """Print the artefacts of one list of all shares, each with its reason."""
    found = [
        (f"{kind} {name}", share.why.get(name, ""))
        for module in plan.modules
        for kind, share in zip(_KINDS, module.shares, strict=True)
        if kind in kinds
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

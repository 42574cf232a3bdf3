"""A plan on the terminal."""

from rich.table import Table

from coursewright.plan.model import CoursePlan, ModulePlan, Share
from coursewright.terminal import Terminal

_SHOWN = 12


def print_plan(terminal: Terminal, plan: CoursePlan) -> None:
    """Print a table with one row a module, then the names of artefacts to pay for and to drop."""
    table = Table(title=f"{plan.project}: what a run would do", title_justify="left", box=None, pad_edge=False)
    table.add_column("Module")
    for kind in ("Lessons", "Visuals", "Study parts", "Labs"):
        table.add_column(kind)
    for module in plan.modules:
        table.add_row(f"{module.number:>2}  {module.title}", *(_share(share) for share in module.shares))
    terminal.print(table)
    _print_names(terminal, "to be made", [name for module in plan.modules for name in _made(module)])
    _print_names(
        terminal, "to be dropped", [key for module in plan.modules for share in module.shares for key in share.drop]
    )
    terminal.tell(f"book: {plan.book}; lab guide: {plan.lab_guide}")
    more = "" if plan.is_exact else ", and more that depend on the new texts"
    terminal.tell(f"model calls: {plan.model_calls}{more}; {plan.reused} artefacts reused")


def _share(share: Share) -> str:
    parts = [
        f"{len(names)} {word}"
        for names, word in ((share.make, "make"), (share.reuse, "reuse"), (share.drop, "drop"))
        if names
    ]
    if share.unknown:
        parts.append("more after writing")
    return ", ".join(parts) or "·"


def _made(module: ModulePlan) -> list[str]:
    return [
        *(f"lesson {name}" for name in module.lessons.make),
        *(f"visual {name}" for name in module.visuals.make),
        *(f"study parts of lesson {name}" for name in module.study.make),
        *(f"lab {name}" for name in module.labs.make),
    ]


def _print_names(terminal: Terminal, heading: str, names: list[str]) -> None:
    if names:
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        terminal.tell(f"{heading}: {', '.join(names[:_SHOWN])}{more}")

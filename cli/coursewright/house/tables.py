"""Tables that leave columns out where the terminal is small, and the cells of times, sizes and money."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from rich.table import Table

from coursewright.terminal import Terminal

_UNITS = ("B", "kB", "MB", "GB", "TB")
_THOUSAND = 1000
_CENT = 0.01
NOTHING = "·"
"""A cell of what is not known, or is none."""


@dataclass(frozen=True)
class Column:
    """One column, and the width of the terminal from which it is shown; JSON has all of them."""

    title: str
    from_width: int = 0
    justify: Literal["left", "right"] = "left"


def print_table(terminal: Terminal, title: str, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
    """Print a table as wide as the terminal; long names are folded, so that nothing of them is lost."""
    shown = [place for place, column in enumerate(columns) if terminal.width >= column.from_width]
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for place in shown:
        table.add_column(columns[place].title, justify=columns[place].justify, overflow="fold")
    for row in rows:
        table.add_row(*(row[place] for place in shown))
    terminal.print(table)


def time_cell(time: datetime | None) -> str:
    """Return a time to the minute, in UTC."""
    return NOTHING if time is None else f"{time.astimezone(UTC):%Y-%m-%d %H:%M}"


def size_cell(size: int) -> str:
    """Return a number of bytes in its unit: ``1.2 MB``."""
    amount = float(size)
    for unit in _UNITS[:-1]:
        if amount < _THOUSAND:
            return f"{size} B" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= _THOUSAND
    return f"{amount:.1f} {_UNITS[-1]}"


def money_cell(usd: float | None) -> str:
    """Return dollars with cents; with a tenth of a cent below one."""
    if usd is None:
        return "unknown"
    return f"{usd:,.3f}" if 0 < usd < _CENT else f"{usd:,.2f}"

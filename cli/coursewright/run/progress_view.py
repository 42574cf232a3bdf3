"""A run's progress: a live table on a terminal, plain lines elsewhere."""

import time
from collections.abc import Sequence
from typing import Protocol

from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from coursewright.run.progress import ModuleProgress
from coursewright.terminal import Terminal, styled

_PLAIN_INTERVAL_SECONDS = 2.0
_TITLE_CHARACTERS = 40


class ProgressView(Protocol):
    """Shows the progress of a run at each update."""

    def show(self, modules: Sequence[ModuleProgress], elapsed: float) -> None:
        """Show the newest state."""
        ...

    def close(self) -> None:
        """Restore the terminal."""
        ...


def progress_view(terminal: Terminal) -> ProgressView:
    """Return the view for a terminal: one without cursor control gets lines, the same as a pipe."""
    return LiveView(terminal) if terminal.is_terminal and not terminal.is_dumb_terminal else PlainView(terminal)


class LiveView:
    """A table of modules × stages that redraws itself."""

    def __init__(self, terminal: Terminal) -> None:
        self._live = Live(console=terminal, refresh_per_second=8)
        self._live.start()

    def show(self, modules: Sequence[ModuleProgress], elapsed: float) -> None:
        """Redraw."""
        self._live.update(progress_table(modules, elapsed))

    def close(self) -> None:
        """Stop redrawing; the last state stays."""
        self._live.stop()


class PlainView:
    """Lines for changes, at most one every two seconds."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._last_line = ""
        self._last_time = 0.0

    def show(self, modules: Sequence[ModuleProgress], elapsed: float) -> None:
        """Print a line after a change."""
        line = summary_line(modules)
        is_due = time.monotonic() - self._last_time >= _PLAIN_INTERVAL_SECONDS
        if line != self._last_line and (is_due or all(module.is_complete for module in modules)):
            self._last_line, self._last_time = line, time.monotonic()
            self._terminal.tell(f"{elapsed:5.0f} s  {line}")

    def close(self) -> None:
        """Do nothing: every line is complete."""


def summary_line(modules: Sequence[ModuleProgress]) -> str:
    """Return all modules in one line."""
    lessons = sum(module.lessons_done for module in modules)
    lesson_total = sum(module.lesson_total for module in modules)
    planned = sum(module.visuals_planned for module in modules)
    rendered = sum(module.visuals_done for module in modules)
    studied, study_total = sum(module.study_done for module in modules), sum(module.study_total for module in modules)
    labs, lab_total = sum(module.labs_done for module in modules), sum(module.lab_total for module in modules)
    if all(module.is_complete for module in modules):
        with_study = f", {studied} lessons with study parts" if study_total else ""
        with_labs = f", {labs} labs" if lab_total else ""
        return f"{lessons} lessons, {rendered} visuals{with_study}{with_labs}; building the book"
    with_study = f", study parts {studied}/{study_total}" if study_total else ""
    with_labs = f", labs {labs}/{lab_total}" if lab_total else ""
    return f"lessons {lessons}/{lesson_total}, visuals planned {planned}, rendered {rendered}{with_study}{with_labs}"


def progress_table(modules: Sequence[ModuleProgress], elapsed: float) -> Group:
    """Return the table: one row a module, one column a stage."""
    table = Table(box=None, pad_edge=False)
    table.add_column("Module", no_wrap=True, max_width=_TITLE_CHARACTERS)
    table.add_column("Content", min_width=18)
    table.add_column("Visuals", justify="right")
    table.add_column("Images", justify="right")
    has_study = any(module.study_total for module in modules)
    if has_study:
        table.add_column("Study", justify="right")
    has_labs = any(module.lab_total for module in modules)
    if has_labs:
        table.add_column("Labs", justify="right")
    table.add_column("Stage")
    for module in modules:
        table.add_row(
            f"{module.number:>2}  {module.title}",
            _bar(module.lessons_done, module.lesson_total),
            f"{module.visuals_planned}" if module.lessons_done else "·",
            f"{module.visuals_done}/{module.visual_total}" if module.lessons_done else "·",
            *([f"{module.study_done}/{module.study_total}" if module.study_total else "·"] if has_study else []),
            *([f"{module.labs_done}/{module.lab_total}"] if has_labs else []),
            styled(module.stage, "green" if module.is_complete else "cyan" if module.lessons_done else "dim"),
        )
    return Group(table, styled(f"{elapsed:.0f} s  {summary_line(modules)}", "bold"))


def _bar(done: int, total: int) -> Table:
    cell = Table.grid(padding=(0, 1))
    cell.add_row(ProgressBar(total=max(total, 1), completed=done, width=12), f"{done}/{total}")
    return cell

"""A run's progress: a live picture on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable
from typing import Protocol

from rich.live import Live

from coursewright.run.progress import RunProgress
from coursewright.run.progress_screen import ProgressScreen
from coursewright.run.progress_text import amounts_line, money_and_time
from coursewright.terminal import Terminal

_LINES_INTERVAL_SECONDS = 4.0
_SAME_TROUBLE_INTERVAL_SECONDS = 60.0
# Under a tight quota, throttles come and go.
_WELL_AGAIN_SECONDS = 15.0


class ProgressView(Protocol):
    """Shows the progress of a run at each update."""

    def show(self, progress: RunProgress, elapsed: float) -> None:
        """Show the newest state."""
        ...

    def close(self) -> None:
        """Restore the terminal."""
        ...


def progress_view(terminal: Terminal) -> ProgressView:
    """Return the view for a terminal: one without cursor control gets lines, the same as a pipe."""
    return LiveView(terminal) if terminal.is_terminal and not terminal.is_dumb_terminal else PlainView(terminal)


class LiveView:
    """A picture of the run that redraws itself."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._live = Live(console=terminal, refresh_per_second=8)
        self._live.start()

    def show(self, progress: RunProgress, elapsed: float) -> None:
        """Redraw."""
        self._live.update(ProgressScreen(progress, elapsed, self._terminal))

    def close(self) -> None:
        """Stop redrawing; the last state stays."""
        self._live.stop()


class PlainView:
    """Lines for changes only, at most one of each kind every few seconds."""

    def __init__(self, terminal: Terminal, now: Callable[[], float] = time.monotonic) -> None:
        self._terminal = terminal
        self._now = now
        self._last_amounts = ""
        self._last_time: float | None = None
        self._told: dict[str, float] = {}
        self._last_trouble: float | None = None

    def show(self, progress: RunProgress, elapsed: float) -> None:
        """Print a line after a change."""
        self._tell_troubles(progress)
        amounts = amounts_line(progress.modules, progress.step)
        is_due = self._last_time is None or self._now() - self._last_time >= _LINES_INTERVAL_SECONDS
        if amounts != self._last_amounts and (is_due or all(module.is_complete for module in progress.modules)):
            self._last_amounts, self._last_time = amounts, self._now()
            *known, seconds = money_and_time(progress, elapsed)
            self._terminal.tell("  ".join([f"{seconds:>7}", *known, amounts]))

    def _tell_troubles(self, progress: RunProgress) -> None:
        """Print each kind of trouble at once and then each minute, and one line when all is well again."""
        now = self._now()
        for trouble in progress.troubles:
            self._last_trouble = now
            told_at = self._told.get(trouble.kind)
            if told_at is None or now - told_at >= _SAME_TROUBLE_INTERVAL_SECONDS:
                self._told[trouble.kind] = now
                self._terminal.tell(trouble.text, style="yellow")
        if self._last_trouble is not None and now - self._last_trouble >= _WELL_AGAIN_SECONDS:
            self._last_trouble = None
            self._terminal.tell("all goes on again")

    def close(self) -> None:
        """Do nothing: every line is complete."""

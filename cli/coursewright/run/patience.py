"""Retries of calls about a run, which continues while AWS does not answer."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TypeVar

import local_aws
from coursewright.deployment import Target
from coursewright.errors import CommandFailed
from coursewright.failures import FORESEEN, failure_of, is_outage, needs_login
from coursewright.run.execution import Run

_Answer = TypeVar("_Answer")

# Enough time to log in again in a browser, or for a laptop to find its network.
PATIENCE_SECONDS = 300.0
_PAUSE_SECONDS = 5.0


@dataclass(frozen=True)
class Clock:
    """A monotonic clock, and a wait."""

    now: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep


class NotFollowed(CommandFailed):
    """AWS did not answer until the time limit; the run continues without this command."""

    exit_code = 3


@dataclass
class PatientRun:
    """A run whose calls are retried after an expired login, throttles and short network failures."""

    run: Run
    watch_command: str
    """The command that follows the run again."""
    tell: Callable[[str], None]
    """Receives a line for the user when calls start to fail, and one when they succeed again."""
    clock: Clock = field(default_factory=Clock)

    def ask(self, question: Callable[[Run], _Answer]) -> _Answer:
        """Return the answer of a call about the run; the call may be repeated.

        Raises
        ------
        NotFollowed
            The call has failed for minutes.
        CommandFailed
            Local AWS has ended, and the run with it.
        """
        refused_since: float | None = None
        while True:
            try:
                answer = question(self.run)
            except FORESEEN as error:
                if not is_outage(error):
                    raise
                self._require_that_it_can_go_on()
                if refused_since is None:
                    refused_since = self.clock.now()
                    self.tell(f"{failure_of(error)} (the run continues; retrying for {PATIENCE_SECONDS:.0f} s)")
                if self.clock.now() - refused_since >= PATIENCE_SECONDS:
                    raise self.not_followed(error) from None
                self.clock.wait(_PAUSE_SECONDS)
                if needs_login(error):
                    self._look_for_a_login()
            else:
                if refused_since is not None:
                    self.tell("AWS answers again")
                return answer

    def _require_that_it_can_go_on(self) -> None:
        if self.run.deployment.target is Target.LOCAL and not local_aws.status().is_running:
            raise CommandFailed(
                f"local AWS has ended, and run {self.run.name} with it: everything in it is gone; "
                "start anew with `coursewright generate`"
            )

    def not_followed(self, error: Exception) -> NotFollowed:
        """Return the error for a run that can no longer be followed, with the command to continue."""
        return NotFollowed(
            f"{failure_of(error)}. Run {self.run.name} continues without this command; "
            f"watch it with `{self.watch_command}`"
        )

    def _look_for_a_login(self) -> None:
        with suppress(*FORESEEN):
            self.run = replace(self.run, deployment=self.run.deployment.renewed())

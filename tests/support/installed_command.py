"""The installed command line, run as a user runs it."""

import json
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def report(self) -> dict[str, object]:
        report: dict[str, object] = json.loads(self.stdout.strip().splitlines()[-1])
        return report


CommandLine = Callable[..., Outcome]

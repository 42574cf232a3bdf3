"""The installed command line, run as a user runs it."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from tests.support.json_values import Json


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def report(self) -> Json:
        report: Json = json.loads(self.stdout.strip().splitlines()[-1])
        return report


CommandLine = Callable[..., Outcome]

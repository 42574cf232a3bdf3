"""The offline author of local AWS, steered by its control endpoints."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx

from tests.support.waiting import wait_until


def time_of(text: object) -> datetime:
    """Return a moment that the author or the fault proxy has noted."""
    return datetime.fromisoformat(str(text))


@dataclass(frozen=True)
class Author:
    """The offline author's control endpoints."""

    client: httpx.Client

    def behave(
        self,
        *rules: dict[str, object],
        latency_seconds: dict[str, float] | None = None,
        holds: Sequence[dict[str, object]] = (),
        parallel_faults: dict[str, float] | None = None,
    ) -> None:
        """Put a behaviour in force; calls that the one before held go on.

        Lessons with ``parallel_faults`` are in distinct prose, which alone has them.
        """
        behaviour: dict[str, object] = {
            "rules": list(rules),
            "latency_seconds": latency_seconds or {},
            "holds": list(holds),
        }
        if parallel_faults is not None:
            behaviour |= {"prose": "distinct", "parallel_faults": parallel_faults}
        self.client.post("/behaviour", json=behaviour).raise_for_status()

    def wait_until_it_holds(self, count: int, unless: Callable[[], bool] = lambda: False) -> None:
        """Wait until so many calls are held, or until ``unless``, which the test then has to look into."""
        wait_until(lambda: self._held() == count or unless(), lambda: f"{count} held calls, found {self._held()}")

    def forget(self) -> None:
        """Begin a new list of calls."""
        self.client.delete("/calls").raise_for_status()

    def calls(self) -> list[dict[str, object]]:
        calls: list[dict[str, object]] = self.client.get("/calls").raise_for_status().json()
        return calls

    def _held(self) -> int:
        held: int = self.client.get("/health").raise_for_status().json()["held"]
        return held

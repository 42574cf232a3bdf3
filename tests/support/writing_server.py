"""The offline author inside the test, and a clock that its calls move on."""

from dataclasses import dataclass

from offline_author.app import Author, CallRecord
from offline_author.behaviour import Behaviour, BehaviourBook, CallKind


@dataclass
class WritingServer:
    """The offline author, running inside the test, and how it behaves."""

    url: str
    author: Author

    def behave(self, *rules: dict[str, object]) -> None:
        self.author.book = BehaviourBook(Behaviour.model_validate({"rules": rules}))

    def calls(self, kind: CallKind | None = None) -> list[CallRecord]:
        return [call for call in self.author.calls if kind in (None, call.kind)]


@dataclass
class CallClock:
    """A clock that only calls move on: what fits into a function's time is the same on every machine."""

    author: Author
    seconds_a_call: float

    def monotonic(self) -> float:
        """Return the time that the calls so far have taken."""
        return len(self.author.calls) * self.seconds_a_call

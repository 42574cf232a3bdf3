"""What every near miss of a check is: a case that can be run."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Case(BaseModel):
    """One near miss. ``fault`` are words that its fault must contain; empty for a good one, and where any will do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field_of_text: ClassVar[str] = "text"
    """Where a case stands that is written as a text alone."""

    why: str = ""
    fault: str = ""

    def faults(self) -> list[str]:
        """Return what is wrong with the case, in the check's words."""
        raise NotImplementedError

    def is_caught(self) -> bool:
        """Whether a fault says what the case expects, in letters of any case."""
        return any(self.fault.casefold() in fault.casefold() for fault in self.faults())

"""How the author behaves: slower, or wrong in a chosen way, for tests and benchmarks."""

import os
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class CallKind(StrEnum):
    """What a call asks for."""

    LESSON = "lesson"
    VISUAL_PLAN = "visual_plan"
    DIAGRAM_REPAIR = "diagram_repair"
    LAB_PLAN = "lab_plan"
    LAB = "lab"
    STUDY = "study"
    OTHER = "other"


class Misbehaviour(StrEnum):
    """What can be wrong with an answer."""

    TRUNCATED = "truncated"
    """Half of the text, and ``finish_reason: length``."""
    MISSING_HEADINGS = "missing_headings"
    SCRATCHPAD = "scratchpad"
    REFUSAL = "refusal"
    """An apology instead of the text, in the course's language."""
    WRONG_LANGUAGE = "wrong_language"
    HTML = "html"
    """A script, a link that runs code, and a picture from elsewhere, in the middle of a good text."""
    ENDLESS = "endless"
    """The same text over and over, beyond every limit."""
    NO_VISUALS = "no_visuals"
    SLOW = "slow"
    """A good answer, late: by the rule's ``latency_seconds``."""
    INVALID_MERMAID = "invalid_mermaid"
    HOSTILE_MERMAID = "hostile_mermaid"
    """A diagram that parses and brings a link that runs code, and a picture from elsewhere."""
    HUGE_MERMAID = "huge_mermaid"
    """A short source whose layout takes minutes."""
    MALFORMED = "malformed"
    """Tool arguments without their required fields."""
    INCOMPLETE_PLAN = "incomplete_plan"
    """The first of what was asked for is left out."""
    FOREIGN_IDS = "foreign_ids"
    """Tool arguments under ids that nobody asked for."""
    WRONG_QUIZ = "wrong_quiz"
    """Every question has two right options."""
    INVENTED_TERMS = "invented_terms"
    """Glossary terms that the lesson does not have."""
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"


class Calls(BaseModel):
    """Selects calls; a field that is None matches any value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: CallKind | None = None
    module_number: int | None = None
    lesson_number: int | None = None

    def include(self, call: "Calls") -> bool:
        """Whether a call is one of them."""
        return all(
            wanted in (None, found)
            for wanted, found in (
                (self.kind, call.kind),
                (self.module_number, call.module_number),
                (self.lesson_number, call.lesson_number),
            )
        )


class Rule(Calls):
    """One misbehaviour, for the calls that match; ``first_calls`` bounds it to the first so many of them."""

    misbehaviour: Misbehaviour
    first_calls: int | None = Field(default=None, ge=1)
    latency_seconds: float = Field(default=0, ge=0)
    """What a matching call waits before it is answered, beside what its kind waits."""


class Latency(Calls):
    """How long the calls that match take; for modules and lessons of unequal size."""

    seconds: float = Field(ge=0)
    kind: CallKind


class Hold(Calls):
    """The calls that match are not answered before others have come in, however slow or quick the machine is."""

    until: Calls | None = None
    """The calls that release the held ones, after ``until_calls`` of them; None: held until the behaviour changes."""
    until_calls: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _counts_something(self) -> Self:
        if self.until is None and "until_calls" in self.model_fields_set:
            raise ValueError("until_calls: found a number without `until`, expected both or neither")
        return self


class Behaviour(BaseModel):
    """Everything that can be set, by ``COURSEWRIGHT_AUTHOR_BEHAVIOUR`` (JSON) or ``POST /behaviour``."""

    model_config = ConfigDict(extra="forbid")

    latency_seconds: dict[CallKind, float] = {}
    latencies: list[Latency] = []
    """The first that matches a call goes before its kind's ``latency_seconds``."""
    has_illustrations: bool = False
    """Plan every visual as a picture for an image model instead of a diagram."""
    rules: list[Rule] = []
    holds: list[Hold] = []

    @classmethod
    def from_environment(cls) -> Self:
        """Read the environment's behaviour; a plain one without it."""
        return cls.model_validate_json(os.environ.get("COURSEWRIGHT_AUTHOR_BEHAVIOUR") or "{}")


class BehaviourBook:
    """The behaviour in force, how often each rule has applied, and which calls have come in since."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self._applied: dict[int, int] = {}
        self._come_in: list[Calls] = []

    def enter(self, call: Calls) -> None:
        """Count a call that has come in."""
        self._come_in.append(call)

    def holds(self, call: Calls) -> bool:
        """Whether a call has to wait for others."""
        return any(hold.include(call) and not self._is_over(hold) for hold in self.behaviour.holds)

    def _is_over(self, hold: Hold) -> bool:
        return hold.until is not None and sum(map(hold.until.include, self._come_in)) >= hold.until_calls

    def latency_for(self, call: Calls, rule: Rule | None) -> float:
        """Return the seconds that a call takes to which a rule applies, or none."""
        by_kind = self.behaviour.latency_seconds.get(call.kind, 0) if call.kind else 0
        own = next((latency.seconds for latency in self.behaviour.latencies if latency.include(call)), by_kind)
        return own + (rule.latency_seconds if rule else 0)

    def rule_for(self, call: Calls) -> Rule | None:
        """Return the first rule that matches a call and is not used up."""
        for position, rule in enumerate(self.behaviour.rules):
            used = self._applied.get(position, 0)
            if rule.include(call) and (rule.first_calls is None or used < rule.first_calls):
                self._applied[position] = used + 1
                return rule
        return None

"""The author's behaviour for tests and benchmarks: slower answers, or answers that are wrong in a chosen way."""

import os
from collections.abc import Iterable
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from course_kit.data_models import ClosedModel
from offline_author.seeded_fault import SeededFault


class CallKind(StrEnum):
    """The kinds of answer that a call can ask for."""

    LESSON = "lesson"
    VISUAL_PLAN = "visual_plan"
    DIAGRAM_REPAIR = "diagram_repair"
    LAB_PLAN = "lab_plan"
    LAB = "lab"
    STUDY = "study"
    BRIEF = "brief"
    EDIT = "edit"
    OTHER = "other"


class Misbehaviour(StrEnum):
    """The faults that an answer can have."""

    TRUNCATED = "truncated"
    """Half of the text, with ``finish_reason: length``."""
    MISSING_HEADINGS = "missing_headings"
    SCRATCHPAD = "scratchpad"
    REFUSAL = "refusal"
    """An apology instead of the text, in the course's language."""
    WRONG_LANGUAGE = "wrong_language"
    HTML = "html"
    """A good text with a script, a link that runs code, and a picture from another site."""
    ENDLESS = "endless"
    """A text that repeats itself beyond every limit."""
    NO_VISUALS = "no_visuals"
    SLOW = "slow"
    """A good answer after the rule's ``latency_seconds``."""
    INVALID_MERMAID = "invalid_mermaid"
    HOSTILE_MERMAID = "hostile_mermaid"
    """A diagram that parses, with a link that runs code and a picture from another site."""
    HUGE_MERMAID = "huge_mermaid"
    """A short diagram source whose layout takes minutes."""
    MALFORMED = "malformed"
    """Tool arguments without their required fields."""
    INCOMPLETE_PLAN = "incomplete_plan"
    """An answer without the first item of the request."""
    FOREIGN_IDS = "foreign_ids"
    """Tool arguments with ids that the request does not have."""
    WRONG_QUIZ = "wrong_quiz"
    """Questions with two right options each."""
    INVENTED_TERMS = "invented_terms"
    """Glossary terms that are not in the lesson."""
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"


class Calls(ClosedModel):
    """Selects calls; a field that is None matches any value."""

    kind: CallKind | None = None
    module_number: int | None = None
    lesson_number: int | None = None

    def include(self, call: "Calls") -> bool:
        """Whether these conditions match a call."""
        return all(
            wanted in (None, found)
            for wanted, found in (
                (self.kind, call.kind),
                (self.module_number, call.module_number),
                (self.lesson_number, call.lesson_number),
            )
        )


class Rule(Calls):
    """One misbehaviour for the calls that match; ``first_calls`` is the highest number of such calls."""

    misbehaviour: Misbehaviour
    first_calls: int | None = Field(default=None, ge=1)
    latency_seconds: float = Field(default=0, ge=0)
    """Seconds before the answer to a matching call, added to the latency of its kind."""


class Latency(Calls):
    """The seconds that matching calls take, for modules and lessons of different size."""

    seconds: float = Field(ge=0)
    kind: CallKind


class Hold(Calls):
    """Holds the calls that match until others have arrived, at any speed of the machine."""

    until: Calls | None = None
    """After ``until_calls`` of these calls the held calls go on; None holds them until the behaviour changes."""
    until_calls: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _counts_something(self) -> Self:
        if self.until is None and "until_calls" in self.model_fields_set:
            raise ValueError("until_calls: found a number without `until`, expected both or neither")
        return self


class ProseKind(StrEnum):
    """How lessons are written."""

    PATTERNS = "patterns"
    """The same sentences in all lessons, with other topics: the form of a course."""
    DISTINCT = "distinct"
    """No two lessons share a passage: what a check of a course must not find fault with."""


class ParallelFaults(ClosedModel):
    """What goes wrong with lessons written side by side: the share of lessons that have each fault.

    Only lessons in distinct prose, with a brief, have them. Equal seeds choose the same lessons.
    """

    seed: int = 0
    repeats: float = Field(default=0, ge=0, le=1)
    """A passage of a neighbour, in half of them with a few other words."""
    definitions: float = Field(default=0, ge=0, le=1)
    """The definition of a term that an earlier lesson introduces, in half of them in other words."""
    early_uses: float = Field(default=0, ge=0, le=1)
    """A term before the lesson that introduces it."""
    changed_facts: float = Field(default=0, ge=0, le=1)
    """A fact of the running example with another number."""
    dead_references: float = Field(default=0, ge=0, le=1)
    """A reference to a lesson that is not there."""


class Behaviour(BaseModel):
    """The author's settings, from ``COURSEWRIGHT_AUTHOR_BEHAVIOUR`` (JSON) or ``POST /behaviour``."""

    model_config = ConfigDict(extra="forbid")

    latency_seconds: dict[CallKind, float] = {}
    latencies: list[Latency] = []
    """The first latency that matches a call replaces the ``latency_seconds`` of its kind."""
    has_illustrations: bool = False
    """Plan every visual as a picture for an image model instead of a diagram."""
    prose: ProseKind = ProseKind.PATTERNS
    parallel_faults: ParallelFaults = ParallelFaults()
    rules: list[Rule] = []
    holds: list[Hold] = []

    @classmethod
    def from_environment(cls) -> Self:
        """Read the behaviour from the environment; without the variable, return the default."""
        return cls.model_validate_json(os.environ.get("COURSEWRIGHT_AUTHOR_BEHAVIOUR") or "{}")


class BehaviourBook:
    """The current behaviour, the count of each rule's uses, and the calls since it was set."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self._applied: dict[int, int] = {}
        self._come_in: list[Calls] = []
        self._seeded: dict[tuple[str, str], SeededFault] = {}

    @property
    def seeded(self) -> tuple[SeededFault, ...]:
        """The faults of all lessons written so far, each once."""
        return tuple(self._seeded.values())

    def seed(self, faults: Iterable[SeededFault]) -> None:
        """Remember the faults of one answer."""
        self._seeded.update({(fault.lesson, fault.kind): fault for fault in faults})

    def enter(self, call: Calls) -> None:
        """Count a call that has arrived."""
        self._come_in.append(call)

    def holds(self, call: Calls) -> bool:
        """Whether a call has to wait for other calls."""
        return any(hold.include(call) and not self._is_over(hold) for hold in self.behaviour.holds)

    def _is_over(self, hold: Hold) -> bool:
        return hold.until is not None and sum(map(hold.until.include, self._come_in)) >= hold.until_calls

    def latency_for(self, call: Calls, rule: Rule | None) -> float:
        """Return the seconds that a call takes, with its rule's latency if it has a rule."""
        by_kind = self.behaviour.latency_seconds.get(call.kind, 0) if call.kind else 0
        own = next((latency.seconds for latency in self.behaviour.latencies if latency.include(call)), by_kind)
        return own + (rule.latency_seconds if rule else 0)

    def rule_for(self, call: Calls) -> Rule | None:
        """Return the first rule that matches a call and has uses left, or None."""
        for position, rule in enumerate(self.behaviour.rules):
            used = self._applied.get(position, 0)
            if rule.include(call) and (rule.first_calls is None or used < rule.first_calls):
                self._applied[position] = used + 1
                return rule
        return None

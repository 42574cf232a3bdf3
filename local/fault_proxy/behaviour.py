"""What the fault proxy does to the calls that pass: set over HTTP by tests and benchmarks."""

import random
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from fault_proxy.calls import Call
from fault_proxy.quota import QuotaSettings


class Service(StrEnum):
    """Whose call it is, as its signature says."""

    BEDROCK = "bedrock"
    S3 = "s3"


class FaultKind(StrEnum):
    """What can go wrong with a call."""

    THROTTLED = "throttled"
    """429 ``ThrottlingException`` of Bedrock, 503 ``SlowDown`` of S3."""
    INTERNAL_ERROR = "internal_error"
    """500."""
    UNAVAILABLE = "unavailable"
    """503 ``ServiceUnavailable``."""
    CUT_OFF = "cut_off"
    """The connection ends in the middle of the answer."""
    SLOW = "slow"
    """Nothing but the rule's latency."""
    STREAM_EXCEPTION = "stream_exception"
    """Of ``converse-stream``: an exception in the middle of the answer's stream."""
    STOP_REASON = "stop_reason"
    """Of a conversation: the answer ends as it is, for another reason."""

    @property
    def replaces_answer(self) -> bool:
        """Whether the caller gets an error instead of AWS's answer."""
        return self in (FaultKind.THROTTLED, FaultKind.INTERNAL_ERROR, FaultKind.UNAVAILABLE)


class Fault(BaseModel):
    """One fault, for the calls that match every condition given.

    ``latency_seconds`` comes before anything else. With ``is_carried_out`` the call reaches AWS and only its answer is
    replaced: what a client sees when the answer to a successful write gets lost.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: FaultKind
    service: Service | None = None
    operation: str | None = None
    """Of Bedrock ``converse-stream``, ``converse``, ``invoke``; of S3 the HTTP method."""
    path_contains: str | None = None
    text_contains: str | None = None
    """In the conversation of a Bedrock call: ``"module_number":3`` finds the lessons of module 3."""
    skip_calls: int = Field(default=0, ge=0)
    first_calls: int | None = Field(default=None, ge=1)
    """At most so many, after those skipped."""
    share: float = Field(default=1, gt=0, le=1)
    """Of the matching calls, chosen by ``seed``: the same ones every time."""
    seed: int = 0
    latency_seconds: float = Field(default=0, ge=0)
    is_carried_out: bool = False
    exception: str = "modelStreamErrorException"
    """What is raised in the stream, by its name there: ``throttlingException``, ``internalServerException`` …"""
    after_events: int = Field(default=2, ge=0)
    """How much of the stream comes before the exception."""
    stop_reason: str = "max_tokens"
    """What an answer's stop reason becomes."""

    def matches(self, call: Call) -> bool:
        """Whether a call is one that this fault is for."""
        if self.kind is FaultKind.STREAM_EXCEPTION and call.operation != "converse-stream":
            return False
        if self.kind is FaultKind.STOP_REASON and not call.is_conversation:
            return False
        return (
            self.service in (None, call.service)
            and self.operation in (None, call.operation)
            and (self.path_contains is None or self.path_contains in call.path)
            and (self.text_contains is None or self.text_contains in call.text)
        )


class Behaviour(BaseModel):
    """Everything that can be set, by ``POST /_fault_proxy/behaviour``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    faults: tuple[Fault, ...] = ()
    quota: QuotaSettings | None = None
    """Of text models; each model id has its own."""
    image_seconds: float | None = Field(default=None, ge=0)
    """Answer image models with a small picture after so long; without it their calls pass as they are."""


@dataclass
class FaultBook:
    """How often each fault has met a call, and which calls it takes."""

    faults: tuple[Fault, ...]
    _met: dict[int, int] = field(default_factory=dict)
    _chance: dict[int, random.Random] = field(default_factory=dict)

    def fault_for(self, call: Call) -> Fault | None:
        """Return the first fault that takes a call."""
        for position, fault in enumerate(self.faults):
            if fault.matches(call) and self._takes(position, fault):
                return fault
        return None

    def _takes(self, position: int, fault: Fault) -> bool:
        chance = self._chance.setdefault(position, random.Random(fault.seed))  # noqa: S311 - not a secret
        met = self._met.get(position, 0)
        last = None if fault.first_calls is None else fault.skip_calls + fault.first_calls
        if last is not None and met >= last:
            return False
        if chance.random() >= fault.share:
            return False
        self._met[position] = met + 1
        return met >= fault.skip_calls

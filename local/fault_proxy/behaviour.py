"""The fault proxy's behaviour: what it does to calls. Tests and benchmarks set it over HTTP."""

import random
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import Field

from course_kit.data_models import ClosedModel
from fault_proxy.calls import Call
from fault_proxy.quota import QuotaSettings


class Service(StrEnum):
    """The AWS service of a call, read from its signature."""

    BEDROCK = "bedrock"
    S3 = "s3"


class FaultKind(StrEnum):
    """Kinds of fault that a call can meet."""

    THROTTLED = "throttled"
    """429 ``ThrottlingException`` of Bedrock, 503 ``SlowDown`` of S3."""
    INTERNAL_ERROR = "internal_error"
    """An answer with status 500."""
    UNAVAILABLE = "unavailable"
    """503 ``ServiceUnavailable``."""
    CUT_OFF = "cut_off"
    """The connection ends in the middle of the answer."""
    SLOW = "slow"
    """The fault's latency and no other change."""
    STREAM_EXCEPTION = "stream_exception"
    """``converse-stream`` only: an exception in the middle of the answer's stream."""
    STOP_REASON = "stop_reason"
    """Conversations only: the answer stays the same and gets another stop reason."""

    @property
    def replaces_answer(self) -> bool:
        """Whether the caller gets an error instead of AWS's answer."""
        return self in (FaultKind.THROTTLED, FaultKind.INTERNAL_ERROR, FaultKind.UNAVAILABLE)


class Fault(ClosedModel):
    """One fault, for the calls that match every condition that is set.

    The proxy waits ``latency_seconds`` first. With ``is_carried_out`` the call reaches AWS and only its answer is
    replaced. A client sees this when the answer to a successful write is lost.
    """

    kind: FaultKind
    service: Service | None = None
    operation: str | None = None
    """Bedrock: ``converse-stream``, ``converse`` or ``invoke``. S3: the HTTP method."""
    path_contains: str | None = None
    text_contains: str | None = None
    """Text in the conversation of a Bedrock call: ``"module_number":3`` matches the lessons of module 3."""
    skip_calls: int = Field(default=0, ge=0)
    first_calls: int | None = Field(default=None, ge=1)
    """The highest number of calls with this fault, counted after ``skip_calls``; None is no limit."""
    share: float = Field(default=1, gt=0, le=1)
    """The share of matching calls with this fault; the same ``seed`` always chooses the same calls."""
    seed: int = 0
    latency_seconds: float = Field(default=0, ge=0)
    is_carried_out: bool = False
    exception: str = "modelStreamErrorException"
    """The exception's name in the stream: ``throttlingException``, ``internalServerException`` …"""
    after_events: int = Field(default=2, ge=0)
    """The number of events in the stream before the exception."""
    stop_reason: str = "max_tokens"
    """The stop reason that replaces the answer's own."""

    def matches(self, call: Call) -> bool:
        """Whether a call meets every condition of this fault."""
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


class Behaviour(ClosedModel):
    """The proxy's settings, which ``POST /_fault_proxy/behaviour`` replaces."""

    faults: tuple[Fault, ...] = ()
    quota: QuotaSettings | None = None
    """The quota of each text model id; None is no quota."""
    image_seconds: float | None = Field(default=None, ge=0)
    """Seconds after which image models answer with a small picture; None passes their calls on unchanged."""


@dataclass
class FaultBook:
    """Counts the calls that each fault has matched, and chooses the fault of each call."""

    faults: tuple[Fault, ...]
    _met: dict[int, int] = field(default_factory=dict)
    _chance: dict[int, random.Random] = field(default_factory=dict)

    def fault_for(self, call: Call) -> Fault | None:
        """Return the first fault that applies to a call, or None."""
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

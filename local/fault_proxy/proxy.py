"""The path of each call: a fault, a throttle, a picture, or the upstream answer."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import unquote

import httpx
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from fault_proxy import answers
from fault_proxy.behaviour import Behaviour, Fault, FaultBook, FaultKind
from fault_proxy.calls import Call, CallRecord, UsageReader
from fault_proxy.edited_answer import edited_answer
from fault_proxy.quota import Quota, Reservation
from fault_proxy.upstream import Upstream


class AnswerCutOff(Exception):
    """Raised in the middle of an answer, so that the server closes the connection."""


@dataclass
class _Passage:
    """One call on its way through the proxy."""

    call: Call
    number: int
    fault: Fault | None
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    quota: Quota | None = None
    reservation: Reservation | None = None
    is_over_quota: bool = False

    @property
    def edits(self) -> bool:
        """Whether the fault changes the content of the answer."""
        return self.fault is not None and self.fault.kind in (FaultKind.STREAM_EXCEPTION, FaultKind.STOP_REASON)

    def reserve(self, quota: Quota) -> None:
        self.quota = quota
        self.reservation = quota.reserve(self.call.input_tokens, self.call.max_tokens, time.monotonic())
        self.is_over_quota = self.reservation is None

    def settle(self, usage: UsageReader) -> None:
        if self.quota and self.reservation:
            self.quota.settle(self.reservation, usage.input_tokens, usage.output_tokens, time.monotonic())

    def record(self, status: int, usage: UsageReader | None = None) -> CallRecord:
        return CallRecord(
            number=self.number,
            service=self.call.service,
            operation=self.call.operation,
            path=self.call.path,
            model_id=self.call.model_id,
            status=status,
            fault=self.fault.kind if self.fault else None,
            is_over_quota=self.is_over_quota,
            max_tokens=self.call.max_tokens,
            input_tokens=usage.input_tokens if usage else 0,
            output_tokens=usage.output_tokens if usage else 0,
            started_at=self.started_at,
            ended_at=datetime.now(UTC),
        )


class FaultProxy:
    """The current behaviour, the quotas, and the calls so far."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._count = 0
        self.calls: list[CallRecord] = []
        self.behave(Behaviour())

    def behave(self, behaviour: Behaviour) -> None:
        """Replace the behaviour, with full quotas and unused faults."""
        self.behaviour = behaviour
        self._faults = FaultBook(behaviour.faults)
        self._quotas: dict[str, Quota] = {}

    async def handle(self, request: Request) -> Response:
        """Answer one call."""
        call = Call(request.method, unquote(request.url.path), request.headers, await request.body())
        self._count += 1
        passage = _Passage(call, self._count, self._faults.fault_for(call))
        refusal = await self._refusal(passage, request)
        if refusal is not None:
            self.calls.append(passage.record(refusal.status_code))
            return refusal
        response = await self._upstream.send(request, call.body)
        if call.operation == "invoke" and self.behaviour.image_seconds is not None and response.is_success:
            # Local AWS has answered, so IAM has allowed the call; only the picture is made here.
            await response.aclose()
            await asyncio.sleep(self.behaviour.image_seconds)
            answer: Response = answers.picture()
            self.calls.append(passage.record(answer.status_code))
            return answer
        answer = StreamingResponse(self._passing(passage, response), response.status_code)
        headers = self._upstream.answer_headers(response)
        answer.raw_headers = [header for header in headers if not passage.edits or header[0] != b"content-length"]
        return answer

    async def _refusal(self, passage: _Passage, request: Request) -> Response | None:
        """Return the error that replaces AWS's answer, or None."""
        call, fault = passage.call, passage.fault
        if fault is not None:
            await asyncio.sleep(fault.latency_seconds)
            if fault.kind.replaces_answer:
                if fault.is_carried_out:
                    carried_out = await self._upstream.send(request, call.body)
                    await carried_out.aread()
                return answers.error(call.service, fault.kind, has_body=call.method != "HEAD")
        if call.is_conversation and self.behaviour.quota is not None:
            quota = self._quotas.setdefault(call.model_id, Quota(self.behaviour.quota, time.monotonic()))
            passage.reserve(quota)
            if passage.is_over_quota:
                return answers.over_quota()
        return None

    async def _passing(self, passage: _Passage, response: httpx.Response) -> AsyncIterator[bytes]:
        usage = UsageReader(passage.call)
        chunks = response.aiter_raw()
        if passage.fault is not None and passage.edits and response.is_success:
            chunks = edited_answer(chunks, passage.call, passage.fault)
        try:
            async for chunk in chunks:
                if passage.fault is not None and passage.fault.kind is FaultKind.CUT_OFF:
                    yield chunk[: len(chunk) // 2]
                    raise AnswerCutOff
                usage.feed(chunk)
                yield chunk
        finally:
            await response.aclose()
            usage.finish()
            passage.settle(usage)
            self.calls.append(passage.record(response.status_code, usage))

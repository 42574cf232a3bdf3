"""Faults inside a text model's answer: an exception in its stream, or another stop reason."""

import json
from collections.abc import AsyncIterator

from fault_proxy.behaviour import Fault, FaultKind
from fault_proxy.calls import Call
from fault_proxy.event_stream import Messages, event, event_type, exception


async def edited_answer(chunks: AsyncIterator[bytes], call: Call, fault: Fault) -> AsyncIterator[bytes]:
    """Yield the parts of an answer with the fault inserted."""
    if call.operation != "converse-stream":
        answer = json.loads(b"".join([chunk async for chunk in chunks]))
        yield json.dumps({**answer, "stopReason": fault.stop_reason}).encode()
        return
    messages, passed = Messages(), 0
    async for chunk in chunks:
        for whole in messages.feed(chunk):
            if fault.kind is FaultKind.STREAM_EXCEPTION and passed == fault.after_events:
                yield exception(fault.exception, "The fault proxy was told to raise this.")
                return
            passed += 1
            is_end = fault.kind is FaultKind.STOP_REASON and event_type(whole) == "messageStop"
            yield event("messageStop", {"stopReason": fault.stop_reason}) if is_end else whole
    yield messages.rest()

"""Writer of AWS's event stream encoding: a prelude, headers, a payload, and checksums.

The format is in Smithy 2.0, "Amazon Event Stream Specification". botocore can only read it.
"""

import json
import struct
import zlib
from collections.abc import Iterator, Mapping

from botocore.eventstream import EventStreamBuffer
from pydantic import JsonValue

CONTENT_TYPE = "application/vnd.amazon.eventstream"
_LENGTH = struct.Struct(">I")
_TEXT_TYPE = 7
# The message's and the headers' length, with a checksum of both.
_PRELUDE_BYTES = 12


def message(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Return one encoded message; all headers are strings."""
    encoded = b"".join(_header(name, value) for name, value in headers.items())
    total = _PRELUDE_BYTES + len(encoded) + len(payload) + _LENGTH.size
    prelude = struct.pack(">II", total, len(encoded))
    body = prelude + _LENGTH.pack(zlib.crc32(prelude)) + encoded + payload
    return body + _LENGTH.pack(zlib.crc32(body))


def event(name: str, content: JsonValue) -> bytes:
    """Return one event of a stream."""
    headers = {":message-type": "event", ":event-type": name, ":content-type": "application/json"}
    return message(headers, json.dumps(content).encode())


def exception(name: str, text: str) -> bytes:
    """Return an exception message of a service, which ends the stream."""
    headers = {":message-type": "exception", ":exception-type": name, ":content-type": "application/json"}
    return message(headers, json.dumps({"message": text}).encode())


def _header(name: str, value: str) -> bytes:
    key, text = name.encode(), value.encode()
    return bytes([len(key)]) + key + struct.pack(">BH", _TEXT_TYPE, len(text)) + text


class Messages:
    """Splits a stream into its messages, each with its bytes unchanged."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Add the next part of the stream and yield the messages that are now complete."""
        self._rest += chunk
        while len(self._rest) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._rest)
            if length < _PRELUDE_BYTES or len(self._rest) < length:
                return
            whole, self._rest = self._rest[:length], self._rest[length:]
            yield whole

    def rest(self) -> bytes:
        """Return the bytes of a message that is not complete yet."""
        return self._rest


def event_type(whole: bytes) -> str:
    """Return the event type of a message; empty for an exception."""
    buffer = EventStreamBuffer()
    buffer.add_data(whole)
    headers = next(buffer).to_response_dict()["headers"]
    return str(headers.get(":event-type", ""))

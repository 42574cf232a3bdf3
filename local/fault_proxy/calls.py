"""A call that the fault proxy receives, and the record of it."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import unquote

from botocore.eventstream import EventStreamBuffer, ParserError
from pydantic import BaseModel, JsonValue
from starlette.datastructures import Headers

_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/(?P<service>[^/]+)/aws4_request")
_MODEL_PATH = re.compile(r"^/model/(?P<model>[^/]+)/(?P<operation>[a-z-]+)$")
# The offline author and ministack use the same estimate.
_CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True)
class Call:
    """One call: ``path`` is decoded, ``body`` is the raw body."""

    method: str
    path: str
    headers: Headers
    body: bytes

    @property
    def service(self) -> str:
        """``bedrock`` or ``s3``, from the signature's scope. Without a signature, the path decides."""
        found = _SCOPE.search(self.headers.get("authorization", ""))
        if found:
            return found["service"]
        return "bedrock" if _MODEL_PATH.match(self.path) else "s3"

    @property
    def operation(self) -> str:
        """The last part of Bedrock's path, or S3's HTTP method."""
        found = _MODEL_PATH.match(self.path)
        return found["operation"] if found and self.service == "bedrock" else self.method

    @property
    def model_id(self) -> str:
        """The Bedrock model id; empty for S3."""
        found = _MODEL_PATH.match(self.path)
        return unquote(found["model"]) if found and self.service == "bedrock" else ""

    @property
    def is_conversation(self) -> bool:
        """Whether the call goes to a text model."""
        return self.operation in ("converse", "converse-stream")

    @cached_property
    def text(self) -> str:
        """The system prompt and all messages of a conversation; empty for other calls."""
        return "\n".join(_texts([self._request.get("system"), self._request.get("messages")]))

    @property
    def input_tokens(self) -> int:
        """Estimated tokens of a conversation."""
        return -(-len(self.text) // _CHARACTERS_PER_TOKEN)

    @property
    def max_tokens(self) -> int:
        """The call's token limit for the answer; 0 when the call sets none."""
        configuration = self._request.get("inferenceConfig")
        limit = configuration.get("maxTokens") if isinstance(configuration, dict) else None
        return limit if isinstance(limit, int) else 0

    @cached_property
    def _request(self) -> dict[str, JsonValue]:
        if not self.is_conversation:
            return {}
        try:
            request = json.loads(self.body)
        except ValueError:
            return {}
        return request if isinstance(request, dict) else {}


class CallRecord(BaseModel):
    """One call, as ``GET /_fault_proxy/calls`` lists it."""

    number: int
    service: str
    operation: str
    path: str
    model_id: str
    status: int
    fault: str | None
    is_over_quota: bool
    max_tokens: int
    input_tokens: int
    output_tokens: int
    started_at: datetime
    ended_at: datetime


class UsageReader:
    """Reads the token usage from the answer of a conversation while it passes."""

    def __init__(self, call: Call) -> None:
        self._is_conversation = call.is_conversation
        self._events = EventStreamBuffer() if call.operation == "converse-stream" else None
        self._body = bytearray()
        self.input_tokens = 0
        self.output_tokens = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next part of the answer."""
        if self._is_conversation:
            self._body += chunk

    def finish(self) -> None:
        """Read the usage from the whole answer; an error or an answer cut off counts as none."""
        with suppress(ValueError, ParserError):
            if self._events is None:
                self._take(json.loads(self._body))
                return
            self._events.add_data(bytes(self._body))
            for event in self._events:
                if event.to_response_dict()["headers"].get(":event-type") == "metadata":
                    self._take(json.loads(event.payload))

    def _take(self, answer: JsonValue) -> None:
        usage = answer.get("usage") if isinstance(answer, dict) else None
        if isinstance(usage, dict):
            self.input_tokens = int(str(usage.get("inputTokens", 0)))
            self.output_tokens = int(str(usage.get("outputTokens", 0)))


def _texts(value: JsonValue) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, dict):
        return [
            text
            for name, item in value.items()
            for text in ([item] if name == "text" and isinstance(item, str) else _texts(item))
        ]
    return []

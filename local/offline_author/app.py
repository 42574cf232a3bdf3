"""The HTTP routes of local AWS's models: the offline author answers, or the server that has the model."""

import asyncio
import logging
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from course_kit.model_ids import OFFLINE_MODEL_ID
from offline_author.author import AskedFor, RequestNotUnderstood
from offline_author.behaviour import Behaviour, BehaviourBook, CallKind, Calls, Misbehaviour
from offline_author.chat import ChatRequest, completion, completion_events
from offline_author.passed_on import NoAnswer, ask

# Python writes its warnings to standard error, and so into the log of local AWS.
_logger = logging.getLogger("offline_author")
_BAD_REQUEST, _BAD_GATEWAY = 400, 502
_HTTP_ERRORS = {Misbehaviour.THROTTLED: (429, "too many requests"), Misbehaviour.UNAVAILABLE: (503, "unavailable")}

_HOLD_POLL_SECONDS = 0.02
# Longer than any test waits, shorter than ministack waits for an answer.
_LONGEST_HOLD_SECONDS = 540


class _Asked(BaseModel):
    """The one field of a call that says whom it is for."""

    model: str = OFFLINE_MODEL_ID


class CallRecord(BaseModel):
    """One call, as ``GET /calls`` lists it."""

    number: int
    kind: CallKind
    module_number: int | None
    lesson_number: int | None
    misbehaviour: Misbehaviour | None
    prompt_tokens: int
    system_tokens: int = 0
    """The part of the prompt that a function's calls share."""
    completion_tokens: int
    started_at: datetime
    ended_at: datetime


@dataclass
class Author:
    """The server's state: the current behaviour and the calls so far. Its methods are the endpoints."""

    book: BehaviourBook
    other_models: Path | None = None
    """The file of models that others have; without one, the author answers for every model."""
    calls: list[CallRecord] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    """The latest message of each call, for tests of what a model receives."""
    count: int = 0
    held: int = 0
    """The number of calls that wait for other calls now."""
    held_in_vain: int = 0

    async def chat(self, http_request: Request) -> Response:
        """Answer ``POST /v1/chat/completions``, or have it answered by the server that has the model."""
        try:
            model_id = _Asked.model_validate_json(await http_request.body()).model
        except ValidationError as error:
            return _error(_BAD_REQUEST, str(error))
        if self.other_models and model_id != OFFLINE_MODEL_ID:
            return await _of_another_model(self.other_models, model_id, await http_request.body())
        started_at = datetime.now(UTC)
        self.count += 1
        number = self.count
        try:
            request = ChatRequest.model_validate_json(await http_request.body())
            self.prompts.append(request.messages[-1].text)
            asked = AskedFor(request)
            call = Calls(kind=asked.kind, module_number=asked.module_number, lesson_number=asked.lesson_number)
            await self._let_go(call)
            rule = self.book.rule_for(call)
            misbehaviour = rule.misbehaviour if rule else None
            answer = asked.answer(misbehaviour, self.book.behaviour)
            self.book.seed(asked.faults)
        except (ValidationError, RequestNotUnderstood) as error:
            return _error(_BAD_REQUEST, str(error))
        await asyncio.sleep(self.book.latency_for(call, rule))
        failed = _HTTP_ERRORS.get(misbehaviour) if misbehaviour else None
        self.calls.append(
            CallRecord(
                number=number,
                kind=asked.kind,
                module_number=asked.module_number,
                lesson_number=asked.lesson_number,
                misbehaviour=misbehaviour,
                prompt_tokens=request.prompt_tokens,
                system_tokens=request.system_tokens,
                completion_tokens=0 if failed else answer.completion_tokens,
                started_at=started_at,
                ended_at=datetime.now(UTC),
            )
        )
        if failed:
            return _error(*failed)
        if request.stream:
            return StreamingResponse(completion_events(request, answer, number), media_type="text/event-stream")
        return JSONResponse(completion(request, answer, number))

    async def _let_go(self, call: Calls) -> None:
        """Wait while the behaviour holds a call; after the time limit, count the call and let it go on."""
        book, give_up = self.book, time.monotonic() + _LONGEST_HOLD_SECONDS
        book.enter(call)
        self.held += 1
        try:
            # Polled, because tests change the behaviour from other threads.
            while self.book is book and book.holds(call) and time.monotonic() < give_up:
                await asyncio.sleep(_HOLD_POLL_SECONDS)
            self.held_in_vain += time.monotonic() >= give_up
        finally:
            self.held -= 1

    async def behaviour(self, request: Request) -> Response:
        """Show, set or reset the behaviour."""
        if request.method == "POST":
            try:
                self.book = BehaviourBook(Behaviour.model_validate_json(await request.body()))
            except ValidationError as error:
                return _error(_BAD_REQUEST, str(error))
        elif request.method == "DELETE":
            self.book = BehaviourBook(Behaviour())
        return Response(self.book.behaviour.model_dump_json(), media_type="application/json")

    async def health(self, _: Request) -> Response:
        """Return the server's health: the calls it holds now, and the calls it held up to the time limit."""
        return JSONResponse({"status": "ok", "held": self.held, "held_in_vain": self.held_in_vain})

    async def list_calls(self, request: Request) -> Response:
        """List the calls so far, or clear the list."""
        if request.method == "DELETE":
            self.calls.clear()
            self.held_in_vain = 0
        return JSONResponse([call.model_dump(mode="json") for call in self.calls])

    async def list_faults(self, _: Request) -> Response:
        """List the faults of the lessons written since the behaviour was set, as their newest answers have them."""
        return JSONResponse([fault.model_dump(mode="json") for fault in self.book.seeded])


def create_app(author: Author, path: str = "") -> Starlette:
    """Return the application: two endpoints of OpenAI's API, health, and control.

    All routes are below ``path``. ministack sends no key, so a random path keeps other users of the machine out.
    """
    routes = [
        Route("/v1/chat/completions", author.chat, methods=["POST"]),
        Route("/v1/models", _models),
        Route("/health", author.health),
        Route("/behaviour", author.behaviour, methods=["GET", "POST", "DELETE"]),
        Route("/faults", author.list_faults),
        Route("/calls", author.list_calls, methods=["GET", "DELETE"]),
    ]
    return Starlette(routes=[Mount(path, routes=routes)])


async def _of_another_model(models: Path, model_id: str, body: bytes) -> Response:
    try:
        return await ask(models, model_id, body)
    except NoAnswer as error:
        _logger.warning("model %s: %s", model_id, error)
        return _error(_BAD_GATEWAY, str(error))


async def _models(_: Request) -> Response:
    return JSONResponse({"object": "list", "data": [{"id": OFFLINE_MODEL_ID, "object": "model"}]})


def _error(status: int, message: str) -> Response:
    return JSONResponse({"error": {"message": message, "type": "invalid_request_error"}}, status_code=status)

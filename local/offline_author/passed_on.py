"""Calls of models that others have, passed on to their servers.

The addresses are read at each call, so that a run goes on with its model while a later one writes with another.
"""

from pathlib import Path

import httpx
from starlette.responses import Response

from offline_author.other_models import OtherModels

# As long as ministack waits for us: a real model on a laptop writes a long lesson in minutes.
_ANSWER_SECONDS = 600


class NoAnswer(Exception):
    """The server of a model does not answer, or is not known; the message says where, and why."""


async def ask(models: Path, model_id: str, body: bytes) -> Response:
    """Pass a call of ``/v1/chat/completions`` on, and its answer back, whatever it says; raises `NoAnswer`."""
    url = OtherModels.read(models).address_of.get(model_id)
    if url is None:
        raise NoAnswer("its server is not known; set COURSEWRIGHT_MODEL_URL and COURSEWRIGHT_MODEL_NAME to it")
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=_ANSWER_SECONDS) as client:
            headers = {"Content-Type": "application/json"}
            answer = await client.post(f"{url}/v1/chat/completions", content=body, headers=headers)
    except httpx.HTTPError as error:
        raise NoAnswer(f"{url}: {type(error).__name__} {error}") from None
    return Response(answer.content, answer.status_code, media_type=answer.headers.get("content-type"))

"""Calls of models that others have go to their servers, whose addresses are read at each call."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from course_kit.model_ids import OFFLINE_MODEL_ID
from offline_author.app import Author, create_app
from offline_author.behaviour import Behaviour, BehaviourBook
from offline_author.other_models import OtherModels
from tests.support.lesson_call import lesson_prompt
from tests.support.serving import serving
from tests.support.writing_server import WritingServer

MESSAGES = [{"role": "user", "content": lesson_prompt()}]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models.json"


@pytest.fixture
def of_ones_own() -> Iterator[WritingServer]:
    author = Author(BehaviourBook(Behaviour()))
    with serving(create_app(author)) as url:
        yield WritingServer(url, author)


def ask(models: Path, model_id: str) -> httpx.Response:
    async def answer() -> httpx.Response:
        app = create_app(Author(BehaviourBook(Behaviour()), models))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            return await client.post("/v1/chat/completions", json={"model": model_id, "messages": MESSAGES})

    return asyncio.run(answer())


def test_a_call_goes_to_the_server_that_has_the_model_and_its_answer_comes_back(
    models: Path, of_ones_own: WritingServer
) -> None:
    # Given: the address comes only after the server of local AWS was started.
    assert ask(models, "qwen3:8b").status_code == 502
    models.write_text(OtherModels().with_address("qwen3:8b", of_ones_own.url).model_dump_json(), encoding="utf-8")
    # When
    answer = ask(models, "qwen3:8b")
    # Then
    assert answer.status_code == 200
    assert answer.json()["choices"][0]["message"]["content"]
    assert len(of_ones_own.author.calls) == 1
    # And: the offline author's own calls do not.
    assert ask(models, OFFLINE_MODEL_ID).status_code == 200
    assert len(of_ones_own.author.calls) == 1


def test_a_fault_of_the_other_server_comes_back_as_it_is(models: Path, of_ones_own: WritingServer) -> None:
    models.write_text(OtherModels().with_address("qwen3:8b", of_ones_own.url).model_dump_json(), encoding="utf-8")
    of_ones_own.behave({"misbehaviour": "throttled"})
    assert ask(models, "qwen3:8b").status_code == 429


@pytest.mark.parametrize(
    ("address_of", "told"),
    [({}, "COURSEWRIGHT_MODEL_URL"), ({"qwen3:8b": "http://127.0.0.1:9"}, "http://127.0.0.1:9: ConnectError")],
    ids=["not known", "not there"],
)
def test_a_model_without_a_server_is_an_error_and_never_a_placeholder_text(
    models: Path, caplog: pytest.LogCaptureFixture, address_of: dict[str, str], told: str
) -> None:
    models.write_text(OtherModels(address_of=address_of).model_dump_json(), encoding="utf-8")
    answer = ask(models, "qwen3:8b")
    assert answer.status_code == 502
    assert told in answer.text
    assert "model qwen3:8b" in caplog.text

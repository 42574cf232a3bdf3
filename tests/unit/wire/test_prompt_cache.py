"""What all calls of a function share gets one cache point, if the model has a cache and the prompt is long enough."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from unittest.mock import patch

import boto3
import pytest
from botocore.validate import ParamValidator
from pydantic import JsonValue

from course_kit.budget import Budget
from course_kit.errors import BudgetExceeded
from course_kit.model import model_provider
from course_kit.model.model_answer import usage_on_the_wire
from course_kit.model.model_provider import TextModel
from course_kit.models import known_models
from course_kit.price_rows import ModelPrices
from course_kit.records.spending import Spending, SpendingRecord
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import ModelProvider
from course_kit.store.artefact_store import ArtefactStore
from course_kit.text.prompt_template import SystemPrompt
from course_kit.usage import Usage
from tests.support.serving import serving
from tests.support.wire.cases import PLAN, WHOLE
from tests.support.wire.servers import Answer, ScriptedServer, chat, said, used_tool
from visual_planner.visual_plan import VisualPlan

CLAUDE, HAIKU, NOVA = (
    "global.anthropic.claude-sonnet-4-6",
    "global.anthropic.claude-haiku-4-5",
    "us.amazon.nova-pro-v1:0",
)
UNKNOWN = "my.own-model-v1:0"
POINT_FOR_AN_HOUR: JsonValue = {"cachePoint": {"type": "default", "ttl": "1h"}}
POINT: JsonValue = {"cachePoint": {"type": "default"}}
# 5 bytes a token, whatever the words are.
LONG, SHORT = "word " * 1024, "word " * 500
CACHED: JsonValue = {
    **{"inputTokens": 40, "outputTokens": 200, "totalTokens": 1640},
    **{"cacheReadInputTokens": 1000, "cacheWriteInputTokens": 400},
}
Asked = tuple[ScriptedServer, TextModel]
Ask = Callable[..., AbstractContextManager[Asked]]


@pytest.fixture
def ask() -> Ask:
    @contextmanager
    def started(
        model_id: str, *answers: Answer, spending: Spending | None = None, short: str = "", caches: bool = True
    ) -> Iterator[Asked]:
        server = ScriptedServer(answers or [said(WHOLE)])
        environment = FunctionEnvironment.model_validate(
            {"COURSE_BUCKET": "bucket", "TEXT_MODEL_ID": model_id, "SHORT_TEXT_MODEL_ID": short}
        )
        model_provider._bedrock_model.cache_clear()
        with serving(server.app) as url, patch.dict(os.environ, {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": url}):
            yield (
                server,
                TextModel(ModelProvider.BEDROCK, environment, spending=spending, is_short=bool(short), caches=caches),
            )
        model_provider._bedrock_model.cache_clear()

    return started


def say(model: TextModel, system: str, max_tokens: int = 1000) -> Usage:
    return asyncio.run(model.conversation(system=system, max_tokens=max_tokens).say("Write.")).usage


@pytest.mark.parametrize(
    ("model_id", "system", "points"),
    [
        (CLAUDE, LONG, [POINT_FOR_AN_HOUR]),
        (NOVA, LONG, [POINT]),
        # Below the model's least length, and of a model that is not known to cache.
        (CLAUDE, SHORT, []),
        (HAIKU, LONG, []),
        (UNKNOWN, LONG, []),
    ],
)
def test_a_long_system_prompt_ends_with_one_cache_point(
    ask: Ask, model_id: str, system: str, points: list[JsonValue]
) -> None:
    with ask(model_id) as (server, model):
        say(model, system)
        # Then
        [call] = server.asked
        assert call["system"] == [{"text": system}, *points]
        # And: no other point, which would be written for each call.
        assert "cachePoint" not in str(call["messages"])
        assert_valid(call)


def test_what_functions_share_is_cached_by_itself_so_that_one_call_writes_it_for_all(ask: Ask) -> None:
    # Given: two functions whose prompts begin with the same course
    with ask(CLAUDE, said("ready"), said(WHOLE), said(WHOLE)) as (server, model):
        # When: one call has the cache written before theirs
        assert asyncio.run(model.warm_cache(LONG))
        for own in ("You write lessons.", "You write labs."):
            say(model, SystemPrompt(LONG, own))
    # Then: the cached part is the same in all three, and each function's own part comes behind the point
    warm, lesson, lab = (call["system"] for call in server.asked)
    assert warm[:2] == lesson[:2] == lab[:2] == [{"text": LONG}, POINT_FOR_AN_HOUR]
    assert (lesson[2], lab[2]) == ({"text": "You write lessons."}, {"text": "You write labs."})
    assert_valid(server.asked[1])


@pytest.mark.parametrize("model_id", [HAIKU, UNKNOWN])
def test_no_call_is_made_for_a_cache_that_a_model_does_not_have(ask: Ask, model_id: str) -> None:
    with ask(model_id) as (server, model):
        assert not asyncio.run(model.warm_cache(LONG))
        assert server.asked == []


def test_a_run_in_which_writing_would_cost_more_than_reading_saves_has_no_cache_point(ask: Ask) -> None:
    with ask(CLAUDE, caches=False) as (server, model):
        say(model, LONG)
        assert server.asked[0]["system"] == [{"text": LONG}]


def assert_valid(call: dict[str, object]) -> None:
    shape = boto3.client("bedrock-runtime").meta.service_model.operation_model("ConverseStream").input_shape
    assert shape is not None
    report = ParamValidator().validate({"modelId": CLAUDE, **call}, shape)
    assert not report.has_errors(), report.generate_report()


@pytest.mark.parametrize(("model_id", "has_point"), [(CLAUDE, True), (NOVA, False)])
def test_tools_stand_before_the_system_prompt_and_count_where_they_are_cached(
    ask: Ask, model_id: str, has_point: bool
) -> None:
    # Given: a system prompt that is long enough only together with the tool.
    system = "word " * 950
    with ask(model_id, used_tool(str(PLAN).replace("'", '"'))) as (server, model):
        asyncio.run(model.decide("Plan.", VisualPlan, system=system, max_tokens=1000))
        assert (len(server.asked[0]["system"]) == 2) is has_point


def test_what_was_read_and_written_is_counted_apart(ask: Ask) -> None:
    with ask(CLAUDE, said(WHOLE, usage=CACHED)) as (_, model):
        used = say(model, LONG)
    assert used == Usage(
        model_calls=1, input_tokens=40, output_tokens=200, cache_read_tokens=1000, cache_write_tokens=400
    )
    assert used.sent_tokens == 1440


@pytest.mark.parametrize(
    ("counts", "used"),
    [
        # OpenAI counts cached tokens among those of the prompt; Anthropic and Bedrock do not.
        ({"prompt_tokens": 1500, "prompt_tokens_details": {"cached_tokens": 1024}}, (476, 1024, 0)),
        ({"input_tokens": 30, "cache_read_input_tokens": 70, "cache_creation_input_tokens": 5}, (30, 70, 5)),
        ({"inputTokens": 30, "cacheReadInputTokens": 0, "cacheWriteInputTokens": 5}, (30, 0, 5)),
        ({"prompt_tokens": 10, "prompt_tokens_details": {"cached_tokens": 99}}, (0, 10, 0)),
        ({"prompt_tokens": 10, "prompt_tokens_details": None}, (10, 0, 0)),
    ],
)
def test_cached_tokens_are_read_in_any_words(counts: object, used: tuple[int, int, int]) -> None:
    found = usage_on_the_wire(counts)
    assert (found.input_tokens, found.cache_read_tokens, found.cache_write_tokens) == used


def budget_of(store: ArtefactStore, limit_usd: float, prices: ModelPrices) -> Spending:
    spending = Spending(store=store, key="p/spending/run-1.json", budget=Budget(limit_usd=limit_usd, prices=prices))
    spending.open()
    return spending


@pytest.mark.parametrize(("system", "highest"), [(LONG, 6.0), (SHORT, 3.0)])
def test_a_budget_reserves_what_is_sent_at_the_price_of_writing_it_and_settles_what_it_was(
    ask: Ask, store: ArtefactStore, monkeypatch: pytest.MonkeyPatch, system: str, highest: float
) -> None:
    # Given: a million tokens are 3 dollars, and 6 if they are written to a cache for an hour.
    prices = ModelPrices(
        usd_per_million_input=3,
        usd_per_million_output=15,
        usd_per_million_cache_read=0.3,
        usd_per_million_cache_write=6,
    )
    reserved = list[float]()
    reserve = Spending.reserve

    async def noted(self: Spending, usd: float) -> str:
        reserved.append(usd)
        return await reserve(self, usd)

    monkeypatch.setattr(Spending, "reserve", noted)
    spending = budget_of(store, 1.0, prices)
    # When
    with ask(CLAUDE, said(WHOLE, usage=CACHED), spending=spending) as (_, model):
        say(model, system)
    # Then: as many tokens as bytes, and the thousand that a provider adds.
    [usd] = reserved
    assert usd * 1e6 - 15 * 1000 == pytest.approx((len(system) + 1000) * highest, rel=0.05)
    record = store.read_model(spending.key, SpendingRecord)
    assert record is not None
    assert record.spent_usd * 1e6 == pytest.approx(40 * 3 + 1000 * 0.3 + 400 * 6 + 200 * 15)


def test_a_budget_that_writing_to_the_cache_could_exceed_is_not_spent(ask: Ask, store: ArtefactStore) -> None:
    # Given: enough for the prompt at the price of input, and not at that of writing it.
    prices = ModelPrices(usd_per_million_input=3, usd_per_million_output=0, usd_per_million_cache_write=6)
    spending = budget_of(store, 0.03, prices)
    with ask(CLAUDE, spending=spending) as (server, model), pytest.raises(BudgetExceeded):
        say(model, LONG)
    assert server.asked == []


def test_a_short_text_is_asked_of_its_own_model_and_counted_at_its_own_price(ask: Ask, store: ArtefactStore) -> None:
    # Given
    short = ModelPrices(usd_per_million_input=1, usd_per_million_output=5)
    prices = ModelPrices(usd_per_million_input=3, usd_per_million_output=15, short=short)
    spending = budget_of(store, 1.0, prices)
    # When
    with ask(CLAUDE, said(WHOLE), spending=spending, short=HAIKU) as (_, model):
        used = say(model, SHORT)
    # Then
    assert model.model_id == HAIKU
    assert used.short == Usage(model_calls=1, input_tokens=100, output_tokens=200)
    record = store.read_model(spending.key, SpendingRecord)
    assert record is not None
    assert record.spent_usd * 1e6 == pytest.approx(100 * 1 + 200 * 5)
    # And: a sum with the text model's calls costs what both cost.
    both = used + Usage(model_calls=1, input_tokens=1000)
    assert prices.cost(both) * 1e6 == pytest.approx(1100 + 3000)


def test_without_a_model_of_their_own_short_texts_are_the_text_models(ask: Ask) -> None:
    with ask(CLAUDE, said(WHOLE), short=CLAUDE) as (_, model):
        assert say(model, SHORT).short is None


def test_another_server_gets_its_system_prompt_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given: a server of OpenAI's API whose model has the name of one that caches on Bedrock.
    server = ScriptedServer([chat(WHOLE)])
    monkeypatch.setattr("course_kit.model.model_provider.openai_api_key", lambda environment: "key")
    with serving(server.app) as url:
        environment = FunctionEnvironment.model_validate(
            {"COURSE_BUCKET": "bucket", "OPENAI_TEXT_MODEL_ID": CLAUDE, "OPENAI_BASE_URL": f"{url}/v1"}
        )
        say(TextModel(ModelProvider.OPENAI, environment, spending=None), LONG)
    assert "cache" not in str(server.asked)


def test_every_cache_of_a_known_model_has_a_source() -> None:
    caching = [model.caching for model in known_models().text_models.values() if model.caching]
    assert len(caching) > 10
    assert all(len(row.source) > 10 and 500 <= row.min_tokens <= 4096 for row in caching)

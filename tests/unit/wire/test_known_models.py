"""A model is asked as it can be: streamed or whole, in answers no longer than its longest, with guardrail and tier."""

import asyncio
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from unittest.mock import patch

import boto3
import pytest
from botocore.validate import ParamValidator
from pydantic import JsonValue

from course_kit.errors import RequestInvalid, TextRejected
from course_kit.model import model_provider
from course_kit.model.checked_text import write_checked
from course_kit.model.model_provider import TextModel
from course_kit.models import DeclaredModels
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import ModelProvider
from tests.support.serving import serving
from tests.support.wire.cases import PLAN, WHOLE
from tests.support.wire.servers import Answer, ScriptedServer, said, used_tool, whole
from visual_planner.visual_plan import VisualPlan

LLAMA, CLAUDE = "us.meta.llama3-3-70b-instruct-v1:0", "global.anthropic.claude-sonnet-4-6"
GPT_OSS = "openai.gpt-oss-120b-1:0"
CALL: JsonValue = {"toolUse": {"toolUseId": "t1", "name": "VisualPlan", "input": PLAN}}


@dataclass
class Asking:
    """A server, and a model behind it."""

    server: ScriptedServer
    model: TextModel

    @property
    def longest_answers(self) -> list[JsonValue]:
        """What each call allowed its answer to be."""
        return [call["inferenceConfig"]["maxTokens"] for call in self.server.asked]

    def write(self, max_tokens: int, prompt: str = "Write.") -> str:
        text, _ = asyncio.run(
            write_checked(
                self.model.conversation(system="You write.", max_tokens=max_tokens),
                prompt,
                faults_of=lambda _: [],
                repair_prompt=lambda _: "Once more.",
                subject="lesson",
            )
        )
        return text

    def plan(self) -> VisualPlan:
        return asyncio.run(self.model.decide("Plan.", VisualPlan, system="You plan.", max_tokens=1000)).value


Ask = Callable[..., AbstractContextManager[Asking]]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.setattr("course_kit.model.model_retries.MAX_DELAY_SECONDS", 0)

    @contextmanager
    def started(answers: Sequence[Answer], **environment: str) -> Iterator[Asking]:
        server = ScriptedServer(answers)
        model_provider._bedrock_model.cache_clear()
        with serving(server.app) as url, patch.dict(os.environ, {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": url}):
            yield Asking(
                server,
                TextModel(
                    ModelProvider.BEDROCK,
                    FunctionEnvironment.model_validate({"COURSE_BUCKET": "bucket", **environment}),
                    spending=None,
                ),
            )
        model_provider._bedrock_model.cache_clear()

    return started


def test_a_model_that_refuses_tools_in_a_stream_is_asked_for_them_whole_and_streams_its_texts(ask: Ask) -> None:
    with ask([whole(CALL, stop_reason="tool_use"), said(WHOLE)], TEXT_MODEL_ID=LLAMA) as asking:
        assert asking.plan() == VisualPlan.model_validate(PLAN)
        assert asking.write(1000) == WHOLE
        assert asking.server.operations == ["converse", "converse-stream"]


def test_a_model_that_streams_nothing_writes_whole_answers(ask: Ask) -> None:
    reasoning: JsonValue = {"reasoningContent": {"reasoningText": {"text": "Packets, then loss."}}}
    with ask([whole(reasoning, {"text": WHOLE})], TEXT_MODEL_ID=GPT_OSS) as asking:
        assert asking.write(1000) == WHOLE
        assert asking.server.operations == ["converse"]


def test_a_model_that_streams_everything_is_asked_for_nothing_whole(ask: Ask) -> None:
    with ask([used_tool(json.dumps(PLAN)), said(WHOLE)], TEXT_MODEL_ID=CLAUDE) as asking:
        asking.plan()
        asking.write(1000)
        assert asking.server.operations == ["converse-stream"] * 2


def test_blocks_of_an_answer_that_comes_whole_stay_apart(ask: Ask) -> None:
    # Given: a text before the call, and a second call of the same tool, as models make them.
    with ask([whole({"text": "Here it is."}, CALL, CALL, stop_reason="tool_use")], TEXT_MODEL_ID=LLAMA) as asking:
        assert asking.plan() == VisualPlan.model_validate(PLAN)
        assert len(asking.server.asked) == 1


@pytest.mark.parametrize(("model_id", "choices"), [(CLAUDE, ["auto", "tool"]), (LLAMA, ["auto", "auto"])])
def test_a_call_is_demanded_only_of_a_model_that_can_be_told_to(ask: Ask, model_id: str, choices: list[str]) -> None:
    # Given: a model that talks first.
    answers = [said("Let me think."), said("Let me think.")] if model_id == CLAUDE else [whole({"text": "Well."})] * 2
    with ask(answers, TEXT_MODEL_ID=model_id) as asking:
        with pytest.raises(TextRejected):
            asking.plan()
        asked = [next(iter(call["toolConfig"]["toolChoice"])) for call in asking.server.asked[:2]]
        assert asked == choices


def test_an_answer_longer_than_the_models_longest_is_continued_until_it_is_whole(ask: Ask) -> None:
    # Given: 13,024 tokens are wanted of a model whose longest answer has 4,096.
    pieces = [WHOLE[:30], WHOLE[30:60], WHOLE[60:80], WHOLE[80:]]
    answers = [*(said(piece, "max_tokens") for piece in pieces[:-1]), said(pieces[-1])]
    with ask(answers, TEXT_MODEL_ID=LLAMA) as asking:
        # When / Then
        assert asking.write(13_024) == WHOLE
        assert asking.longest_answers == [4096] * 4


def test_a_text_without_end_is_continued_no_further_than_what_was_wanted_of_it(ask: Ask) -> None:
    with ask([said("On and on ", "max_tokens")], TEXT_MODEL_ID=LLAMA) as asking:
        with pytest.raises(TextRejected, match="cut off by max_tokens even after its continuation"):
            asking.write(8000)
        assert len(asking.server.asked) == 3


def test_what_a_declared_models_context_cannot_hold_is_never_sent(ask: Ask) -> None:
    limits = {"max_output_tokens": 4096, "context_tokens": 8192}
    declared = DeclaredModels.model_validate({"text_models": {"my.model": limits}}).in_short()
    with ask([said(WHOLE)], TEXT_MODEL_ID="my.model", DECLARED_MODELS=declared) as asking:
        with pytest.raises(RequestInvalid, match=r"the context of 8,192 tokens of the model my\.model"):
            asking.write(1000, "x" * 60_000)
        assert asking.server.asked == []
        assert asking.write(9000, "x" * 20_000) == WHOLE
        assert asking.longest_answers[0] < 4096  # type: ignore[operator]


GUARDED = {"GUARDRAIL_ID": "gr4a1b2c3d4e", "GUARDRAIL_VERSION": "7", "SERVICE_TIER": "flex"}


@pytest.mark.parametrize(("model_id", "operation"), [(CLAUDE, "ConverseStream"), (GPT_OSS, "Converse")])
def test_guardrail_and_tier_are_sent_as_bedrock_describes_them(ask: Ask, model_id: str, operation: str) -> None:
    # Given
    answer = said(WHOLE) if operation == "ConverseStream" else whole({"text": WHOLE})
    with ask([answer], TEXT_MODEL_ID=model_id, **GUARDED) as asking:
        # When
        asking.write(1000)
        [sent] = asking.server.asked
    # Then: with them, and valid by botocore's own description of the operation.
    assert sent["guardrailConfig"] == {
        "guardrailIdentifier": "gr4a1b2c3d4e",
        "guardrailVersion": "7",
        "trace": "disabled",
    }
    assert sent["serviceTier"] == {"type": "flex"}
    service = boto3.client("bedrock-runtime").meta.service_model
    shape = service.operation_model(operation).input_shape
    assert shape is not None
    report = ParamValidator().validate({"modelId": model_id, **sent}, shape)
    assert not report.has_errors(), report.generate_report()
    tier = shape.members["serviceTier"].members["type"]  # type: ignore[attr-defined]
    assert "flex" in tier.enum


def test_without_them_nothing_is_said_of_guardrail_and_tier(ask: Ask) -> None:
    with ask([said(WHOLE)], TEXT_MODEL_ID=CLAUDE) as asking:
        asking.write(1000)
        assert {"guardrailConfig", "serviceTier"} & asking.server.asked[0].keys() == set()


def test_a_text_that_a_guardrail_stops_is_rejected_by_its_name_and_not_asked_for_again(ask: Ask) -> None:
    with ask([said("I cannot help with that.", "guardrail_intervened")], TEXT_MODEL_ID=CLAUDE, **GUARDED) as asking:
        with pytest.raises(TextRejected, match="guardrail_intervened"):
            asking.write(1000)
        assert len(asking.server.asked) == 1

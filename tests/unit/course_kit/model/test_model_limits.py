"""The longest answer that is asked for, within what the model can do and what its context has room for."""

import pytest

from course_kit.errors import RequestInvalid
from course_kit.model.model_limits import AnswerLimits, known_model
from course_kit.models import DeclaredModels, KnownTextModel
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import ModelProvider


def model(*, longest: int, context: int, reasons: bool = False) -> KnownTextModel:
    return KnownTextModel(source="a test", max_output_tokens=longest, context_tokens=context, reasons=reasons)


@pytest.mark.parametrize(
    ("longest", "max_tokens", "continuations"),
    [(64_000, 13_024, 1), (13_024, 13_024, 1), (10_000, 10_000, 2), (4096, 4096, 4)],
)
def test_an_answer_is_asked_for_in_as_many_pieces_as_its_model_needs(
    longest: int, max_tokens: int, continuations: int
) -> None:
    limits = AnswerLimits("m", 13_024, model(longest=longest, context=1_000_000))
    assert (limits.max_tokens, limits.continuations) == (max_tokens, continuations)
    assert limits.for_call("Write.") == max_tokens


def test_nothing_is_bounded_for_a_server_of_ones_own() -> None:
    limits = AnswerLimits("llama3.1", 13_024, None)
    assert (limits.for_call("x" * 4_000_000), limits.continuations) == (13_024, 1)


def test_an_answer_has_the_room_that_the_question_leaves() -> None:
    limits = AnswerLimits("m", 4000, model(longest=8000, context=8192))
    assert limits.for_call("x" * 400) == 4000
    # 5,000 tokens of prose leave some 3,000.
    assert 3000 < limits.for_call("x" * 20_000) < 3300
    # What might just fit is sent: the server counts better.
    assert limits.for_call("x" * 40_000) == 256


def test_what_cannot_fit_is_refused_before_it_is_sent_and_names_the_model() -> None:
    limits = AnswerLimits("small-model", 4000, model(longest=8000, context=8192))
    with pytest.raises(RequestInvalid, match=r"does not fit .* small-model.*Nothing was sent"):
        limits.for_call("x" * 60_000)


def test_a_model_that_thinks_before_it_writes_has_room_for_both() -> None:
    # A plan, from a model with a long answer.
    plan = AnswerLimits("m", 1712, model(longest=128_000, context=1_000_000, reasons=True))
    assert (plan.max_tokens, plan.continuations) == (9712, 1)
    # A long lesson, from one with a shorter one: what is left beside the thoughts is what is written.
    lesson = AnswerLimits("m", 13_024, model(longest=16_384, context=128_000, reasons=True))
    assert (lesson.max_tokens, lesson.continuations) == (16_384, 2)


@pytest.mark.parametrize(
    ("provider", "model_id", "environment", "is_known"),
    [
        (ModelProvider.BEDROCK, "us.amazon.nova-pro-v1:0", {}, True),
        (ModelProvider.OPENAI, "gpt-5.2", {}, True),
        # The same names elsewhere mean something else, or nobody knows what.
        (ModelProvider.OPENAI, "gpt-5.2", {"OPENAI_BASE_URL": "http://10.0.0.7:8000/v1"}, False),
        (ModelProvider.OPENAI, "us.amazon.nova-pro-v1:0", {}, False),
        (ModelProvider.BEDROCK, "qwen3:8b", {}, False),
    ],
)
def test_limits_are_those_of_the_server_that_is_asked(
    provider: ModelProvider, model_id: str, environment: dict[str, str], *, is_known: bool
) -> None:
    deployed = FunctionEnvironment.model_validate({"COURSE_BUCKET": "bucket", **environment})
    assert (known_model(deployed, provider, model_id) is not None) is is_known


def test_another_servers_model_is_known_where_it_is_declared() -> None:
    row = {"provider": "openai", "max_output_tokens": 4096, "context_tokens": 8192}
    declared = DeclaredModels.model_validate({"text_models": {"llama3.1": row}}).in_short()
    deployed = FunctionEnvironment.model_validate(
        {"COURSE_BUCKET": "bucket", "OPENAI_BASE_URL": "http://10.0.0.7:8000/v1", "DECLARED_MODELS": declared}
    )
    found = known_model(deployed, ModelProvider.OPENAI, "llama3.1")
    assert found is not None
    assert found.max_output_tokens == 4096

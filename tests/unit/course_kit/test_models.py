"""Models known to work: found by any form of their id, never by a namesake's; ended ones say what to use instead."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from course_kit.model_ids import family_of, geography_of
from course_kit.models import DeclaredModels, KnownImageModel, KnownTextModel, Streams, known_models, models_with
from course_kit.prices import prices_of

PROFILE = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc123"
EVERY_MODEL = [*known_models().text_models.items(), *known_models().image_models.items()]


@pytest.mark.parametrize(
    ("model_id", "family"),
    [
        ("global.anthropic.claude-sonnet-4-6", "anthropic.claude-sonnet-4-6"),
        ("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic.claude-sonnet-4-5"),
        ("anthropic.claude-opus-4-6-v1", "anthropic.claude-opus-4-6"),
        ("us.meta.llama3-3-70b-instruct-v1:0", "meta.llama3-3-70b-instruct"),
        ("arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0", "amazon.nova-pro"),
        ("arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-pro-v1:0", "amazon.nova-pro"),
        ("gpt-5.2-2025-12-11", "gpt-5.2"),
    ],
)
def test_a_model_is_known_by_any_form_of_its_id(model_id: str, family: str) -> None:
    assert known_models().text_model(model_id) == known_models().text_models[family]


@pytest.mark.parametrize(
    "model_id",
    [
        "anthropic.claude-sonnet-4-7",
        "claude-sonnet-4-6",
        "gpt-5.2-pro",
        "us.amazon.nova-pro-max-v1:0",
        PROFILE,
        "us.",
        "",
    ],
)
def test_a_model_is_not_known_by_a_namesake(model_id: str) -> None:
    assert known_models().text_model(model_id) is None


@pytest.mark.parametrize(
    ("model_id", "geography"),
    [
        ("us-gov.anthropic.claude-sonnet-5-5", "us-gov"),
        ("ca.amazon.nova-lite-v1:0", "ca"),
        ("global.zai.glm-5.3", "global"),
        ("us.deepseek.v3.2", "us"),
        # Makers, and no geographies.
        ("zai.glm-4.7", ""),
        ("deepseek.v3.2", ""),
        ("qwen.qwen3-32b-v1:0", ""),
        ("gpt-5.4", ""),
    ],
)
def test_a_profiles_geography_is_told_from_a_makers_name(model_id: str, geography: str) -> None:
    assert geography_of(model_id) == geography


@pytest.mark.parametrize(("name", "model"), EVERY_MODEL)
def test_each_line_has_its_source_and_an_end_has_what_to_use_instead(
    name: str, model: KnownTextModel | KnownImageModel
) -> None:
    assert len(model.source) > 10
    assert name == family_of(name)
    assert set(model.profiles) <= {"global", *known_models().geographies}
    if model.end_of_life:
        table = known_models()
        follower = table.text_model(model.instead) or table.image_model(model.instead)
        assert follower is not None, model.instead
        assert not follower.has_ended(model.end_of_life)
        assert follower.provider == model.provider


def test_limits_are_no_typing_errors() -> None:
    for model in known_models().text_models.values():
        assert 1024 <= model.max_output_tokens <= model.context_tokens <= 2_000_000


def test_a_model_has_ended_from_its_day_on() -> None:
    canvas = known_models().image_models["amazon.nova-canvas"]
    end = date(2026, 9, 30)
    assert canvas.end_of_life == end
    assert (canvas.has_ended(end - timedelta(days=1)), canvas.has_ended(end)) == (False, True)
    assert not known_models().text_models["gpt-5.2"].has_ended(date.max)


def test_a_profile_of_ones_own_has_the_limits_and_the_price_of_what_it_was_made_from() -> None:
    # Given
    declared = DeclaredModels.model_validate(
        {"text_models": {PROFILE: {"base_model": "us.anthropic.claude-sonnet-4-6", "max_output_tokens": 8000}}}
    )
    # When
    models = known_models().with_declared(declared)
    # Then
    model = models.text_model(PROFILE)
    assert model is not None
    assert (model.max_output_tokens, model.context_tokens, model.streams) == (8000, 1_000_000, Streams.EVERYTHING)
    price = prices_of(models).text_price(PROFILE)
    assert price is not None
    assert (price.input, price.output) == pytest.approx((3.3, 16.5))
    assert models.base_of(PROFILE) == "us.anthropic.claude-sonnet-4-6"


def test_a_declared_model_alone_has_no_price_and_is_asked_as_every_model_can_be() -> None:
    declared = DeclaredModels.model_validate(
        {"text_models": {"my.model-v1": {"max_output_tokens": 8192, "context_tokens": 128_000}}}
    )
    models = models_with(declared.in_short())
    model = models.text_model("my.model-v1")
    assert model is not None
    assert (model.streams, model.can_be_forced, model.is_declared) == (Streams.TEXT, False, True)
    assert prices_of(models).text_price("my.model-v1") is None


def test_a_declaration_without_limits_or_of_an_unknown_base_is_refused() -> None:
    with pytest.raises(ValidationError, match="max_output_tokens and context_tokens, or a base_model"):
        DeclaredModels.model_validate({"text_models": {"my.model": {"context_tokens": 8192}}})
    unknown = DeclaredModels.model_validate({"text_models": {"my.model": {"base_model": "no.such"}}})
    with pytest.raises(KeyError, match=r"my\.model"):
        known_models().with_declared(unknown)


def test_functions_are_told_only_of_models_that_they_ask() -> None:
    limits = {"max_output_tokens": 1024, "context_tokens": 4096}
    declared = DeclaredModels.model_validate({"text_models": {"a.used-v1:0": limits, "b.other": limits}})
    assert set(declared.only("a.used-v1:0", "").text_models) == {"a.used-v1:0"}
    assert declared.only("", "c.third").in_short() == ""


def test_a_profile_of_ones_own_counts_against_the_quota_as_what_it_was_made_from() -> None:
    declared = DeclaredModels.model_validate({"text_models": {PROFILE: {"base_model": "us.anthropic.claude-opus-5"}}})
    assert models_with(declared.in_short()).burndown_of(PROFILE) == 5
    assert known_models().burndown_of(PROFILE) == 1

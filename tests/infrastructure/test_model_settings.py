"""The models that a deployment names: known to work, declared or refused by name; their rights, guardrail and tier."""

import json
import re
from datetime import date, timedelta
from typing import get_args, get_type_hints

import boto3
import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk.assertions import Annotations, Match, Template
from botocore.model import StringShape

from course_constructs.model_access import model_arns
from course_constructs.settings import PipelineSettings, SettingsInvalid
from course_kit.models import DeclaredModels, known_models, models_with
from course_kit.run.chosen_models import ModelIds
from stacks.course_stack import CourseStack
from tests.support.stacks import CONTEXT, settings_with

APPLICATION_PROFILE = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123"


def refusal(**changes: object) -> str:
    with pytest.raises(SettingsInvalid) as refused:
        settings_with(**changes)
    return str(refused.value)


@pytest.mark.parametrize(
    ("key", "model_id", "told"),
    [
        ("text_model_id", "us.anthropic.claude-sonet-4-6", "such as anthropic.claude-sonnet-4-6"),
        ("text_model_id", "meta.llama2-70b-chat-v1", "declared_models="),
        ("text_model_id", "gpt-5.2", "expected a model of Amazon Bedrock"),
        ("further_text_model_ids", "gpt-5.2", "expected a model of Amazon Bedrock"),
        ("short_text_model_id", "gpt-5.2", "expected a model of Amazon Bedrock"),
        ("short_text_model_id", "us.anthropic.claude-3-5-haiku-20241022-v1:0", "use global.anthropic"),
        ("openai_short_text_model_id", "gpt-5.4-mimi", "such as gpt-5.4-mini"),
        (
            "text_model_id",
            "apac.meta.llama3-3-70b-instruct-v1:0",
            "one of its profiles, us.meta.llama3-3-70b",
        ),
        ("text_model_id", "ca.amazon.nova-lite-v1:0", "global, us, eu, apac, jp, au, us-gov"),
        ("text_model_id", APPLICATION_PROFILE, '"base_model"'),
        ("text_model_id", "us.amazon.nova-premier-v1:0", "end of life on 2026-09-14; use us.amazon.nova-pro-v1:0"),
        ("image_model_id", "amazon.nova-canvas-v1:0", "on 2026-09-30; use stability.stable-image-ultra-v1:1"),
        ("image_model_id", "amazon.titan-image-generator-v2:0", "use stability.stable-image-ultra-v1:1"),
        ("image_model_id", "anthropic.claude-sonnet-4-6", "expected a model known to work"),
        ("openai_text_model_id", "llama3.1", '"provider": "openai"'),
        ("openai_image_model_id", "gpt-image-1", "use gpt-image-2"),
    ],
)
def test_a_model_that_is_not_known_to_work_or_has_ended_is_refused_by_name(key: str, model_id: str, told: str) -> None:
    line = refusal(**{key: model_id})
    assert line.startswith(f"{key}: found {model_id!r}, ")
    assert told in line
    assert "\n" not in line


@pytest.mark.parametrize(
    "changes",
    [
        {"text_model_id": "anthropic.claude-sonnet-4-6"},
        {"text_model_id": "us.meta.llama3-3-70b-instruct-v1:0"},
        {"text_model_id": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"},
        {"image_model_id": "stability.sd3-5-large-v1:0", "openai_image_model_id": "gpt-image-2"},
        # A server of one's own, and local AWS: a model is known by being there.
        {"openai_base_url": "http://10.0.0.7:8000/v1", "openai_text_model_id": "llama3.1"},
        {"target": "local", "text_model_id": "qwen3:8b", "image_model_id": "amazon.nova-canvas-v1:0"},
        {
            "text_model_id": "my.model-v1",
            "declared_models": '{"text_models": {"my.model-v1": {"max_output_tokens": 9, "context_tokens": 99}}}',
        },
        {
            "text_model_id": APPLICATION_PROFILE,
            "declared_models": {"text_models": {APPLICATION_PROFILE: {"base_model": "us.amazon.nova-pro-v1:0"}}},
        },
        {
            "text_model_id": "ca.amazon.nova-lite-v1:0",
            "declared_models": {"geographies": {"ca": ["ca-central-1", "ca-west-1"]}},
        },
    ],
)
def test_a_model_that_is_known_local_or_declared_is_taken(changes: dict[str, object]) -> None:
    assert settings_with(**changes)


def test_a_wrong_declaration_is_told_by_its_place() -> None:
    assert "expected JSON" in refusal(declared_models='{"text_models": ')
    rows = {"text_models": {"my.model": {"context_tokens": 0, "max_output_tokens": 1}}}
    assert refusal(declared_models=rows).startswith("declared_models.text_models.my.model.context_tokens: found 0, ")
    unknown = {"text_models": {"my.model": {"base_model": "no.such"}}}
    assert "my.model" in refusal(declared_models=unknown)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"guardrail_id": "gr4a1b2c3d4e"}, "guardrail_version: found nothing beside guardrail_id"),
        ({"guardrail_version": "1"}, "guardrail_id: found nothing beside guardrail_version"),
        ({"guardrail_id": "My Guardrail", "guardrail_version": "1"}, "guardrail_id: found 'My Guardrail'"),
        ({"guardrail_id": "gr4a1b2c3d4e", "guardrail_version": "0"}, "guardrail_version: found '0'"),
        ({"service_tier": "fast"}, "service_tier: found 'fast'"),
    ],
)
def test_guardrail_and_tier_are_checked(changes: dict[str, object], told: str) -> None:
    assert told in refusal(**changes)


def test_tiers_and_guardrails_are_those_that_bedrock_describes() -> None:
    # Given
    shapes = boto3.client("bedrock-runtime", region_name="us-east-1").meta.service_model
    # When / Then
    tiers = get_args(get_type_hints(PipelineSettings)["service_tier"])
    described = shapes.shape_for("ServiceTierType")
    assert isinstance(described, StringShape)
    assert sorted(tiers) == sorted(described.enum)
    identifier = re.compile(shapes.shape_for("GuardrailIdentifier").metadata["pattern"])
    for each in ("gr4a1b2c3d4e", "arn:aws:bedrock:us-east-1:123456789012:guardrail/gr4a1b2c3d4e"):
        assert identifier.fullmatch(each)
        assert settings_with(guardrail_id=each, guardrail_version="DRAFT").guardrail_id == each


def test_a_model_near_its_end_and_a_tier_of_unknown_price_are_warned_of() -> None:
    settings = settings_with(text_model_id="global.anthropic.claude-sonnet-4-5-20250929-v1:0", service_tier="flex")
    end = date(2027, 4, 8)
    # When
    early, near = settings.warnings(end - timedelta(days=91)), settings.warnings(end - timedelta(days=90))
    # Then
    assert [line.partition(":")[0] for line in early] == ["service_tier"]
    assert [line.partition(":")[0] for line in near] == ["text_model_id", "service_tier"]
    assert "2027-04-08; use global.anthropic.claude-sonnet-4-6" in near[0]
    assert settings_with(text_model_id="us.amazon.nova-pro-v1:0", service_tier="flex").warnings(end) == []
    assert settings_with().warnings(date(2030, 1, 1)) == []


def test_what_was_fine_at_deployment_is_refused_from_its_last_day_on() -> None:
    context = {**CONTEXT, "text_model_id": "us.meta.llama3-3-70b-instruct-v1:0"}
    assert PipelineSettings.from_context(context.get, today=date(2027, 3, 29))
    with pytest.raises(SettingsInvalid, match="end of life on 2027-03-30"):
        PipelineSettings.from_context(context.get, today=date(2027, 3, 30))


def arns_of(model_id: str, declared: DeclaredModels | None = None) -> list[str]:
    """What a role in Virginia gets for a model."""
    stack = Stack(App(), "S", env=Environment(account="123456789012", region="us-east-1"))
    models = known_models().with_declared(declared or DeclaredModels())
    return [json.dumps(stack.resolve(arn)).replace('"', "") for arn in model_arns(stack, model_id, models)]


def endings(arns: list[str]) -> list[str]:
    return [re.sub(r".*?bedrock:", "", arn).rstrip("]}") for arn in arns]


def test_a_profile_of_ones_own_gets_itself_and_the_models_behind_it_wherever_it_routes() -> None:
    declared = DeclaredModels.model_validate(
        {"text_models": {APPLICATION_PROFILE: {"base_model": "us.anthropic.claude-sonnet-4-6"}}}
    )
    found = endings(arns_of(APPLICATION_PROFILE, declared))
    assert found == [
        "us-east-1:123456789012:application-inference-profile/abc123",
        *(
            f"{region}::foundation-model/anthropic.claude-sonnet-4-6"
            for region in ("us-east-1", "us-east-2", "us-west-1", "us-west-2")
        ),
    ]


def test_an_arn_that_names_a_profile_gets_what_the_profiles_id_would() -> None:
    arn = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/global.anthropic.claude-sonnet-4-6"
    assert endings(arns_of(arn)) == [
        "eu-west-1:123456789012:inference-profile/global.anthropic.claude-sonnet-4-6",
        "eu-west-1::foundation-model/anthropic.claude-sonnet-4-6",
        "::foundation-model/anthropic.claude-sonnet-4-6",
    ]


def test_a_geography_whose_regions_nobody_knows_gets_no_rights_by_guess() -> None:
    with pytest.raises(ValueError, match="geography 'ca'"):
        arns_of("ca.amazon.nova-lite-v1:0")
    declared = DeclaredModels.model_validate({"geographies": {"ca": ["ca-central-1"]}})
    assert "ca-central-1::foundation-model/amazon.nova-lite-v1:0" in endings(
        arns_of("ca.amazon.nova-lite-v1:0", declared)
    )


@pytest.fixture(scope="module")
def guarded() -> CourseStack:
    """A stack with everything that this page is about."""
    profile = {APPLICATION_PROFILE: {"base_model": "us.amazon.nova-pro-v1:0"}}
    unused = {"my.unused": {"max_output_tokens": 1000, "context_tokens": 8000}}
    settings = settings_with(
        text_model_id=APPLICATION_PROFILE,
        further_text_model_ids="amazon.nova-lite-v1:0,anthropic.claude-sonnet-4-6",
        declared_models={"text_models": {**profile, **unused}},
        guardrail_id="gr4a1b2c3d4e",
        guardrail_version="3",
        service_tier="reserved",
    )
    app = App(context={**CONTEXT, "aws:cdk:bundling-stacks": []}, analytics_reporting=False)
    return CourseStack(app, "Guarded", settings=settings)


def test_every_writer_may_use_the_one_guardrail_and_is_told_of_it_and_of_its_model(guarded: CourseStack) -> None:
    # Given
    template = Template.from_stack(guarded)
    writers = [
        function["Properties"]["Environment"]["Variables"]
        for function in template.find_resources("AWS::Lambda::Function").values()
        if "TEXT_MODEL_ID" in function["Properties"].get("Environment", {}).get("Variables", {})
    ]
    # When
    statements = [
        statement
        for policy in template.find_resources("AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Action"] == "bedrock:ApplyGuardrail"
    ]
    # Then: eight functions write, and the first one counts what they cost.
    assert len(statements) == 8
    assert all(json.dumps(each["Resource"]).endswith(':guardrail/gr4a1b2c3d4e"]]}') for each in statements)
    assert len(writers) == 9
    for variables in writers:
        assert (variables["GUARDRAIL_ID"], variables["GUARDRAIL_VERSION"]) == ("gr4a1b2c3d4e", "3")
        assert variables["SERVICE_TIER"] == "reserved"
        assert json.loads(variables["DECLARED_MODELS"]) == {
            "text_models": {APPLICATION_PROFILE: {"base_model": "us.amazon.nova-pro-v1:0"}}
        }


def test_every_writer_may_use_the_further_models_and_the_first_state_knows_them(guarded: CourseStack) -> None:
    # When
    template = Template.from_stack(guarded)
    allowed = [
        json.dumps(statement["Resource"])
        for policy in template.find_resources("AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if "bedrock:InvokeModel" in statement["Action"]
    ]
    told = [
        variables["FURTHER_TEXT_MODEL_IDS"]
        for function in template.find_resources("AWS::Lambda::Function").values()
        if "FURTHER_TEXT_MODEL_IDS" in (variables := function["Properties"]["Environment"]["Variables"])
    ]
    # Then
    assert len(allowed) == 8
    assert all("amazon.nova-lite" in each and "claude-sonnet-4-6" in each for each in allowed)
    assert told == ["amazon.nova-lite-v1:0,anthropic.claude-sonnet-4-6"]


def test_the_command_line_is_told_what_a_run_will_be_counted_by(guarded: CourseStack) -> None:
    told = Template.from_stack(guarded).find_outputs("Models")["Models"]["Value"]
    models = ModelIds.model_validate_json(told)
    assert (models.text_model_id, models.service_tier) == (APPLICATION_PROFILE, "reserved")
    assert models_with(models.declared_models).base_of(APPLICATION_PROFILE) == "us.amazon.nova-pro-v1:0"


def test_a_warning_is_the_stacks_own(guarded: CourseStack) -> None:
    Annotations.from_stack(guarded).has_warning(
        "/Guarded", Match.string_like_regexp("service_tier: whether .* 'reserved'")
    )


def test_a_deployment_without_them_has_neither_rights_nor_variables_for_them(template: Template) -> None:
    text = json.dumps(template.to_json())
    for absent in ("ApplyGuardrail", "GUARDRAIL_ID", "SERVICE_TIER", "DECLARED_MODELS", "FURTHER_TEXT_MODEL_IDS"):
        assert absent not in text

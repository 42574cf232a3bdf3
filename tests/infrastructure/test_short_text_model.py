"""Short texts can have a model of their own: who may ask which model, who is told of it, and what is warned of."""

import json
import re
from datetime import date

import pytest
from aws_cdk.assertions import Template

from course_kit.run.chosen_models import ModelIds
from tests.support.stacks import settings_with, synthesise

SONNET, HAIKU = "global.anthropic.claude-sonnet-4-6", "global.anthropic.claude-haiku-4-5-20251001-v1:0"
SHORT_WRITERS = {"VisualPlanner", "ImagesGen", "StudyWriter", "LabPlanner", "CourseEditor"}
LONG_WRITERS = {"CoursePlanner", "ContentGen", "LabWriter"}


@pytest.fixture(scope="module")
def with_both() -> Template:
    return synthesise(settings_with(short_text_model_id=HAIKU, further_text_model_ids="us.amazon.nova-pro-v1:0"))


def models_by_function(template: Template) -> dict[str, set[str]]:
    """The families of text models that each function's role may ask."""
    found: dict[str, set[str]] = {}
    for name, policy in template.find_resources("AWS::IAM::Policy").items():
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            if "bedrock:InvokeModelWithResponseStream" in statement["Action"]:
                asked = re.findall(r"claude-sonnet|claude-haiku|nova-pro", json.dumps(statement["Resource"]))
                found[re.sub(r"^Functions|(Function)?(Service)?Role.*", "", name)] = set(asked)
    return found


def of_writers(found: dict[str, set[str]], writers: set[str]) -> list[set[str]]:
    models = [asked for function, asked in found.items() if any(writer in function for writer in writers)]
    assert len(models) == len(writers), sorted(found)
    return models


def test_who_writes_short_texts_may_ask_their_model_alone_and_nobody_else_may(with_both: Template) -> None:
    found = models_by_function(with_both)
    assert of_writers(found, SHORT_WRITERS) == [{"claude-haiku"}] * len(SHORT_WRITERS)
    # A run may name one of the further models for the rest.
    assert of_writers(found, LONG_WRITERS) == [{"claude-sonnet", "nova-pro"}] * len(LONG_WRITERS)


def test_without_one_everybody_asks_the_text_models(template: Template) -> None:
    found = models_by_function(template)
    assert of_writers(found, SHORT_WRITERS | LONG_WRITERS) == [{"claude-sonnet"}] * 8
    assert "SHORT_TEXT_MODEL_ID" not in json.dumps(template.to_json())


def test_functions_and_command_line_are_told_of_it(with_both: Template) -> None:
    environments = [
        function["Properties"]["Environment"]["Variables"]
        for function in with_both.find_resources("AWS::Lambda::Function").values()
    ]
    told = [variables["SHORT_TEXT_MODEL_ID"] for variables in environments if "TEXT_MODEL_ID" in variables]
    assert set(told) == {HAIKU}
    models = ModelIds.model_validate_json(with_both.find_outputs("Models")["Models"]["Value"])
    assert (models.text_model_id, models.short_text_model_id) == (SONNET, HAIKU)


def test_a_short_model_that_is_dearer_or_has_not_the_tier_is_warned_of() -> None:
    today = date(2026, 11, 26)
    [line] = settings_with(text_model_id=HAIKU, short_text_model_id=SONNET).warnings(today)
    assert line.startswith(f"short_text_model_id: {SONNET} costs more than the text model, {HAIKU}")
    assert settings_with(short_text_model_id=HAIKU).warnings(today) == []
    flex = settings_with(text_model_id="us.amazon.nova-pro-v1:0", short_text_model_id=HAIKU, service_tier="flex")
    assert any(line.startswith(f"service_tier: whether {HAIKU} has the tier 'flex'") for line in flex.warnings(today))

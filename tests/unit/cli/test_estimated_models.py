"""What `coursewright estimate` says of the models that it counts with."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coursewright import deployment_settings
from coursewright.main import app

SAMPLE = Path(__file__).resolve().parents[3] / "samples" / "kubernetes-foundations.yaml"
Deployed = Callable[..., None]
PROFILE = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123"


def said(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["estimate", str(SAMPLE), *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


@pytest.fixture
def deployed_with(monkeypatch: pytest.MonkeyPatch) -> Deployed:
    def settings(**changes: object) -> None:
        values = {**deployment_settings.project_settings(), **changes}
        monkeypatch.setattr(deployment_settings, "project_settings", lambda: dict(values))

    return settings


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("us.amazon.nova-premier-v1:0", "came to its end of life on 2026-09-14; use us.amazon.nova-pro-v1:0."),
        ("us.meta.llama3-3-70b-instruct-v1:0", "ends at 4,096 tokens"),
        ("no.such-model-v1", "is not known to work; a deployment has to declare it (docs/models.md)."),
    ],
)
def test_what_a_deployment_would_be_told_of_a_model_is_told_before(model: str, told: str) -> None:
    assert told in said("--model", model)


def test_nothing_is_said_of_a_model_that_is_fine_nor_of_one_on_this_machine() -> None:
    for text in (said(), said("--target", "local")):
        assert "end of life" not in text
        assert "not known" not in text


def test_another_servers_models_are_known_by_being_there(deployed_with: Deployed) -> None:
    assert "not known to work" in said("--provider", "openai", "--model", "llama3.1")
    deployed_with(openai_base_url="http://10.0.0.7:8000/v1")
    assert "not known to work" not in said("--provider", "openai", "--model", "llama3.1")


def test_an_image_model_past_its_end_is_told_too() -> None:
    assert "use stability.stable-image-ultra-v1:1." in said("--image-model", "amazon.nova-canvas-v1:0")


def test_a_declared_model_is_counted_by_what_it_stands_for(deployed_with: Deployed) -> None:
    whole = json.loads(said("--model", "us.amazon.nova-pro-v1:0", "--json"))["usd"]["text_model"]
    # When
    deployed_with(declared_models={"text_models": {PROFILE: {"base_model": "us.amazon.nova-pro-v1:0"}}})
    # Then
    assert json.loads(said("--model", PROFILE, "--json"))["usd"]["text_model"] == pytest.approx(whole)


def test_a_service_tier_counts_where_its_price_is_known_and_else_nothing_is_made_up(deployed_with: Deployed) -> None:
    nova, claude = "us.amazon.nova-pro-v1:0", "global.anthropic.claude-sonnet-4-6"
    default = json.loads(said("--model", nova, "--json"))["usd"]["text_model"]
    # When
    deployed_with(service_tier="flex")
    # Then
    assert json.loads(said("--model", nova, "--json"))["usd"]["text_model"] == pytest.approx(default / 2)
    assert json.loads(said("--model", claude, "--json"))["usd"]["text_model"] is None
    assert f"No price is known for the text model {claude} in the service tier flex" in said("--model", claude)

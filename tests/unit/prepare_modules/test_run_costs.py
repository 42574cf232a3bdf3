"""What a run's models cost is known before it begins, or there is no budget."""

import pytest

from course_kit.errors import RequestInvalid
from course_kit.models import DeclaredModels
from course_kit.prices import OwnPrices
from course_kit.run.chosen_models import ModelIds
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import ModelProvider
from course_kit.usage import Usage
from prepare_modules.run_costs import budget_of

NOVA, CLAUDE = "us.amazon.nova-pro-v1:0", "global.anthropic.claude-sonnet-4-6"


def environment(text_model_id: str, **more: str) -> ModelIds:
    variables = {"COURSE_BUCKET": "bucket", "TEXT_MODEL_ID": text_model_id, **more}
    return FunctionEnvironment.model_validate(variables).models


def test_a_budget_counts_with_the_service_tiers_price() -> None:
    default, flex = (
        budget_of(1.0, None, ModelProvider.BEDROCK, environment(NOVA, SERVICE_TIER=tier))
        for tier in ("default", "flex")
    )
    assert default is not None
    assert flex is not None
    used = Usage(input_tokens=1000, output_tokens=1000)
    assert flex.prices.cost(used) == pytest.approx(default.prices.cost(used) / 2)


def test_a_tier_of_unknown_price_has_no_budget_until_its_price_is_given() -> None:
    deployed = environment(CLAUDE, SERVICE_TIER="priority")
    with pytest.raises(RequestInvalid, match=f"no price of the model '{CLAUDE}' in the service tier priority"):
        budget_of(1.0, None, ModelProvider.BEDROCK, deployed)
    # When
    row = {"input": 3, "output": 15, "tier_factors": {"priority": 1.75}, "source": "our contract"}
    own = OwnPrices.model_validate({"text_models": {CLAUDE: row}})
    budget = budget_of(1.0, own, ModelProvider.BEDROCK, deployed)
    # Then
    assert budget is not None
    assert budget.prices.usd_per_million_input == pytest.approx(5.25)


def test_openais_models_know_no_tier_of_bedrocks() -> None:
    deployed = environment(CLAUDE, SERVICE_TIER="priority", OPENAI_TEXT_MODEL_ID="gpt-5.2")
    budget = budget_of(1.0, None, ModelProvider.OPENAI, deployed)
    assert budget is not None
    assert budget.prices.usd_per_million_input == 1.75


def test_a_declared_model_has_a_budget_where_its_price_is_declared() -> None:
    limits = {"max_output_tokens": 8192, "context_tokens": 128_000}
    price = {"price": {"input": 1, "output": 2, "source": "our contract"}}
    for row, has_price in (({**limits, **price}, True), (limits, False)):
        declared = DeclaredModels.model_validate({"text_models": {"my.model": row}}).in_short()
        deployed = environment("my.model", DECLARED_MODELS=declared)
        if has_price:
            assert budget_of(1.0, None, ModelProvider.BEDROCK, deployed) is not None
        else:
            with pytest.raises(RequestInvalid, match="declared_models"):
                budget_of(1.0, None, ModelProvider.BEDROCK, deployed)

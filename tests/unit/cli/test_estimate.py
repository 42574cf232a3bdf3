"""`coursewright estimate`: from a file to time and money, with no account and no network."""

import json
import re
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from course_kit.forecast.course_estimate import Amounts
from course_kit.prices import published_prices
from course_kit.records.run_summary import EstimateRecord
from course_kit.usage import Usage
from coursewright.deployment_settings import project_settings
from coursewright.errors import BadInput
from coursewright.estimate.report import against_estimate, dollars
from coursewright.main import app
from tests.support.json_values import Json

SAMPLE = Path(__file__).resolve().parents[3] / "samples" / "kubernetes-foundations.yaml"


@pytest.fixture(autouse=True)
def nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("an estimate asks nobody")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["estimate", str(SAMPLE), *arguments], catch_exceptions=False)


def found(*arguments: str) -> Json:
    result: Json = json.loads(run(*arguments, "--json").stdout)
    return result


def dollars_of(usage: Json, *, sent: float = 3, got: float = 15, read: float = 0.3, written: float = 6) -> float:
    """What the default model's tokens cost; prompts are cached for an hour."""
    cached = usage["cache_read_tokens"] * read + usage["cache_write_tokens"] * written
    return float(usage["input_tokens"] * sent + usage["output_tokens"] * got + cached) / 1e6


def test_money_is_tokens_by_their_price_and_aws_on_top() -> None:
    # When
    estimate = found("--content-type", "both")
    # Then
    usage, usd = estimate["amounts"]["usage"], estimate["usd"]
    # 43 texts and plans of texts, 4 plans of labs, a brief, and 3 edits.
    assert usage["model_calls"] == 51
    assert usd["text_model"] == pytest.approx(dollars_of(usage))
    assert usd["step_functions"] == pytest.approx(estimate["state_transitions"] * 0.025 / 1000)
    assert 0 < usd["aws_lambda"] < 0.1
    assert estimate["usd_total"] == pytest.approx(
        usd["text_model"] + usd["image_model"] + usd["step_functions"] + usd["aws_lambda"]
    )


def test_modules_side_by_side_take_less_time_and_the_same_money() -> None:
    # Without caches: the more calls begin together, the fewer read them.
    uncached = ("--model", "us.meta.llama3-3-70b-instruct-v1:0")
    one, four = found("--max-concurrency", "1", *uncached), found("--max-concurrency", "4", *uncached)
    assert one["seconds"] > 2 * four["seconds"]
    assert one["usd"]["text_model"] == four["usd"]["text_model"]
    assert one["seconds_one_after_another"] == four["seconds_one_after_another"]


def test_a_small_quota_decides_how_long_it_takes() -> None:
    # Given
    usage = found()["amounts"]["usage"]
    # When
    by_tokens, by_requests = found("--tokens-per-minute", "5000"), found("--requests-per-minute", "1")
    # Then: an output token of the default model, a Claude, takes five of the quota.
    assert by_tokens["seconds"] == pytest.approx(
        (usage["input_tokens"] + usage["cache_write_tokens"] + 5 * usage["output_tokens"]) / 5000 * 60, rel=0.01
    )
    assert by_requests["seconds"] == pytest.approx(usage["model_calls"] * 60, rel=0.01)
    assert (by_tokens["is_bound_by_quota"], found()["is_bound_by_quota"]) == (True, False)
    assert "the quota decides" in run("--tokens-per-minute", "5000").stdout


def test_functions_at_once_are_those_of_the_course_and_its_bounds() -> None:
    # Given: four modules of up to three lessons with labs, three at once.
    course = found("--content-type", "both")
    # When / Then: a planner a lesson, and two beside them.
    assert course["functions_at_once"] == 3 * (3 + 2)
    assert found("--content-type", "both", "--max-concurrency", "1")["functions_at_once"] == 3 + 2
    assert found("--content-type", "labs")["functions_at_once"] == 3
    assert re.search(r"Functions at once +15 +of Lambda's quota", run("--content-type", "both").stdout)


def test_on_this_machine_it_costs_nothing_and_says_so() -> None:
    assert found("--target", "local")["usd_total"] == 0
    assert "nothing costs money" in run("--target", "local").stdout


def test_a_model_without_a_price_is_estimated_all_the_same() -> None:
    estimate = found("--model", "my.model-v1:0")
    assert (estimate["usd"]["text_model"], estimate["usd_total"]) == (None, None)
    assert estimate["amounts"]["words"] > 0
    assert "No price is known for the text model my.model-v1:0" in run("--model", "my.model-v1:0").stdout


def test_a_price_file_of_ones_own_comes_first(tmp_path: Path) -> None:
    # Given
    prices = tmp_path / "prices.yaml"
    prices.write_text(
        "as_of: 2026-01-01\ntext_models: {my.model: {input: 1, output: 10, source: my contract}}\n", encoding="utf-8"
    )
    # When
    estimate = found("--model", "my.model-v1:0", "--prices", str(prices))
    # Then
    usage = estimate["amounts"]["usage"]
    expected = (usage["input_tokens"] + 10 * usage["output_tokens"]) / 1e6
    assert estimate["usd"]["text_model"] == pytest.approx(expected)


def test_what_caching_saves_is_told_where_it_saves_something() -> None:
    # Given: twelve lessons, for which the step that makes the brief has the cache written.
    one, four = found("--max-concurrency", "1"), found("--max-concurrency", "4")
    usage, saved = one["amounts"]["usage"], one["saved_by_caching"]
    # Then
    assert usage["cache_write_tokens"] * 11 == usage["cache_read_tokens"]
    sent = usage["input_tokens"] + usage["cache_read_tokens"] + usage["cache_write_tokens"]
    without = (sent * 3 + usage["output_tokens"] * 15) / 1e6
    assert saved["usd"] == pytest.approx(without - one["usd"]["text_model"])
    assert saved["percent"] == round(100 * saved["usd"] / without, 1)
    shown = run("--max-concurrency", "1").stdout
    assert re.search(rf"Saved by caching +{re.escape(dollars(saved['usd']))} \({saved['percent']:.1f} %\)", shown)
    assert re.search(rf"Of them from a cache +{usage['cache_read_tokens']:,} ", shown)
    # And: it is the same however many of them begin at once.
    assert four["saved_by_caching"] == saved


def test_what_a_short_model_saves_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    haiku = "global.anthropic.claude-haiku-4-5-20251001-v1:0"
    before = found("--content-type", "both")
    context = project_settings()
    # When
    monkeypatch.setattr(
        "coursewright.deployment_settings.project_settings", lambda: {**context, "short_text_model_id": haiku}
    )
    estimate, shown = found("--content-type", "both"), run("--content-type", "both").stdout
    # Then: the same tokens, those of study parts, plans and edits at the price of the other model.
    usage, saved = estimate["amounts"]["usage"], estimate["saved_by_short_model"]
    short = usage["short"]
    calls = sum(before["amounts"][name] for name in ("lessons", "lessons")) + before["modules"]
    assert short["model_calls"] >= calls
    assert usage["model_calls"] == before["amounts"]["usage"]["model_calls"]
    at_their_own = (short["input_tokens"] * 2 + short["output_tokens"] * 10) / 1e6
    assert saved["usd"] == pytest.approx(at_their_own, rel=0.01)
    assert before["usd"]["text_model"] - estimate["usd"]["text_model"] == pytest.approx(saved["usd"])
    assert re.search(rf"Saved by the short model +{re.escape(dollars(saved['usd']))} ", shown)
    assert re.search(r"Text models +\$", shown)
    assert before["saved_by_short_model"] is None
    # And: another price that is not known is asked for.
    assert "No price is known" not in shown


def test_illustrations_are_counted_when_there_is_an_image_model() -> None:
    estimate = found("--image-model", "gpt-image-1-mini")
    assert estimate["usd"]["image_model"] == pytest.approx(estimate["amounts"]["visuals"] / 4 * 0.036)


def test_a_budget_below_the_estimate_is_told_in_one_line_and_one_above_it_is_not() -> None:
    # Given
    usd = found()["usd"]["text_model"]
    # When
    below, above = run("--max-cost", "0.1", "--json"), run("--max-cost", str(usd * 1.01))
    # Then
    assert below.exit_code == above.exit_code == 0
    assert below.stderr.count("\n") == 1
    assert f"--max-cost: $0.1 is below the estimate of {dollars(usd)} for the model calls" in below.stderr
    assert json.loads(below.stdout)["usd_total"] > 0.1
    assert above.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--max-cost", "0"), "--max-cost: found 0, expected more than 0"),
        (("--modules", "9"), "--modules"),
        (("--prices", "no-such-file.yaml"), "--prices: no-such-file.yaml: no such file"),
    ],
)
def test_bad_input_is_refused_by_name(arguments: tuple[str, ...], told: str) -> None:
    with pytest.raises(BadInput, match=told):
        run(*arguments)


def test_what_a_run_came_to_is_told_beside_its_estimate() -> None:
    # Given
    expected = Amounts(words=1000, usage=Usage(model_calls=2, input_tokens=2000, output_tokens=1500))
    record = EstimateRecord.of(expected, published_prices().model_prices("gpt-5.2"))
    assert against_estimate(record) is None
    # When
    came = Amounts(words=900, usage=Usage(model_calls=2, input_tokens=2200, output_tokens=1200))
    compared = record.compared_with(came, expected.usage)
    # Then
    assert compared.ratios == {"words": 0.9, "model_calls": 1.0, "input_tokens": 1.1, "output_tokens": 0.8}
    assert compared.actual_usd == pytest.approx((2200 * 1.75 + 1200 * 14) / 1e6)
    line = against_estimate(compared)
    assert line == (
        "tokens: 2,200 in (2,000 estimated), 1,200 out (1,500 estimated), $0.021 for the model ($0.025 estimated)"
    )


def test_a_resumed_run_is_measured_by_what_was_to_be_made() -> None:
    # Given: a course of 40 calls, of which the run before made 38.
    whole = Amounts(words=1000, usage=Usage(model_calls=40, input_tokens=40_000, output_tokens=60_000))
    record = EstimateRecord.of(whole, published_prices().model_prices("gpt-5.2"))
    # When: the rest came to somewhat more than was expected of it.
    came = Amounts(words=1000, usage=Usage(model_calls=2, input_tokens=2200, output_tokens=3300))
    compared = record.compared_with(came, Usage(model_calls=2, input_tokens=2000, output_tokens=3000))
    # Then
    assert compared.ratios == {"words": 1.0, "model_calls": 1.0, "input_tokens": 1.1, "output_tokens": 1.1}
    assert against_estimate(compared) == (
        "tokens: 2,200 in (2,000 estimated), 3,300 out (3,000 estimated), $0.05 for the model ($0.045 estimated); "
        "2 of the course's 40 calls were to be made"
    )


def test_a_run_that_found_everything_made_says_so() -> None:
    # Given
    whole = Amounts(words=1000, usage=Usage(model_calls=40, input_tokens=40_000, output_tokens=60_000))
    # When
    compared = EstimateRecord.of(whole, None).compared_with(Amounts(words=1000), Usage())
    # Then: nothing is divided by nothing.
    assert compared.ratios == {"words": 1.0}
    assert against_estimate(compared) == (
        "tokens: 0 in (0 estimated), 0 out (0 estimated); 0 of the course's 40 calls were to be made"
    )

"""What CloudWatch is told of an invocation: one line, one dimension, whether it ended well or not."""

import json

import pytest

from content_gen.handler import lambda_handler
from course_kit import step_metrics
from course_kit.errors import (
    ArtefactConflict,
    BudgetExceeded,
    ModelThrottled,
    OutlineInvalid,
    RequestInvalid,
    TextRejected,
    WorkRemaining,
)
from course_kit.records.spending import SpendingRecord
from course_kit.step_metrics import StepMetric, count, measured_step
from course_kit.store.artefact_store import ArtefactStore
from prepare_modules.handler import lambda_handler as prepare_modules_handler
from tests.support.buckets import BUCKET, PROJECT
from tests.support.json_values import Json
from tests.support.lambda_context import FakeLambdaContext
from tests.support.writing_server import WritingServer

OUTLINE = (
    b"course: {title: Networks, language: en}\nmodules:\n- {title: M, lessons: [{title: L, duration_minutes: 15}]}\n"
)
EVENT = {"course_bucket": BUCKET, "outline_s3_key": f"{PROJECT}/outline.yaml", "project_folder": PROJECT}


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "coursewright-dev")
    # Tests that call the functions' parts without their handlers count, too, and give nothing out.
    step_metrics._counts.clear()


def metric_lines(capsys: pytest.CaptureFixture[str]) -> list[Json]:
    lines = capsys.readouterr().out.splitlines()
    return [json.loads(line) for line in lines if '"_aws"' in line]


def test_a_written_lesson_is_told_in_one_line_with_one_dimension(
    store: ArtefactStore,
    writing_server: WritingServer,
    lambda_context: FakeLambdaContext,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Given
    store.client.put_object(Bucket=BUCKET, Key=EVENT["outline_s3_key"], Body=OUTLINE)
    # When
    lambda_handler({**EVENT, "module_number": 1, "model_provider": "openai"}, lambda_context)
    # Then
    [line] = metric_lines(capsys)
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("Coursewright", [["service"]])
    assert (line["service"], line["function_name"]) == ("coursewright-dev", "function")
    assert line["StepAttempts"] == line["StepSuccesses"] == line["ModelCalls"] == line["ArtefactsMade"] == [1.0]
    assert {metric["Name"] for metric in directive["Metrics"]} >= {"InputTokens", "OutputTokens"}
    # When: it is there already.
    lambda_handler(
        {**EVENT, "module_number": 1, "model_provider": "openai", "execution_name": "second"}, lambda_context
    )
    # Then: nothing of the first invocation is told again.
    [line] = metric_lines(capsys)
    assert line["ArtefactsReused"] == [1.0]
    assert "ModelCalls" not in line


def test_what_model_calls_cost_is_told_by_the_price_table_and_the_model_asked_or_by_the_runs_own_prices(
    store: ArtefactStore,
    writing_server: WritingServer,
    lambda_context: FakeLambdaContext,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given
    store.client.put_object(Bucket=BUCKET, Key=EVENT["outline_s3_key"], Body=OUTLINE)
    event = {**EVENT, "module_number": 1, "model_provider": "openai"}

    def told(model_id: str, **changes: object) -> tuple[float, float, float | None, object]:
        monkeypatch.setenv("OPENAI_TEXT_MODEL_ID", model_id)
        lambda_handler({**event, **changes}, lambda_context)
        [line] = metric_lines(capsys)
        [directive] = line["_aws"]["CloudWatchMetrics"]
        units = {metric["Name"]: metric["Unit"] for metric in directive["Metrics"]}
        [sent], [got] = line["InputTokens"], line["OutputTokens"]
        [usd] = line.get("ModelDollars", [None])
        return sent, got, usd, units.get("ModelDollars")

    # When / Then: gpt-5.2 as in prices.yaml; each run writes the lesson anew.
    sent, got, usd, unit = told("gpt-5.2")
    assert usd == pytest.approx((sent * 1.75 + got * 14) / 1e6)
    assert unit == "None"
    # And: a model that nobody knows the price of costs nothing that could be told.
    assert told("my-own-model", execution_name="unpriced", regenerate=["1.1"])[2:] == (None, None)
    # And: a run with a budget has brought its prices.
    ledger = SpendingRecord(limit_usd=100)
    store.write_model(f"{PROJECT}/spending/paid.json", ledger, replacing=None)
    prices = {"usd_per_million_input": 1000, "usd_per_million_output": 2000}
    budget = {"limit_usd": 100, "prices": prices}
    sent, got, usd, _ = told("another-model", execution_name="paid", regenerate=["1.1"], budget=budget)
    assert usd == pytest.approx((sent * 1000 + got * 2000) / 1e6)
    spent = store.read_model(f"{PROJECT}/spending/paid.json", SpendingRecord)
    assert spent is not None
    assert spent.spent_usd == pytest.approx(usd)


@pytest.mark.parametrize(
    ("error", "metric"),
    [
        (ModelThrottled("busy"), StepMetric.MODEL_THROTTLES),
        (TextRejected("no"), StepMetric.TEXTS_REJECTED),
        (WorkRemaining("later"), StepMetric.WORK_REMAINING),
        (KeyError("bug"), StepMetric.FAILURES),
        (BudgetExceeded("spent"), StepMetric.REFUSALS),
        (ArtefactConflict("another run"), StepMetric.REFUSALS),
        # Further on the outline is one that the first step has let through.
        (OutlineInvalid("no modules"), StepMetric.FAILURES),
        (RequestInvalid("the model refused the call"), StepMetric.FAILURES),
    ],
)
def test_a_step_that_fails_is_counted_by_its_cause_and_fails_all_the_same(
    error: Exception, metric: StepMetric, lambda_context: FakeLambdaContext, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given
    @measured_step
    def handler(event: dict[str, object], context: object) -> dict[str, object]:
        count(StepMetric.ARTEFACTS_MADE, 2)
        raise error

    # When
    with pytest.raises(type(error)):
        handler({}, lambda_context)
    # Then: what was made before is told, too.
    [line] = metric_lines(capsys)
    assert line[metric] == line["StepAttempts"] == [1.0]
    assert line["ArtefactsMade"] == [2.0]
    assert line["StepSuccesses"] == [0.0]


@pytest.mark.parametrize("outline", [b"modules: []", b"no: outline"])
@pytest.mark.usefixtures("function_environment")
def test_an_outline_that_the_first_step_refuses_is_no_attempt_in_vain(
    outline: bytes, store: ArtefactStore, lambda_context: FakeLambdaContext, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given
    store.client.put_object(Bucket=BUCKET, Key=EVENT["outline_s3_key"], Body=outline)
    event = {"outline_s3_key": EVENT["outline_s3_key"], "project_folder": PROJECT, "execution_name": "run-1"}
    # When
    with pytest.raises(OutlineInvalid):
        prepare_modules_handler(event, lambda_context)  # type: ignore[arg-type]
    # Then: the alarm for runs that make nothing compares these.
    [line] = metric_lines(capsys)
    assert line["StepsRefused"] == line["StepAttempts"] == [1.0]
    assert line["StepSuccesses"] == line["ArtefactsMade"] == [0.0]


def test_a_step_that_refused_nothing_says_so(
    lambda_context: FakeLambdaContext, capsys: pytest.CaptureFixture[str]
) -> None:
    # An alarm that compares with a metric without any value never goes off.
    measured_step(lambda event, context: {})({}, lambda_context)
    [line] = metric_lines(capsys)
    assert line["StepsRefused"] == [0.0]

"""A budget through the deployed app: the run stops before it is passed, and a higher one makes what is missing."""

from pathlib import Path

import pytest

from course_kit.records.run_summary import RunSummary
from course_kit.records.spending import SpendingRecord
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.deployment import Deployment
from tests.support.installed_command import CommandLine
from tests.support.local_author import Author
from tests.support.samples import SAMPLES

LESSONS = ", ".join(f"{{title: Lesson {number}, duration_minutes: 15}}" for number in range(1, 4))
OUTLINE = f"""
course: {{title: Budgeted, language: en, brief: no}}
modules:
- {{title: One, lessons: [{LESSONS}]}}
- {{title: Two, lessons: [{LESSONS}]}}
"""
# The offline author costs nothing; here it is priced so that a lesson comes to about 15 dollars.
PRICES = """
as_of: 2026-01-01
text_models: {coursewright.offline-author: {input: 1000, output: 10000, source: this test}}
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    outline, prices = tmp_path / "budgeted.yaml", tmp_path / "prices.yaml"
    outline.write_text(OUTLINE, encoding="utf-8")
    prices.write_text(PRICES, encoding="utf-8")
    return str(outline), str(prices)


def cost(author: Author) -> float:
    calls = author.calls()
    tokens = sum(int(str(call["prompt_tokens"])) + 10 * int(str(call["completion_tokens"])) for call in calls)
    return tokens / 1000


def spent(deployment: Deployment, report: dict[str, object]) -> SpendingRecord:
    key = ProjectKeys("budgeted").spending(str(report["execution_arn"]).rpartition(":")[2])
    body = deployment.s3.get_object(Bucket=deployment.bucket, Key=key)["Body"].read()
    return SpendingRecord.model_validate_json(body)


def test_a_run_stops_at_its_budget_and_goes_on_with_a_higher_one_and_nothing_is_paid_twice(
    coursewright: CommandLine, deployment: Deployment, author: Author, files: tuple[str, str]
) -> None:
    # Given: two modules side by side in functions of their own, and money for about half of their lessons.
    outline, prices = files
    author.behave({"misbehaviour": "no_visuals"}, latency_seconds={"lesson": 0.5})
    # When
    stopped = coursewright(
        "generate", outline, "--project", "budgeted", "--max-cost", "80", "--prices", prices, "--json"
    )
    # Then: it was said before it began.
    assert "--max-cost: $80.00 is below the estimate of $" in stopped.stderr.splitlines()[0]
    # And: it says why, and how much; what the author was really asked for is within the budget.
    assert stopped.exit_code == 1
    assert "failed with BudgetExceeded: spent $" in stopped.stderr
    assert "of the budget of $80.0000" in stopped.stderr
    record = spent(deployment, stopped.report)
    assert 0 < record.spent_usd <= 80
    assert record.in_flight == {}
    assert cost(author) == pytest.approx(record.spent_usd)
    paid_lessons = [call for call in author.calls() if call["kind"] == "lesson"]
    assert 0 < len(paid_lessons) < 6
    # When
    resumed = coursewright("resume", "budgeted", "--max-cost", "5000", "--json")
    # Then: every lesson was written once in all.
    assert resumed.exit_code == 0, resumed.stderr
    written = [(call["module_number"], call["lesson_number"]) for call in author.calls() if call["kind"] == "lesson"]
    assert sorted(written) == [(module, lesson) for module in (1, 2) for lesson in (1, 2, 3)]
    assert spent(deployment, resumed.report).spent_usd + record.spent_usd == pytest.approx(cost(author))


def test_the_estimate_of_a_course_is_met_within_15_percent(coursewright: CommandLine, deployment: Deployment) -> None:
    # When
    outcome = coursewright(
        "generate",
        str(SAMPLES / "kubernetes-foundations.yaml"),
        "--project",
        "estimated",
        "--modules",
        "1",
        "--content-type",
        "both",
        "--json",
    )
    assert outcome.exit_code == 0, outcome.stderr
    # Then
    key = ProjectKeys("estimated").run(str(outcome.report["execution_arn"]).rpartition(":")[2])
    summary = RunSummary.model_validate_json(deployment.s3.get_object(Bucket=deployment.bucket, Key=key)["Body"].read())
    assert summary.estimate is not None
    assert summary.estimate.ratios.keys() >= {"words", "visuals", "model_calls", "input_tokens", "output_tokens"}
    assert {name: ratio for name, ratio in summary.estimate.ratios.items() if not 0.85 <= ratio <= 1.15} == {}
    assert summary.estimate.actual is not None
    assert summary.estimate.actual.usage.output_tokens == outcome.report["output_tokens"]

"""Percent, remaining time and money of a run follow from its forecast and its own records."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest

from course_kit.errors import ModelThrottled
from course_kit.forecast.scheduling import Concurrency
from course_kit.model.drafts import DraftRecord
from course_kit.outline import Module, read_outline
from course_kit.outline.book_parts import EVERY_PART
from course_kit.records.manifest import ImagesRecord, LessonRecord, ModuleManifest, StudyManifest
from course_kit.records.trouble import Trouble
from course_kit.run.events import ContentType
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.usage import Usage
from coursewright.deployment import Deployment, Target
from coursewright.run.execution import RunInput, RunState
from coursewright.run.progress import ModuleProgress, RunManifests, module_progress
from coursewright.run.remaining_time import remaining_words
from coursewright.run.run_forecast import ForecastMeter, RunForecast, position_of
from coursewright.run.watcher import RunWatcher
from tests.support.buckets import BUCKET

KEYS = ProjectKeys("p")
START = datetime(2026, 1, 1, tzinfo=UTC)
AT_ONCE = Concurrency(modules=1, lessons=1, images=1)
MODULES = read_outline(
    "course: {title: C}\nmodules:\n"
    + "\n".join(
        f"- {{title: M{n}, lessons: [{{title: A, duration_minutes: 20}}, {{title: B, duration_minutes: 20}}]}}"
        for n in range(1, 6)
    )
).modules


def lesson(number: int, seconds: float, *, is_reused: bool = False) -> LessonRecord:
    return LessonRecord(
        lesson_number=number, title="t", s3_key="k", fingerprint="f", visual_count=0, model_id="m",
        is_reused=is_reused, started_at=START, ended_at=START + timedelta(seconds=seconds),
        usage=Usage(model_calls=1, input_tokens=1000, output_tokens=2000),
    )  # fmt: skip


def theory(module: int, lessons: int, seconds: float = 60, *, is_reused: bool = False) -> ModuleManifest:
    made = tuple(lesson(number, seconds, is_reused=is_reused) for number in range(1, lessons + 1))
    images = ImagesRecord(started_at=START, ended_at=START) if lessons == 2 else None
    return ModuleManifest(
        module_number=module, title="M", execution_name="run-1", lesson_total=2, started_at=START, lessons=made,
        images=images,
    )  # fmt: skip


def no_study(module: int) -> StudyManifest:
    return StudyManifest(module_number=module, title="M", execution_name="run-1", lesson_total=0, started_at=START)


def manifests_of(lessons: dict[int, int], seconds: float = 60, *, is_reused: bool = False) -> RunManifests:
    """Return the records of modules with so many lessons; those with both are complete."""
    return RunManifests(
        theory={number: theory(number, count, seconds, is_reused=is_reused) for number, count in lessons.items()},
        study={number: no_study(number) for number, count in lessons.items() if count == 2},
    )


def progress_of(modules: tuple[Module, ...], manifests: RunManifests) -> dict[int, ModuleProgress]:
    return {
        module.number: module_progress(
            module, ContentType.THEORY, manifests.theory.get(module.number), 0, study=manifests.study.get(module.number)
        )
        for module in modules
    }


def forecast(at_once: Concurrency = AT_ONCE) -> RunForecast:
    return RunForecast.of(MODULES, ContentType.THEORY, model_id="", book_parts="coverage", at_once=at_once)


def moved(meter: ForecastMeter, manifests: RunManifests, elapsed: float, *, has_book: bool = False) -> ForecastMeter:
    position = position_of(meter.forecast, progress_of(MODULES, manifests), manifests, has_book=has_book)
    meter.move(position, elapsed)
    return meter


def test_percent_grows_with_the_work_and_is_100_only_at_the_end() -> None:
    # Given / When
    meter, seen = ForecastMeter(forecast()), []
    for done in range(6):
        moved(meter, manifests_of(dict.fromkeys(range(1, done + 1), 2)), 60.0 * done)
        seen.append(meter.percent(has_succeeded=False))
    moved(meter, manifests_of(dict.fromkeys(range(1, 6), 2)), 400, has_book=True)
    seen.append(meter.percent(has_succeeded=False))
    # Then
    assert seen[0] == 0
    assert seen == sorted(seen)
    # The brief is done when the first module begins; after the last one, nothing but the book is left.
    assert len(set(seen[:6])) == 6
    assert 20 <= seen[1] <= 30
    assert seen[-1] == 99
    assert meter.percent(has_succeeded=True) == 100


def test_percent_never_goes_back() -> None:
    # Given: two modules are done.
    meter = moved(ForecastMeter(forecast()), manifests_of({1: 2, 2: 2}), 100)
    before = meter.percent(has_succeeded=False)
    # When: fewer are seen, as after a listing that lags behind.
    moved(meter, manifests_of({1: 2}), 101)
    # Then
    assert meter.percent(has_succeeded=False) == before > 0


def test_reused_work_counts_as_done_at_once() -> None:
    meter = moved(ForecastMeter(forecast()), manifests_of(dict.fromkeys(range(1, 5), 2), is_reused=True), 2.0)
    assert 70 <= meter.percent(has_succeeded=False) <= 85
    # Nothing was made yet, so nobody knows the pace.
    assert meter.remaining_seconds(2.0) is None


def test_the_remaining_time_follows_the_pace_of_the_runs_own_calls() -> None:
    # Given: one lesson of ten is made, on a model that is as quick as expected, and on one that is four times slower.
    expected = forecast().expected_call_seconds(1, next(kind for _, kind, _ in manifests_of({1: 1}).call_seconds()))
    quick = moved(ForecastMeter(forecast()), manifests_of({1: 1}, expected), expected)
    slow = moved(ForecastMeter(forecast()), manifests_of({1: 1}, 4 * expected), 4 * expected)
    # When
    rests = quick.remaining_seconds(expected), slow.remaining_seconds(4 * expected)
    # Then: nine lessons and ten plans of visuals remain, one after another.
    assert rests[0] is not None
    assert rests[1] is not None
    assert 9 * expected < rests[0] < 16 * expected
    assert 3 * rests[0] < rests[1] < 4.1 * rests[0]


def test_the_remaining_time_counts_down_between_results_and_not_to_nothing() -> None:
    meter = moved(ForecastMeter(forecast()), manifests_of({1: 1}), 60)
    rest = meter.remaining_seconds(60)
    assert rest is not None
    assert meter.remaining_seconds(90) == pytest.approx(rest - 30)
    assert meter.remaining_seconds(60 + 10 * rest) == pytest.approx(rest / 2)


def test_a_run_that_is_narrower_than_its_limits_say_is_told_as_slow_as_it_is() -> None:
    # Given: calls of a normal pace, but half as many modules at once as the limits allow.
    expected = forecast().expected_call_seconds(1, next(kind for _, kind, _ in manifests_of({1: 1}).call_seconds()))
    manifests = manifests_of(dict.fromkeys(range(1, 4), 2), expected)
    wide = Concurrency(modules=1, lessons=1, images=4)
    made_in_time = moved(ForecastMeter(forecast(wide)), manifests, 6 * expected)
    made_late = moved(ForecastMeter(forecast(wide)), manifests, 24 * expected)
    # When
    rests = made_in_time.remaining_seconds(6 * expected), made_late.remaining_seconds(24 * expected)
    # Then
    assert rests[0] is not None
    assert rests[1] is not None
    assert rests[1] == pytest.approx(4 * rests[0])


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (3, "under a minute left"),
        (50, "about 1 min left"),
        (340, "about 6 min left"),
        (14 * 60, "about 15 min left"),
        (57 * 60, "about 55 min left"),
        (62 * 60, "about 1 h left"),
        (5 * 3600 + 1500, "about 5.5 h left"),
    ],
)
def test_the_remaining_time_is_said_without_false_precision(seconds: float | None, words: str) -> None:
    assert remaining_words(seconds) == words


@pytest.fixture
def watcher(store: ArtefactStore) -> RunWatcher:
    history = Mock(get_execution_history=Mock(return_value={"events": []}))
    deployment = Deployment(Target.AWS, BUCKET, "arn", None, s3=store.client, step_functions=history, models=None)
    return RunWatcher(deployment, KEYS, "run-1", MODULES, ContentType.THEORY)


def running() -> RunState:
    run_input = RunInput(project_folder="p", outline_s3_key="p/outline.yaml")
    started = datetime.now(UTC) - timedelta(seconds=100)
    return RunState("RUNNING", started, None, "", "", run_input, None)


def put(store: ArtefactStore, key: str, body: object) -> None:
    store.write(key, json.dumps(body), content_type="application/json", replacing=store.find(key))


def test_a_watcher_tells_percent_remaining_time_and_money_by_the_runs_prices(
    store: ArtefactStore, watcher: RunWatcher
) -> None:
    # Given: a summary of a later version, with fields that this one does not know; and a lesson.
    prices = {"usd_per_million_input": 100, "usd_per_million_output": 200}
    put(store, KEYS.run("run-1"), {"estimate": {"prices": prices, "more": 1}, "request": {}, "steps": {}, "later": 2})
    store.write_model(KEYS.manifest(1), theory(1, 1), replacing=None)
    # When
    progress = watcher.progress(running())
    # Then
    assert progress.usd == pytest.approx(0.5)
    assert progress.percent is not None
    assert 0 < progress.percent < 20
    assert progress.remaining.startswith("about ")


def test_without_a_summary_or_prices_nothing_is_guessed(store: ArtefactStore, watcher: RunWatcher) -> None:
    store.write_model(KEYS.manifest(1), theory(1, 1), replacing=None)
    progress = watcher.progress(running())
    assert (progress.percent, progress.remaining, progress.usd) == (None, "", None)
    put(store, KEYS.run("run-1"), {"estimate": {"prices": None}})
    progress = watcher.progress(running())
    assert progress.percent is not None
    assert progress.usd is None


def test_a_summary_that_nobody_can_read_does_not_end_the_watch(store: ArtefactStore, watcher: RunWatcher) -> None:
    put(store, KEYS.run("run-1"), {"estimate": "another version's"})
    assert watcher.progress(running()).percent is None


def test_a_watcher_tells_the_troubles_of_this_run_alone(store: ArtefactStore, watcher: RunWatcher) -> None:
    # Given: a throttled lesson of this run in module 2, and what an earlier run has left behind in module 3.
    for execution, module in (("run-1", 2), ("run-0", 3)):
        trouble = Trouble.of(ModelThrottled("slow"), execution, now=datetime.now(UTC), next_try_in=8.0, before=None)
        key = KEYS.draft(KEYS.lesson(module, 1, "A"))
        store.write_model(key, DraftRecord(trouble=trouble), replacing=None)
    # When
    (line,) = watcher.progress(running()).troubles
    # Then
    assert line.text.startswith("module 2: throttled by the model since ")
    # And: once the text is there, its draft is gone, and the trouble with it.
    store.delete(KEYS.draft(KEYS.lesson(2, 1, "A")))
    assert watcher.progress(running()).troubles == ()


def test_the_forecast_has_study_parts_when_the_deployment_makes_them() -> None:
    without = forecast().estimate.amounts.usage.model_calls
    with_study = RunForecast.of(MODULES, ContentType.THEORY, model_id="", book_parts=EVERY_PART, at_once=AT_ONCE)
    assert with_study.estimate.amounts.usage.model_calls == without + 10


def test_a_step_that_waits_for_a_free_function_is_told_too(store: ArtefactStore, watcher: RunWatcher) -> None:
    # Given: what only the execution's history knows.
    failed = {
        "id": 7, "previousEventId": 6, "timestamp": START, "type": "TaskFailed",
        "taskFailedEventDetails": {"error": "Lambda.TooManyRequestsException"},
    }  # fmt: skip
    watcher.deployment.step_functions.get_execution_history.return_value = {"events": [failed]}  # type: ignore[attr-defined]
    # When / Then
    (line,) = watcher.progress(running()).troubles
    assert "no function is free in the account" in line.text


def test_limits_that_are_being_edited_end_no_watch(
    store: ArtefactStore, watcher: RunWatcher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "cdk.json").write_text("{half", encoding="utf-8")
    monkeypatch.setattr("coursewright.deployment_settings.PROJECT_ROOT", tmp_path)
    put(store, KEYS.run("run-1"), {"estimate": {"prices": None}})
    assert watcher.progress(running()).percent == 0

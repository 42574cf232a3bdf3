"""prepare_modules as the state machine calls it."""

import re

import pytest

from course_kit.errors import ArtefactConflict, OutlineInvalid, RequestInvalid
from course_kit.records.run_summary import RunStatus, RunSummary
from course_kit.records.spending import SpendingRecord
from course_kit.run.events import BaseParams
from course_kit.run.outline_source import load_outline
from course_kit.store.artefact_store import ArtefactStore
from prepare_modules import handler as prepare_modules_handler
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall

lambda_handler: StepCall = prepare_modules_handler.lambda_handler

OUTLINE = b"""
course: {title: Networks}
modules:
- {title: One, lessons: [{title: A}]}
- {title: Two, lessons: [{title: B}]}
"""
REQUEST = {"outline_s3_key": "p/outline.yaml", "project_folder": "p", "execution_name": "run-1"}

pytestmark = pytest.mark.usefixtures("function_environment")


@pytest.fixture
def uploaded(store: ArtefactStore) -> ArtefactStore:
    store.write("p/outline.yaml", OUTLINE, content_type="application/yaml", replacing=None)
    return store


def test_defaults_are_filled_in_and_every_later_step_gets_its_parameters(
    uploaded: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # Given
    outline = uploaded.find("p/outline.yaml")
    assert outline is not None
    # When
    prepared = lambda_handler(REQUEST, lambda_context)
    # Then
    course = uploaded.find("p/course.json")
    assert course is not None
    assert prepared == {
        "modules": [1, 2],
        "content_type": "theory",
        "max_concurrency": 3,
        "allow_partial": False,
        "plans_course": True,
        "base_params": {
            "course_bucket": uploaded.bucket,
            "outline_s3_key": "p/outline.yaml",
            "project_folder": "p",
            "model_provider": "bedrock",
            "text_model_id": "global.anthropic.claude-sonnet-4-6",
            "content_source": "s3",
            "content_type": "theory",
            "lab_requirements": "",
            "execution_name": "run-1",
            # Two lessons would write the cache and never read it.
            "cached_calls": [],
            "outline_version": outline.version,
            "course_version": course.version,
            "lesson_max_concurrency": 5,
            "planner_max_concurrency": 5,
            "image_max_concurrency": 4,
            "regenerate": [],
            "resumes": [],
            "books_only": False,
            "editing": "off",
        },
    }


def test_with_a_quota_less_is_worked_on_at_once(
    uploaded: ArtefactStore, lambda_context: FakeLambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: a quota of about one call a minute.
    monkeypatch.setenv("TOKENS_PER_MINUTE", "3000")
    # When
    prepared = lambda_handler({**REQUEST, "max_concurrency": 7}, lambda_context)
    # Then
    assert prepared["max_concurrency"] == prepared["base_params"]["lesson_max_concurrency"] == 1


def test_the_run_is_recorded_with_what_was_asked(uploaded: ArtefactStore, lambda_context: FakeLambdaContext) -> None:
    # When
    lambda_handler({**REQUEST, "modules_to_generate": "2", "max_concurrency": 7}, lambda_context)
    # Then
    summary = uploaded.read_model("p/runs/run-1.json", RunSummary)
    assert summary is not None
    assert (summary.status, summary.modules) == (RunStatus.RUNNING, (2,))
    assert summary.request["max_concurrency"] == 7


def test_a_run_has_its_model_from_the_first_state_on_and_whoever_resumes_it_has_it_too(
    uploaded: ArtefactStore, lambda_context: FakeLambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: a deployment with a second model.
    monkeypatch.setenv("FURTHER_TEXT_MODEL_IDS", "qwen3:8b,gemma3")
    # When: one run names none, and another the second one.
    of_the_first = lambda_handler(REQUEST, lambda_context)["base_params"]["text_model_id"]
    of_the_second = lambda_handler(
        {**REQUEST, "text_model_id": "qwen3:8b", "execution_name": "run-2", "project_folder": "q"}, lambda_context
    )["base_params"]["text_model_id"]
    # Then
    assert (of_the_first, of_the_second) == ("global.anthropic.claude-sonnet-4-6", "qwen3:8b")
    recorded = [uploaded.read_model(key, RunSummary) for key in ("p/runs/run-1.json", "q/runs/run-2.json")]
    assert [summary and summary.request["text_model_id"] for summary in recorded] == [of_the_first, of_the_second]


def test_the_concurrency_of_an_execution_overrides_the_deployments(
    uploaded: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    assert lambda_handler({**REQUEST, "max_concurrency": 40}, lambda_context)["max_concurrency"] == 40


def test_the_packaged_sample_stands_in_for_an_outline(store: ArtefactStore, lambda_context: FakeLambdaContext) -> None:
    # When: a run asks for local content, twice, and nothing was uploaded.
    for run in ("run-1", "run-2"):
        prepared = lambda_handler({**REQUEST, "content_source": "local", "execution_name": run}, lambda_context)
    # Then: the sample is the project's outline now.
    assert prepared["modules"] == [1]
    assert store.find("p/outline.yaml") is not None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"project_folder": "../x"}, "project_folder"),
        ({"project_folder": ""}, "project_folder"),
        ({"outline_s3_key": "p/outline.txt"}, "outline_s3_key"),
        ({"max_concurrency": 0}, "max_concurrency"),
        ({"max_concurrency": 41}, "max_concurrency"),
        ({"max_concurrency": "4"}, "max_concurrency"),
        ({"allow_partial": "yes"}, "allow_partial"),
        ({"content_type": "videos"}, "content_type"),
        ({"model_provider": "mine"}, "model_provider"),
        ({"text_model_id": "another-model"}, "further_text_model_ids=another-model"),
        ({"text_model_id": "qwen3:8b", "model_provider": "openai"}, "text_model_id"),
        ({"course_bucket": "somebody-elses"}, "course_bucket"),
        ({"content_type": "labs"}, "no lab in the chosen modules"),
        ({"lab_requirements": "x" * 2001}, "lab_requirements"),
        ({"lab_requirements": "<script>alert(1)</script>"}, "plain text"),
        ({"lab_requirements": "a\u0000b"}, "plain text"),
        ({"lab_requirements": ["kubectl"]}, "lab_requirements"),
        ({"modules_to_generate": 9}, "modules_to_generate"),
        ({"modules_to_generate": {"from": 1}}, "modules_to_generate"),
        ({"modules_to_genrate": "2"}, "modules_to_genrate"),
    ],
)
def test_a_wrong_request_is_refused_at_the_first_state_by_the_name_of_its_field(
    uploaded: ArtefactStore, lambda_context: FakeLambdaContext, change: dict[str, object], named: str
) -> None:
    with pytest.raises(RequestInvalid, match=named):
        lambda_handler({**REQUEST, **change}, lambda_context)
    assert list(uploaded.keys("p/runs/")) == []


def test_more_lessons_than_one_execution_can_hold_are_refused_before_anything_is_paid(
    store: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # Given: 70 modules of 50 lessons.
    module = "- {title: M, lessons: [" + ", ".join(["{title: L}"] * 50) + "]}\n"
    store.write("p/outline.yaml", "course: {title: C}\nmodules:\n" + module * 70, content_type="y", replacing=None)
    # When / Then: all at once is too much, fewer are not; labs take their share.
    with pytest.raises(RequestInvalid, match=r"found 3,500 lessons in 70 modules, which take 26,434 events .* 23,000"):
        lambda_handler(REQUEST, lambda_context)
    fewer = {**REQUEST, "modules_to_generate": "1-60"}
    assert len(lambda_handler(fewer, lambda_context)["modules"]) == 60
    with pytest.raises(RequestInvalid, match="3,000 lessons in 60 modules"):
        lambda_handler({**fewer, "content_type": "both"}, lambda_context)


def test_a_project_that_another_execution_works_on_is_refused_before_anything_is_paid(
    uploaded: ArtefactStore, lambda_context: FakeLambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: a run that goes on.
    arn = "arn:aws:states:us-east-1:123456789012:execution:Coursewright-dev-Course:"
    states = {f"{arn}run-1": True}
    monkeypatch.setattr("prepare_modules.handler.is_running", states.__getitem__)
    lambda_handler({**REQUEST, "execution_arn": f"{arn}run-1"}, lambda_context)
    second = {**REQUEST, "execution_name": "run-2", "execution_arn": f"{arn}run-2"}
    # When / Then: the second is told which one, and what to do; the first may be prepared again.
    with pytest.raises(ArtefactConflict, match=r"project p: run run-1 works on it since .* UTC; let it end"):
        lambda_handler(second, lambda_context)
    assert uploaded.find("p/runs/run-2.json") is None
    lambda_handler({**REQUEST, "execution_arn": f"{arn}run-1"}, lambda_context)
    # And: once the first has ended, however it did, the second has the project.
    states[f"{arn}run-1"] = False
    lambda_handler(second, lambda_context)
    assert uploaded.find("p/runs/run-2.json") is not None


def test_a_run_keeps_the_outline_that_it_began_with(uploaded: ArtefactStore, lambda_context: FakeLambdaContext) -> None:
    # Given: a run is prepared; then another outline is uploaded in its place.
    prepared = lambda_handler(REQUEST, lambda_context)
    stored = uploaded.find("p/outline.yaml")
    uploaded.write("p/outline.yaml", OUTLINE.replace(b"One", b"Other"), content_type="y", replacing=stored)
    # When: a later step reads the outline.
    outline = load_outline(uploaded, BaseParams.model_validate(prepared["base_params"]))
    # Then
    assert outline.modules[0].title == "One"


@pytest.mark.parametrize(
    ("targets", "named"),
    [
        (["2.2"], "found 2.2, expected a module or lesson of the outline"),
        (["3"], "found 3, expected a module or lesson of the outline"),
        (["1.1"], "found lesson 1.1"),  # module 1 is not chosen
        (["02-01-0001"], "found visual 02-01-0001"),  # not planned yet
        (["02-01-01"], "found lab 02-01-01"),
        (["lesson two"], "found 'lesson two', expected a module"),
        (["x" * 30], "regenerate"),
        ("2", "regenerate"),
    ],
)
def test_what_is_to_be_made_anew_must_be_what_the_run_makes(
    uploaded: ArtefactStore, lambda_context: FakeLambdaContext, targets: object, named: str
) -> None:
    with pytest.raises(RequestInvalid, match=re.escape(named)):
        lambda_handler({**REQUEST, "modules_to_generate": "2", "regenerate": targets}, lambda_context)
    assert uploaded.find("p/lease.json") is None


def test_targets_are_handed_on_to_every_step(uploaded: ArtefactStore, lambda_context: FakeLambdaContext) -> None:
    uploaded.write("p/prompts/02-01-0001-a.json", b"{}", content_type="application/json", replacing=None)
    targets = ["2", "1.1", "02-01-0001"]
    assert lambda_handler({**REQUEST, "regenerate": targets}, lambda_context)["base_params"]["regenerate"] == targets


def test_a_missing_outline_is_refused_by_its_key(store: ArtefactStore, lambda_context: FakeLambdaContext) -> None:
    with pytest.raises(OutlineInvalid, match=r"found no object 'p/outline\.yaml'"):
        lambda_handler(REQUEST, lambda_context)


def test_an_unreadable_outline_never_becomes_module_one(
    store: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # Given: an outline without modules.
    store.write("p/outline.yaml", b"course: {title: x}\n", content_type="application/yaml", replacing=None)
    # When / Then
    with pytest.raises(OutlineInvalid, match="modules: found nothing"):
        lambda_handler(REQUEST, lambda_context)


def test_the_run_is_recorded_with_its_estimate(uploaded: ArtefactStore, lambda_context: FakeLambdaContext) -> None:
    # When
    lambda_handler(REQUEST, lambda_context)
    # Then
    summary = uploaded.read_model("p/runs/run-1.json", RunSummary)
    assert summary is not None
    assert summary.estimate is not None
    assert (summary.estimate.estimated.lessons, summary.estimate.estimated.usage.model_calls) == (2, 5)
    assert summary.estimate.estimated_usd == pytest.approx(
        (summary.estimate.estimated.usage.input_tokens * 3 + summary.estimate.estimated.usage.output_tokens * 15) / 1e6
    )


def test_a_budget_goes_with_the_run_and_its_prices_with_it(
    uploaded: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # When
    prepared = lambda_handler({**REQUEST, "budget_usd": 1.5}, lambda_context)
    # Then
    assert prepared["base_params"]["budget"] == {
        "limit_usd": 1.5,
        "prices": {
            "usd_per_million_input": 3.0,
            "usd_per_million_output": 15.0,
            "usd_per_million_cache_read": 0.3,
            "usd_per_million_cache_write": 6.0,
            "usd_per_image": 0.0,
        },
    }
    record = uploaded.read_model("p/spending/run-1.json", SpendingRecord)
    assert record == SpendingRecord(limit_usd=1.5)


@pytest.mark.parametrize("provider", ["bedrock", "openai"])
def test_a_budget_without_the_models_price_is_refused_with_the_fix(
    uploaded: ArtefactStore, lambda_context: FakeLambdaContext, monkeypatch: pytest.MonkeyPatch, provider: str
) -> None:
    # Given
    for name in ("TEXT_MODEL_ID", "OPENAI_TEXT_MODEL_ID"):
        monkeypatch.setenv(name, "my.model-v1:0")
    request = {**REQUEST, "model_provider": provider, "budget_usd": 1.5}
    # When / Then
    with pytest.raises(
        RequestInvalid, match=r"budget_usd: found no price of the model 'my\.model-v1:0'.*--prices FILE"
    ):
        lambda_handler(request, lambda_context)
    assert list(uploaded.keys("p/runs/")) == []
    # And: the fix is one.
    own = {"text_models": {"my.model": {"input": 1, "output": 2, "source": "my contract"}}}
    prepared = lambda_handler({**request, "prices": own}, lambda_context)
    assert prepared["base_params"]["budget"]["prices"]["usd_per_million_output"] == 2


@pytest.mark.parametrize("budget", [0, -1, "nan", "inf", "a lot"])
def test_a_budget_that_is_none_is_refused(
    uploaded: ArtefactStore, lambda_context: FakeLambdaContext, budget: object
) -> None:
    with pytest.raises(RequestInvalid, match="budget_usd: found"):
        lambda_handler({**REQUEST, "budget_usd": budget}, lambda_context)

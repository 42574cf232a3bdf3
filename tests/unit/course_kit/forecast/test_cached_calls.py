"""What calls use with caches and with a second model: the first calls of a kind write, the others read."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from course_kit.forecast import course_estimate, shared_calls
from course_kit.forecast.cached_calls import ONE_MODEL, AskedModels
from course_kit.forecast.estimated_calls import SHORT_KINDS, CallKind, EstimatedCall
from course_kit.models import Caching
from course_kit.run.chosen_models import ModelIds
from course_kit.run.events import BaseParams, ModelProvider
from course_kit.usage import Usage
from offline_author.chat import estimate_tokens

LAMBDAS = Path(__file__).resolve().parents[4] / "lambdas"
SONNET, HAIKU = "global.anthropic.claude-sonnet-4-6", "global.anthropic.claude-haiku-4-5-20251001-v1:0"
HOUR, FIVE_MINUTES = Caching(min_tokens=1024, hour=True), Caching(min_tokens=1024, tools=False)


def calls(kind: CallKind, number: int, *, shared: int = 2000, schema: int = 0) -> list[EstimatedCall]:
    call = EstimatedCall(
        kind=kind,
        module_number=1,
        lesson_number=1,
        input_tokens=3000,
        output_tokens=100,
        max_tokens=200,
        shared_tokens=shared,
        schema_tokens=schema,
    )
    return [call] * number


def cached(asked: AskedModels, of: Iterable[EstimatedCall]) -> tuple[int, int, int]:
    used = asked.usage_of(of)
    return used.input_tokens, used.cache_write_tokens, used.cache_read_tokens


def test_calls_that_begin_together_write_and_the_others_read() -> None:
    asked = AskedModels(text=HOUR, at_once=3)
    assert cached(asked, calls(CallKind.LESSON, 10)) == (10_000, 6000, 14_000)
    assert cached(asked, calls(CallKind.LESSON, 2)) == (2000, 4000, 0)
    # And: calls of two kinds share nothing.
    assert cached(asked, [*calls(CallKind.LESSON, 5), *calls(CallKind.LAB, 5)])[1:] == (12_000, 8000)


@pytest.mark.parametrize(
    ("asked", "shared", "schema"),
    [
        (ONE_MODEL, 2000, 0),
        # Four characters a token are assumed, and a prompt has a point only if five would be enough.
        (AskedModels(text=HOUR), 1200, 0),
        # A cache without tools.
        (AskedModels(text=FIVE_MINUTES), 2000, 800),
        (AskedModels(text=HOUR).without_caches(), 2000, 0),
    ],
)
def test_what_has_no_cache_point_is_sent_each_time(asked: AskedModels, shared: int, schema: int) -> None:
    assert cached(asked, calls(CallKind.LESSON, 10, shared=shared, schema=schema)) == (30_000, 0, 0)


def test_short_texts_are_counted_apart_and_cached_by_their_own_model() -> None:
    asked = AskedModels(text=HOUR, short=None, has_short=True)
    used = asked.usage_of([*calls(CallKind.LESSON, 2), *calls(CallKind.STUDY, 3)])
    assert used.short == Usage(model_calls=3, input_tokens=9000, output_tokens=300)
    assert used.of_text_model().cache_write_tokens == 2000
    # And: one model alone writes all.
    assert asked.without_short().usage_of(calls(CallKind.STUDY, 3)).short is None


@pytest.mark.parametrize(
    ("caching", "number", "pays"),
    [
        # Ten write at once: at twice the price of input, eleven and more have to read; at 1.25 times, three.
        (HOUR, 12, False),
        (HOUR, 21, False),
        (HOUR, 22, True),
        (FIVE_MINUTES, 12, False),
        (FIVE_MINUTES, 13, True),
    ],
)
def test_a_kind_of_call_is_cached_where_reading_saves_more_than_writing_costs(
    caching: Caching, number: int, *, pays: bool
) -> None:
    of = [*calls(CallKind.LESSON, number), *calls(CallKind.LAB_PLAN, 2)]
    asked = AskedModels(text=caching, at_once=10).where_caching_pays(of)
    assert asked.kinds_with_cache_points == ((CallKind.LESSON,) if pays else ())
    assert (asked.usage_of(of).cache_read_tokens > 0) is pays


@pytest.mark.parametrize("caching", [FIVE_MINUTES, HOUR])
def test_lessons_of_a_run_that_makes_a_brief_read_what_one_call_has_written(caching: Caching) -> None:
    # Given: twelve lessons that begin together
    lessons = calls(CallKind.LESSON, 12)
    brief = calls(CallKind.BRIEF, 1)
    asked = AskedModels(text=caching, at_once=12)
    # Then: with a brief the cache is written once, and without one by all of them
    shared = lessons[0].shared_tokens
    with_brief = asked.where_caching_pays([*brief, *lessons])
    assert with_brief.usage_of([*brief, *lessons]).cache_write_tokens == shared
    assert with_brief.usage_of([*brief, *lessons]).cache_read_tokens == 11 * shared
    assert CallKind.LESSON not in asked.where_caching_pays(lessons).cached_kinds


def test_a_deployments_models_say_what_they_cache() -> None:
    models = ModelIds(text_model_id=SONNET, short_text_model_id=HAIKU, openai_text_model_id="gpt-5.2")
    asked = AskedModels.of(models, ModelProvider.BEDROCK, at_once=5)
    assert asked.text is not None
    assert asked.short is not None
    assert (asked.text.min_tokens, asked.short.min_tokens, asked.has_short) == (1024, 4096, True)
    # And: no point is set for another provider, which has no second model here.
    other = AskedModels.of(models, ModelProvider.OPENAI, at_once=5)
    assert (other.text, other.has_short) == (None, False)


@pytest.mark.parametrize(
    ("package", "module", "constant"),
    [
        ("visual_planner", course_estimate, "_VISUAL_SYSTEM"),
        ("study_writer", course_estimate, "_STUDY_SYSTEM"),
        ("course_editor", shared_calls, "_EDIT_SYSTEM"),
    ],
)
def test_system_prompts_are_as_long_as_estimates_think(package: str, module: object, constant: str) -> None:
    prompt = (LAMBDAS / package / "prompts" / "system.md").read_text(encoding="utf-8")
    assert getattr(module, constant) == pytest.approx(estimate_tokens(prompt), abs=40)


def test_every_step_that_asks_names_its_kind_of_call() -> None:
    from content_gen.content_request import ContentRequest
    from course_editor.editing_request import EditingRequest
    from lab_planner.lab_planning_request import LabPlanningRequest
    from lab_writer.lab_writing_request import LabWritingRequest
    from study_writer.study_writing_request import StudyWritingRequest
    from visual_planner.visual_planning_request import VisualPlanningRequest

    requests = (ContentRequest, LabWritingRequest, StudyWritingRequest, VisualPlanningRequest, LabPlanningRequest)
    kinds = {CallKind(request.asks) for request in (*requests, EditingRequest)}
    # Of a brief there is one call.
    assert kinds == {CallKind.LESSON, CallKind.LAB, *SHORT_KINDS}
    assert BaseParams.asks == ""

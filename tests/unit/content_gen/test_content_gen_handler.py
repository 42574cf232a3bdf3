"""content_gen as the state machine, and state machines of earlier deployments, call it."""

import pytest

from content_gen import handler as content_gen_handler
from course_kit.errors import (
    BudgetExceeded,
    ModelThrottled,
    ModelUnavailable,
    RequestInvalid,
    TextRejected,
)
from course_kit.records.manifest import ModuleManifest
from course_kit.records.spending import Spending, SpendingRecord
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import BaseParams
from course_kit.store.artefact_store import ArtefactStore
from course_kit.text.visual_tags import find_visual_tags
from offline_author.behaviour import CallKind
from tests.support.buckets import BUCKET
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall, called_until_done
from tests.support.uploads import upload
from tests.support.writing_server import CallClock, WritingServer

lambda_handler: StepCall = content_gen_handler.lambda_handler

OUTLINE = """
course: {title: Networks, language: es}
modules:
- title: Uno
  lessons:
  - {title: Cables, duration_minutes: 15, topics: [Cobre, Fibra]}
  - {title: Radio, duration_minutes: 15, topics: [Ondas]}
- title: Dos
  lessons:
  - {title: Nombres, duration_minutes: 15}
- title: Tres
  lessons:
  - {title: Puertos, duration_minutes: 15}
"""
EVENT = {
    "course_bucket": BUCKET,
    "outline_s3_key": "p/outline.yaml",
    "project_folder": "p",
    "model_provider": "openai",
    "execution_name": "run-1",
}


@pytest.fixture
def project(store: ArtefactStore, writing_server: WritingServer) -> ArtefactStore:
    upload(store, OUTLINE)
    return store


@pytest.mark.parametrize(
    ("selection", "modules"),
    [
        ({"module_number": 2}, [2]),
        ({"modules_to_generate": [3, 1]}, [3, 1]),
        ({"modules_to_generate": 3}, [3]),
        ({"module_to_generate": 2}, [2]),
        ({}, [1]),
    ],
)
def test_every_way_of_naming_modules_stays_supported(
    project: ArtefactStore, lambda_context: FakeLambdaContext, selection: dict[str, object], modules: list[int]
) -> None:
    # When
    result = lambda_handler({**EVENT, **selection}, lambda_context)
    # Then
    assert result["modules_generated"] == modules
    assert result["total_lessons"] == len(result["lesson_keys"]) == len(result["lessons"])
    assert {lesson["module_number"] for lesson in result["lessons"]} == set(modules)


def test_lessons_are_saved_with_their_headings_tags_numbered_and_counted(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # When
    result = lambda_handler({**EVENT, "module_number": 1}, lambda_context)
    # Then: keys and counts in the result, the text in the bucket.
    assert result["lesson_keys"] == ["p/lessons/module-1-lesson-1-cables.md", "p/lessons/module-1-lesson-2-radio.md"]
    text = (project.read(result["lesson_keys"][0]) or b"").decode()
    assert text.startswith("# Cables\n")
    assert "\n## Cobre\n" in text
    assert "\n## Fibra\n" in text
    tags = [tag.visual_id for tag in find_visual_tags(text)]
    assert tags == [f"01-01-{number:04d}" for number in range(1, len(tags) + 1)]
    assert result["lessons"][0]["visual_count"] == len(tags) > 0
    # And: the manifest says what was made and what it used.
    manifest = project.read_model("p/manifests/module-01.json", ModuleManifest)
    assert manifest is not None
    assert [lesson.lesson_number for lesson in manifest.lessons] == [1, 2]
    assert manifest.usage.model_calls == 2
    assert manifest.usage.output_tokens > 0


def test_what_is_there_is_not_written_again(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given
    first = lambda_handler({**EVENT, "module_number": 1}, lambda_context)
    calls = len(writing_server.calls())
    # When: another run asks for the same.
    second = lambda_handler({**EVENT, "module_number": 1, "execution_name": "run-2"}, lambda_context)
    # Then
    assert len(writing_server.calls()) == calls
    assert second["lessons"] == first["lessons"]
    manifest = project.read_model("p/manifests/module-01.json", ModuleManifest)
    assert manifest is not None
    assert (manifest.execution_name, manifest.usage.model_calls, manifest.reused_count) == ("run-2", 0, 2)


def test_an_edited_lesson_is_the_only_one_written_again(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given: a finished module, and an outline in which lesson 2 has got another topic.
    lambda_handler({**EVENT, "module_number": 1}, lambda_context)
    upload(project, OUTLINE.replace("topics: [Ondas]", "topics: [Ondas, Antenas]"))
    before = len(writing_server.calls())
    # When
    lambda_handler({**EVENT, "module_number": 1}, lambda_context)
    # Then
    assert [call.lesson_number for call in writing_server.calls()[before:]] == [2]


CHANGES = {
    "its length": ("duration_minutes: 15, topics: [Ondas]", "duration_minutes: 20, topics: [Ondas]", [2]),
    "its length by less than a tenth": (
        "duration_minutes: 15, topics: [Ondas]",
        "duration_minutes: 16, topics: [Ondas]",
        [],
    ),
    "its title, which its neighbour's text may name": ("title: Cables", "title: Cables y conectores", []),
    "the course's title": ("title: Networks", "title: Redes", []),
    "another module": ("title: Tres", "title: El final", []),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_written_again_follows_from_what_was_changed(
    project: ArtefactStore,
    lambda_context: FakeLambdaContext,
    writing_server: WritingServer,
    change: tuple[str, str, list[int]],
) -> None:
    # Given: a finished module, and an outline in which one thing has changed.
    before, after, written = change
    lambda_handler({**EVENT, "module_number": 1}, lambda_context)
    calls = len(writing_server.calls())
    assert before in OUTLINE
    upload(project, OUTLINE.replace(before, after))
    # When
    lambda_handler({**EVENT, "module_number": 1, "execution_name": "run-2"}, lambda_context)
    # Then
    assert sorted(call.lesson_number or 0 for call in writing_server.calls()[calls:]) == written


def test_a_replaced_or_removed_lesson_leaves_its_text_behind_only_until_the_new_ones_are_saved(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given: a finished module; another one whose number begins alike; an outline with one lesson replaced, one gone.
    lambda_handler({**EVENT, "module_number": 1}, lambda_context)
    project.write("p/lessons/module-11-lesson-1-x.md", "# X", content_type="text/markdown", replacing=None)
    before = set(project.keys("p/lessons/"))
    replaced = OUTLINE.replace("title: Cables, duration_minutes: 15, topics: [Cobre, Fibra]", "title: Hilos")
    upload(project, replaced.replace("  - {title: Radio, duration_minutes: 15, topics: [Ondas]}\n", ""))
    # When: the writer fails, nothing is dropped.
    writing_server.behave({"misbehaviour": "scratchpad"})
    with pytest.raises(TextRejected):
        lambda_handler({**EVENT, "module_number": 1}, lambda_context)
    assert set(project.keys("p/lessons/")) == before
    # And when it does not, what is superseded goes, of this module only.
    writing_server.behave()
    lambda_handler({**EVENT, "module_number": 1}, lambda_context)
    assert set(project.keys("p/lessons/")) == {
        "p/lessons/module-1-lesson-3-hilos.md",
        "p/lessons/module-11-lesson-1-x.md",
    }


def test_a_text_cut_off_once_is_continued_from_where_it_stopped(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given: what an uninterrupted writer would have written.
    whole = lambda_handler({**EVENT, "project_folder": "whole", "module_number": 2}, lambda_context)
    # And: a writer that is cut off the first time.
    writing_server.behave({"misbehaviour": "truncated", "first_calls": 1})
    # When
    result = lambda_handler({**EVENT, "module_number": 2}, lambda_context)
    # Then: the same text.
    assert project.read(result["lesson_keys"][0]) == project.read(whole["lesson_keys"][0])


def test_a_text_cut_off_twice_is_rejected_and_not_saved(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    writing_server.behave({"misbehaviour": "truncated"})
    with pytest.raises(TextRejected, match=r"module 2, lesson 1 \(Nombres\): the text was cut off"):
        lambda_handler({**EVENT, "module_number": 2}, lambda_context)
    assert list(project.keys("p/lessons/")) == []


FAULTS = {
    "missing_headings": "the heading `## Cobre` is missing",
    "scratchpad": "the text speaks of the writing itself",
    "refusal": "the text speaks of the writing itself ('Lo siento, pero no puedo",
    "wrong_language": "the text is written in the language `en`, expected `es`",
    "html": "`<script>` is HTML",
    "endless": "far above the target",
}


@pytest.mark.parametrize("misbehaviour", FAULTS)
def test_a_faulty_text_is_repaired_once(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer, misbehaviour: str
) -> None:
    writing_server.behave({"misbehaviour": misbehaviour, "lesson_number": 1, "first_calls": 1})
    result = lambda_handler({**EVENT, "module_number": 1}, lambda_context)
    assert len(writing_server.calls(CallKind.LESSON)) == 3
    text = (project.read(result["lesson_keys"][0]) or b"").decode()
    for hostile in ("scratchpad", "javascript:", "<script", "![", "Lo siento"):
        assert hostile not in text


@pytest.mark.parametrize("misbehaviour", FAULTS)
def test_a_text_that_stays_faulty_is_rejected_by_the_name_of_its_fault(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer, misbehaviour: str
) -> None:
    # Given
    writing_server.behave({"misbehaviour": misbehaviour, "lesson_number": 1})
    # When
    with pytest.raises(TextRejected, match=r"^module 1, lesson 1 \(Cables\): ") as rejected:
        lambda_handler({**EVENT, "module_number": 1}, lambda_context)
    # Then: by name, after one repair, and nothing of it is kept.
    assert FAULTS[misbehaviour] in str(rejected.value)
    assert len([call for call in writing_server.calls() if call.lesson_number == 1]) == 2
    assert list(project.keys("p/lessons/")) == ["p/lessons/module-1-lesson-2-radio.md"]


def test_a_writer_is_told_what_to_mend(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given
    writing_server.behave({"misbehaviour": "html", "lesson_number": 1, "first_calls": 1})
    # When
    lambda_handler({**EVENT, "module_number": 1}, lambda_context)
    # Then: the repair names each fault, and no markup of it could close the tag that it stands in.
    [told] = [prompt for prompt in writing_server.author.prompts if "<lesson_faults>" in prompt]
    assert "the link to `javascript:alert(1)` is not a link to a web page: leave it out" in told
    assert "`\\u003cscript>` is HTML" in told


def test_a_text_still_faulty_after_its_repair_is_rejected_and_the_others_are_kept(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    writing_server.behave({"misbehaviour": "missing_headings", "lesson_number": 1})
    with pytest.raises(TextRejected, match=r"lesson 1 \(Cables\): the heading `## Cobre` is missing"):
        lambda_handler({**EVENT, "module_number": 1}, lambda_context)
    assert list(project.keys("p/lessons/")) == ["p/lessons/module-1-lesson-2-radio.md"]


@pytest.fixture
def no_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("course_kit.model.model_retries.MAX_DELAY_SECONDS", 0)


@pytest.mark.usefixtures("project", "no_delays")
@pytest.mark.parametrize(
    ("misbehaviour", "error", "attempts"),
    [("throttled", ModelThrottled, 20), ("unavailable", ModelUnavailable, 3)],
)
def test_a_providers_failure_becomes_the_error_that_the_state_machine_retries(
    lambda_context: FakeLambdaContext,
    writing_server: WritingServer,
    misbehaviour: str,
    error: type[Exception],
    attempts: int,
) -> None:
    # Given
    writing_server.behave({"misbehaviour": misbehaviour})
    # When / Then
    with pytest.raises(error):
        lambda_handler({**EVENT, "module_number": 2}, lambda_context)
    # And: one call was attempted as often as one layer of retries does, no matter how many layers there are.
    assert len(writing_server.calls()) == attempts


@pytest.mark.usefixtures("no_delays")
def test_a_call_that_gets_through_after_throttles_costs_its_lesson_nothing(
    project: ArtefactStore,
    lambda_context: FakeLambdaContext,
    writing_server: WritingServer,
) -> None:
    # Given
    writing_server.behave({"misbehaviour": "throttled", "first_calls": 5})
    # When
    result = lambda_handler({**EVENT, "module_number": 2}, lambda_context)
    # Then
    assert result["total_lessons"] == 1
    assert len(writing_server.calls()) == 6


def test_a_module_too_long_for_one_call_is_finished_by_calling_again(
    project: ArtefactStore, writing_server: WritingServer, clock_of_calls: CallClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: one lesson at a time, each of half a second, in a function of one second.
    monkeypatch.setenv("LESSON_MAX_CONCURRENCY", "1")
    clock_of_calls.seconds_a_call = 0.5
    # When
    attempts, result = called_until_done(lambda_handler, {**EVENT, "module_number": 1}, milliseconds=1000)
    # Then: more than one call was needed, and each lesson was written once.
    assert attempts > 1
    assert result["total_lessons"] == len(writing_server.calls()) == 2
    manifest = project.read_model("p/manifests/module-01.json", ModuleManifest)
    assert manifest is not None
    assert manifest.usage.model_calls == 2


def test_fifty_lessons_with_a_few_seconds_a_call_are_each_written_once(
    project: ArtefactStore, writing_server: WritingServer, clock_of_calls: CallClock
) -> None:
    # Given: as many lessons as a module may have, a clock that each call moves by 0.2 s, and two seconds a function.
    lessons = "".join(f"  - {{title: Lesson {n}, duration_minutes: 5}}\n" for n in range(1, 51))
    outline = f"course: {{title: Long}}\nmodules:\n- title: One\n  lessons:\n{lessons}"
    upload(project, outline, "long")
    event = {**EVENT, "project_folder": "long", "outline_s3_key": "long/outline.yaml", "module_number": 1}
    clock_of_calls.seconds_a_call = 0.2
    # When
    attempts, _ = called_until_done(lambda_handler, event, milliseconds=2000)
    # Then
    assert attempts > 1
    assert sorted(call.lesson_number or 0 for call in writing_server.calls()) == list(range(1, 51))
    manifest = project.read_model("long/manifests/module-01.json", ModuleManifest)
    assert manifest is not None
    assert (len(manifest.lessons), manifest.usage.model_calls, manifest.reused_count) == (50, 50, 0)


def test_an_unknown_module_is_refused_naming_those_there_are(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    with pytest.raises(RequestInvalid, match="module 9: not in the outline, expected one of 1, 2, 3"):
        lambda_handler({**EVENT, "module_number": 9}, lambda_context)


def test_without_a_key_the_other_provider_is_refused_with_the_fix(
    project: ArtefactStore, lambda_context: FakeLambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_SECRET_NAME", "")
    with pytest.raises(RequestInvalid, match="openai_secret_name"):
        lambda_handler({**EVENT, "module_number": 1}, lambda_context)


def test_a_budget_stops_the_lessons_before_it_is_passed_and_a_higher_one_makes_the_rest(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given: six lessons side by side, each of about 800 tokens at a cent a token, and money for about two of them.
    lessons = "".join(f"\n  - {{title: L{number}, duration_minutes: 15}}" for number in range(6))
    outline = f"course: {{title: Networks}}\nmodules:\n- title: Uno\n  lessons:{lessons}\n"
    project.write("p/outline.yaml", outline, content_type="application/yaml", replacing=project.find("p/outline.yaml"))
    prices = {"usd_per_million_input": 0, "usd_per_million_output": 10_000}

    def event(limit_usd: float, execution_name: str) -> dict[str, object]:
        budget = {"limit_usd": limit_usd, "prices": prices}
        params = {**EVENT, "module_number": 1, "execution_name": execution_name, "budget": budget}
        spending = Spending.of(project, BaseParams.model_validate(params))
        assert spending is not None
        spending.open()
        return params

    # When
    with pytest.raises(BudgetExceeded, match=r"spent \$\d+\.\d+ of the budget of \$60"):
        lambda_handler(event(60, "run-1"), lambda_context)
    # Then: what the server was really asked for is within the budget, and what was paid for is kept.
    paid = len(writing_server.calls())
    assert 1 <= paid < 6
    assert sum(call.completion_tokens for call in writing_server.calls()) * 0.01 <= 60
    manifest = project.read_model("p/manifests/module-01.json", ModuleManifest)
    assert manifest is not None
    assert len(manifest.lessons) == paid
    # When: again, with more.
    result = lambda_handler(event(10_000, "run-2"), lambda_context)
    # Then: only what was missing is paid for.
    assert result["total_lessons"] == 6
    assert len(writing_server.calls()) == 6
    record = project.read_model("p/spending/run-2.json", SpendingRecord)
    assert record is not None
    assert (record.calls, record.in_flight) == (6 - paid, {})
    assert record.spent_usd == pytest.approx(
        sum(call.completion_tokens for call in writing_server.calls()[paid:]) * 0.01
    )


def test_a_call_that_failed_gives_its_money_back_and_one_that_was_throttled_costs_nothing(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given: a writer that is throttled once before it answers.
    writing_server.behave({"misbehaviour": "throttled", "first_calls": 1})
    budget = {"limit_usd": 1000, "prices": {"usd_per_million_input": 0, "usd_per_million_output": 10_000}}
    params = {**EVENT, "module_number": 2, "budget": budget}
    spending = Spending.of(project, BaseParams.model_validate(params))
    assert spending is not None
    spending.open()
    # When
    lambda_handler(params, lambda_context)
    # Then
    record = project.read_model("p/spending/run-1.json", SpendingRecord)
    assert record is not None
    answered = [call for call in writing_server.calls() if call.misbehaviour is None]
    assert record.spent_usd == pytest.approx(sum(call.completion_tokens for call in answered) * 0.01)
    assert (record.calls, record.in_flight) == (1, {})


@pytest.mark.parametrize(("wanted", "expected"), [(1, 1), (40, 5), (None, 5)])
def test_a_run_may_want_fewer_lessons_at_once_but_never_more(wanted: int | None, expected: int) -> None:
    variables = {"COURSE_BUCKET": "course-bucket", "LESSON_MAX_CONCURRENCY": "5"}
    environment = FunctionEnvironment.model_validate(variables)
    assert environment.lessons_at_once(wanted) == expected

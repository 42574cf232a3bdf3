"""Nothing lost, nothing paid twice: runs stopped, killed, cut short, doubled and repeated on the deployed app."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import JsonValue

from course_kit.records.manifest import ModuleManifest
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.deployment import Deployment
from coursewright.run.execution import Run
from local_aws import LocalConnection
from tests.support.installed_command import CommandLine
from tests.support.local_author import Author, time_of
from tests.support.local_client import client_of
from tests.support.waiting import ended, wait_until
from tests.support.workers import kill_workers, needs_proc, with_short_function

LESSONS = (
    "[" + ", ".join(f"{{title: Lesson {name}, duration_minutes: 15, topics: [Topic {name}]}}" for name in "ABCD") + "]"
)
OUTLINE = f"""
course: {{title: Durable, language: en, brief: no}}
modules:
- {{title: One, lessons: {LESSONS}}}
- title: Two
  lessons: {LESSONS}
  labs: [Measure it, Break it]
- {{title: Three, lessons: {LESSONS}}}
"""
LESSON_COUNT = 12
REJECTED: dict[str, object] = {"misbehaviour": "missing_headings", "kind": "lesson"}
# Drawing diagrams is most of what a course costs here; a test that is not about them asks for none.
NO_VISUALS: dict[str, object] = {"misbehaviour": "no_visuals"}


def visuals_only_in(*lessons: tuple[int, int]) -> list[dict[str, object]]:
    """Ask for diagrams in these lessons, by module and number, and in no other."""
    others = {(module, lesson) for module in (1, 2, 3) for lesson in (1, 2, 3, 4)} - set(lessons)
    return [NO_VISUALS | {"module_number": module, "lesson_number": lesson} for module, lesson in sorted(others)]


@pytest.fixture
def outline(tmp_path: Path) -> Path:
    path = tmp_path / "durable.yaml"
    path.write_text(OUTLINE, encoding="utf-8")
    return path


def upload(deployment: Deployment, project: str, source: str = OUTLINE) -> dict[str, JsonValue]:
    """Put an outline in its place and return the input of a run on it."""
    key = f"{project}/outline.yaml"
    deployment.s3.put_object(Bucket=deployment.bucket, Key=key, Body=source.encode())
    return {"outline_s3_key": key, "project_folder": project}


def listing(deployment: Deployment, prefix: str) -> set[str]:
    pages = deployment.s3.get_paginator("list_objects_v2").paginate(Bucket=deployment.bucket, Prefix=prefix)
    return {entry["Key"] for page in pages for entry in page.get("Contents", [])}


def lessons_asked_for(author: Author, **fields: object) -> list[dict[str, object]]:
    """The calls for lessons that have these fields."""
    return [call for call in author.calls() if {"kind": "lesson", **fields}.items() <= call.items()]


def paid(author: Author, kind: str) -> Counter[tuple[object, object]]:
    """How often each lesson, or each lesson's visuals, were asked for and delivered, by module and number."""
    return Counter(
        (call["module_number"], call["lesson_number"])
        for call in author.calls()
        if call["kind"] == kind and call["completion_tokens"]
    )


def test_a_plan_tells_what_the_run_after_it_makes_and_reuses(
    coursewright: CommandLine, deployment: Deployment, author: Author, outline: Path
) -> None:
    author.behave(*visuals_only_in((1, 1), (3, 2)))
    command = (str(outline), "--project", "planned", "--content-type", "both", "--json")
    # Given: nothing is there; what the visuals will be is not known, and says so.
    first = coursewright("plan", *command).report
    assert (first["model_calls"], first["reused"], first["is_exact"]) == (LESSON_COUNT + 3, 0, False)
    assert coursewright("generate", *command).exit_code == 0
    # When: all is made, and then a plan of visuals, a picture, a lab and a lesson's topic are missing or changed.
    assert {"model_calls": 0, "is_exact": True, "book": "reuse", "lab_guide": "reuse"}.items() <= (
        coursewright("plan", *command).report.items()
    )
    for prefix in ("prompts/01-01-0001-", "images/03-02-0001.png", "labguide/lab-02-00-02-"):
        # With its versions: one of them would come back without a call.
        [key] = listing(deployment, f"planned/{prefix}")
        for version in [found for found in deployment.store.versions(key) if found.key == key]:
            deployment.s3.delete_object(Bucket=deployment.bucket, Key=key, VersionId=version.version)
    planned = coursewright("plan", *command).report
    author.forget()
    made = coursewright("generate", *command).report
    # Then
    assert planned["is_exact"] is True
    assert planned["model_calls"] == made["model_calls"] == len(author.calls()) == 2
    # A plan made anew from the same text gives the same picture, which is found.
    assert planned["reused"] == int(str(made["reused"])) - 1
    assert (planned["book"], planned["lab_guide"]) == ("make", "make")


def test_an_edited_lesson_is_made_with_its_visuals_and_the_book_and_nothing_else(
    coursewright: CommandLine, author: Author, outline: Path
) -> None:
    # Given: a finished course, and another topic in module 2's second lesson.
    author.behave(*visuals_only_in((2, 1), (2, 2)))
    command = ("--project", "edited", "--json")
    coursewright("generate", str(outline), *command)
    head, two, tail = OUTLINE.partition("- title: Two")
    outline.write_text(head + two + tail.replace("[Topic B]", "[Topic B, Another]", 1), encoding="utf-8")
    # When
    planned = coursewright("plan", str(outline), *command).report
    author.forget()
    made = coursewright("generate", str(outline), *command).report
    # Then
    assert isinstance(planned["modules"], list)
    assert [module["lessons"]["make"] for module in planned["modules"]] == [[], ["2.2"], []]
    assert planned["book"] == "make"
    assert {(call["module_number"], call["lesson_number"]) for call in author.calls()} == {(2, 2)}
    assert Counter(call["kind"] for call in author.calls()) == {"lesson": 1, "visual_plan": 1, "study": 1}
    assert made["reused"] >= planned["reused"] > LESSON_COUNT - 2


def test_a_removed_lesson_leaves_nothing_behind_in_bucket_book_and_download(
    coursewright: CommandLine, deployment: Deployment, author: Author, outline: Path, tmp_path: Path
) -> None:
    # Given: a finished course; then module 1 loses its last lesson, and module 3 goes.
    author.behave(*visuals_only_in((1, 3), (1, 4), (3, 1)))
    command = ("generate", str(outline), "--project", "shorter", "--json")
    coursewright(*command)
    images = tmp_path / "shorter" / "images"
    assert list(images.glob("01-04-*"))
    assert list(images.glob("03-*"))
    source = OUTLINE.replace(", {title: Lesson D, duration_minutes: 15, topics: [Topic D]}", "", 1)
    outline.write_text(source.partition("- {title: Three")[0], encoding="utf-8")
    # When: without a word on it, and then as asked.
    refused = coursewright(*command)
    outcome = coursewright(*command, "--yes")
    # Then
    assert (refused.exit_code, "expected --yes" in refused.stderr) == (2, True), refused.stderr
    assert outcome.exit_code == 0, outcome.stderr
    for prefix in ("lessons/module-1-lesson-4-", "prompts/01-04-", "images/01-04-"):
        assert listing(deployment, f"shorter/{prefix}") == set()
    book = outcome.report["book"]
    assert isinstance(book, dict)
    text = Path(book["md"]).read_text(encoding="utf-8")
    assert text.count("Lesson D") == OUTLINE.count("Lesson D") - 2 or "1.4 " not in text
    assert list(images.glob("01-04-*")) == list(images.glob("03-*")) == []
    assert list(images.glob("01-03-*"))


def test_what_is_named_is_made_anew_and_nothing_else(coursewright: CommandLine, author: Author, outline: Path) -> None:
    # Given
    author.behave(*visuals_only_in((2, 2), (2, 3)))
    command = ("generate", str(outline), "--project", "anew", "--content-type", "both", "--json")
    first = coursewright(*command).report
    total = sum(int(str(first[kind])) for kind in ("lessons", "visuals", "quizzes", "labs"))
    # When / Then: a lesson; a visual; a lab; a module.
    for targets, calls in (
        (["2.3"], {"lesson": 1}),
        (["02-03-0001"], {"visual_plan": 1}),
        (["02-00-01"], {"lab": 1}),
        (["2"], {"lesson": 4, "lab_plan": 1, "lab": 2}),
    ):
        author.forget()
        outcome = coursewright(*command, *(part for target in targets for part in ("--regenerate", target)))
        assert outcome.exit_code == 0, outcome.stderr
        assert Counter(call["kind"] for call in author.calls()) == calls, targets
        remade = sum(count for kind, count in calls.items() if kind != "lab_plan")
        assert outcome.report["reused"] == total - remade
    # And: what is not there is refused before anything is asked for or uploaded.
    refused = coursewright(*command, "--regenerate", "02-03-0099")
    assert (refused.exit_code, "--regenerate: found visual 02-03-0099" in refused.stderr) == (2, True)


def test_a_stopped_run_is_resumed_with_its_own_input_and_pays_for_what_is_missing_only(
    coursewright: CommandLine, deployment: Deployment, author: Author
) -> None:
    # Given: a run with an input of its own is stopped when modules 1 and 3 are done and module 2's lessons in flight.
    author.behave(NO_VISUALS, holds=[{"kind": "lesson", "module_number": 2}])
    asked = {**upload(deployment, "resumed"), "book_title": "Stopped Once", "max_concurrency": 2}
    run = Run.start(deployment, asked)
    author.wait_until_it_holds(4)
    wait_until(lambda: len(listing(deployment, "resumed/study/")) == 8, "the study parts of two modules")
    deployment.step_functions.stop_execution(executionArn=run.execution_arn)
    # The functions that run already go on (and on local AWS the whole Map does): what they get now is refused, a
    # lesson's text twice, and then they ask no more.
    author.behave(REJECTED)
    wait_until(lambda: len(lessons_asked_for(author, module_number=2)) == 8, "both refusals of four lessons")
    there = listing(deployment, "resumed/lessons/")
    assert len(there) == 8 < LESSON_COUNT
    # When
    author.behave(NO_VISUALS)
    author.forget()
    outcome = coursewright("resume", "resumed", "--json")
    # Then: exactly what was missing, with the title that was asked for.
    assert outcome.exit_code == 0, outcome.stderr
    lessons = paid(author, "lesson")
    assert len(there) + lessons.total() == LESSON_COUNT == len(listing(deployment, "resumed/lessons/"))
    assert max(lessons.values()) == 1
    assert outcome.report["model_calls"] == len(author.calls())
    book = outcome.report["book"]
    assert isinstance(book, dict)
    assert Path(book["md"]).name == "Stopped_Once_complete.md"
    # And: once more, nothing is left to pay for.
    author.forget()
    assert coursewright("resume", "resumed", "--json").report["model_calls"] == 0
    assert author.calls() == []


def test_of_two_runs_at_once_one_works_and_the_other_is_told(
    coursewright: CommandLine, deployment: Deployment, author: Author, outline: Path
) -> None:
    # Given: a run in its first lessons, which get no answer until the other runs have theirs.
    author.behave(NO_VISUALS, holds=[{"kind": "lesson"}])
    asked = {**upload(deployment, "doubled"), "max_concurrency": 1}
    first = Run.start(deployment, asked)
    author.wait_until_it_holds(4)
    # When: another one is started, and the command line asked for a third with another outline.
    second = ended(Run.start(deployment, asked))
    outline.write_text(OUTLINE.replace("Durable", "Another"), encoding="utf-8")
    third = coursewright("generate", str(outline), "--project", "doubled", "--json")
    # Then: each is told which run has the project; the outline is still the first one's.
    assert (second.status, second.error) == ("FAILED", "ArtefactConflict")
    assert f"project doubled: run {first.name} works on it" in second.cause
    assert third.exit_code == 1
    assert f"project doubled: run {first.name} works on it" in third.stderr
    stored = deployment.s3.get_object(Bucket=deployment.bucket, Key="doubled/outline.yaml")["Body"].read()
    assert stored.decode() == OUTLINE
    # And: the first ends as if nothing had been, every lesson paid for once.
    author.behave(NO_VISUALS)
    assert ended(first).has_succeeded
    assert set(paid(author, "lesson").values()) == {1}


def test_functions_of_a_stopped_run_make_nothing_more_once_it_is_followed(
    coursewright: CommandLine, deployment: Deployment, author: Author
) -> None:
    # Given: a run is stopped with all lessons of two modules in flight, and followed at once.
    author.behave(NO_VISUALS, holds=[{"kind": "lesson"}])
    run = Run.start(deployment, {**upload(deployment, "followed"), "max_concurrency": 2})
    author.wait_until_it_holds(8)
    deployment.step_functions.stop_execution(executionArn=run.execution_arn)
    # When: nobody gets an answer before the other run, which asks for the same, has taken the project.
    with ThreadPoolExecutor(1) as pool:
        resumed = pool.submit(coursewright, "resume", "followed", "--json")
        author.wait_until_it_holds(16, unless=resumed.done)
        author.behave(NO_VISUALS)
        outcome = resumed.result()
    # Then: complete, and at most what was in flight is paid for by both.
    assert outcome.exit_code == 0, outcome.stderr
    lessons = paid(author, "lesson")
    assert len(lessons) == LESSON_COUNT
    in_flight = 8  # 2 modules, 5 lessons at once of 4
    assert lessons.total() <= LESSON_COUNT + in_flight
    assert max(lessons.values()) <= 2


@needs_proc
def test_workers_that_are_killed_lose_what_they_were_writing_and_nothing_else(
    deployment: Deployment, author: Author
) -> None:
    # Given: a run in the middle of its lessons: a third is saved, two thirds are being written.
    author.behave(NO_VISUALS, holds=[{"kind": "lesson", "module_number": n} for n in (2, 3)])
    run = Run.start(deployment, {**upload(deployment, "killed"), "max_concurrency": 3})
    author.wait_until_it_holds(8)
    wait_until(lambda: len(listing(deployment, "killed/lessons/")) == 4, "the lessons of module 1")
    # When
    killed = kill_workers()
    author.behave(NO_VISUALS)
    # Then: the run completes by itself.
    assert killed
    state = ended(run)
    assert state.has_succeeded, (state.error, state.cause)
    keys = ProjectKeys("killed")
    manifests = [
        ModuleManifest.model_validate_json(
            deployment.s3.get_object(Bucket=deployment.bucket, Key=keys.manifest(number))["Body"].read()
        )
        for number in (1, 2, 3)
    ]
    assert sum(len(manifest.lessons) for manifest in manifests) == LESSON_COUNT
    # And: what had been saved was not paid for again: at most what was being written at that moment is.
    lessons = paid(author, "lesson")
    assert max(lessons.values()) <= 2
    # And: the manifests know of every text that was saved, even where the worker died before it could say so.
    assert sum(lesson.usage.model_calls for manifest in manifests for lesson in manifest.lessons) == LESSON_COUNT


def test_a_module_that_outruns_its_function_is_finished_call_by_call(
    deployment: Deployment, local_connection: LocalConnection, author: Author
) -> None:
    # Given: twenty lessons of eight seconds, five at once, in a function of thirty: it keeps three to itself, which is
    # what a busy machine may add to a lesson.
    lessons = ", ".join(f"{{title: Lesson {n}, duration_minutes: 5}}" for n in range(1, 21))
    outline = f"course: {{title: Long}}\nmodules:\n- {{title: One, lessons: [{lessons}]}}\n"
    author.behave(NO_VISUALS, latency_seconds={"lesson": 8.0})
    functions = client_of(local_connection, "lambda")
    # When
    short = with_short_function(deployment, functions, seconds=30)
    state = ended(Run.start(short, upload(deployment, "long", outline)))
    # Then: complete, each lesson written once, and all together took longer than one call may.
    assert state.has_succeeded, (state.error, state.cause)
    assert len(listing(deployment, "long/lessons/")) == 20
    assert paid(author, "lesson") == Counter({(1, number): 1 for number in range(1, 21)})
    calls = lessons_asked_for(author)
    took = max(time_of(call["ended_at"]) for call in calls) - min(time_of(call["started_at"]) for call in calls)
    assert took.total_seconds() > 30

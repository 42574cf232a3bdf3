"""K1: what an author edited in the bucket was overwritten by the next run, and paid for."""

import json
import re
from collections.abc import Callable

import pytest

from course_kit.records.manifest import LabManifest, ModuleManifest, StudyManifest
from course_kit.records.written import Maker
from offline_author.behaviour import CallKind
from tests.support.course_runs import CourseRuns
from tests.support.own_pictures import drawing, picture

Course = CourseRuns
LESSON, QUIZ, LAB = "lessons/module-1-lesson-1-", "study/01-02", "labguide/lab-01-01-01"
PLAN, FIGURE = "prompts/02-01-0001", "images/01-02-0001.png"
MINE = picture("PNG", 99, 33)
KINDS = {LESSON: CallKind.LESSON, QUIZ: CallKind.STUDY, LAB: CallKind.LAB, PLAN: CallKind.VISUAL_PLAN}


def edit(course: Course, part: str, *, keeps_metadata: bool = True) -> tuple[str, bytes]:
    """Edit an artefact as a person does in the bucket; return its key and what is there now."""
    key = course.key_of(part)
    if part == FIGURE:
        body = MINE
    elif part in (LESSON, LAB):
        body = course.text(key).encode() + b"\nMy own last words.\n"
    else:
        content = json.loads(course.text(key))
        if part == QUIZ:
            content["key_points"][0] = "My own key point"
        else:
            content["caption"] = "My own caption"
        body = json.dumps(content).encode()
    course.put(key, body, keeps_metadata=keeps_metadata)
    return key, body


def stored(course: Course, edits: dict[str, bytes]) -> dict[str, bytes | None]:
    return {key: course.store.read(key) for key in edits}


def new_prompts(course: Course, patched: pytest.MonkeyPatch) -> None:
    """Run with new versions of all prompts, as after an upgrade."""
    for module in ("content_gen", "study_writer", "visual_planner", "lab_planner", "lab_writer"):
        patched.setattr(f"{module}.wanted.PROMPT_VERSION", "of-tomorrow")
    course.run()


def another_model(course: Course, patched: pytest.MonkeyPatch) -> None:
    patched.setenv("OPENAI_TEXT_MODEL_ID", "coursewright.offline-author-v2")
    course.run()


def swapped(outline: str) -> str:
    """Put the first module's lessons in another order."""
    first, second = [line for line in outline.splitlines(keepends=True) if "Copper" in line or "Fibre" in line]
    return outline.replace(first + second, second + first)


def touched(outline: str) -> str:
    """Add a topic to every lesson, and a word to its lab."""
    return outline.replace("topics: [", "topics: [More, ").replace("Crimp a plug", "{title: Crimp a plug, type: demo}")


EVENTS: dict[str, Callable[[Course, pytest.MonkeyPatch], object]] = {
    "the next run": lambda course, _: course.run(),
    "a retry of its steps": lambda course, _: course.retry(),
    "a new prompt version": new_prompts,
    "another model": another_model,
    "another title of the course": lambda course, _: course.run(course.outline.replace("Networks", "Nets")),
    "one more audience": lambda course, _: course.run(course.outline.replace("{title: N", "{audience: [A], title: N")),
    "a renamed neighbour": lambda course, _: course.run(course.outline.replace("title: Fibre", "title: Glass")),
    "lessons in another order": lambda course, _: course.run(swapped(course.outline)),
    "its lesson touched": lambda course, _: course.run(touched(course.outline)),
    "its module made again": lambda course, _: course.run(regenerate=["1", "2"]),
    "stale ones made again": lambda course, _: course.run(
        course.outline.replace("Networks", "Nets"), regenerate=["stale"]
    ),
}


@pytest.mark.parametrize(
    ("event", "keeps_metadata"),
    [
        *((event, True) for event in EVENTS),
        ("the next run", False),
        ("a new prompt version", False),
        ("its lesson touched", False),
    ],
)
def test_what_the_author_edited_stays(
    course: Course, monkeypatch: pytest.MonkeyPatch, event: str, *, keeps_metadata: bool
) -> None:
    # Given: a finished course; its author edits a lesson, a quiz, a lab, a plan and a figure.
    course.run()
    edits = dict(edit(course, part, keeps_metadata=keeps_metadata) for part in (LESSON, QUIZ, LAB, PLAN, FIGURE))
    # When
    EVENTS[event](course, monkeypatch)
    # Then
    assert stored(course, edits) == edits
    # And: whatever comes next.
    course.run()
    assert stored(course, edits) == edits
    # And: the manifests know whose each is.
    theory = [course.store.read_model(course.keys.manifest(number), ModuleManifest) for number in (1, 2)]
    study = course.store.read_model(course.keys.study_manifest(1), StudyManifest)
    labs = course.store.read_model(course.keys.lab_manifest(1), LabManifest)
    authors = {
        key
        for manifest in (*theory, study, labs)
        if manifest
        for key, written in manifest.written.items()
        if written.maker is Maker.AUTHOR
    }
    assert authors == set(edits)


@pytest.mark.parametrize("part", KINDS)
def test_an_edited_text_is_not_paid_for_again(course: Course, part: str) -> None:
    # Given
    course.run()
    edit(course, part)
    # When
    made = course.run()
    # Then: at most what follows from it.
    assert made.calls[KINDS[part]] == 0
    # And: then nothing.
    assert course.run().is_nothing


TARGETS = {LESSON: "1.1", QUIZ: "1.2/study", LAB: "01-01-01", PLAN: "02-01-0001", FIGURE: "01-02-0001"}


@pytest.mark.parametrize(
    ("part", "keeps_metadata"), [*((part, True) for part in TARGETS), (LESSON, False), (FIGURE, False)]
)
def test_only_a_target_that_names_it_replaces_what_the_author_edited(
    course: Course, part: str, *, keeps_metadata: bool
) -> None:
    # Given: every kind is edited.
    course.run()
    edits = dict(edit(course, other, keeps_metadata=keeps_metadata) for other in TARGETS)
    replaced = course.key_of(part)
    course.run()
    # When
    course.run(regenerate=[TARGETS[part]])
    # Then: it is replaced, and the others are not.
    now = stored(course, edits)
    assert now.pop(replaced) != edits.pop(replaced)
    assert now == edits
    # And: it is the pipeline's again, so the author's is an earlier version now.
    course.run()
    versions = course.store.client.list_object_versions(Bucket=course.store.bucket, Prefix=replaced)["Versions"]
    assert len(versions) == 3


def test_what_follows_from_an_edited_lesson_is_made_anew(course: Course) -> None:
    # Given
    course.run()
    quiz, figure = course.text(course.keys.study(1, 1)), course.store.find(course.keys.image("01-01-0001", "png"))
    key = course.key_of(LESSON)
    tag = "[VISUAL: 01-01-0001 - Overview of Copper — Pairs; Plugs]"
    assert tag in course.text(key)
    text = course.text(key).replace(tag, "[VISUAL: 01-01-0001 - Sequence of a call]").replace("surprise", "shock")
    # When
    course.put(key, text)
    made = course.run()
    # Then: its quiz and its figures, from its own words, and nothing else.
    assert made.calls == {CallKind.STUDY: 1, CallKind.VISUAL_PLAN: 1}
    assert any(text in prompt or "shock for somebody" in prompt for prompt in course.server.author.prompts[-2:])
    assert course.text(course.keys.study(1, 1)) != quiz or made.studies == 1
    assert course.store.find(course.keys.image("01-01-0001", "png")) != figure
    assert "Sequence of a call" in course.text(course.key_of("prompts/01-01-0001"))


def test_what_follows_from_an_edited_lesson_is_kept_where_it_was_edited_itself(course: Course) -> None:
    # Given: an edited quiz, and an edited plan.
    course.run()
    quiz, plan = "study/01-01", "prompts/01-01-0001"
    edits = {}
    for part, field in ((quiz, "key_points"), (plan, "caption")):
        content = json.loads(course.text(course.key_of(part)))
        content[field] = ["My own"] if field == "key_points" else "My own"
        edits[course.key_of(part)] = json.dumps(content).encode()
        course.put(course.key_of(part), edits[course.key_of(part)])
    # When: their lesson is edited, also the words of the figure's tag.
    key = course.key_of(LESSON)
    course.put(key, course.text(key).replace("Overview of Copper", "All of Copper") + "\nMy own words.\n")
    made = course.run()
    # Then
    assert stored(course, edits) == edits
    assert made.studies == 0
    figures = course.store.read_model(course.keys.manifest(1), ModuleManifest)
    assert figures is not None
    assert figures.figures["01-01-0001"].caption == "My own"


def test_an_edit_that_is_undone_is_the_pipelines_again(course: Course) -> None:
    # Given: an edit that a run has seen.
    course.run()
    key = course.key_of(LESSON)
    before = course.text(key)
    edit(course, LESSON, keeps_metadata=False)
    course.run()
    # When: it is undone, and its lesson then asked for differently.
    course.put(key, before, keeps_metadata=False)
    assert course.run().lessons == 0
    made = course.run(course.outline.replace("topics: [Pairs", "topics: [Alloys, Pairs"))
    # Then
    assert made.lessons == 1
    assert "## Alloys" in course.text(key)


def test_a_bucket_that_another_program_copied_without_metadata_is_not_the_authors_and_costs_nothing(
    course: Course,
) -> None:
    # Given
    course.run()
    before = course.bodies()
    for key, body in before.items():
        course.put(key, body, keeps_metadata=False)
    # When / Then: nothing is paid for, and nothing drawn.
    assert course.run().is_nothing
    assert course.bodies() == before
    # And: what is asked for differently is made.
    assert course.run(course.outline.replace("topics: [Light", "topics: [Lasers, Light")).lessons == 1


def test_an_edit_while_a_run_goes_on_is_kept_by_its_retry(course: Course) -> None:
    # Given: the text that this very execution wrote is edited before its step is tried again.
    course.run()
    key, body = edit(course, LESSON)
    # When
    made = course.retry()
    # Then
    assert course.store.read(key) == body
    assert made.lessons == 0


def test_an_edited_lesson_that_is_dropped_stays_and_is_used_again_when_it_comes_back(course: Course) -> None:
    # Given: an edited lesson, quiz and figure of the second lesson, which the outline then drops.
    course.run()
    outline = course.outline
    lesson = course.key_of("module-1-lesson-2-")
    course.put(lesson, course.text(lesson) + "\nMy own last words.\n")
    edits = {lesson: course.text(lesson).encode(), **dict(edit(course, part) for part in (QUIZ, FIGURE))}
    [line] = [line for line in outline.splitlines(keepends=True) if "Fibre" in line]
    # When: another lesson stands in its place.
    course.run(outline.replace(line, line.replace("Fibre", "Radio").replace("Light", "Waves")))
    # Then: nothing of it is lost, and nothing of it belongs to the other lesson.
    assert stored(course, edits) == edits
    assert course.text(course.keys.study(1, 3)) != course.text(course.keys.study(1, 2))
    # And: it comes back with all of it.
    assert course.run(outline).lessons == 0
    assert stored(course, edits) == edits
    manifest = course.store.read_model(course.keys.manifest(1), ModuleManifest)
    assert manifest is not None
    assert [record.s3_key for record in manifest.lessons][1] == lesson


def test_a_drawing_of_the_authors_that_is_taken_away_gives_the_figure_back(course: Course) -> None:
    # Given: the author's SVG in place of ours, from which the PNG beside it is drawn.
    course.run()
    png, svg = course.keys.image("01-02-0001", "png"), course.keys.image("01-02-0001", "svg")
    before = {key: course.store.read(key) for key in (png, svg)}
    course.put(svg, drawing('<rect width="200" height="100" fill="#fc0"/>'), keeps_metadata=False)
    course.run()
    assert course.store.read(png) != before[png]
    # When
    course.store.delete(svg)
    course.run()
    # Then
    assert {key: course.store.read(key) for key in (png, svg)} == before


def test_a_lesson_that_the_author_wrote_before_there_was_one_is_used(course: Course) -> None:
    # Given: a file in the place of a lesson, by its layout.
    key = course.keys.lesson(1, 2, "Fibre")
    course.put(key, "# Fibre\n\n## Light\n\nLight travels in glass, and is lost at every bend.\n")
    # When
    made = course.run()
    # Then: it is what its quiz is about.
    assert made.lessons == 2
    assert course.text(key).endswith("lost at every bend.\n")
    manifest = course.store.read_model(course.keys.manifest(1), ModuleManifest)
    assert manifest is not None
    assert manifest.is_authors(key)
    assert manifest.lessons[1].word_count > 5


def test_an_edited_plan_of_a_figure_that_its_lesson_has_no_more_is_kept_and_not_drawn(course: Course) -> None:
    # Given: an edited plan, whose tag its author then removes from the lesson.
    course.run()
    plan = course.key_of("prompts/01-01-0002")
    mine = json.dumps({**json.loads(course.text(plan)), "source": "flowchart LR\n  a[Mine]"})
    course.put(plan, mine)
    key = course.key_of(LESSON)
    course.put(key, re.sub(r"\[VISUAL: 01-01-0002[^\]]*\]", "", course.text(key)))
    # When
    course.run()
    # Then
    assert course.text(plan) == mine
    manifest = course.store.read_model(course.keys.manifest(1), ModuleManifest)
    assert manifest is not None
    assert sorted(manifest.figures) == ["01-01-0001", "01-02-0001"]
    assert not list(course.store.keys("p/images/01-01-0002"))

"""What an author changes while a run goes on, or between its attempts, is as much the author's as between two runs."""

import json
from collections.abc import Callable

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from course_kit.records.manifest import ModuleManifest
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_store import ArtefactStore
from images_gen import visual_renderer
from images_gen.diagram_renderer import RenderedImage
from offline_author.behaviour import CallKind
from tests.support import course_runs
from tests.support.course_runs import CourseRuns
from tests.support.own_pictures import picture
from visual_planner.handler import lambda_handler as plan_visuals

LESSON = "lessons/module-1-lesson-1-"
MINE = "\nMy own last words.\n"


def just_before(monkeypatch: pytest.MonkeyPatch, part_of_key: str, action: Callable[[], object]) -> None:
    """Let something happen once, just before the first write of such a key."""
    write = ArtefactStore.write
    has_been: list[str] = []

    def write_late(self: ArtefactStore, key: str, *arguments: object, **options: object) -> Artefact:
        if part_of_key in key and not has_been:
            has_been.append(key)
            action()
        return write(self, key, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(ArtefactStore, "write", write_late)


def theory(course: CourseRuns) -> ModuleManifest:
    manifest = course.store.read_model(course.keys.manifest(1), ModuleManifest)
    assert manifest is not None
    return manifest


@pytest.mark.parametrize("keeps_metadata", [True, False], ids=["metadata kept", "metadata lost"])
@pytest.mark.parametrize("regenerate", [["1"], []], ids=["its module made again", "asked for differently"])
def test_an_edit_while_its_text_is_written_stays_and_the_run_goes_on(
    course: CourseRuns, monkeypatch: pytest.MonkeyPatch, regenerate: list[str], *, keeps_metadata: bool
) -> None:
    # Given: a run that makes a lesson again, whose author edits it while the model writes.
    course.parts = ("lessons",)
    course.run()
    key = course.key_of(LESSON)
    mine = course.text(key) + MINE
    just_before(monkeypatch, LESSON, lambda: course.put(key, mine, keeps_metadata=keeps_metadata))
    outline = course.outline.replace("topics: [Pairs", "topics: [Alloys, Pairs")
    # When
    course.run(None if regenerate else outline, regenerate=regenerate)
    # Then
    assert course.text(key) == mine
    assert theory(course).is_authors(key)
    # And: whatever is asked for later.
    course.run(course.outline.replace("topics: [", "topics: [Zinc, "))
    assert course.text(key) == mine


def test_an_edit_of_what_a_run_was_told_to_replace_ends_that_run_and_stays(
    course: CourseRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    course.parts = ("lessons",)
    course.run()
    key = course.key_of(LESSON)
    mine = course.text(key) + MINE
    just_before(monkeypatch, LESSON, lambda: course.put(key, mine))
    # When / Then: the run was told to replace what its author saw, and not this.
    with pytest.raises(Exception, match="another execution wrote it meanwhile"):
        course.run(regenerate=["1.1"])
    assert course.text(key) == mine
    course.run()
    assert course.text(key) == mine


@pytest.mark.parametrize("keeps_metadata", [True, False], ids=["metadata kept", "metadata lost"])
def test_a_text_that_is_named_is_replaced_once_and_not_by_the_next_attempt(
    course: CourseRuns, *, keeps_metadata: bool
) -> None:
    # Given: an edited lesson that a run was told to replace, and has replaced.
    course.parts = ("lessons",)
    course.run()
    key = course.key_of(LESSON)
    course.put(key, course.text(key) + MINE)
    course.run(regenerate=["1.1"])
    assert MINE not in course.text(key)
    # When: its author edits it again, before the step is tried again.
    mine = course.text(key) + MINE
    course.put(key, mine, keeps_metadata=keeps_metadata)
    made = course.retry()
    # Then
    assert made.lessons == 0
    assert course.text(key) == mine


def test_an_edit_behind_its_lessons_step_is_read_as_its_authors_by_the_steps_that_follow(
    course: CourseRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: a lesson that gets a new tag, in letters of an old system, once its step has ended.
    course.run()
    key = course.key_of(LESSON)
    mine = course.text(key).encode() + "\nMéine\n\n[VISUAL: A tree of mine]\n".encode("cp1252")
    edits = [mine]

    def plan_late(event: dict[str, object], context: LambdaContext) -> dict[str, object]:
        if edits:
            course.put(key, edits.pop())
        return plan_visuals(event, context)

    monkeypatch.setattr(course_runs, "plan_visuals", plan_late)
    # When
    made = course.run()
    # Then: its figure is planned under a number, and its quiz is of the new words.
    assert made.calls == {CallKind.VISUAL_PLAN: 1, CallKind.STUDY: 1}
    assert "01-01-0003" in theory(course).figures
    assert course.run().is_nothing


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_a_file_of_a_figure_that_somebody_removed_comes_back(course: CourseRuns, suffix: str) -> None:
    # Given: one of a figure's two files is gone; the book needs both.
    course.parts = ("lessons", "plans", "figures")
    course.run()
    before = course.bodies()
    key = course.keys.image("01-01-0001", suffix)
    course.store.delete(key)
    # When
    made = course.run()
    # Then: it is taken back, and goes with the other one.
    assert made.is_nothing
    assert course.bodies() == before
    # And: without any version of it, it is drawn again.
    for version in course.store.client.list_object_versions(Bucket=course.store.bucket, Prefix=key)["Versions"]:
        course.store.client.delete_object(Bucket=course.store.bucket, Key=key, VersionId=version["VersionId"])
    course.run()
    assert course.bodies() == before


def test_a_lost_record_of_the_course_costs_nothing_even_after_a_renaming(course: CourseRuns) -> None:
    # Given: a renamed lesson, which keeps the key of its first title.
    course.parts = ("lessons",)
    course.run()
    course.run(course.outline.replace("title: Copper", "title: Wire"))
    before = course.bodies()
    # When: the record of slots is lost, and read from the manifests.
    course.store.delete(course.keys.course())
    made = course.run()
    # Then
    assert made.is_nothing
    assert course.bodies() == before


def test_a_resumed_run_replaces_what_its_author_named_in_whatever_order_the_outline_is_now(course: CourseRuns) -> None:
    # Given: a run that was told to replace the first lesson; its author has edited the second.
    course.parts = ("lessons",)
    course.run()
    course.run(regenerate=["1.1"])
    first, second = course.key_of(LESSON), course.key_of("lessons/module-1-lesson-2-")
    mine = {key: course.text(key) + MINE for key in (first, second)}
    course.put(second, mine[second])
    # When: the outline is put in another order, and the run is resumed, as often as it takes.
    one, two = [line for line in course.outline.splitlines(keepends=True) if "Copper" in line or "Fibre" in line]
    swapped = course.outline.replace(one + two, two + one)
    for resumes in (["run-2"], ["run-2", "run-3"]):
        made = course.run(swapped, regenerate=["1.1"], resumes=resumes)
        # Then: what had been replaced by then is not paid for again, and nothing else is.
        assert made.is_nothing
    assert course.text(second) == mine[second]
    # And: in a run of its own, the number is the one of now.
    course.run(regenerate=["1.1"])
    assert MINE not in course.text(second)


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20"><path d="M 1 1 H 9"/></svg>'


@pytest.mark.parametrize(("suffix", "mine"), [("svg", SVG.encode()), ("png", picture("PNG", 99, 33))])
def test_a_picture_that_is_put_there_while_the_figure_is_drawn_stays(
    course: CourseRuns, monkeypatch: pytest.MonkeyPatch, suffix: str, mine: bytes
) -> None:
    # Given: a figure that is drawn again, since its plan was edited.
    course.parts = ("lessons", "plans", "figures")
    course.run()
    plan, key = course.key_of("prompts/01-01-0001"), course.keys.image("01-01-0001", suffix)
    course.put(plan, json.dumps({**json.loads(course.text(plan)), "source": "flowchart LR\n  a[Mine]"}))
    draw: Callable[[str], RenderedImage] = vars(visual_renderer)["render_diagram"]

    def drawn_late(source: str) -> RenderedImage:
        course.put(key, mine)
        return draw(source)

    monkeypatch.setattr("images_gen.visual_renderer.render_diagram", drawn_late)
    # When
    course.run()
    # Then: the run goes on with the author's picture.
    assert course.store.read(key) == mine
    assert theory(course).figures["01-01-0001"].is_authors
    assert course.run().is_nothing


def test_a_plan_that_is_edited_while_it_is_made_again_stays(
    course: CourseRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: stale plans of figures.
    course.parts = ("lessons", "plans", "figures")
    course.run()
    monkeypatch.setattr("visual_planner.wanted.PROMPT_VERSION", "of-tomorrow")
    plan = course.key_of("prompts/01-01-0001")
    mine = json.dumps({**json.loads(course.text(plan)), "caption": "My own caption"})
    just_before(monkeypatch, "prompts/01-01-0001", lambda: course.put(plan, mine))
    # When
    made = course.run(regenerate=["stale"])
    # Then
    assert made.calls[CallKind.VISUAL_PLAN] == 3
    assert course.text(plan) == mine
    assert theory(course).figures["01-01-0001"].caption == "My own caption"
    assert course.run(regenerate=["stale"]).is_nothing

"""What `plan` says of each artefact: whether it is made, why, and for how much; it writes nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from course_kit.outline import Editing
from course_kit.store.artefact_store import ArtefactStore
from coursewright.course_store import CourseStore
from coursewright.plan.course_plan import plan_course
from coursewright.plan.model import CoursePlan
from coursewright.plan.view import brief_in_words, closing_lines
from offline_author.behaviour import CallKind
from tests.support.course_runs import THEORY, CourseRuns
from tests.support.planned_projects import OUTLINE, PRICES, bound
from tests.support.writing_server import WritingServer

INSERTED = OUTLINE.replace("- title: Paths", "  - {title: Wires, topics: [Copper]}\n- title: Paths")
LONGER = OUTLINE.replace("Why packets get lost]", "Why packets get lost, Who counts them]")


@pytest.fixture
def project(store: ArtefactStore, writing_server: WritingServer) -> CourseRuns:
    """A project whose lessons and study parts are made."""
    runs = CourseRuns(store, writing_server, OUTLINE, parts=THEORY)
    runs.run()
    return runs


def plan(project: CourseRuns, folder: Path, outline: str = OUTLINE, *regenerate: str) -> CoursePlan:
    return plan_course(bound(project.store, folder, outline, regenerate=regenerate, prices=PRICES))


def test_a_new_topic_is_named_as_the_reason_and_costs_its_lesson_alone(project: CourseRuns, tmp_path: Path) -> None:
    # Given: a made course. When: its outline gets one more topic.
    first, second = plan(project, tmp_path, LONGER).modules
    # Then: its lesson is made for this reason. The next one assumes something of it, and may stay; all others do.
    assert first.lessons.make == ["1.1"]
    assert first.lessons.unknown == ["1.2"]
    assert first.lessons.why == {
        "1.1": "topic added: Who counts them",
        "1.2": "its part of the brief is asked for again",
    }
    assert second.lessons.reuse == ["2.1"]


def test_what_was_made_before_comes_back_for_nothing(project: CourseRuns, tmp_path: Path) -> None:
    # Given: a topic was added and its lesson made.
    project.run(LONGER)
    # When: the topic is taken out again.
    planned = plan(project, tmp_path)
    # Then: the earlier brief, the lessons that followed from it and their study parts come back for nothing.
    [first, _] = planned.modules
    assert planned.brief.is_taken_back
    assert first.lessons.taken_back == first.study.taken_back == ["1.1", "1.2"]
    assert not first.lessons.make and not first.study.make


def test_an_edited_lesson_is_yours_and_what_follows_from_it_is_made(project: CourseRuns, tmp_path: Path) -> None:
    # Given
    key = project.key_of("lesson-1-packets")
    project.put(key, project.text(key).replace("packet", "parcel") + "\nMy own words.\n", keeps_metadata=False)
    # When
    [first, _] = plan(project, tmp_path).modules
    # Then
    assert first.lessons.yours == ["1.1"]
    assert first.lessons.why["1.1"] == "yours"
    assert first.study.make == ["1.1"]
    assert first.study.why["1.1"] == "its lesson has changed"


def test_an_edited_lesson_says_what_the_outline_asks_for_since(project: CourseRuns, tmp_path: Path) -> None:
    # Given
    key = project.key_of("lesson-1-packets")
    project.put(key, "# Packets\n\nMy own words.\n")
    # When
    [first, _] = plan(project, tmp_path, LONGER).modules
    # Then
    assert first.lessons.make == []
    assert first.lessons.why["1.1"] == "yours; asked for differently since: topic added: Who counts them"


def test_another_model_makes_nothing_and_is_counted_and_priced(
    project: CourseRuns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setenv("OPENAI_TEXT_MODEL_ID", "coursewright.offline-author-v1-other")
    # When
    planned = plan(project, tmp_path)
    # Then
    assert [module.lessons.make for module in planned.modules] == [[], []]
    assert [module.lessons.stale for module in planned.modules] == [["1.1", "1.2"], ["2.1"]]
    assert planned.modules[0].lessons.why["1.1"] == "of another model"
    [line] = [line for line in closing_lines(planned) if "stale" in line]
    assert line.startswith("3 lessons, 3 study parts of another model, kept; --regenerate stale remakes them")


def test_stale_lessons_are_priced(project: CourseRuns, tmp_path: Path) -> None:
    # Given: a course with another title, so that every lesson is stale.
    planned = plan(project, tmp_path, OUTLINE.replace("title: Nets", "title: All about nets"))
    # Then
    assert planned.usd_of_stale is not None
    assert 0 < planned.usd_of_stale.least < planned.usd_of_stale.most
    assert planned.usd is not None
    # What is certain to be asked for are the figures, which this project has none of yet.
    assert planned.usd.least < planned.usd_of_stale.least


def test_a_lesson_costs_less_than_the_course(project: CourseRuns, store: ArtefactStore, tmp_path: Path) -> None:
    # Given
    whole = plan_course(bound(store, tmp_path, project="new", prices=PRICES))
    # When
    one = plan(project, tmp_path, LONGER)
    # Then
    assert whole.usd is not None and one.usd is not None
    assert 0 < one.usd.least < 0.6 * whole.usd.least


def test_a_named_lesson_of_the_authors_is_told_to_be_replaced(project: CourseRuns, tmp_path: Path) -> None:
    # Given
    key = project.key_of("lesson-1-packets")
    project.put(key, "# Packets\n\nMy own words.\n")
    # When
    by_name, by_module = plan(project, tmp_path, OUTLINE, "1.1"), plan(project, tmp_path, OUTLINE, "1")
    # Then
    assert by_name.modules[0].lessons.replaced == by_name.modules[0].lessons.make == ["1.1"]
    assert "lesson 1.1 is yours and is replaced, since --regenerate names it" in list(closing_lines(by_name))
    assert by_module.modules[0].lessons.make == ["1.2"]
    assert by_module.modules[0].lessons.yours == ["1.1"]


def test_numbers_are_those_that_readers_see(project: CourseRuns, tmp_path: Path) -> None:
    # Given: a new lesson at the front of the course.
    inserted = OUTLINE.replace("  lessons:\n", "  lessons:\n  - {title: Wires, topics: [What carries a packet]}\n", 1)
    # When
    [first, _] = plan(project, tmp_path, inserted).modules
    # Then
    assert first.lessons.make == ["1.1"]
    assert first.lessons.why == {
        "1.1": "new",
        "1.2": "of other neighbours",
    }


def test_dropped_lessons_and_another_language_are_told(project: CourseRuns, tmp_path: Path) -> None:
    # Given / When
    fewer = OUTLINE[: OUTLINE.index("- title: Paths")] + OUTLINE[OUTLINE.index("book:") :]
    planned = plan(project, tmp_path, fewer.replace("language: en", "language: es"))
    # Then
    assert planned.dropped_lessons == ["Routes"]
    assert planned.objections == ["its language is en, and the outline's is es"]


def test_nothing_is_written(project: CourseRuns, tmp_path: Path) -> None:
    # Given
    bucket = CourseStore(project.store.client, project.store.bucket)
    before = sorted(found.version for found in bucket.versions(""))
    # When
    plan(project, tmp_path, LONGER, "stale", "2.1")
    # Then
    assert sorted(found.version for found in bucket.versions("")) == before


def test_a_project_from_before_goes_on_without_a_brief_and_is_told_what_one_costs(
    store: ArtefactStore, writing_server: WritingServer, tmp_path: Path
) -> None:
    # Given
    before = CourseRuns(store, writing_server, OUTLINE.replace("{title: Nets", "{brief: no, title: Nets"), parts=THEORY)
    before.run()
    # When
    planned, with_one = plan(before, tmp_path), plan(before, tmp_path, OUTLINE, "brief")
    # Then: nothing is asked of a model for a text that is there.
    assert brief_in_words(planned.brief) == "brief: none, since the project was made without one"
    assert [module.lessons.make for module in planned.modules] == [[], []]
    [line] = [line for line in closing_lines(planned) if "--regenerate brief" in line]
    assert line.startswith("--regenerate brief makes one; every lesson that is not yours is asked for differently")
    # And: with the target, all is made, for what was told.
    assert brief_in_words(with_one.brief) == "brief: to be made for 3 lessons (new)"
    assert [module.lessons.make for module in with_one.modules] == [["1.1", "1.2"], ["2.1"]]
    assert with_one.modules[0].lessons.why["1.1"] == "the brief is made anew"
    assert planned.usd_of_brief == with_one.usd
    assert before.run(OUTLINE).calls[CallKind.BRIEF] == 0
    assert before.run(regenerate=["brief"]).lessons == 3


def test_an_amended_brief_names_its_lessons_and_prices_what_may_stay_in_the_upper_figure(
    project: CourseRuns, tmp_path: Path
) -> None:
    # When
    planned = plan(project, tmp_path, LONGER)
    # Then
    assert brief_in_words(planned.brief) == (
        "brief: to be amended for 1.1 (changed), 1.2 (it assumes something of a changed lesson)"
    )
    assert planned.brief.calls == 1
    # And: two lessons at most, one at least.
    assert planned.usd is not None and planned.usd_of_brief is not None
    assert planned.usd.least < planned.usd_of_brief.least / 2
    # And: the same outline keeps it, and a removed lesson, too.
    assert brief_in_words(plan(project, tmp_path).brief) == "brief: kept"


def test_a_brief_of_the_authors_gets_the_parts_of_new_lessons_only(project: CourseRuns, tmp_path: Path) -> None:
    # Given
    key = project.keys.brief()
    project.put(key, project.text(key).replace("  ", " "), keeps_metadata=False)
    # When
    changed, inserted = (plan(project, tmp_path, outline) for outline in (LONGER, INSERTED))
    # Then
    assert brief_in_words(changed.brief) == "brief: yours, kept"
    assert changed.modules[0].lessons.make == ["1.1"] and not changed.modules[0].lessons.unknown
    assert brief_in_words(inserted.brief) == "brief: yours, to be amended for 1.3 (new)"


def test_an_outline_without_a_brief_has_none(
    store: ArtefactStore, writing_server: WritingServer, tmp_path: Path
) -> None:
    planned = plan_course(bound(store, tmp_path, OUTLINE.replace("{title: Nets", "{brief: no, title: Nets")))
    assert brief_in_words(planned.brief) == "brief: off, as the outline says"
    assert planned.brief.calls == 0


def test_edits_are_told_where_lessons_are_made_and_editing_is_applied(project: CourseRuns, tmp_path: Path) -> None:
    # Given: a deployment that applies up to seven.
    def edits(outline: str) -> int:
        run = bound(project.store, tmp_path, outline, prices=PRICES)
        deployment = replace(run.deployment, editing=Editing.APPLY, edit_max_calls=7)
        planned = plan_course(replace(run, deployment=deployment))
        told = [line for line in closing_lines(planned) if line.startswith("up to 7 edits after the lessons")]
        assert bool(told) == bool(planned.most_edits)
        return planned.most_edits

    # When / Then
    assert edits(LONGER) == 7
    assert edits(OUTLINE) == 0
    assert edits(LONGER.replace("{title: Nets", "{editing: report, title: Nets")) == 0

"""A lesson that the outline has in another module had its text paid for again, and lost its author's."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from course_kit.errors import ArtefactConflict
from course_kit.records.course_record import CourseRecord, UnfinishedMove
from course_kit.records.editing import LessonEdits, Replacement
from course_kit.records.manifest import ModuleManifest, StudyManifest
from course_kit.records.written import Maker, is_authors
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from coursewright.plan.course_plan import plan_course
from coursewright.plan.model import CoursePlan
from offline_author.behaviour import CallKind
from prepare_modules import course_of_project
from tests.support.course_runs import CourseRuns, without_places
from tests.support.own_pictures import picture
from tests.support.planned_projects import bound

OUTLINE = """course: {title: Networks, language: en}
modules:
- title: Cables
  lessons:
  - {title: Copper, duration_minutes: 15, topics: [Pairs, Plugs]}
  - {title: Fibre, duration_minutes: 15, topics: [Light]}
  - {title: Radio, duration_minutes: 15, topics: [Waves]}
- title: Names
  lessons:
  - {title: Hosts, duration_minutes: 15, topics: [Files]}
book: {key_points: yes, quiz: yes, glossary: yes}
"""
FIBRE = "  - {title: Fibre, duration_minutes: 15, topics: [Light]}\n"
MINE = "\nMy own last words.\n"


def moved(outline: str = OUTLINE, line: str = FIBRE) -> str:
    """Move a lesson of the first module to the front of the second one."""
    head, lessons, tail = outline.replace(line, "").partition("- title: Names\n  lessons:\n")
    return f"{head}{lessons}{line}{tail}"


def split(outline: str) -> str:
    """Begin a module of its own with the first module's third lesson."""
    return outline.replace("  - {title: Radio", "- title: Air\n  lessons:\n  - {title: Radio")


def merged(outline: str) -> str:
    return outline.replace("- title: Names\n  lessons:\n", "")


def with_ids(outline: str) -> str:
    return outline.replace("{title: Fibre", "{id: fibre, title: Fibre")


def renamed(outline: str) -> str:
    return outline.replace("title: Fibre", "title: Glass")


@pytest.fixture
def networks(course: CourseRuns) -> CourseRuns:
    course.outline = OUTLINE
    course.parts = ("lessons", "plans", "figures", "study")
    course.run()
    return course


def planned(course: CourseRuns, folder: Path, outline: str) -> CoursePlan:
    return plan_course(bound(course.store, folder, outline))


CHANGES: dict[str, Callable[[str], str]] = {
    "a lesson moved": moved,
    "a lesson moved and renamed": lambda outline: moved(renamed(outline), renamed(FIBRE)),
    "a module split in two": split,
    "two modules merged": merged,
    "the modules swapped as well": lambda outline: "{0}- title:{2}- title:{1}book:{3}".format(
        *re.split("- title:|book:", moved(outline))
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_lesson_in_another_module_costs_nothing(networks: CourseRuns, tmp_path: Path, change: str) -> None:
    # Given: what was made, without its places.
    before = contents(networks)
    outline = CHANGES[change](OUTLINE)
    # When
    plan = planned(networks, tmp_path, outline)
    made = networks.run(outline)
    # Then: nothing is dropped, so nobody has to confirm it.
    assert (plan.model_calls, plan.dropped_lessons, plan.objections) == (0, [], [])
    assert [share.drop + share.left_behind for module in plan.modules for share in module.shares] == [[]] * 4 * len(
        plan.modules
    )
    assert made.is_nothing
    assert contents(networks) == before
    assert networks.retry().is_nothing
    assert planned(networks, tmp_path, outline).model_calls == 0


def contents(course: CourseRuns) -> list[bytes]:
    """Return what was made of all lessons, wherever it is."""
    return sorted(map(without_places, course.bodies(("lessons/", "study/", "prompts/", "images/")).values()))


def in_former_place(course: CourseRuns) -> list[str]:
    return [key for key in course.bodies() if re.search(r"module-1-lesson-2|/01-02", key)]


def test_a_moved_lesson_has_the_numbers_of_its_new_place(networks: CourseRuns) -> None:
    # When
    networks.run(moved())
    # Then: in the text's tags, the plan of its figure and its study parts; and nothing is left in the former place.
    text = networks.text(networks.key_of("lessons/module-2-lesson-2-fibre"))
    assert "[VISUAL: 02-02-0001 - " in text
    assert "01-02-" not in text
    assert json.loads(networks.text(networks.key_of("prompts/02-02-0001")))["visual_id"] == "02-02-0001"
    study = json.loads(networks.text("p/study/02-02.json"))
    assert (study["module_number"], study["lesson_number"]) == (2, 2)
    assert in_former_place(networks) == []
    # And: the manifests have it in its new place only.
    manifests = [networks.store.read_model(networks.keys.manifest(number), ModuleManifest) for number in (1, 2)]
    assert [[lesson.title for lesson in manifest.lessons] for manifest in manifests if manifest] == [
        ["Copper", "Radio"], ["Fibre", "Hosts"],
    ]  # fmt: skip


@pytest.mark.parametrize("keeps_metadata", [True, False])
def test_what_its_author_changed_of_a_moved_lesson_moves_with_it_and_stays_the_authors(
    networks: CourseRuns, keeps_metadata: bool
) -> None:
    # Given: a lesson with its author's words and tag, its author's quiz, and its author's figure.
    lesson, quiz, figure = (
        networks.key_of(part) for part in ("module-1-lesson-2", "study/01-02", "images/01-02-0001.png")
    )
    mine = networks.text(lesson) + f"{MINE}\n[VISUAL: A beam in glass]\n"
    networks.put(lesson, mine, keeps_metadata=keeps_metadata)
    points = {**json.loads(networks.text(quiz)), "key_points": ["My own point"]}
    networks.put(quiz, json.dumps(points), keeps_metadata=keeps_metadata)
    own_picture = networks.store.read("p/images/02-01-0001.png") or b""
    networks.put(figure, own_picture, keeps_metadata=keeps_metadata)
    made_before = networks.run()
    # When: it is moved, and then something else has the course made again.
    made = networks.run(moved())
    networks.run(moved().replace("title: Networks", "title: Nets"))
    # Then
    assert made_before.calls.total() == 1, "the plan of the new tag"
    assert made.is_nothing
    text = networks.text(networks.key_of("module-2-lesson-2"))
    assert text == mine.replace("01-02-", "02-02-")
    assert json.loads(networks.text("p/study/02-02.json"))["key_points"] == ["My own point"]
    assert networks.store.read("p/images/02-02-0001.png") == own_picture
    theory = networks.store.read_model(networks.keys.manifest(2), ModuleManifest)
    study = networks.store.read_model(networks.keys.study_manifest(2), StudyManifest)
    written = {**(theory.written if theory else {}), **(study.written if study else {})}
    makers = Counter(one.maker for key, one in written.items() if re.search(r"module-2-lesson-2|02-02", key))
    assert makers[Maker.AUTHOR] == 3
    assert in_former_place(networks) == []


def test_an_id_names_a_lesson_that_is_moved_and_changed(networks: CourseRuns, tmp_path: Path) -> None:
    # Given
    networks.run(with_ids(OUTLINE))
    line = with_ids(FIBRE)
    # When: in its new module it gets another topic, too.
    outline = moved(with_ids(OUTLINE), line).replace("[Light]", "[Light, Glass]")
    plan = planned(networks, tmp_path, outline)
    key = networks.key_of("module-1-lesson-2")
    networks.put(key, networks.text(key) + MINE)
    networks.run(outline)
    # Then: the pipeline's text would be written again; its author's is kept.
    assert plan.modules[1].lessons.make == ["2.1"]
    assert networks.text(networks.key_of("module-2-lesson-2")).endswith(MINE)


def test_a_lesson_of_another_id_or_content_is_another_lesson(networks: CourseRuns) -> None:
    # Given
    networks.run(with_ids(OUTLINE))
    # When
    other_id = networks.run(moved(with_ids(OUTLINE), FIBRE.replace("{title", "{id: glass, title")), confirmed=True)
    # Then
    assert other_id.lessons == 1
    # And: a title alone names no lesson whose topics are others.
    networks.run(OUTLINE, confirmed=True)
    networks.outline = moved(line=FIBRE.replace("Light", "Glass"))
    assert networks.moves() == {}


def test_a_lesson_that_is_moved_there_and_back_costs_nothing(networks: CourseRuns) -> None:
    # Given
    networks.run(moved())
    edited = networks.key_of("module-2-lesson-2")
    networks.put(edited, networks.text(edited) + MINE)
    networks.run()
    # When
    made = networks.run(OUTLINE)
    # Then: with its author's words of meanwhile.
    assert made.is_nothing
    assert networks.text(networks.key_of("-fibre.md")).endswith(MINE)
    assert [found for found in networks.bodies() if "module-2-lesson-2" in found] == []


def broken_off(course: CourseRuns, outline: str, monkeypatch: pytest.MonkeyPatch, writes: int) -> None:
    """Run an outline whose first state is killed after so many writes of the record."""
    store_course, done = course_of_project.store_course, Counter[str]()

    def killed(*arguments: Any) -> str | None:
        if done["writes"] == writes:
            raise ArtefactConflict("killed")
        done["writes"] += 1
        return store_course(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr("prepare_modules.lesson_moves.store_course", killed)
        with pytest.raises(ArtefactConflict, match="killed"):
            course.run(outline)


# The first record names the copies, the second one what is copied, the third one nothing more.
@pytest.mark.parametrize("writes", [0, 1, 2])
def test_a_move_that_breaks_off_loses_nothing_and_is_carried_on(
    networks: CourseRuns, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    # Given: an author's lesson, a move that broke off, and another edit before it is tried again.
    key = networks.key_of("module-1-lesson-2")
    networks.put(key, networks.text(key) + MINE)
    networks.run()
    before = contents(networks)
    broken_off(networks, moved(), monkeypatch, writes)
    text = networks.key_of("module-2-lesson-2") if writes == 2 else key
    networks.put(text, networks.text(text) + "Of meanwhile.\n")
    # When
    made = networks.run(moved())
    # Then: what follows from the edit is made once, and there is one copy of everything.
    assert made.calls == {CallKind.STUDY: 1}
    assert networks.text(networks.key_of("-fibre.md")).endswith(f"{MINE}Of meanwhile.\n")
    assert len(contents(networks)) == len(before)
    assert CourseRecord.read(networks.store, networks.keys).unfinished_move == UnfinishedMove()


@pytest.mark.parametrize("writes", [0, 1])
def test_a_move_that_breaks_off_and_is_given_up_leaves_nothing_to_another_lesson(
    networks: CourseRuns, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    # Given: an author's own figure, and a move that broke off.
    own = picture("PNG", 77, 31)
    networks.put("p/images/01-02-0001.png", own)
    networks.run()
    broken_off(networks, moved(), monkeypatch, writes)
    # When: a new lesson gets the number instead.
    networks.run(OUTLINE.replace("book:", "  - {title: Routers, duration_minutes: 15, topics: [Paths]}\nbook:"))
    # Then
    assert networks.store.read("p/images/01-02-0001.png") == own
    assert networks.store.read("p/images/02-02-0001.png") not in (own, None)


def test_an_edit_of_what_was_just_copied_stays_in_its_former_place(
    networks: CourseRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: an author who saves the lesson between its copy and its removal.
    key = networks.key_of("module-1-lesson-2")
    edited, store_course = networks.text(key) + MINE, course_of_project.store_course

    def store_and_edit(store: ArtefactStore, keys: ProjectKeys, course: CourseRecord) -> str | None:
        if course.unfinished_move.former:
            networks.put(key, edited)
        return store_course(store, keys, course)

    monkeypatch.setattr("prepare_modules.lesson_moves.store_course", store_and_edit)
    # When
    networks.run(moved())
    # Then
    assert networks.text(key) == edited


def test_the_lesson_of_now_and_no_text_left_behind_is_in_its_new_place(networks: CourseRuns) -> None:
    # Given: an author's lesson that the outline dropped, and that came again in another module, and was edited there.
    behind = networks.key_of("module-1-lesson-2")
    networks.put(behind, networks.text(behind) + "Of long ago.\n")
    networks.run(OUTLINE.replace(FIBRE, ""), confirmed=True)
    networks.run(moved())
    now = networks.key_of("module-2-lesson-2")
    networks.put(now, networks.text(now) + MINE)
    networks.run()
    # When: it is moved back.
    made = networks.run(OUTLINE)
    # Then: both are there, and the book has the one of now.
    assert made.is_nothing
    manifest = networks.store.read_model(networks.keys.manifest(1), ModuleManifest)
    [lesson] = [found for found in manifest.lessons if found.title == "Fibre"] if manifest else []
    assert networks.text(lesson.s3_key).endswith(MINE)
    assert networks.text(behind).endswith("Of long ago.\n")


def test_a_file_that_is_no_part_of_a_course_stays_where_it_is(networks: CourseRuns) -> None:
    # Given
    networks.put("p/images/01-02-0001.jpg", b"JPEG")
    # When
    made = networks.run(moved())
    # Then
    assert made.is_nothing
    assert networks.store.read("p/images/01-02-0001.jpg") == b"JPEG"


def test_a_moved_lesson_is_known_by_its_title_when_the_record_of_the_course_is_lost(networks: CourseRuns) -> None:
    # Given
    networks.store.delete(networks.keys.course())
    # When / Then
    assert networks.run(moved()).is_nothing


def test_a_plan_of_a_move_writes_nothing(networks: CourseRuns, tmp_path: Path) -> None:
    # Given
    before = networks.bodies()
    record = networks.text(networks.keys.course())
    # When
    planned(networks, tmp_path, moved())
    # Then
    assert networks.bodies() == before
    assert networks.text(networks.keys.course()) == record


def test_the_edits_of_a_lesson_follow_it_and_stay_whose_they_are(networks: CourseRuns) -> None:
    # Given: edits that the pipeline made, which their author then changed.
    former, new = networks.keys.edits(1, 2), networks.keys.edits(2, 2)
    replacement = Replacement(found="Light.", put="Light, as in [[1.1]].", reason="It is said twice.", findings=("f",))
    edits = LessonEdits(lesson="1.2", replacements=(replacement,))
    networks.store.write_model(former, edits, replacing=None)
    networks.put(former, edits.model_copy(update={"replacements": ()}).model_dump_json())
    # When
    networks.run(moved())
    # Then
    assert networks.store.find(former) is None
    assert networks.store.read_model(new, LessonEdits) == LessonEdits(lesson="2.2")
    stored = networks.store.find(new)
    assert stored is not None and is_authors(stored, None)

"""`coursewright checkin`: a person's edits go into the bucket, where nothing is overwritten unseen."""

import json
from collections.abc import Callable

import pytest

from course_kit.errors import ArtefactConflict
from course_kit.outline.part_slots import ModuleSlot
from course_kit.outline.slots import CourseSlots
from course_kit.outline.study import LessonStudy
from course_kit.records.course_record import CourseRecord
from course_kit.records.visuals import PlannedVisual
from course_kit.records.written import is_authors
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.provenance import authors_provenance, maker_of, note_of
from coursewright.checkout.contents import object_of
from coursewright.checkout.kinds import Kind
from tests.support.command_line import assert_one_line
from tests.support.own_pictures import picture
from tests.support.workshop import (
    FIGURE,
    KEYS,
    LESSON,
    OUTLINE,
    PACKETS,
    PLANNED,
    STUDIED,
    STUDY,
    Workshop,
    lesson_key,
)

PACKETS_KEY = lesson_key(1, 1, "Packets")
PLAN_KEY = KEYS.prompt("01-01-0001", PLANNED.description)
IMAGE_KEY = KEYS.image("01-01-0001", "png")


@pytest.fixture
def checked_out(workshop: Workshop) -> Workshop:
    workshop.check_out()
    return workshop


def stored(workshop: Workshop, key: str) -> Artefact:
    found = workshop.store.find(key)
    assert found is not None, f"{key}: nothing there"
    return found


def etags(workshop: Workshop) -> dict[str, str]:
    return workshop.store.etags(KEYS.everything())


def test_only_what_was_edited_is_written_in_the_persons_name_with_the_reason(checked_out: Workshop) -> None:
    # Given
    before = etags(checked_out)
    checked_out.edit(LESSON, "two ends", "both ends")
    # When
    told = checked_out.told("checkin", "--note", "clearer: “both”")
    # Then
    assert told["written"] == [LESSON]
    after = etags(checked_out)
    assert {key for key in after if after[key] != before.get(key)} == {PACKETS_KEY}
    assert checked_out.bucket_has(PACKETS_KEY) == PACKETS.replace("two ends", "both ends")
    lesson = stored(checked_out, PACKETS_KEY)
    assert is_authors(lesson, None)
    assert (maker_of(lesson), note_of(lesson)) == ("Ana Núñez", "clearer: “both”")


def test_a_second_checkin_does_nothing(checked_out: Workshop) -> None:
    # Given
    checked_out.edit(LESSON, "two ends", "both ends")
    checked_out.told("checkin")
    before = etags(checked_out)
    # When
    told = checked_out.told("checkin")
    # Then
    assert told["written"] == []
    assert etags(checked_out) == before
    assert "nothing to check in" in checked_out.run("checkin").out
    assert checked_out.told("status")["changed"] == []


def test_study_parts_go_back_as_what_they_were_but_for_the_edit(checked_out: Workshop) -> None:
    # When
    checked_out.edit(STUDY, "right: The header", "right: '3.10'")
    checked_out.told("checkin")
    # Then
    study = LessonStudy.model_validate_json(checked_out.bucket_has(KEYS.study(1, 1)))
    [question] = STUDIED.questions
    assert study == STUDIED.model_copy(update={"questions": (question.model_copy(update={"right": 2}),)})


def test_a_figures_source_and_words_go_back_without_a_change_of_the_rest(checked_out: Workshop) -> None:
    # When
    checked_out.edit(FIGURE, "a --> b", "a --> c")
    checked_out.edit(FIGURE, "caption: A packet on its way", "caption: 'Sent: a packet'")
    checked_out.told("checkin")
    # Then
    plan = PlannedVisual.model_validate_json(checked_out.bucket_has(PLAN_KEY))
    assert plan == PLANNED.model_copy(update={"source": "flowchart LR\n  a --> c", "caption": "Sent: a packet"})


def test_an_edited_outline_is_the_projects(checked_out: Workshop) -> None:
    # When
    checked_out.edit("outline.yaml", "title: Networks", "title: Networks for all")
    told = checked_out.told("checkin")
    # Then
    assert told["written"] == ["outline.yaml"]
    assert checked_out.bucket_has(KEYS.outline()) == OUTLINE.replace("title: Networks", "title: Networks for all")
    assert maker_of(stored(checked_out, KEYS.outline())) == "Ana Núñez"


def test_an_outline_of_another_course_needs_a_yes(checked_out: Workshop) -> None:
    # Given
    checked_out.edit("outline.yaml", "language: en", "language: es")
    # When / Then
    assert_one_line(checked_out.run("checkin"), 2, "its language is en, and the outline's is es", "--yes")
    assert checked_out.bucket_has(KEYS.outline()) == OUTLINE
    assert checked_out.told("checkin", "--yes")["written"] == ["outline.yaml"]


def test_a_fault_that_breaks_the_book_stops_the_whole_checkin_before_anything_is_written(checked_out: Workshop) -> None:
    # Given: one good edit, and two bad ones.
    checked_out.edit(LESSON, "two ends", "both ends")
    checked_out.edit(STUDY, "right: The header", "right: None of them")
    (checked_out.folder / "figures" / "plug.png").write_bytes(b"no picture")
    before = etags(checked_out)
    # When
    ended = checked_out.run("checkin")
    # Then
    assert ended.exit_code == 2
    first, second, last = ended.err.splitlines()
    assert first.startswith(f"{STUDY}:10: right")
    assert second.startswith("figures/plug.png:1: found no picture")
    assert "nothing was written" in last
    assert etags(checked_out) == before


def test_a_file_that_has_moved_on_in_the_bucket_is_not_written_and_both_sides_are_shown(checked_out: Workshop) -> None:
    # Given: a run has changed the lesson meanwhile; another edit is free.
    checked_out.edit(LESSON, "two ends", "both ends")
    checked_out.edit("lessons/1.2-names.md", "asks", "asks around")
    checked_out.run_writes(PACKETS_KEY, PACKETS + "\nTheirs.\n")
    # When
    ended = checked_out.run("checkin")
    # Then
    assert_one_line(ended, 1, LESSON, "--mine", "--theirs")
    assert "  -Theirs." in ended.out.splitlines()
    assert "  +A header names both ends." in ended.out.splitlines()
    assert checked_out.bucket_has(PACKETS_KEY) == PACKETS + "\nTheirs.\n"
    assert "asks around" in checked_out.bucket_has(lesson_key(1, 2, "Names"))
    assert "both ends" in checked_out.text(LESSON)


def test_mine_writes_over_the_other_version_which_stays_in_the_history(checked_out: Workshop) -> None:
    # Given
    checked_out.edit(LESSON, "two ends", "both ends")
    theirs = checked_out.run_writes(PACKETS_KEY, PACKETS + "\nTheirs.\n")
    # When
    told = checked_out.told("checkin", "--mine")
    # Then
    assert told["written"] == [LESSON]
    assert checked_out.bucket_has(PACKETS_KEY) == PACKETS.replace("two ends", "both ends")
    assert checked_out.store.read(PACKETS_KEY, theirs.version) == (PACKETS + "\nTheirs.\n").encode()


def test_theirs_takes_the_other_version_and_sets_mine_aside(checked_out: Workshop) -> None:
    # Given
    checked_out.edit(LESSON, "two ends", "both ends")
    checked_out.run_writes(PACKETS_KEY, PACKETS + "\nTheirs.\n")
    # When
    told = checked_out.told("checkin", "--theirs")
    # Then
    assert told["set_aside"] == ["lessons/1.1-packets (yours).md"]
    assert checked_out.text(LESSON) == PACKETS + "\nTheirs.\n"
    assert "both ends" in checked_out.text("lessons/1.1-packets (yours).md")
    assert checked_out.bucket_has(PACKETS_KEY) == PACKETS + "\nTheirs.\n"
    assert checked_out.told("status")["changed"] == []


@pytest.mark.parametrize(
    ("path", "key", "before", "after"),
    [(LESSON, PACKETS_KEY, "two ends", "both ends"), (STUDY, KEYS.study(1, 1), "right: The header", "right: '3.10'")],
)
def test_what_is_gone_from_the_bucket_is_not_put_back_unseen(
    checked_out: Workshop, path: str, key: str, before: str, after: str
) -> None:
    # Given
    checked_out.edit(path, before, after)
    checked_out.store.delete(key)
    # When
    told = checked_out.told("checkin", exit_code=1)
    # Then
    assert [(each["file"], each["is_gone"]) for each in told["conflicts"]] == [(path, True)]
    assert key not in etags(checked_out)


def test_mine_puts_a_lesson_back_that_is_gone(checked_out: Workshop) -> None:
    # Given
    checked_out.edit(LESSON, "two ends", "both ends")
    checked_out.store.delete(PACKETS_KEY)
    # When / Then
    assert checked_out.told("checkin", "--mine")["written"] == [LESSON]
    assert "both ends" in checked_out.bucket_has(PACKETS_KEY)


def test_a_lesson_that_is_in_another_module_by_now_is_not_put_where_no_book_has_it(checked_out: Workshop) -> None:
    # Given: an edit here, and an outline that has the lesson elsewhere by now.
    checked_out.edit(LESSON, "two ends", "both ends")
    record = CourseRecord.read(checked_out.store, KEYS)
    elsewhere = record.model_copy(
        update={
            "slots": CourseSlots(
                modules=(ModuleSlot(slot=9, title="Nine", known_as="Nine", lessons=record.slots.modules[0].lessons),)
            )
        }
    )
    checked_out.store.write_model(KEYS.course(), elsewhere, replacing=checked_out.store.find(KEYS.course()))
    checked_out.store.delete(PACKETS_KEY)
    # When
    told = checked_out.told("checkin", "--mine", exit_code=1)
    # Then
    assert [(each["file"], each["is_gone"]) for each in told["conflicts"]] == [(LESSON, True)]
    assert PACKETS_KEY not in etags(checked_out)


def just_before_the_write(monkeypatch: pytest.MonkeyPatch, key: str, somebody_elses: Callable[[], object]) -> None:
    """Let somebody else go first, after all that `checkin` looks at."""
    write = ArtefactStore.write
    done: list[str] = []

    def write_late(self: ArtefactStore, of: str, *arguments: object, **options: object) -> Artefact:
        if of == key and not done:
            done.append(of)
            somebody_elses()
        return write(self, of, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(ArtefactStore, "write", write_late)


@pytest.mark.parametrize("path", [LESSON, "outline.yaml"])
def test_a_write_that_comes_in_between_is_not_overwritten(
    checked_out: Workshop, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    # Given
    key = PACKETS_KEY if path == LESSON else KEYS.outline()
    checked_out.edit(path, "two ends" if path == LESSON else "title: Networks", "title: Mine")
    theirs = checked_out.bucket_has(key) + "\n# theirs\n"

    def overtaken(kind: Kind, of: str, file: bytes, before: bytes) -> bytes:
        checked_out.run_writes(key, theirs)
        return object_of(kind, of, file, before)

    # After `checkin` has looked, and before it writes.
    monkeypatch.setattr("coursewright.checkout.checking_in.object_of", overtaken)
    # When
    told = checked_out.told("checkin", exit_code=1)
    # Then
    assert [each["file"] for each in told["conflicts"]] == [path]
    assert checked_out.bucket_has(key) == theirs


def test_a_checkin_that_broke_off_goes_on_where_it_was(checked_out: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given: the second of two writes fails, and nothing more is remembered.
    checked_out.edit(LESSON, "two ends", "both ends")
    checked_out.edit("lessons/1.2-names.md", "asks", "asks around")
    names = lesson_key(1, 2, "Names")

    def fail() -> None:
        raise ArtefactConflict("the network is gone")

    with monkeypatch.context() as patched:
        just_before_the_write(patched, names, fail)
        checked_out.told("checkin", exit_code=1)
    # When: its author tries again.
    told = checked_out.told("checkin")
    # Then
    assert told["written"] == ["lessons/1.2-names.md"]
    assert "both ends" in checked_out.bucket_has(PACKETS_KEY)


def test_what_is_in_the_bucket_already_is_only_entered(checked_out: Workshop) -> None:
    # Given: a checkin was killed after its write and before it could remember it.
    checked_out.edit(LESSON, "two ends", "both ends")
    state = checked_out.folder / ".coursewright" / "checkout.json"
    remembered = state.read_bytes()
    checked_out.told("checkin")
    state.write_bytes(remembered)
    before = etags(checked_out)
    # When
    told = checked_out.told("checkin")
    # Then
    assert (told["written"], told["conflicts"]) == ([], [])
    assert etags(checked_out) == before
    assert checked_out.told("status")["changed"] == []


def test_nothing_is_written_while_a_run_works_on_the_project(checked_out: Workshop) -> None:
    # Given
    checked_out.edit(LESSON, "two ends", "both ends")
    checked_out.house.start("networks", "run-2")
    # When / Then
    assert_one_line(checked_out.run("checkin"), 1, "run run-2 works on it")
    assert checked_out.bucket_has(PACKETS_KEY) == PACKETS


def test_a_new_picture_is_there_before_the_lesson_that_names_it(
    checked_out: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    (checked_out.folder / "figures" / "plug.png").write_bytes(picture("PNG"))
    checked_out.edit(LESSON, "The payload follows.", "![A plug](plug.png)")
    order: list[str] = []
    write = ArtefactStore.write

    def listed(self: ArtefactStore, key: str, *arguments: object, **options: object) -> Artefact:
        order.append(key)
        return write(self, key, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(ArtefactStore, "write", listed)
    # When
    checked_out.told("checkin")
    # Then
    assert order == [KEYS.own_picture("plug.png"), PACKETS_KEY]
    assert checked_out.store.read(KEYS.own_picture("plug.png")) == picture("PNG")


def test_a_picture_of_ones_own_replaces_a_figures_and_goes_again(checked_out: Workshop) -> None:
    # Given
    drawn, own = checked_out.store.read(IMAGE_KEY), picture("PNG", 99)
    (checked_out.folder / "figures" / "01-01-0001.png").write_bytes(own)
    # When
    told = checked_out.told("checkin")
    # Then
    assert told["written"] == ["figures/01-01-0001.png"]
    assert checked_out.store.read(IMAGE_KEY) == own
    assert is_authors(stored(checked_out, IMAGE_KEY), None)
    # When: it is removed, first without a yes.
    (checked_out.folder / "figures" / "01-01-0001.png").unlink()
    assert checked_out.told("checkin")["left"] == ["figures/01-01-0001.png"]
    assert checked_out.store.read(IMAGE_KEY) == own
    told = checked_out.told("checkin", "--yes")
    # Then: the one that was drawn is there again.
    assert told["removed"] == ["figures/01-01-0001.png"]
    assert checked_out.store.read(IMAGE_KEY) == drawn
    assert not is_authors(stored(checked_out, IMAGE_KEY), None)


def test_another_persons_picture_of_a_figure_is_not_replaced_unseen(checked_out: Workshop) -> None:
    # Given: somebody else has brought one in since the checkout.
    theirs = picture("PNG", 50)
    checked_out.store.write(
        IMAGE_KEY, theirs, content_type="image/png", replacing=stored(checked_out, IMAGE_KEY),
        metadata=authors_provenance("Ben"),
    )  # fmt: skip
    (checked_out.folder / "figures" / "01-01-0001.png").write_bytes(picture("PNG", 99))
    # When
    told = checked_out.told("checkin", exit_code=1)
    # Then
    assert [each["file"] for each in told["conflicts"]] == ["figures/01-01-0001.png"]
    assert checked_out.store.read(IMAGE_KEY) == theirs


def test_a_picture_that_nothing_names_is_removed_with_a_yes_and_texts_are_not(checked_out: Workshop) -> None:
    # Given
    (checked_out.folder / "figures" / "plug.png").write_bytes(picture("PNG"))
    checked_out.told("checkin")
    for path in ("figures/plug.png", LESSON, STUDY, FIGURE):
        (checked_out.folder / path).unlink()
    # When
    told = checked_out.told("checkin", "--yes")
    # Then
    assert told["removed"] == ["figures/plug.png"]
    assert told["left"] == [FIGURE, LESSON, STUDY]
    assert KEYS.own_picture("plug.png") not in etags(checked_out)
    assert {PACKETS_KEY, PLAN_KEY, KEYS.study(1, 1)} <= etags(checked_out).keys()


def test_what_follows_from_an_edit_is_said(checked_out: Workshop) -> None:
    # Given: the words around a figure, and a new figure.
    checked_out.edit(LESSON, "two ends", "both ends")
    checked_out.edit(LESSON, "The payload follows.", "The payload follows.\n\n[VISUAL: a payload]")
    # When
    ended = checked_out.run("checkin")
    # Then
    assert "makes anew: the quiz, key points and terms of 1.1 and 2 figures; `coursewright plan`" in ended.out
    assert "`coursewright build networks --target aws` makes the books with it, and asks no model." in ended.out


def test_a_quiz_of_the_persons_own_does_not_follow_from_anything(checked_out: Workshop) -> None:
    # Given
    checked_out.edit(STUDY, "right: The header", "right: The payload")
    checked_out.edit(LESSON, "The payload follows.", "It follows.")
    # When
    told = checked_out.told("checkin")
    # Then
    assert told["follows"] == {"study": [], "figures": 0}


def test_the_report_is_one_object(checked_out: Workshop) -> None:
    # Given
    checked_out.edit(LESSON, "## Headers", "## Heads")
    # When
    ended = checked_out.run("checkin", "--json")
    # Then
    told = json.loads(ended.out)
    assert (told["project"], told["written"], len(told["faults"])) == ("networks", [LESSON], 1)
    assert told["faults"][0]["line"] == 1

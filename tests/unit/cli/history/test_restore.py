"""`coursewright restore`: an earlier version is the newest again, and a person's own."""

import pytest

from course_kit.records.written import is_authors
from course_kit.store.artefact import Artefact
from course_kit.store.provenance import DRAWN_FROM, maker_of, note_of
from coursewright.course_store import CourseStore
from tests.support.buckets import BUCKET
from tests.support.command_line import CommandLine, Ended, assert_one_line
from tests.support.kept_versions import KEYS, LESSON, Kept, asked

SVG, PNG = KEYS.image("01-01-0002", "svg"), KEYS.image("01-01-0002", "png")


def stored(kept: Kept, key: str) -> Artefact:
    found = kept.house.store.find(key)
    assert found is not None
    return found


def test_an_earlier_version_is_the_newest_again_and_the_persons_own(kept: Kept, command_line: CommandLine) -> None:
    # Given
    first = kept.read(LESSON)
    kept.run_writes(LESSON, "# Other", run="run-2")
    # When
    told = command_line.run("restore", "networks", "1.1", "v1", "--note", "was better ✎")
    # Then
    assert told.exit_code == 0
    assert kept.read(LESSON) == first
    restored = stored(kept, LESSON)
    assert is_authors(restored, None)
    assert (maker_of(restored), note_of(restored)) == ("Ada Lovelace", "was better ✎")
    assert "1.1 is again as in v1. It counts as yours now: runs keep it." in told.out
    assert "`coursewright generate OUTLINE --project networks --regenerate 1.1`" in told.out
    # And: the history tells what it is.
    newest = asked(command_line, "history", "networks", "1.1")["changes"][0]
    assert (newest["version"], newest["what"], newest["restored"]) == ("v3", "restored", "v1")
    assert (newest["by"], newest["note"], newest["usd"]) == ("Ada Lovelace", "was better ✎", 0.0)


def test_a_second_restore_of_the_same_writes_nothing(kept: Kept, command_line: CommandLine) -> None:
    # Given
    kept.run_writes(LESSON, "# Other", run="run-2")
    assert asked(command_line, "restore", "networks", "1.1", "v1")["is_written"] is True
    version = stored(kept, LESSON).version
    # When
    again = asked(command_line, "restore", "networks", "1.1", "v1")
    # Then
    assert (again["is_written"], again["version"], again["files"]) == (False, "v1", [LESSON])
    assert stored(kept, LESSON).version == version


def test_the_newest_version_may_be_restored_to_make_it_ones_own(kept: Kept, command_line: CommandLine) -> None:
    assert asked(command_line, "restore", "networks", "1.1", "v1")["is_written"] is True
    assert is_authors(stored(kept, LESSON), None)


def test_what_was_deleted_comes_back(kept: Kept, command_line: CommandLine) -> None:
    # Given
    first = kept.read(LESSON)
    kept.house.store.delete(LESSON)
    # When
    asked(command_line, "restore", "networks", "1.1", "v1")
    # Then
    assert kept.read(LESSON) == first


def test_an_edit_that_was_made_after_a_restore_is_an_edit(kept: Kept, command_line: CommandLine) -> None:
    # Given: a program that keeps the metadata.
    asked(command_line, "restore", "networks", "1.1", "v1")
    s3 = kept.house.deployment.s3
    metadata = s3.head_object(Bucket=BUCKET, Key=LESSON)["Metadata"]
    s3.put_object(Bucket=BUCKET, Key=LESSON, Body=b"# Mine", Metadata=metadata)
    # When / Then
    newest = asked(command_line, "history", "networks", "1.1")["changes"][0]
    assert (newest["what"], newest["restored"]) == ("edited by hand", "")


def test_a_text_under_an_earlier_title_comes_back_under_the_title_of_now(kept: Kept, command_line: CommandLine) -> None:
    # Given
    kept.house.store.delete(LESSON)
    kept.a_minute_later()
    kept.run_writes(KEYS.lesson(1, 1, "Bits"), "# Bits")
    kept.house.store.delete(KEYS.lesson(1, 1, "Bits"))
    # When
    restored = asked(command_line, "restore", "networks", "1.1", "v2")
    # Then
    assert restored["files"] == [LESSON]
    assert kept.read(LESSON) == "# Bits"


def test_both_files_of_a_figure_come_back(kept: Kept, command_line: CommandLine) -> None:
    # Given
    for number in (1, 2):
        kept.run_draws("01-01-0002", f"png {number}".encode(), f"<svg>{number}</svg>".encode())
        kept.a_minute_later()
    # When
    restored = asked(command_line, "restore", "networks", "01-01-0002", "v1")
    # Then
    assert (kept.read(SVG), kept.read(PNG)) == ("<svg>1</svg>", "png 1")
    assert restored["files"] == [SVG, PNG]
    assert restored["target"] == "01-01-0002"
    # And: the PNG follows the SVG when a person changes that one.
    assert stored(kept, PNG).metadata[DRAWN_FROM] == stored(kept, SVG).sha256
    # And: that is one change.
    rows = asked(command_line, "history", "networks", "01-01-0002")["changes"]
    assert [(row["version"], row["what"]) for row in rows] == [("v3", "restored"), ("v2", "written"), ("v1", "written")]


def test_both_files_of_a_person_come_back_as_they_were(kept: Kept, command_line: CommandLine) -> None:
    # Given: a PNG and an SVG of the author's, which need not be of each other.
    kept.person_uploads(SVG, b"<svg>mine</svg>")
    kept.person_uploads(PNG, b"mine")
    kept.a_minute_later()
    kept.run_draws("01-01-0002", b"png", b"<svg/>")
    # When
    asked(command_line, "restore", "networks", "01-01-0002", "v1")
    # Then
    assert (kept.read(SVG), kept.read(PNG)) == ("<svg>mine</svg>", "mine")
    assert DRAWN_FROM not in stored(kept, PNG).metadata


def test_a_picture_without_a_drawing_comes_back_without_one(kept: Kept, command_line: CommandLine) -> None:
    # Given: an illustration, then a diagram in its place.
    kept.run_draws("01-01-0002", b"photo", None)
    kept.a_minute_later()
    kept.run_draws("01-01-0002", b"png", b"<svg/>")
    kept.a_minute_later()
    # When
    asked(command_line, "restore", "networks", "01-01-0002", "v1")
    # Then: an SVG that stayed would be what the book shows.
    assert (kept.read(SVG), kept.read(PNG)) == ("nothing", "photo")
    rows = asked(command_line, "history", "networks", "01-01-0002")["changes"]
    assert (rows[0]["version"], rows[0]["what"]) == ("v3", "restored")


@pytest.mark.parametrize(
    ("what", "key"),
    [
        ("1.1/study", KEYS.study(1, 1)),
        ("01-01-0002/plan", KEYS.prompt("01-01-0002", "A tree")),
        ("01-01-01", KEYS.lab_guide("01-01-01", "Ping")),
        ("1/labs", KEYS.lab_plan(1)),
        ("outline", KEYS.outline()),
        ("figures/plug.png", KEYS.own_picture("plug.png")),
    ],
)
def test_every_kind_of_artefact_comes_back_where_it_was(
    kept: Kept, command_line: CommandLine, what: str, key: str
) -> None:
    # Given
    body = kept.read(key) if kept.house.store.find(key) else "v 1"
    kept.run_writes(key, body)
    kept.run_writes(key, "v 2")
    number = asked(command_line, "history", "networks", what)["total"] - 1
    # When
    told = asked(command_line, "restore", "networks", what, f"v{number}")
    # Then
    assert told["files"] == [key]
    assert kept.read(key) == body
    answer = kept.house.deployment.s3.head_object(Bucket=BUCKET, Key=key)
    assert answer["ContentType"] != "application/octet-stream"


def test_an_outline_comes_back_with_a_word_about_the_file(kept: Kept, command_line: CommandLine) -> None:
    # Given
    first = kept.read(KEYS.outline())
    kept.person_uploads(KEYS.outline(), "course: [")
    # When
    told = command_line.run("restore", "networks", "outline", "v1")
    # Then
    assert kept.read(KEYS.outline()) == first
    assert "`generate` uploads the outline file that it is given; change that file, too." in told.out
    assert "regenerate" not in told.out


def refused(command_line: CommandLine, kept: Kept, *words: str) -> Ended:
    """Restore what is refused; nothing is written."""
    before = kept.house.contents()
    ended = command_line.run("restore", "networks", *words)
    assert kept.house.contents() == before
    return ended


def test_nothing_is_restored_while_a_run_works_on_the_project(kept: Kept, command_line: CommandLine) -> None:
    # Given
    kept.run_writes(LESSON, "# Other", run="run-2")
    kept.house.start("networks", "run-2")
    # When / Then
    assert_one_line(refused(command_line, kept, "1.1", "v1"), 1, "run run-2 works on it", "stop")
    # And: once it has been stopped, the restore works.
    kept.house.stop("run-2")
    assert asked(command_line, "restore", "networks", "1.1", "v1")["is_written"] is True


def test_what_somebody_writes_meanwhile_stays(
    kept: Kept, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: somebody who writes between the look and the write.
    kept.run_writes(LESSON, "# Other", run="run-2")
    find = CourseStore.find

    def find_then_another_writes(store: CourseStore, key: str, version: str | None = None) -> Artefact | None:
        found = find(store, key, version)
        if key == LESSON and version is None:
            kept.person_uploads(LESSON, "# Meanwhile")
        return found

    monkeypatch.setattr(CourseStore, "find", find_then_another_writes)
    # When / Then
    ended = command_line.run("restore", "networks", "1.1", "v1")
    assert_one_line(ended, 1, "1.1: somebody wrote it meanwhile, which stays", "`coursewright history networks 1.1")
    assert kept.read(LESSON) == "# Meanwhile"


def test_half_a_figure_is_not_written_when_the_other_half_is_gone(
    kept: Kept, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: a lifecycle rule of the bucket has removed the first PNG.
    kept.run_draws("01-01-0002", b"png 1", b"<svg>1</svg>")
    kept.a_minute_later()
    gone = stored(kept, PNG).version
    kept.run_draws("01-01-0002", b"png 2", b"<svg>2</svg>")
    read = CourseStore.read

    def read_what_is_left(store: CourseStore, key: str, version: str | None = None) -> bytes | None:
        return None if version == gone else read(store, key, version)

    monkeypatch.setattr(CourseStore, "read", read_what_is_left)
    # When / Then
    ended = command_line.run("restore", "networks", "01-01-0002", "v1")
    assert_one_line(ended, 1, f"{PNG}: version {gone} is no longer in the bucket")
    assert kept.read(SVG) == "<svg>2</svg>"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("1.1", "v9"), "VERSION: found 'v9', expected v1, or the beginning of a version's id"),
        (("1.1", "2025-01-01"), "VERSION: found '2025-01-01'"),
        (("2.1", "v1"), "WHAT: found '2.1', expected a lesson of the project: 1.1"),
        (("book/Networks.pdf", "v1"), "WHAT: found 'book/Networks.pdf', expected a lesson (2.1)"),
        (("1.1", "v1", "--note", "x" * 901), "--note: found 901 characters"),
    ],
)
def test_what_cannot_be_restored_is_one_line(
    kept: Kept, command_line: CommandLine, words: tuple[str, ...], named: str
) -> None:
    assert_one_line(refused(command_line, kept, *words), 2, named)

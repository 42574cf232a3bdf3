"""`coursewright checkout`: a project's files in a folder, up to date where the person has changed nothing."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from course_kit.store.provenance import authors_provenance
from coursewright.checkout.state import Checkout
from tests.support.command_line import assert_one_line
from tests.support.own_pictures import picture
from tests.support.workshop import FIGURE, KEYS, LAB, LESSON, OUTLINE, PACKETS, PROJECT, STUDY, Workshop, lesson_key


def test_a_folder_has_the_files_of_the_book_under_the_numbers_that_readers_see(workshop: Workshop) -> None:
    # When
    told = workshop.check_out()
    # Then
    assert list(workshop.files()) == [
        FIGURE, LAB, LESSON, "lessons/1.2-names.md", "lessons/2.1-keys.md", "outline.yaml", STUDY,
    ]  # fmt: skip
    assert workshop.text(LESSON) == PACKETS
    assert workshop.text("outline.yaml") == OUTLINE
    assert sorted(told["written"]) == list(workshop.files())
    assert told["files"] == 7


def test_study_parts_and_figures_are_small_files_that_read_as_what_they_are(workshop: Workshop) -> None:
    # When
    workshop.check_out()
    # Then
    assert workshop.text(STUDY) == (
        "key_points:\n- A packet has a header.\n- 'It says: \"to\", and `from`'\n"
        "quiz:\n- question: What names the ends?\n"
        "  options:\n  - The payload\n  - The header\n  - '3.10'\n"
        "  right: The header\n  explanation: The header does.\n  topic: Headers\n"
        "terms:\n- term: header\n  definition: 'What goes first: the names of both ends'\n"
    )
    assert workshop.text(FIGURE) == (
        "---\ncaption: A packet on its way\nalt_text: One end, an arrow, another end\n---\nflowchart LR\n  a --> b\n"
    )


def test_the_authors_pictures_are_there_and_the_pipelines_are_not(workshop: Workshop) -> None:
    # Given: a picture of the author's own, and one in place of a figure's.
    own, replaced = picture("PNG", 20), picture("PNG", 30)
    workshop.store.write(KEYS.own_picture("plug.png"), own, content_type="image/png", replacing=None)
    key = KEYS.image("01-01-0001", "png")
    workshop.store.write(
        key, replaced, content_type="image/png", replacing=workshop.store.find(key), metadata=authors_provenance("Ana")
    )
    # When
    workshop.check_out()
    # Then
    files = workshop.files()
    assert files["figures/plug.png"] == own
    assert files["figures/01-01-0001.png"] == replaced


def test_what_the_person_has_left_alone_is_renewed_and_what_was_changed_stays_and_is_named(workshop: Workshop) -> None:
    # Given: the person changes two files; a run changes one of them, and another one.
    workshop.check_out()
    workshop.edit(LESSON, "two ends", "both ends")
    workshop.edit("lessons/1.2-names.md", "asks", "asks around")
    workshop.run_writes(lesson_key(1, 1, "Packets"), PACKETS + "More.\n")
    workshop.run_writes(lesson_key(2, 1, "Keys"), "# Keys\n\nNew.\n")
    # When
    told = workshop.check_out()
    # Then
    assert workshop.text("lessons/2.1-keys.md") == "# Keys\n\nNew.\n"
    assert "both ends" in workshop.text(LESSON)
    assert "asks around" in workshop.text("lessons/1.2-names.md")
    assert told["written"] == ["lessons/2.1-keys.md"]
    assert told["kept"] == [LESSON, "lessons/1.2-names.md"]
    assert told["kept_behind"] == [LESSON]


def test_a_file_that_was_lost_comes_back(workshop: Workshop) -> None:
    # Given
    workshop.check_out()
    (workshop.folder / LESSON).unlink()
    # When
    told = workshop.check_out()
    # Then
    assert told["written"] == [LESSON]
    assert workshop.text(LESSON) == PACKETS


def test_names_follow_the_outline_and_nothing_of_a_persons_is_in_the_way(workshop: Workshop) -> None:
    # Given: lessons change their places, while the person works on one of them.
    workshop.check_out()
    workshop.edit("lessons/1.2-names.md", "asks", "asks around")
    first, second = OUTLINE.splitlines(keepends=True)[4:6]
    workshop.run_writes(KEYS.outline(), OUTLINE.replace(first + second, second + first))
    # When
    told = workshop.check_out()
    # Then: the lesson has its new name; the person's file has its old one, with its edit.
    lessons = {name: body for name, body in workshop.files().items() if name.startswith(("lessons/1", "study/"))}
    assert list(lessons) == ["lessons/1.2-names.md", "lessons/1.2-packets.md", "study/1.2.yaml"]
    assert lessons["lessons/1.2-packets.md"] == PACKETS.encode()
    assert b"asks around" in lessons["lessons/1.2-names.md"]
    assert told["moved"] == ["labs/1.1-A-ask-a-server.md", "lessons/1.2-packets.md", "study/1.2.yaml"]
    # And: each still is the object that it was.
    state = Checkout.model_validate_json((workshop.folder / ".coursewright" / "checkout.json").read_bytes())
    assert state.files["lessons/1.2-packets.md"].key == lesson_key(1, 1, "Packets")
    assert state.files["study/1.2.yaml"].key == KEYS.study(1, 1)


def test_lessons_that_swap_their_titles_swap_their_files(workshop: Workshop) -> None:
    # Given: both files' new names are the other's old ones.
    workshop.check_out()
    swapped = OUTLINE.replace("title: Packets", "title: X").replace("title: Names", "title: Packets")
    ids = swapped.replace("title: X", "title: Names")
    workshop.run_writes(KEYS.outline(), ids)
    before = {LESSON: workshop.text(LESSON), "lessons/1.2-names.md": workshop.text("lessons/1.2-names.md")}
    # When
    workshop.check_out()
    # Then: nothing is lost.
    lessons = {name: body.decode() for name, body in workshop.files().items() if name.startswith("lessons/1.")}
    assert sorted(lessons.values()) == sorted(before.values())


def test_a_lesson_that_the_project_no_longer_has_goes_unless_it_was_changed(workshop: Workshop) -> None:
    # Given
    workshop.check_out()
    workshop.edit("lessons/1.2-names.md", "asks", "asks around")
    for key in (lesson_key(1, 2, "Names"), lesson_key(2, 1, "Keys")):
        workshop.store.delete(key)
    # When
    told = workshop.check_out()
    # Then
    assert told["removed"] == ["lessons/2.1-keys.md"]
    assert told["kept_behind"] == ["lessons/1.2-names.md"]
    assert "lessons/1.2-names.md" in workshop.files()


def test_a_folder_with_other_files_is_refused_and_stays_as_it_is(workshop: Workshop) -> None:
    # Given
    workshop.folder.mkdir()
    (workshop.folder / "outline.yaml").write_text("mine", encoding="utf-8")
    # When
    ended = workshop.command_line.run("checkout", PROJECT, str(workshop.folder))
    # Then
    assert_one_line(ended, 2, "DIR: found files", "expected an empty folder, or an earlier checkout")
    assert workshop.files() == {"outline.yaml": b"mine"}


def test_a_file_of_the_persons_in_a_new_files_place_is_not_overwritten(workshop: Workshop) -> None:
    # Given: the bucket gets a picture of a name that a file here has already.
    workshop.check_out()
    (workshop.folder / "figures" / "plug.png").write_bytes(b"mine")
    workshop.store.write(KEYS.own_picture("plug.png"), picture("PNG"), content_type="image/png", replacing=None)
    # When
    told = workshop.check_out()
    # Then
    assert (workshop.folder / "figures" / "plug.png").read_bytes() == b"mine"
    assert told["kept"] == ["figures/plug.png"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["checkout", "../x"], "PROJECT: found '../x'"),
        (["checkout", "nobody"], "PROJECT: found 'nobody', expected a project of this bucket"),
        (["checkout", PROJECT, "a-file"], "DIR: found a file at 'a-file'"),
        (["checkout", "other", "book"], "DIR: found a checkout of project networks"),
        (["status", "nowhere"], "DIR: found no checkout in 'nowhere'"),
        (["checkin", "nowhere"], "DIR: found no checkout in 'nowhere'"),
        (["checkin", "book", "--mine", "--theirs"], "--mine, --theirs: found both"),
        (["checkin", "book", "--note", "x" * 2000], "--note: found 2,000 characters"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(workshop: Workshop, words: list[str], named: str) -> None:
    # Given
    workshop.check_out()
    Path("a-file").write_text("x", encoding="utf-8")
    before = workshop.files()
    # When / Then
    assert_one_line(workshop.command_line.run(*words), 2, named)
    assert workshop.files() == before
    assert not Path("nobody").exists()


@pytest.mark.parametrize("name", ["../../plug.png", ".hidden.png", "a/../../plug.png", "C:plug.png"])
def test_no_name_of_the_bucket_leads_outside_the_folder(workshop: Workshop, name: str, tmp_path: Path) -> None:
    # Given
    key = KEYS.own_pictures() + name
    workshop.store.client.put_object(Bucket=workshop.store.bucket, Key=key, Body=picture("PNG"))
    # When
    workshop.check_out()
    # Then
    assert not list(tmp_path.rglob("*plug*")) + list(tmp_path.rglob("*.hidden*"))


def test_nothing_is_written_through_a_link(workshop: Workshop, tmp_path: Path) -> None:
    # Given: a folder of the checkout that leads elsewhere.
    workshop.check_out()
    shutil.move(workshop.folder / "lessons", tmp_path / "elsewhere")
    (workshop.folder / "lessons").symlink_to(tmp_path / "elsewhere")
    workshop.run_writes(lesson_key(2, 1, "Keys"), "# Keys\n\nNew.\n")
    # When
    ended = workshop.command_line.run("checkout", PROJECT, str(workshop.folder))
    # Then
    assert_one_line(ended, 1, "found a symbolic link")
    assert "New." not in (tmp_path / "elsewhere" / "2.1-keys.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ["../outside.md", "/etc/outside.md", "lessons/../../outside.md"])
def test_a_state_that_somebody_else_has_written_leads_nowhere_else(workshop: Workshop, path: str) -> None:
    # Given: a folder of somebody else's, whose state names a file outside it.
    workshop.check_out()
    place = workshop.folder / ".coursewright" / "checkout.json"
    state = json.loads(place.read_text(encoding="utf-8"))
    state["files"][path] = state["files"].pop(LESSON)
    place.write_text(json.dumps(state), encoding="utf-8")
    # When / Then
    for command in ("status", "checkin"):
        assert_one_line(workshop.run(command), 2, "files of a checkout only")


def test_a_state_of_another_projects_objects_is_refused(workshop: Workshop) -> None:
    # Given
    workshop.check_out()
    place = workshop.folder / ".coursewright" / "checkout.json"
    place.write_text(
        place.read_text(encoding="utf-8").replace('"networks/lessons', '"payroll/lessons'), encoding="utf-8"
    )
    # When / Then
    assert_one_line(workshop.run("status"), 2, "keys of project networks only")


@pytest.mark.skipif(shutil.which("git") is None, reason="no git here")
def test_git_gets_a_repository_with_one_commit_that_knows_the_state_too(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Given: nobody has told git a name.
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    # When
    told = workshop.check_out("--git")
    # Then: a clone of the folder is a checkout, too.
    assert told["git"] == "git: a repository with one commit"
    clone = tmp_path / "clone"
    shutil.copytree(workshop.folder / ".git", clone / ".git")
    subprocess.run(["git", "checkout", "--quiet", "."], cwd=clone, check=True)
    ended = workshop.command_line.run("status", str(clone), "--json")
    assert (ended.exit_code, json.loads(ended.out)["changed"]) == (0, [])
    # And: a second time, it is left to the person.
    assert workshop.check_out("--git")["git"].startswith("git: the folder is in a repository already")


def test_without_git_the_folder_is_as_good(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    monkeypatch.setenv("PATH", "/nowhere")
    # When
    told = workshop.check_out("--git")
    # Then
    assert told["git"].startswith("git: not found here")
    assert LESSON in workshop.files()

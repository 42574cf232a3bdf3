"""`coursewright projects`: what is in the bucket, by project."""

import json

import pytest

from course_kit.records.run_summary import RunStatus
from course_kit.store.artefact_keys import ProjectKeys
from tests.support.command_line import CommandLine
from tests.support.housekeeping import House


def listed(command_line: CommandLine) -> dict[str, dict[str, object]]:
    ended = command_line.run("projects", "--json")
    assert ended.exit_code == 0, ended
    return {row["project"]: row for row in json.loads(ended.out)["projects"]}


def test_every_project_is_listed_with_its_course_lessons_last_run_and_size(
    house: House, command_line: CommandLine
) -> None:
    # Given: two projects whose names begin the same, the second with a later run that goes on, and the inbox.
    house.make_project("networks")
    house.make_project("networks-2")
    house.start("networks-2", "run-2")
    house.record_run("networks-2", "run-2", days=1, status=RunStatus.RUNNING)
    house.store.write("inbox/other.yaml", "x", content_type="y", replacing=None)
    # When
    rows = listed(command_line)
    # Then
    assert list(rows) == ["networks", "networks-2"]
    first, second = rows.values()
    assert (first["title"], first["language"], first["lessons"]) == ("Networks", "en", 1)
    assert first["last_run"] == {"name": "run-1", "started_at": "2026-11-05T12:00:00Z", "status": "succeeded"}
    assert second["last_run"] == {"name": "run-2", "started_at": "2026-11-06T12:00:00Z", "status": "running"}
    bodies = [body for body, _, _ in house.contents("networks/").values()]
    assert (first["objects"], first["bytes"]) == (len(bodies), sum(map(len, bodies)))


def test_a_projects_record_tells_more_than_its_outline(house: House, command_line: CommandLine) -> None:
    # Given
    house.make_project("redes")
    record = {"course_id": "c", "title": "Redes", "language": "es", "editions": {"en": "networks"}, "slots": [1]}
    key = ProjectKeys("redes").within("course.json")
    house.store.write(key, json.dumps(record), content_type="application/json", replacing=None)
    # When / Then
    row = listed(command_line)["redes"]
    assert (row["title"], row["language"], row["editions"]) == ("Redes", "es", {"en": "networks"})


@pytest.mark.parametrize("outline", [b"\xff\xfe", b"course: {}", b"", b"x" * (1024 * 1024 + 1)])
def test_an_outline_that_cannot_be_read_hides_no_project(
    house: House, command_line: CommandLine, outline: bytes
) -> None:
    # Given
    house.store.write("draft/outline.yaml", outline, content_type="y", replacing=None)
    # When / Then
    row = listed(command_line)["draft"]
    assert (row["title"], row["lessons"], row["last_run"]) == ("", 0, None)


def test_an_outline_of_the_inbox_tells_the_course_when_there_is_no_other(
    house: House, command_line: CommandLine
) -> None:
    # Given
    keys = ProjectKeys("dropped")
    summary = house.record_run("dropped", "run-1")
    asked = {**summary.request, "outline_s3_key": keys.outline_of_run("run-1")}
    changed = summary.model_copy(update={"request": asked})
    house.store.write_model(keys.run("run-1"), changed, replacing=house.store.find(keys.run("run-1")))
    outline = "course: {title: Dropped, language: de}\nmodules: [{title: M, lessons: [{title: L}]}]\n"
    house.store.write(keys.outline_of_run("run-1"), outline, content_type="y", replacing=None)
    # When / Then
    row = listed(command_line)["dropped"]
    assert (row["title"], row["language"]) == ("Dropped", "de")


def test_a_small_terminal_shows_whole_names_in_fewer_columns(
    house: House, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    name = "a-project-with-a-name-that-is-longer-than-the-terminal"
    house.make_project(name)
    house.make_project("b[bold]"[:1] + "-other")
    monkeypatch.setenv("COLUMNS", "40")
    # When
    ended = command_line.run("projects")
    # Then
    assert all(len(line) <= 40 for line in ended.out.splitlines())
    assert name in "".join(line.split()[0] for line in ended.out.splitlines() if line.strip())
    assert "Size" not in ended.out


def test_titles_are_text_on_a_terminal(house: House, command_line: CommandLine) -> None:
    # Given
    title = '"[red]a\\e[2J"'
    outline = f"course: {{title: {title}}}\nmodules: [{{title: M, lessons: [{{title: L}}]}}]\n"
    record = json.dumps({"title": "[red]a\x1b[2J", "language": "en"})
    house.store.write("p/outline.yaml", outline, content_type="y", replacing=None)
    house.store.write("p/course.json", record, content_type="y", replacing=None)
    # When
    ended = command_line.run("projects")
    # Then
    assert "\x1b" not in ended.out
    assert "[red]a" in ended.out


def test_an_empty_bucket_says_how_to_begin(command_line: CommandLine) -> None:
    ended = command_line.run("projects")
    assert (ended.exit_code, "no projects yet" in ended.out) == (0, True)

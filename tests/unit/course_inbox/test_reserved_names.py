"""The inbox is no project: its name is refused wherever a run is asked for; names that only look like it are not."""

from pathlib import Path

import pytest

from course_kit.errors import RequestInvalid
from course_kit.run.events import BaseParams, parse_event
from coursewright.errors import BadInput
from coursewright.outline_file import OutlineFile
from coursewright.run.request import checked_project, project_of
from prepare_modules.execution_request import ExecutionRequest

OUTLINE = "course: {title: '%s', language: en}\nmodules:\n- {title: M, lessons: [{title: L, duration_minutes: 15}]}\n"
SAID = "expected any other name: inbox/ is where outlines are dropped"


def outline_file(folder: Path, title: str) -> OutlineFile:
    path = folder / "outline.yaml"
    path.write_text(OUTLINE % title)
    return OutlineFile.read(path)


@pytest.mark.parametrize("name", ["inbox", "Inbox", "INBOX"])
def test_no_run_is_asked_for_whose_project_is_the_inbox(name: str, tmp_path: Path) -> None:
    # Given
    request = {"outline_s3_key": "p/outline.yaml", "project_folder": name}
    # When / Then: by an execution's input, by a step's event, by each command.
    with pytest.raises(RequestInvalid, match=f"project_folder: found '{name}', {SAID}"):
        parse_event(request, ExecutionRequest)
    with pytest.raises(RequestInvalid, match=f"project_folder: found '{name}', {SAID}"):
        parse_event({**request, "course_bucket": "bucket"}, BaseParams)
    with pytest.raises(BadInput, match=f"--project: found '{name}', {SAID}"):
        project_of(name, outline_file(tmp_path, "Networks"))
    with pytest.raises(BadInput, match=f"PROJECT: found '{name}', {SAID}"):
        checked_project(name, "PROJECT")


@pytest.mark.parametrize("title", ["Inbox", "INBOX!", "¿Inbox?"])
def test_a_course_of_that_title_needs_a_project_of_another_name(title: str, tmp_path: Path) -> None:
    # Given
    outline = outline_file(tmp_path, title)
    # When / Then
    with pytest.raises(BadInput, match=f"--project, by default from the course's id or title: found 'inbox', {SAID}"):
        project_of(None, outline)
    assert project_of("mail-course", outline) == "mail-course"


@pytest.mark.parametrize("name", ["inbox-2", "my-inbox", "inbox.", "inboxes", "in-box", "inbox_zero"])
def test_a_name_that_only_looks_like_it_is_a_project(name: str, tmp_path: Path) -> None:
    # When
    request = parse_event({"outline_s3_key": "p/outline.yaml", "project_folder": name}, ExecutionRequest)
    # Then
    assert request.project_folder == name
    assert project_of(name, outline_file(tmp_path, "Inbox")) == name

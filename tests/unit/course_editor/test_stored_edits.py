"""Stored replacements while others are at work: chains of this step in other threads, another attempt, the author."""

from collections.abc import Callable
from typing import cast

import pytest

from course_editor import handler as course_editor_handler
from course_editor.course_editing import CourseEditing
from course_editor.stored_edits import StoredEdits
from course_kit.records.editing import LessonEdits, Replacement
from course_kit.records.project_lease import ProjectLease
from course_kit.records.written import Written
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_store import ArtefactStore
from course_kit.usage import Usage
from tests.support.edited_courses import (
    ALSO_CLUMSY,
    EDITING,
    REPEATED,
    edits_of,
    save_course,
    scripted,
)
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall

edit_course: StepCall = course_editor_handler.lambda_handler

_EMPTY = LessonEdits(lesson="1.1")
_MINE = LessonEdits(lesson="2.1", replacements=(Replacement(found="a", put="Mine.", reason="r", findings=("f",)),))


class _Busy(dict[str, Written]):
    """What is known of edits, while another chain stores some whenever somebody looks."""

    def __init__(self) -> None:
        super().__init__()
        self.stores: Callable[[], None] = lambda: None

    def get(self, key: str, default: object = None) -> None:  # type: ignore[override]
        self.stores()

    def has_made(self, artefact: Artefact) -> bool:
        self.stores()
        return True


def test_what_is_stored_is_told_while_another_chain_stores_more() -> None:
    # Given
    busy = _Busy()
    edits = StoredEdits(cast(ProjectLease, busy), "m", "1", busy)

    def store_another() -> None:
        key = f"p/edits/{len(edits._seen):02d}-01.json"
        edits._seen[key] = (Artefact(key, "e", "f", {}), _EMPTY)

    store_another()
    busy.stores = store_another
    # When / Then
    assert edits.used == Usage()
    assert edits.written


@pytest.fixture
def project(
    store: ArtefactStore,
    function_environment: None,
    lambda_context: FakeLambdaContext,
    monkeypatch: pytest.MonkeyPatch,
) -> ArtefactStore:
    """A course with two replacements in its last lesson."""
    scripted(monkeypatch)
    save_course(store, {(2, 1): f"# Trees\n\n{REPEATED}\n\n{ALSO_CLUMSY}\n\nThe end.\n"})
    edit_course(EDITING, lambda_context)
    edits = edits_of(store, 2, 1)
    assert edits is not None
    assert len(edits.replacements) == 2
    return store


def meanwhile(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    """Let something happen right before replacements are dropped."""
    settle = CourseEditing._settle

    def after_it(self: CourseEditing) -> int:
        change()
        return settle(self)

    monkeypatch.setattr(CourseEditing, "_settle", after_it)


@pytest.mark.parametrize("rest", ["Another text.", ALSO_CLUMSY])
def test_edits_that_their_author_changed_since_they_were_read_stay(
    rest: str, project: ArtefactStore, lambda_context: FakeLambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: the lesson is written anew, so that all of its replacements are void, or one of them.
    save_course(project, {(2, 1): f"# Trees\n\n{rest}\n"})
    body = _MINE.model_dump_json().encode()
    meanwhile(
        monkeypatch,
        lambda: project.client.put_object(Bucket=project.bucket, Key="p/edits/02-01.json", Body=body),
    )
    # When
    counts = edit_course({**EDITING, "execution_name": "run-2"}, lambda_context)["counts"]
    # Then
    assert project.read("p/edits/02-01.json") == body
    assert counts["dropped"] == 0
    # And: the next run knows whose they are.
    edit_course({**EDITING, "execution_name": "run-3"}, lambda_context)
    assert project.read("p/edits/02-01.json") == body


def test_void_edits_that_somebody_has_removed_are_no_failure(
    project: ArtefactStore, lambda_context: FakeLambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    save_course(project, {(2, 1): "# Trees\n\nAnother text.\n"})
    meanwhile(monkeypatch, lambda: project.delete("p/edits/02-01.json"))
    # When
    edit_course({**EDITING, "execution_name": "run-2"}, lambda_context)
    # Then
    assert project.find("p/edits/02-01.json") is None

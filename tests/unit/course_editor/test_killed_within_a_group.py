"""Replacements of one answer stand in several lessons: who is killed between two of them pays for the answer once."""

from typing import Any

import pytest

from course_editor import handler as course_editor_handler
from course_editor.stored_edits import StoredEdits
from course_kit.records.editing_manifest import EditingManifest
from course_kit.store.artefact_store import ArtefactStore
from tests.support.edited_courses import EDITING, REPEATED, Killed, edits_of, save_course
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall
from tests.support.writing_server import WritingServer

edit_course: StepCall = course_editor_handler.lambda_handler


def test_who_is_killed_between_two_lessons_of_a_group_asks_no_second_time(
    store: ArtefactStore,
    writing_server: WritingServer,
    lambda_context: FakeLambdaContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given: one passage in three lessons. The function is killed once the first of two replacements is stored.
    save_course(store, dict.fromkeys(((1, 1), (1, 2), (2, 1)), f"# A\n\n{REPEATED}\n\nThe end.\n"))
    event = {**EDITING, "model_provider": "openai"}
    write = StoredEdits.write

    def killed_after(self: StoredEdits, *given: Any) -> None:
        write(self, *given)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(StoredEdits, "write", killed_after)
        with pytest.raises(Killed):
            edit_course(event, lambda_context)
    assert edits_of(store, 1, 2) is not None
    assert edits_of(store, 2, 1) is None
    # When
    counts = edit_course(event, lambda_context)["counts"]
    # Then
    assert counts["mended"] == 1
    assert edits_of(store, 2, 1) is not None
    assert len(writing_server.calls()) == 1
    # And: it is counted once, with the replacements.
    manifest = store.read_model("p/manifests/editing.json", EditingManifest)
    assert manifest is not None
    assert manifest.usage.model_calls == 1
    assert list(store.keys("p/drafts/")) == []

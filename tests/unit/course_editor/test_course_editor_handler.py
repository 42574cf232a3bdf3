"""course_editor as the state machine calls it: what does not go together is found, asked about and replaced."""

import pytest

from course_editor import handler as course_editor_handler
from course_kit.records.editing import FindingState
from course_kit.records.editing_manifest import EditingManifest
from course_kit.store.artefact_store import ArtefactStore
from tests.support.edited_courses import (
    CLUMSY,
    EDITING,
    REPEATED,
    SHORT,
    USAGE,
    ScriptedEditor,
    edits_of,
    findings_in,
    save_course,
    scripted,
)
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall

edit_course: StepCall = course_editor_handler.lambda_handler


@pytest.fixture
def project(store: ArtefactStore, function_environment: None) -> ArtefactStore:
    save_course(store)
    return store


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch) -> ScriptedEditor:
    return scripted(monkeypatch)


def manifest_of(store: ArtefactStore) -> EditingManifest:
    manifest = store.read_model("p/manifests/editing.json", EditingManifest)
    assert manifest is not None
    return manifest


def test_what_does_not_go_together_is_replaced_in_one_call_a_group(
    project: ArtefactStore, lambda_context: FakeLambdaContext, editor: ScriptedEditor
) -> None:
    # When
    result = edit_course(EDITING, lambda_context)
    # Then: one call for the repeated passage, one for the word, and nothing of a lesson in the result.
    assert result == {
        "findings_key": "p/review/findings.json",
        "manifest_key": "p/manifests/editing.json",
        "counts": {"findings": 2, "mended": 2, "open": 0, "calls": 2, "dropped": 0},
    }
    assert len(editor.requests) == 2
    # And: the replacements stand beside the lessons, which stay as they were written.
    repeated, clumsy = edits_of(project, 2, 1), edits_of(project, 1, 2)
    assert repeated and clumsy and edits_of(project, 1, 1) is None
    assert [(one.found, one.put) for one in repeated.replacements] == [(REPEATED, SHORT)]
    assert [one.found for one in clumsy.replacements] == [CLUMSY]
    assert REPEATED in (project.read("p/lessons/module-2-lesson-1-x.md") or b"").decode()
    # And
    assert [finding.state for finding in findings_in(project).findings] == [FindingState.MENDED] * 2
    manifest = manifest_of(project)
    assert (manifest.usage, manifest.found, manifest.mended) == (USAGE + USAGE, 2, 2)

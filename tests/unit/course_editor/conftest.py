"""A course whose lessons do not go together, edited by one call at a time, and the model that answers."""

import pytest

from course_kit.store.artefact_store import ArtefactStore
from tests.support.edited_courses import ScriptedEditor, save_course, scripted


@pytest.fixture
def project(store: ArtefactStore, function_environment: None, monkeypatch: pytest.MonkeyPatch) -> ArtefactStore:
    monkeypatch.setenv("LESSON_MAX_CONCURRENCY", "1")
    save_course(store)
    return store


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch) -> ScriptedEditor:
    return scripted(monkeypatch)

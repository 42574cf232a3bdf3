"""Stored replacements while others are at work: chains of this step in other threads, another attempt, the author."""

from collections.abc import Callable
from typing import cast

from course_editor import handler as course_editor_handler
from course_editor.stored_edits import StoredEdits
from course_kit.records.editing import LessonEdits, Replacement
from course_kit.records.project_lease import ProjectLease
from course_kit.records.written import Written
from course_kit.store.artefact import Artefact
from course_kit.usage import Usage
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

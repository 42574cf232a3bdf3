"""What an execution keeps of its work, written by attempts of one step that overlap."""

import pytest

from course_kit.errors import ArtefactConflict
from course_kit.records.journal import ExecutionEntry, write_together
from course_kit.run.events import WITHOUT_EXECUTION
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_store import ArtefactStore

KEY = "p/manifests/module-01.json"


class Notes(ExecutionEntry):
    """What was done, in any order."""

    done: frozenset[str] = frozenset()


def enter(store: ArtefactStore, name: str, *done: str, replacing: Artefact | None) -> tuple[Notes, Artefact]:
    notes = Notes(execution_name=name, done=frozenset(done))
    return write_together(
        store,
        KEY,
        notes,
        replacing=replacing,
        together_with=lambda other: other.model_copy(update={"done": other.done | notes.done}),
    )


def test_what_another_attempt_entered_first_is_kept_with_our_own(store: ArtefactStore) -> None:
    # Given: two attempts that saw the same, and the other is quicker.
    _, seen = enter(store, "run-1", replacing=None)
    enter(store, "run-1", "theirs", replacing=seen)
    # When
    notes, stored = enter(store, "run-1", "ours", replacing=seen)
    # Then
    assert notes.done == {"ours", "theirs"}
    assert (store.read_model(KEY, Notes), store.find(KEY)) == (notes, stored)


def test_what_says_the_same_already_is_taken_and_not_written_again(store: ArtefactStore) -> None:
    _, theirs = enter(store, "run-1", "both", replacing=None)
    notes, stored = enter(store, "run-1", "both", replacing=None)
    assert (set(notes.done), stored) == ({"both"}, theirs)


@pytest.mark.parametrize(("first", "second"), [("run-1", "run-2"), (WITHOUT_EXECUTION, WITHOUT_EXECUTION)])
def test_another_executions_entry_is_a_conflict(store: ArtefactStore, first: str, second: str) -> None:
    enter(store, first, "theirs", replacing=None)
    with pytest.raises(ArtefactConflict):
        enter(store, second, "ours", replacing=None)
    assert store.read_model(KEY, Notes) == Notes(execution_name=first, done=frozenset({"theirs"}))


def test_nobody_tries_for_ever(store: ArtefactStore) -> None:
    # Given: another attempt that enters something each time just before us.
    count = 0

    def overtaken(other: Notes) -> Notes:
        nonlocal count
        count += 1
        store.write_model(KEY, Notes(execution_name="run-1", done=frozenset({str(count)})), replacing=store.find(KEY))
        return other.model_copy(update={"done": other.done | {"ours"}})

    enter(store, "run-1", replacing=None)
    # When / Then
    with pytest.raises(ArtefactConflict):
        write_together(store, KEY, Notes(execution_name="run-1"), replacing=None, together_with=overtaken)
    assert count < 20

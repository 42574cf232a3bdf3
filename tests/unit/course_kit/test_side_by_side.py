"""Texts written side by side: saved as they come, paid for once, left alone when another execution has the project."""

import asyncio
from collections.abc import Sequence

import pytest

from course_kit.artefact_keys import ProjectKeys
from course_kit.artefact_store import ArtefactStore
from course_kit.deadline import Deadline
from course_kit.errors import ArtefactConflict
from course_kit.project_lease import ProjectLease
from course_kit.side_by_side import SideBySide, TextFacts, TextPiece, WrittenText
from course_kit.usage import Usage
from tests.unit.conftest import FakeLambdaContext

ONE_CALL = Usage(model_calls=1, input_tokens=10, output_tokens=20)


class Desk:
    """Writes pieces for one execution and remembers which."""

    def __init__(self, store: ArtefactStore, execution_name: str, *, side_by_side: int = 1) -> None:
        self.lease = ProjectLease(store, ProjectKeys("p"), execution_name)
        self.asked: list[str] = []
        self.records: dict[str, TextFacts] = {}
        self.side_by_side = side_by_side

    def meanwhile(self, name: str) -> None:
        """What happens elsewhere while a piece is written."""

    def piece(self, name: str, fingerprint: str = "f", *, is_wanted_anew: bool = False) -> TextPiece[TextFacts]:
        async def write() -> WrittenText:
            self.asked.append(name)
            await asyncio.to_thread(self.meanwhile, name)
            return WrittenText(markdown=f"# {name}", word_count=1, usage=ONE_CALL, details={})

        return TextPiece(
            identity=name,
            key=f"p/lessons/{name}.md",
            fingerprint=fingerprint,
            write=write,
            record=lambda facts: facts,
            is_wanted_anew=is_wanted_anew,
        )

    def write(self, pieces: Sequence[TextPiece[TextFacts]]) -> None:
        async def enter(_: dict[str, TextFacts]) -> None:
            """Nobody watches."""

        workshop = SideBySide(
            lease=self.lease,
            model_id="m",
            max_concurrency=self.side_by_side,
            deadline=Deadline.of(FakeLambdaContext()),
            records=self.records,
            on_progress=enter,
        )
        asyncio.run(workshop.write(pieces))


def test_functions_of_a_stopped_run_ask_for_nothing_more_once_another_run_has_begun(store: ArtefactStore) -> None:
    # Given: a run that was stopped while the first of four lessons was written, and followed by another.
    first = Desk(store, "run-1")
    first.lease.take("arn-1", lambda _: True)
    second = Desk(store, "run-2")
    first.meanwhile = lambda _: second.lease.take("arn-2", lambda _: False)  # type: ignore[method-assign]
    # When
    with pytest.raises(ArtefactConflict, match="run run-1 makes nothing more"):
        first.write([first.piece(name) for name in "abcd"])
    # Then: what was being written is finished and kept, the other three are not asked for.
    assert first.asked == ["a"]
    second.write([second.piece(name) for name in "abcd"])
    assert second.asked == ["b", "c", "d"]


def test_a_text_that_another_execution_saved_meanwhile_from_the_same_is_adopted(store: ArtefactStore) -> None:
    # Given: both write the same lesson at once; the other is quicker.
    first, second = Desk(store, "manual"), Desk(store, "manual-2")
    first.meanwhile = lambda _: second.write([second.piece("a")])  # type: ignore[method-assign]
    # When
    first.write([first.piece("a")])
    # Then: both end with the same text, and the call that was made in vain is not hidden.
    assert (first.records["a"].is_reused, first.records["a"].usage) == (True, ONE_CALL)
    assert second.records["a"].is_reused is False


def test_a_text_made_from_something_else_meanwhile_is_not_overwritten(store: ArtefactStore) -> None:
    first, second = Desk(store, "manual"), Desk(store, "manual-2")
    first.meanwhile = lambda _: second.write([second.piece("a", "other")])  # type: ignore[method-assign]
    with pytest.raises(ArtefactConflict, match=r"p/lessons/a\.md: another execution wrote it meanwhile"):
        first.write([first.piece("a"), first.piece("b")])
    # And: after a conflict nothing that waits is begun.
    assert first.asked == ["a"]


def test_an_attempt_that_was_killed_before_it_could_say_so_has_paid_for_what_it_saved(store: ArtefactStore) -> None:
    # Given: a text is saved, its record lost.
    killed = Desk(store, "run-1")
    killed.write([killed.piece("a")])
    # When
    retried = Desk(store, "run-1")
    retried.write([retried.piece("a")])
    # Then
    assert retried.asked == []
    assert (retried.records["a"].is_reused, retried.records["a"].usage) == (False, ONE_CALL)


def test_what_is_wanted_anew_is_written_once_by_each_execution_that_wants_it(store: ArtefactStore) -> None:
    # Given
    Desk(store, "run-1").write([Desk(store, "run-1").piece("a")])
    # When: a run wants it anew, and is retried.
    anew = Desk(store, "run-2")
    for _ in range(2):
        anew.records = {}
        anew.write([anew.piece("a", is_wanted_anew=True), anew.piece("b")])
    # Then
    assert anew.asked == ["a", "b"]
    # And: a run that does not want it keeps it.
    last = Desk(store, "run-3")
    last.write([last.piece("a")])
    assert last.asked == []

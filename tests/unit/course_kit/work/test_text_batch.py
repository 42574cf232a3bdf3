"""Texts written side by side: saved as they come, paid for once, left alone when another execution has the project."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from pydantic import BaseModel

from course_kit.deadline import Deadline
from course_kit.errors import ArtefactConflict
from course_kit.records.journal import Journal, ModuleEntry
from course_kit.records.project_lease import ProjectLease
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.usage import Usage
from course_kit.work.text_batch import TextBatch, TextPiece, WrittenText
from course_kit.work.wanted import Wanted
from tests.support.lambda_context import FakeLambdaContext

ONE_CALL = Usage(model_calls=1, input_tokens=10, output_tokens=20)


class Record(BaseModel):
    """What the manifest of these tests keeps of a text."""

    identity: str
    fingerprint: str
    is_reused: bool
    started_at: datetime
    usage: Usage
    word_count: int = 0
    """Only where its metadata cannot tell."""


class Texts(ModuleEntry):
    """A manifest of texts, and what a later step adds."""

    texts: tuple[Record, ...] = ()
    later: str = ""

    @property
    def usage(self) -> Usage:
        return Usage()


class Desk:
    """Writes pieces for one execution, as one attempt of a step, and remembers which."""

    def __init__(self, store: ArtefactStore, execution_name: str, *, side_by_side: int = 1) -> None:
        self.lease = ProjectLease(store, ProjectKeys("p"), execution_name)
        self.manifest_key = f"p/manifests/{execution_name}.json"
        self.asked: list[str] = []
        self.side_by_side = side_by_side
        self.meanwhile: Callable[[str], object] = lambda name: None
        """What happens elsewhere while a piece is written."""

    @property
    def manifest(self) -> Texts | None:
        """The execution's manifest as it is now."""
        return self.lease.store.read_model(self.manifest_key, Texts)

    @property
    def records(self) -> dict[str, Record]:
        """What it says of each text."""
        return {record.identity: record for record in self.manifest.texts} if self.manifest else {}

    def begun(self) -> Texts:
        """Return the manifest that the execution begins with."""
        return Texts(execution_name=self.lease.execution_name, module_number=1, title="Module")

    def forget(self) -> None:
        """Lose the manifest, as when a function is killed before it can say what it has saved."""
        self.lease.store.delete(self.manifest_key)

    def piece(self, name: str, topics: str = "t", *, is_wanted_anew: bool = False) -> TextPiece[Record]:
        async def write() -> WrittenText:
            self.asked.append(name)
            await asyncio.to_thread(self.meanwhile, name)
            return WrittenText(body=f"# {name}", usage=ONE_CALL, counts={"word_count": 1})

        return TextPiece(
            wanted=Wanted(
                identity=name, key=f"p/lessons/{name}.md", asked={"topics": topics}, is_forced=is_wanted_anew
            ),
            write=write,
            record=lambda facts: Record(
                identity=name,
                fingerprint=facts.fingerprint,
                is_reused=facts.is_reused,
                started_at=facts.started_at,
                usage=facts.usage,
                word_count=(facts.counts or {}).get("word_count", 0),
            ),
            counts_of=lambda body: {"word_count": len(body.split())},
        )

    def write(self, pieces: Sequence[TextPiece[Record]]) -> Texts:
        store, own = self.lease.store, self.manifest or self.begun()
        batch = TextBatch(
            lease=self.lease,
            model_id="m",
            max_concurrency=self.side_by_side,
            deadline=Deadline.of(FakeLambdaContext()),
            journal=Journal(store, self.manifest_key, own, store.find(self.manifest_key)),
            texts_of=lambda manifest: manifest.texts,
            with_texts=lambda manifest, texts: manifest.model_copy(update={"texts": tuple(texts)}),
        )
        return asyncio.run(batch.write(pieces))


def test_functions_of_a_stopped_run_ask_for_nothing_more_once_another_run_has_begun(store: ArtefactStore) -> None:
    # Given: a run that was stopped while the first of four lessons was written, and followed by another.
    first = Desk(store, "run-1")
    first.lease.take("arn-1", lambda _: True)
    second = Desk(store, "run-2")
    first.meanwhile = lambda _: second.lease.take("arn-2", lambda _: False)
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
    first.meanwhile = lambda _: second.write([second.piece("a")])
    # When
    first.write([first.piece("a")])
    # Then: both end with the same text, and the call that was made in vain is not hidden.
    assert (first.records["a"].is_reused, first.records["a"].usage) == (True, ONE_CALL)
    assert second.records["a"].is_reused is False


def test_a_text_made_from_something_else_meanwhile_is_not_overwritten(store: ArtefactStore) -> None:
    first, second = Desk(store, "manual"), Desk(store, "manual-2")
    first.meanwhile = lambda _: second.write([second.piece("a", "other")])
    with pytest.raises(ArtefactConflict, match=r"p/lessons/a\.md: another execution wrote it meanwhile"):
        first.write([first.piece("a"), first.piece("b")])
    # And: after a conflict nothing that waits is begun.
    assert first.asked == ["a"]


def test_two_attempts_of_one_step_at_once_end_with_the_same_and_neither_is_refused(store: ArtefactStore) -> None:
    # Given: an attempt that was given up on writes its first text, and the next attempt begins and writes all three.
    given_up, retried = Desk(store, "run-1"), Desk(store, "run-1")
    manifests = []

    def retry(_: str) -> None:
        manifests.append(retried.write([retried.piece(name) for name in "abc"]))
        # And: a later step has added what is its own.
        store.write_model(
            "p/manifests/run-1.json", with_figures(manifests[0]), replacing=store.find(given_up.manifest_key)
        )

    def with_figures(manifest: Texts) -> Texts:
        return manifest.model_copy(update={"later": "figures"})

    given_up.meanwhile = retry
    # When
    manifests.append(given_up.write([given_up.piece(name) for name in "abc"]))
    # Then: it has paid for nothing that was there when it came to it, and its entries have lost nothing.
    assert (given_up.asked, retried.asked) == (["a"], ["a", "b", "c"])
    assert [record.identity for record in manifests[0].texts] == ["a", "b", "c"]
    assert manifests[1] == given_up.manifest == with_figures(manifests[0])


def test_texts_of_two_attempts_at_once_are_entered_together(store: ArtefactStore) -> None:
    # Given: while the first attempt writes its first text, the next one has time for two and is killed.
    given_up, killed = Desk(store, "run-1"), Desk(store, "run-1")
    given_up.meanwhile = lambda name: killed.write([killed.piece(n) for n in "bc"] if name == "a" else [])
    # When
    given_up.write([given_up.piece(name) for name in "abcd"])
    # Then
    assert (killed.asked, given_up.asked) == (["b", "c"], ["a", "d"])
    assert list(given_up.records) == ["a", "b", "c", "d"]


def test_an_attempt_that_was_killed_before_it_could_say_so_has_paid_for_what_it_saved(store: ArtefactStore) -> None:
    # Given: a text is saved, its record lost.
    killed = Desk(store, "run-1")
    killed.write([killed.piece("a")])
    killed.forget()
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
        anew.forget()
        anew.write([anew.piece("a", is_wanted_anew=True), anew.piece("b")])
    # Then
    assert anew.asked == ["a", "b"]
    # And: a run that does not want it keeps it.
    last = Desk(store, "run-3")
    last.write([last.piece("a")])
    assert last.asked == []

"""The one verdict on a wanted artefact: made, kept, or this execution's own."""

import pytest

from course_kit.records.project_lease import ProjectLease
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.provenance import provenance
from course_kit.usage import Usage
from course_kit.work.wanted import Verdict, Wanted, verdict

PAID = Usage(model_calls=1, input_tokens=10, output_tokens=20)


def wanted(fingerprint: str = "f", *, is_forced: bool = False) -> Wanted:
    return Wanted(identity="a", key="p/a.md", fingerprint=fingerprint, is_forced=is_forced)


def lease(store: ArtefactStore, execution_name: str, *resumes: str) -> ProjectLease:
    return ProjectLease(store, ProjectKeys("p"), execution_name, frozenset(resumes))


@pytest.mark.parametrize(
    ("of_now", "of_lease", "expected"),
    [
        (wanted(), ("run-1",), Verdict.OWN),
        (wanted(is_forced=True), ("run-1",), Verdict.OWN),
        (wanted(), ("run-2",), Verdict.KEEP),
        (wanted(), ("run-2", "run-1"), Verdict.KEEP),
        (wanted(is_forced=True), ("run-2",), Verdict.MAKE),
        # What a resumed run has made again is not made again, but that run has paid for it.
        (wanted(is_forced=True), ("run-2", "run-1"), Verdict.KEEP),
        (wanted("other"), ("run-1",), Verdict.MAKE),
        # A plan, before there is an execution.
        (wanted(), (), Verdict.KEEP),
        (wanted(is_forced=True), (), Verdict.MAKE),
    ],
)
def test_what_is_stored_is_kept_unless_its_sources_or_a_target_say_otherwise(
    store: ArtefactStore, of_now: Wanted, of_lease: tuple[str, ...], expected: Verdict
) -> None:
    # Given
    stored = store.write(
        of_now.key,
        "a",
        content_type="text/plain",
        replacing=None,
        fingerprint="f",
        metadata=provenance("run-1", PAID),
    )
    # When
    found = verdict(of_now, stored, lease(store, *of_lease) if of_lease else None)
    # Then: only its own execution has paid for it.
    assert found is expected
    assert found.usage(stored) == (PAID if expected is Verdict.OWN else Usage())


def test_what_is_not_there_is_made(store: ArtefactStore) -> None:
    assert verdict(wanted(), None, lease(store, "run-1")) is Verdict.MAKE

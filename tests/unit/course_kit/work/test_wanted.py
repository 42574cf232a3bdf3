"""The one verdict on a wanted artefact: made, kept, stale, the author's, or this execution's own."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from course_kit.records.project_lease import ProjectLease
from course_kit.records.written import Maker, Written
from course_kit.store.artefact import Artefact, minutes_metadata
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.provenance import authors_provenance, provenance
from course_kit.usage import Usage
from course_kit.work.wanted import Verdict, Wanted, remembered, sources, verdict

PAID = Usage(model_calls=1, input_tokens=10, output_tokens=20)
# What is wanted, by the words of this test: as it is stored, of another prompt, and asked for differently.
AS_STORED = Wanted(identity="a", key="p/a.md", asked={"topics": "one"}, shaped={"prompt": "1"})
OF_ANOTHER_PROMPT = replace(AS_STORED, shaped={"prompt": "2"})
WITH_ANOTHER_TOPIC = replace(AS_STORED, asked={"topics": "one\ntwo"})


def forced(wanted: Wanted, *, by: str) -> Wanted:
    """Return what is to be made again: by its own ``name``, with its ``module``, or as a ``stale`` one."""
    if by == "stale":
        return replace(wanted, renews_stale=True)
    return replace(wanted, is_forced=True, is_named=by == "name")


def left(wanted: Wanted) -> Wanted:
    """Return it as a run wants it that may ask no model."""
    return replace(wanted, asks_no_model=True)


def lease(store: ArtefactStore, execution_name: str, *resumes: str) -> ProjectLease:
    return ProjectLease(store, ProjectKeys("p"), execution_name, frozenset(resumes))


def save(store: ArtefactStore, wanted: Wanted = AS_STORED, *, minutes: int | None = None) -> Artefact:
    """Save the text as ``run-1`` does."""
    return store.write(
        wanted.key,
        "a",
        content_type="text/plain",
        replacing=store.find(wanted.key),
        fingerprint=wanted.fingerprint,
        shape=wanted.shape,
        metadata={**provenance("run-1", PAID), **minutes_metadata(minutes)},
    )


def found_in(store: ArtefactStore) -> Artefact:
    found = store.find(AS_STORED.key)
    assert found is not None
    return found


def put(store: ArtefactStore, body: str, metadata: Mapping[str, str]) -> Artefact:
    """Store the text as another program does."""
    store.client.put_object(Bucket=store.bucket, Key=AS_STORED.key, Body=body.encode(), Metadata=dict(metadata))
    return found_in(store)


def written(wanted: Wanted, stored: Artefact) -> Written:
    """Return what a manifest says about the text after ``run-1``."""
    return remembered(wanted, Verdict.KEEP, stored, None)


@pytest.mark.parametrize(
    ("of_now", "of_lease", "expected"),
    [
        (AS_STORED, ("run-1",), Verdict.OWN),
        (forced(AS_STORED, by="name"), ("run-1",), Verdict.OWN),
        (AS_STORED, ("run-2",), Verdict.KEEP),
        (AS_STORED, ("run-2", "run-1"), Verdict.KEEP),
        (forced(AS_STORED, by="name"), ("run-2",), Verdict.MAKE),
        (forced(AS_STORED, by="module"), ("run-2",), Verdict.MAKE),
        (forced(AS_STORED, by="stale"), ("run-2",), Verdict.KEEP),
        # What a resumed run has made again is not made again, but that run has paid for it.
        (forced(AS_STORED, by="name"), ("run-2", "run-1"), Verdict.KEEP),
        (WITH_ANOTHER_TOPIC, ("run-1",), Verdict.MAKE),
        (WITH_ANOTHER_TOPIC, ("run-2",), Verdict.MAKE),
        (OF_ANOTHER_PROMPT, ("run-2",), Verdict.STALE),
        # A run that was under way when another prompt was deployed has paid for what it made.
        (OF_ANOTHER_PROMPT, ("run-1",), Verdict.OWN),
        (forced(OF_ANOTHER_PROMPT, by="stale"), ("run-2",), Verdict.MAKE),
        (forced(OF_ANOTHER_PROMPT, by="stale"), ("run-1",), Verdict.OWN),
        (forced(OF_ANOTHER_PROMPT, by="module"), ("run-2",), Verdict.MAKE),
        # A run that makes the books only asks no model, and leaves what is there.
        (left(AS_STORED), ("run-2",), Verdict.KEEP),
        (left(WITH_ANOTHER_TOPIC), ("run-2",), Verdict.LEFT),
        (left(OF_ANOTHER_PROMPT), ("run-2",), Verdict.STALE),
        (left(forced(OF_ANOTHER_PROMPT, by="stale")), ("run-2",), Verdict.LEFT),
        # A plan, before there is an execution.
        (AS_STORED, (), Verdict.KEEP),
        (OF_ANOTHER_PROMPT, (), Verdict.STALE),
        (WITH_ANOTHER_TOPIC, (), Verdict.MAKE),
        (forced(AS_STORED, by="name"), (), Verdict.MAKE),
    ],
)
def test_what_is_stored_is_kept_unless_its_sources_or_a_target_say_otherwise(
    store: ArtefactStore, of_now: Wanted, of_lease: tuple[str, ...], expected: Verdict
) -> None:
    # Given
    stored = save(store)
    # When
    found = verdict(of_now, stored, lease(store, *of_lease) if of_lease else None)
    # Then: only its own execution has paid for it.
    assert found is expected
    assert found.usage(stored) == (PAID if expected is Verdict.OWN else Usage())


def test_what_is_not_there_is_made(store: ArtefactStore) -> None:
    assert verdict(AS_STORED, None, lease(store, "run-1")) is Verdict.MAKE


@pytest.mark.parametrize("name", ["run-1", "run-2"], ids=["the run that wrote it, in a retry", "the next run"])
@pytest.mark.parametrize(
    ("of_now", "expected"),
    [
        (AS_STORED, Verdict.YOURS),
        (OF_ANOTHER_PROMPT, Verdict.YOURS),
        (WITH_ANOTHER_TOPIC, Verdict.YOURS),
        (forced(OF_ANOTHER_PROMPT, by="stale"), Verdict.YOURS),
        (forced(WITH_ANOTHER_TOPIC, by="module"), Verdict.YOURS),
        (forced(AS_STORED, by="name"), Verdict.MAKE),
    ],
)
def test_what_the_author_changed_is_replaced_only_by_its_own_name(
    store: ArtefactStore, of_now: Wanted, expected: Verdict, name: str
) -> None:
    # Given: an edit in the bucket's console, which keeps the metadata.
    ours = save(store)
    edited = put(store, "a, better", ours.metadata)
    # When
    found = verdict(of_now, edited, lease(store, name), written(AS_STORED, ours))
    # Then: and it costs its run nothing; what this very run has replaced, it does not replace again.
    assert found is (Verdict.YOURS if name == "run-1" else expected)
    assert found.usage(edited) == Usage()
    # And: nor does one that goes on with what that run was told.
    assert verdict(of_now, edited, lease(store, "run-3", "run-1"), written(AS_STORED, ours)) is Verdict.YOURS


@pytest.mark.parametrize(
    ("minutes", "has_own_minutes", "expected"),
    [
        (60, True, Verdict.KEEP),
        (66, True, Verdict.KEEP),
        (54, True, Verdict.KEEP),
        (67, True, Verdict.MAKE),
        (53, True, Verdict.MAKE),
        # An even share of its module, which is another one when a neighbour comes or goes.
        (30, False, Verdict.KEEP),
    ],
)
@pytest.mark.parametrize("is_metadata_lost", [False, True])
def test_minutes_are_a_reason_beyond_a_tenth_and_where_its_author_gave_them(
    store: ArtefactStore, minutes: int, *, has_own_minutes: bool, expected: Verdict, is_metadata_lost: bool
) -> None:
    # Given: a text of 60 minutes.
    of_sixty = replace(AS_STORED, minutes=60, has_own_minutes=True)
    stored = save(store, minutes=60)
    known = written(of_sixty, stored)
    if is_metadata_lost:
        stored = put(store, "a", {})
    # When
    now = replace(AS_STORED, minutes=minutes, has_own_minutes=has_own_minutes)
    # Then
    assert verdict(now, stored, lease(store, "run-2"), known) is expected


def test_small_steps_of_minutes_add_up(store: ArtefactStore) -> None:
    # Given: a text of 60 minutes that was kept at 65, and is stored as it was.
    stored = save(store, minutes=60)
    kept = remembered(replace(AS_STORED, minutes=65), Verdict.KEEP, stored, None)
    # When: five more.
    of_seventy = replace(AS_STORED, minutes=70, has_own_minutes=True)
    # Then: it is as far from what it was written for as if it had come at once.
    assert verdict(of_seventy, stored, lease(store, "run-3"), kept) is Verdict.MAKE


@pytest.mark.parametrize(
    ("of_now", "expected"),
    [
        (AS_STORED, Verdict.STALE),
        (WITH_ANOTHER_TOPIC, Verdict.STALE),
        (forced(AS_STORED, by="stale"), Verdict.MAKE),
        (forced(AS_STORED, by="module"), Verdict.MAKE),
        (forced(AS_STORED, by="name"), Verdict.MAKE),
    ],
)
def test_a_text_of_an_earlier_version_is_kept_since_nobody_can_tell_what_was_asked_for(
    store: ArtefactStore, of_now: Wanted, expected: Verdict
) -> None:
    # Given: the one fingerprint of before, of all sources at once.
    stored = put(store, "a", {"fingerprint": "of-everything", **provenance("run-0", PAID)})
    # Then
    assert verdict(of_now, stored, lease(store, "run-1")) is expected


def test_a_text_that_lost_its_metadata_is_judged_by_the_manifest(store: ArtefactStore) -> None:
    # Given: it was copied by a program that drops metadata.
    ours = save(store)
    copied, known = put(store, "a", {}), written(AS_STORED, ours)
    # Then
    run = lease(store, "run-2")
    assert verdict(AS_STORED, copied, run, known) is Verdict.KEEP
    assert verdict(OF_ANOTHER_PROMPT, copied, run, known) is Verdict.STALE
    assert verdict(WITH_ANOTHER_TOPIC, copied, run, known) is Verdict.MAKE


def test_a_manifest_tells_of_the_content_that_it_remembers_only(store: ArtefactStore) -> None:
    # Given: the pipeline wrote something there that answers nothing, such as the PNG of an author's drawing.
    known = written(AS_STORED, save(store))
    other = store.write(AS_STORED.key, "b", content_type="text/plain", replacing=found_in(store))
    # Then: what is remembered of the text before says nothing about it.
    assert verdict(AS_STORED, other, lease(store, "run-2"), known) is Verdict.MAKE


def test_what_is_kept_is_remembered_with_its_sources(store: ArtefactStore) -> None:
    # When
    stored = save(store, minutes=20)
    known = written(replace(AS_STORED, minutes=21), stored)
    # Then: with the minutes that it was written for.
    assert known == Written(
        sha256=stored.sha256,
        fingerprint=AS_STORED.fingerprint,
        shape=AS_STORED.shape,
        asked={"topics": "one"},
        shaped={"prompt": "1"},
        minutes=20,
    )


def test_what_is_stale_is_remembered_with_what_shaped_it_then(store: ArtefactStore) -> None:
    # Given
    stored = save(store)
    # When: a run of another prompt keeps it, and the next one does, too.
    known = remembered(OF_ANOTHER_PROMPT, Verdict.STALE, stored, written(AS_STORED, stored))
    again = remembered(OF_ANOTHER_PROMPT, Verdict.STALE, stored, known)
    # Then
    assert (known.shaped, known.shape, known.is_stale) == ({"prompt": "1"}, AS_STORED.shape, True)
    assert again == known
    # And: without a manifest nobody knows what shaped it, but it is not taken for what shapes it now.
    unknown = remembered(OF_ANOTHER_PROMPT, Verdict.STALE, stored, None)
    assert (unknown.shaped, unknown.shape, unknown.is_stale) == ({}, AS_STORED.shape, True)


def test_what_is_left_is_remembered_as_it_was(store: ArtefactStore) -> None:
    # Given
    stored = save(store)
    # Then: by the manifest, and without one by what it says itself.
    known = written(AS_STORED, stored)
    assert remembered(left(WITH_ANOTHER_TOPIC), Verdict.LEFT, stored, known) == known
    unknown = remembered(left(WITH_ANOTHER_TOPIC), Verdict.LEFT, stored, None)
    assert (unknown.sha256, unknown.fingerprint, unknown.asked) == (stored.sha256, AS_STORED.fingerprint, {})
    # And: the next run that may ask a model makes it.
    assert verdict(WITH_ANOTHER_TOPIC, stored, lease(store, "run-3"), unknown) is Verdict.MAKE


def test_of_the_authors_text_the_manifest_goes_on_to_remember_what_the_pipeline_wrote(store: ArtefactStore) -> None:
    # Given
    ours = save(store)
    edited = put(store, "a, better", ours.metadata)
    # When
    known = remembered(WITH_ANOTHER_TOPIC, Verdict.YOURS, edited, written(AS_STORED, ours))
    # Then
    assert (known.maker, known.sha256, known.asked) == (Maker.AUTHOR, ours.sha256, {"topics": "one"})
    # And: of a text that the pipeline never wrote there is no hash.
    uploaded = put(store, "mine", authors_provenance("Ada"))
    assert remembered(AS_STORED, Verdict.YOURS, uploaded, None).sha256 == ""


def test_sources_without_a_word_are_none() -> None:
    # Then: a field that is added empty changes no fingerprint.
    assert sources(topics=["a", "b"], description=" ", objectives=(), minutes=0) == {"topics": "a\nb", "minutes": "0"}

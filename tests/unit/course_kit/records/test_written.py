"""Whose an object is: told by what the pipeline wrote, in its metadata and in the manifest."""

from collections.abc import Mapping

import pytest

from course_kit.records.written import Maker, Written, is_authors
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.provenance import authors_provenance

KEY, BODY = "p/lessons/module-1-lesson-1-a.md", "# A\n"


@pytest.fixture
def ours(store: ArtefactStore) -> Artefact:
    """A lesson as the pipeline writes it."""
    return store.write(KEY, BODY, content_type="text/markdown", replacing=None, fingerprint="f", shape="s")


def put(store: ArtefactStore, body: str, metadata: Mapping[str, str] | None = None) -> Artefact:
    """Store the lesson as another program does."""
    store.client.put_object(Bucket=store.bucket, Key=KEY, Body=body.encode(), Metadata=dict(metadata or {}))
    found = store.find(KEY)
    assert found is not None
    return found


def known(ours: Artefact) -> Written:
    return Written(sha256=ours.sha256, fingerprint="f")


def test_what_the_pipeline_wrote_is_its_own_by_metadata_alone_and_by_the_manifest_alone(
    store: ArtefactStore, ours: Artefact
) -> None:
    # Then: by its metadata, before a manifest names it.
    assert not is_authors(ours, None)
    assert not is_authors(ours, known(ours))
    # And: by the manifest, after an export and an import with a program that keeps no metadata.
    assert not is_authors(put(store, BODY), known(ours))


@pytest.mark.parametrize("has_metadata", [True, False])
@pytest.mark.parametrize("is_in_manifest", [True, False])
def test_another_content_is_the_authors_whatever_the_program_kept(
    store: ArtefactStore, ours: Artefact, *, has_metadata: bool, is_in_manifest: bool
) -> None:
    # When
    edited = put(store, "# A\n\nMy words.\n", ours.metadata if has_metadata else {})
    # Then
    assert is_authors(edited, known(ours) if is_in_manifest else None)


def test_an_object_that_nobody_knows_is_the_authors(store: ArtefactStore) -> None:
    # Then: it lies where the pipeline writes, but the pipeline would have left its fingerprint.
    assert is_authors(put(store, BODY), None)
    assert is_authors(put(store, BODY), Written(maker=Maker.AUTHOR))


def test_what_a_person_saved_is_the_authors_even_with_the_pipelines_content(
    store: ArtefactStore, ours: Artefact
) -> None:
    # When: the text is checked in unchanged, so its author approves of it.
    saved = store.write(KEY, BODY, content_type="m", replacing=ours, metadata=authors_provenance("Ada", "checked"))
    # Then
    assert is_authors(saved, known(ours))


@pytest.mark.parametrize("has_metadata", [True, False])
def test_an_edit_that_is_undone_by_hand_gives_the_text_back_to_the_pipeline(
    store: ArtefactStore, ours: Artefact, *, has_metadata: bool
) -> None:
    # Given: a run has seen the edit.
    metadata = ours.metadata if has_metadata else {}
    put(store, "# A\n\nMy words.\n", metadata)
    seen = known(ours).model_copy(update={"maker": Maker.AUTHOR})
    # When
    undone = put(store, BODY, metadata)
    # Then
    assert not is_authors(undone, seen)


def test_an_object_of_an_earlier_version_is_the_pipelines_until_its_hash_is_known(store: ArtefactStore) -> None:
    # Given: earlier versions left a fingerprint and no hash.
    earlier = put(store, BODY, {"fingerprint": "f"})
    assert not is_authors(earlier, None)
    # When: a run has kept it and remembers its hash, and the author edits it with the metadata kept.
    kept = Written(sha256=earlier.sha256, fingerprint="f", is_stale=True)
    # Then
    assert not is_authors(earlier, kept)
    assert is_authors(put(store, "# A\n\nMy words.\n", {"fingerprint": "f"}), kept)


def test_the_hash_is_of_the_body_also_where_the_other_program_asked_for_no_checksum(
    store: ArtefactStore, ours: Artefact
) -> None:
    # Given: a program that lies about the content, with the metadata of the pipeline.
    edited = put(store, "# B\n", ours.metadata)
    # Then: the hash was read from the body, not taken from the metadata.
    assert edited.sha256 != edited.written_sha256 == ours.sha256

"""Artefacts: found by fingerprint, never overwritten unseen, listed over all pages."""

import pytest

from course_kit.artefact_store import ArtefactStore, fingerprint_of
from course_kit.errors import ArtefactConflict
from course_kit.usage import Usage


def test_an_artefact_is_found_with_its_fingerprint_and_metadata(store: ArtefactStore) -> None:
    # Given: a lesson saved with a fingerprint.
    written = store.write(
        "p/lesson.md", "Añade", content_type="text/markdown", replacing=None, fingerprint="f1", metadata={"words": "1"}
    )
    # When: it is looked for.
    found = store.find("p/lesson.md")
    # Then: it is what was written, accents and all.
    assert found == written
    assert found is not None
    assert found.fingerprint == "f1"
    assert store.read("p/lesson.md") == "Añade".encode()


def test_what_is_not_there_is_none_and_no_error(store: ArtefactStore) -> None:
    assert store.find("p/missing") is None
    assert store.read("p/missing") is None
    assert store.read_model("p/missing", Usage) is None


def test_a_new_artefact_never_overwrites_one_that_appeared_meanwhile(store: ArtefactStore) -> None:
    # Given: two executions saw that there was nothing, and the first has written.
    store.write("p/a", "first", content_type="text/plain", replacing=None)
    # When / Then: the second is refused by name, and the first's text stands.
    with pytest.raises(ArtefactConflict, match="p/a"):
        store.write("p/a", "second", content_type="text/plain", replacing=None)
    assert store.read("p/a") == b"first"


def test_an_artefact_is_replaced_only_as_it_was_seen(store: ArtefactStore) -> None:
    # Given: two executions read the same artefact, and the first has replaced it.
    seen = store.write("p/a", "old", content_type="text/plain", replacing=None)
    store.write("p/a", "new", content_type="text/plain", replacing=seen)
    # When / Then: the second's replacement is refused.
    with pytest.raises(ArtefactConflict):
        store.write("p/a", "other", content_type="text/plain", replacing=seen)
    assert store.read("p/a") == b"new"


@pytest.mark.parametrize("is_new", [True, False])
def test_a_write_that_was_carried_out_though_its_answer_got_lost_is_no_conflict(
    store: ArtefactStore, monkeypatch: pytest.MonkeyPatch, is_new: bool
) -> None:
    # Given: S3 stores an object and answers 500, so that botocore sends the same request again.
    earlier = None if is_new else store.write("k", "old", content_type="text/plain", replacing=None)
    put_object = store.client.put_object

    def answered_at_the_second_attempt(**request: object) -> object:
        put_object(**request)  # type: ignore[arg-type]
        return put_object(**request)  # type: ignore[arg-type]

    monkeypatch.setattr(store.client, "put_object", answered_at_the_second_attempt)
    # When
    written = store.write("k", "new", content_type="text/plain", replacing=earlier, fingerprint="f")
    # Then
    assert (store.read("k"), store.find("k")) == (b"new", written)


def test_a_listing_goes_on_after_a_thousand_keys(store: ArtefactStore) -> None:
    # Given: more objects than one page of S3 holds.
    for number in range(1005):
        store.client.put_object(Bucket=store.bucket, Key=f"p/prompts/{number:04d}", Body=b"")
    # When / Then
    assert len(list(store.keys("p/prompts/"))) == 1005


def test_a_fingerprint_depends_on_every_part_and_on_nothing_else() -> None:
    base = fingerprint_of({"b": 1, "a": "ñ"}, Usage(model_calls=1), "prompt-1")
    assert base == fingerprint_of({"a": "ñ", "b": 1}, Usage(model_calls=1), "prompt-1")
    assert base != fingerprint_of({"a": "ñ", "b": 1}, Usage(model_calls=2), "prompt-1")
    assert base != fingerprint_of({"a": "ñ", "b": 1}, Usage(model_calls=1), "prompt-2")

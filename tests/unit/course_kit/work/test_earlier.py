"""Earlier versions of what a run wants: taken back before a model is asked."""

from dataclasses import replace

import pytest

from course_kit.errors import ArtefactConflict
from course_kit.step_metrics import StepMetric
from course_kit.store import artefact_store
from course_kit.store.artefact import Artefact, minutes_metadata
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.provenance import authors_provenance, maker_of, provenance, usage_of
from course_kit.usage import Usage
from course_kit.work.earlier import earlier_as_wanted, take_back
from course_kit.work.wanted import Wanted

PAID = Usage(model_calls=1, input_tokens=10, output_tokens=20)
ENGLISH = Wanted(identity="a", key="p/a.md", asked={"language": "en"}, shaped={"prompt": "1"})
SPANISH = replace(ENGLISH, asked={"language": "es"})
OF_ANOTHER_PROMPT = replace(ENGLISH, shaped={"prompt": "2"})


def save(store: ArtefactStore, wanted: Wanted, body: str, *, minutes: int | None = None) -> Artefact:
    """Save a text over what is there, as a run does."""
    return store.write(
        wanted.key,
        body,
        content_type="text/markdown; charset=utf-8",
        replacing=store.find(wanted.key),
        fingerprint=wanted.fingerprint,
        shape=wanted.shape,
        metadata={**provenance("run-1", PAID), **minutes_metadata(minutes), "word-count": "3"},
    )


def test_a_text_that_is_wanted_again_is_taken_back_as_it_was(store: ArtefactStore) -> None:
    # Given: an English text, then a Spanish one in its place.
    english = save(store, ENGLISH, "Hello")
    spanish = save(store, SPANISH, "Hola")
    # When
    taken = take_back(store, ENGLISH, spanish)
    # Then: with its provenance and counts, by a version of its own.
    assert taken is not None
    assert store.read(ENGLISH.key) == b"Hello"
    assert (taken.fingerprint, taken.shape) == (ENGLISH.fingerprint, ENGLISH.shape)
    assert (maker_of(taken), usage_of(taken), taken.metadata["word-count"]) == ("run-1", PAID, "3")
    assert taken.version not in (english.version, spanish.version)
    head = store.client.head_object(Bucket=store.bucket, Key=ENGLISH.key)
    assert head["ContentType"] == "text/markdown; charset=utf-8"
    # And: nothing is lost on the way back.
    assert take_back(store, SPANISH, taken) is not None
    assert store.read(ENGLISH.key) == b"Hola"


def test_what_is_taken_back_does_not_count_as_made(store: ArtefactStore, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    save(store, ENGLISH, "Hello")
    spanish = save(store, SPANISH, "Hola")
    counted: list[StepMetric] = []
    monkeypatch.setattr(artefact_store, "count", counted.append)
    # When / Then
    assert take_back(store, ENGLISH, spanish) is not None
    assert counted == []
    save(store, replace(ENGLISH, asked={"language": "fr"}), "Bonjour")
    assert counted == [StepMetric.ARTEFACTS_MADE]


def test_a_version_of_the_same_prompt_comes_before_a_newer_one_of_another(store: ArtefactStore) -> None:
    # Given: two English texts, and the Spanish one that is there now.
    save(store, ENGLISH, "of the prompt of now")
    save(store, OF_ANOTHER_PROMPT, "newer, and of another prompt")
    spanish = save(store, SPANISH, "Hola")
    # When / Then
    assert take_back(store, ENGLISH, spanish) is not None
    assert store.read(ENGLISH.key) == b"of the prompt of now"


def test_a_stale_version_is_better_than_a_new_text_except_where_stale_ones_are_not_wanted(
    store: ArtefactStore,
) -> None:
    # Given: two of other prompts.
    save(store, OF_ANOTHER_PROMPT, "older")
    save(store, replace(ENGLISH, shaped={"prompt": "3"}), "newest")
    spanish = save(store, SPANISH, "Hola")
    # When / Then
    assert earlier_as_wanted(store, replace(ENGLISH, renews_stale=True)) is None
    assert take_back(store, ENGLISH, spanish) is not None
    assert store.read(ENGLISH.key) == b"newest"


@pytest.mark.parametrize("is_named", [True, False])
def test_what_is_to_be_made_again_is_not_taken_back(store: ArtefactStore, *, is_named: bool) -> None:
    save(store, ENGLISH, "Hello")
    save(store, SPANISH, "Hola")
    assert earlier_as_wanted(store, replace(ENGLISH, is_forced=True, is_named=is_named)) is None


def test_a_version_of_the_authors_is_the_authors_to_restore(store: ArtefactStore) -> None:
    # Given: one edited with its metadata kept, one without, one checked in, and the pipeline's that followed.
    ours = save(store, ENGLISH, "Hello")
    for body, metadata in (
        ("edited", ours.metadata),
        ("uploaded", {}),
        ("checked in", {**ours.metadata, **authors_provenance("Ada")}),
    ):
        store.client.put_object(Bucket=store.bucket, Key=ENGLISH.key, Body=body.encode(), Metadata=dict(metadata))
    spanish = save(store, SPANISH, "Hola")
    # When / Then
    assert take_back(store, ENGLISH, spanish) is not None
    assert store.read(ENGLISH.key) == b"Hello"


def test_only_the_authors_versions_leave_nothing_to_take_back(store: ArtefactStore) -> None:
    ours = save(store, ENGLISH, "Hello")
    store.client.delete_object(Bucket=store.bucket, Key=ENGLISH.key, VersionId=ours.version or "")
    store.client.put_object(Bucket=store.bucket, Key=ENGLISH.key, Body=b"edited", Metadata=dict(ours.metadata))
    assert take_back(store, ENGLISH, save(store, SPANISH, "Hola")) is None
    assert store.read(ENGLISH.key) == b"Hola"


def test_a_text_is_taken_back_after_it_was_removed(store: ArtefactStore) -> None:
    # Given: a lesson that was dropped from the outline.
    save(store, ENGLISH, "Hello")
    store.delete(ENGLISH.key)
    # When
    taken = take_back(store, ENGLISH, store.find(ENGLISH.key))
    # Then: the mark of its removal is in no way.
    assert taken is not None
    assert store.read(ENGLISH.key) == b"Hello"


def test_a_text_for_other_minutes_is_not_what_is_asked_for(store: ArtefactStore) -> None:
    # Given
    save(store, ENGLISH, "for an hour", minutes=60)
    save(store, ENGLISH, "for half an hour", minutes=30)
    spanish = save(store, SPANISH, "Hola")
    # When / Then: the longer one, though the other is newer; none is near enough to 90.
    asked = replace(ENGLISH, has_own_minutes=True)
    assert earlier_as_wanted(store, replace(asked, minutes=90)) is None
    assert take_back(store, replace(asked, minutes=60), spanish) is not None
    assert store.read(ENGLISH.key) == b"for an hour"


def test_a_text_of_an_earlier_version_of_the_pipeline_is_not_known_to_be_what_is_asked_for(
    store: ArtefactStore,
) -> None:
    metadata = {"fingerprint": ENGLISH.fingerprint, "shape": ENGLISH.shape}
    store.client.put_object(Bucket=store.bucket, Key=ENGLISH.key, Body=b"Hello", Metadata=metadata)
    save(store, SPANISH, "Hola")
    assert earlier_as_wanted(store, ENGLISH) is None


def test_what_somebody_wrote_meanwhile_is_not_overwritten(store: ArtefactStore) -> None:
    # Given: an edit between the look at the key and the taking back.
    save(store, ENGLISH, "Hello")
    spanish = save(store, SPANISH, "Hola")
    store.client.put_object(Bucket=store.bucket, Key=ENGLISH.key, Body=b"mine", Metadata={})
    # When / Then
    with pytest.raises(ArtefactConflict, match=r"p/a\.md: another execution wrote it meanwhile"):
        take_back(store, ENGLISH, spanish)
    assert store.read(ENGLISH.key) == b"mine"


def test_other_keys_that_begin_with_this_one_are_other_texts(store: ArtefactStore) -> None:
    # Given: a key that is the beginning of another one's, which has two versions.
    longer = replace(ENGLISH, key="p/a.md.json")
    save(store, longer, "Hello")
    save(store, replace(longer, asked=SPANISH.asked), "Hola")
    save(store, SPANISH, "Hola")
    # Then
    assert earlier_as_wanted(store, ENGLISH) is None
    assert earlier_as_wanted(store, longer) is not None


def test_only_the_newest_fifty_versions_are_looked_at(store: ArtefactStore) -> None:
    # Given
    save(store, ENGLISH, "Hello")
    for number in range(50):
        save(store, SPANISH, f"Hola {number}")
    # When / Then: one of fifty later versions is there now, so the text is the fiftieth that is not.
    assert earlier_as_wanted(store, ENGLISH) is not None
    save(store, SPANISH, "Hola otra vez")
    assert earlier_as_wanted(store, ENGLISH) is None

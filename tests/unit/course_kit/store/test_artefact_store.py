"""Artefacts: found by fingerprint, never overwritten unseen, listed over all pages."""

from collections.abc import Callable
from http.client import IncompleteRead
from io import BytesIO

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.response import StreamingBody
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from course_kit.errors import ArtefactConflict, StorageUnavailable
from course_kit.store.artefact import fingerprint_of
from course_kit.store.artefact_store import ArtefactStore
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


def test_an_update_keeps_what_another_function_wrote_in_between(store: ArtefactStore) -> None:
    # Given: a record that another function changes between the first look and the first write.
    store.write_model("p/sum.json", Usage(model_calls=1), replacing=None)
    seen: list[int] = []

    def one_call_more(usage: Usage) -> Usage:
        if not seen:
            store.write_model("p/sum.json", Usage(model_calls=5), replacing=store.find("p/sum.json"))
        seen.append(usage.model_calls)
        return Usage(model_calls=usage.model_calls + 1)

    # When / Then: the change is made again of what is stored now.
    assert store.update("p/sum.json", Usage, one_call_more) == Usage(model_calls=6)
    assert (seen, store.read_model("p/sum.json", Usage)) == ([1, 5], Usage(model_calls=6))


def test_an_update_writes_neither_the_same_again_nor_where_nothing_is(store: ArtefactStore) -> None:
    written = store.write_model("p/sum.json", Usage(model_calls=1), replacing=None)
    assert store.update("p/sum.json", Usage, lambda usage: usage) == Usage(model_calls=1)
    assert store.find("p/sum.json") == written
    assert store.update("p/missing.json", Usage, lambda usage: usage) is None


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


def raced(status: int, code: str) -> ClientError:
    """Return what S3 answers when a write meets another."""
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "PutObject")  # type: ignore[typeddict-item]


@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize("code", ["ConditionalRequestConflict", "OperationAborted", "409"])
def test_a_write_that_met_another_one_is_tried_again(
    store: ArtefactStore, monkeypatch: pytest.MonkeyPatch, *, code: str, is_new: bool
) -> None:
    # Given: S3 answers 409 twice, since another request for the key was going on, and that one came to nothing.
    earlier = None if is_new else store.write("k", "old", content_type="text/plain", replacing=None)
    put_object, asked = store.client.put_object, []
    monkeypatch.setattr("course_kit.store.artefact_store._RACE_PAUSES_SECONDS", (0, 0, 0))

    def answered_at_the_third_attempt(**request: object) -> object:
        asked.append(request)
        if len(asked) < 3:
            raise raced(409, code)
        return put_object(**request)  # type: ignore[arg-type]

    monkeypatch.setattr(store.client, "put_object", answered_at_the_third_attempt)
    # When
    written = store.write("k", "new", content_type="text/plain", replacing=earlier)
    # Then: it is written, on the condition that it had from the beginning.
    assert (store.read("k"), store.find("k")) == (b"new", written)
    assert len({(request.get("IfMatch"), request.get("IfNoneMatch")) for request in asked}) == 1


def test_writes_that_go_on_meeting_others_are_an_outage_and_no_conflict(
    store: ArtefactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: S3 says 409 as often as it is asked.
    def refuses(**_: object) -> None:
        raise raced(409, "ConditionalRequestConflict")

    monkeypatch.setattr("course_kit.store.artefact_store._RACE_PAUSES_SECONDS", (0, 0, 0))
    monkeypatch.setattr(store.client, "put_object", refuses)
    # When / Then: it is what the state machine tries again; a conflict would end the run.
    with pytest.raises(StorageUnavailable, match="k: "):
        store.write("k", "new", content_type="text/plain", replacing=None)


def test_what_is_gone_when_it_is_to_be_replaced_is_a_conflict_that_says_so(
    store: ArtefactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: another execution removes an artefact that was seen, and S3 answers 404 as it does where nothing can match.
    seen = store.write("k", "old", content_type="text/plain", replacing=None)
    store.delete("k")

    def finds_nothing(**_: object) -> None:
        raise raced(404, "NoSuchKey")

    monkeypatch.setattr(store.client, "put_object", finds_nothing)
    # When / Then: a typed error, and nothing was written.
    with pytest.raises(ArtefactConflict, match="k: another execution removed it meanwhile"):
        store.write("k", "new", content_type="text/plain", replacing=seen)
    assert store.find("k") is None


def test_a_bucket_that_is_not_there_is_no_conflict(store: ArtefactStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def finds_no_bucket(**_: object) -> None:
        raise raced(404, "NoSuchBucket")

    monkeypatch.setattr(store.client, "put_object", finds_no_bucket)
    with pytest.raises(ClientError, match="NoSuchBucket"):
        store.write("k", "new", content_type="text/plain", replacing=None)


class BreaksOff(BytesIO):
    """What a body is read from: half of it comes, and then this error, or nothing more."""

    def __init__(self, body: bytes, error: Exception | None) -> None:
        super().__init__(body[: len(body) // 2])
        self.error = error

    def read(self, size: int | None = -1) -> bytes:
        if self.error is not None:
            raise self.error
        return super().read(size)


BROKEN_BODIES = [
    ProtocolError("Connection broken", IncompleteRead(b"ha", 2)),
    ReadTimeoutError(None, None, "Read timed out."),  # type: ignore[arg-type]
    ConnectionResetError(104, "Connection reset by peer"),
    None,
]


@pytest.mark.parametrize("error", BROKEN_BODIES, ids=lambda error: type(error).__name__)
def test_a_body_that_breaks_off_is_read_again_and_is_an_outage_when_it_goes_on_doing_so(
    store: ArtefactStore, monkeypatch: pytest.MonkeyPatch, error: Exception | None
) -> None:
    # Given: S3 answers 200, and twice only half of the object comes.
    store.write("k", "whole", content_type="text/plain", replacing=None)
    get_object, asked = store.client.get_object, []

    def broken(first: int) -> Callable[..., object]:
        def answer(**request: object) -> object:
            asked.append(request)
            response = get_object(**request)  # type: ignore[arg-type]
            if len(asked) <= first:
                response["Body"] = StreamingBody(BreaksOff(b"whole", error), len(b"whole"))
            return response

        return answer

    monkeypatch.setattr(store.client, "get_object", broken(first=2))
    # When / Then: nobody gets half an object.
    assert (store.read("k"), len(asked)) == (b"whole", 3)
    # When: none ever comes whole / Then: it is what the state machine tries again.
    asked.clear()
    monkeypatch.setattr(store.client, "get_object", broken(first=100))
    with pytest.raises(StorageUnavailable, match="k: the connection to S3 failed"):
        store.read("k")
    assert len(asked) == 3


@pytest.mark.parametrize(
    "failure",
    [
        ClientError({"Error": {"Code": "SlowDown"}, "ResponseMetadata": {"HTTPStatusCode": 503}}, "Any"),  # type: ignore[typeddict-item]
        ClientError({"Error": {"Code": "500"}, "ResponseMetadata": {"HTTPStatusCode": 500}}, "HeadObject"),  # type: ignore[typeddict-item]
        EndpointConnectionError(endpoint_url="https://s3"),
    ],
    ids=["slow down", "500 without a body", "no connection"],
)
def test_s3_that_goes_on_failing_is_an_outage_whatever_it_is_asked_for(
    store: ArtefactStore, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(store.client, "_make_api_call", fails)
    for ask in (
        lambda: store.find("k"),
        lambda: store.read("k"),
        lambda: store.write("k", "x", content_type="text/plain", replacing=None),
        lambda: store.delete("k"),
        lambda: list(store.keys("p/")),
    ):
        with pytest.raises(StorageUnavailable):
            ask()


def test_what_no_later_attempt_mends_is_no_outage(store: ArtefactStore) -> None:
    elsewhere = ArtefactStore(store.client, "no-such-bucket")
    with pytest.raises(ClientError, match="NoSuchBucket"):
        elsewhere.write("k", "x", content_type="text/plain", replacing=None)


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

"""Whoever watches a run hears of throttles and outages while they last, and no step fails by telling."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from content_gen.handler import lambda_handler as write_lessons
from course_kit.errors import CourseError, ModelThrottled, ModelUnavailable, StorageUnavailable, TextRejected
from course_kit.model.drafts import TELLING_PAUSE_SECONDS, DraftRecord, UnitOfWork, unit_of_work
from course_kit.model.model_answer import ModelAnswer
from course_kit.records.project_lease import ProjectLease
from course_kit.records.trouble import Trouble
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.usage import Usage
from tests.support.buckets import BUCKET
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_event import step_event
from tests.support.writing_server import WritingServer

KEYS = ProjectKeys("p")
DRAFT = "p/drafts/lessons/a.md.json"
THROTTLE = ModelThrottled("Rate exceeded")
_OUTLINE = "course: {title: Networks}\nmodules: [{title: One, lessons: [{title: Cables, topics: [Copper]}]}]\n"


@pytest.fixture(autouse=True)
def nothing_told_yet() -> Iterator[None]:
    UnitOfWork.next_telling = 0.0
    yield
    UnitOfWork.next_telling = 0.0


def trouble_of(store: ArtefactStore) -> Trouble | None:
    record = store.read_model(DRAFT, DraftRecord)
    return record.trouble if record else None


def told(store: ArtefactStore) -> Trouble:
    trouble = trouble_of(store)
    assert trouble is not None
    return trouble


def lease(store: ArtefactStore, execution: str = "run-1") -> ProjectLease:
    return ProjectLease(store, KEYS, execution)


def test_a_throttle_is_told_with_its_start_its_attempts_and_the_next_one(store: ArtefactStore) -> None:
    async def work() -> None:
        async with unit_of_work(lease(store), "p/lessons/a.md") as unit:
            # When
            await unit.tell(THROTTLE, 8.0)
            # Then
            first = told(store)
            assert (first.error, first.words, first.attempts) == ("ModelThrottled", "Rate exceeded", 1)
            assert first.next_try_at == first.since + timedelta(seconds=8)
            # And: what follows within seconds is counted, not told.
            await unit.tell(THROTTLE, 4.0)
            assert told(store) == first
            UnitOfWork.next_telling -= TELLING_PAUSE_SECONDS
            await unit.tell(THROTTLE, 4.0)
            assert (told(store).attempts, told(store).since) == (3, first.since)
            await unit.done()

    asyncio.run(work())
    assert trouble_of(store) is None


def test_the_texts_of_one_function_tell_one_trouble(store: ArtefactStore) -> None:
    async def together() -> None:
        # Given: one text has told its trouble, and a second one is throttled, too.
        async with unit_of_work(lease(store), "p/lessons/a.md") as first:
            await first.tell(THROTTLE, 8.0)
            async with unit_of_work(lease(store), "p/lessons/b.md") as second:
                await second.tell(THROTTLE, 8.0)
                assert list(store.keys(KEYS.drafts())) == [DRAFT]
                # When: the first one is finished.
                await first.done()
                # Then: the second one tells.
                await second.tell(THROTTLE, 8.0)
                assert list(store.keys(KEYS.drafts())) == ["p/drafts/lessons/b.md.json"]

    asyncio.run(together())


def test_a_step_that_gives_up_says_so_and_the_next_attempt_continues(store: ArtefactStore) -> None:
    # Given
    async def fail() -> None:
        async with unit_of_work(lease(store), "p/lessons/a.md") as unit:
            await unit.tell(THROTTLE, 8.0)
            raise THROTTLE

    with pytest.raises(ModelThrottled):
        asyncio.run(fail())
    given_up = told(store)
    assert (given_up.attempts, given_up.next_try_at) == (2, None)

    # When: the state machine tries the step again, and its first call waits for an answer.
    async def next_attempt() -> None:
        async with unit_of_work(lease(store), "p/lessons/a.md") as unit:
            assert told(store).next_try_at is not None
            await unit.tell(THROTTLE, None)
            # Then
            assert (told(store).attempts, told(store).since) == (3, given_up.since)

    asyncio.run(next_attempt())


def test_an_answer_ends_the_trouble(store: ArtefactStore) -> None:
    async def work() -> None:
        async with unit_of_work(lease(store), "p/lessons/a.md") as unit:
            await unit.tell(THROTTLE, 8.0)
            unit.pay(Usage(model_calls=1))
            unit.remember("place", ModelAnswer(text="a", stop_reason="stop", usage=Usage()))
            # Before the next call.
            await unit.keep()
            assert trouble_of(store) is None

    asyncio.run(work())


@pytest.mark.parametrize("error", [StorageUnavailable("p/x: S3 failed"), ModelUnavailable("503")])
def test_every_temporary_failure_is_told(error: CourseError, store: ArtefactStore) -> None:
    async def work() -> None:
        async with unit_of_work(lease(store), "p/lessons/a.md"):
            raise error

    with pytest.raises(type(error)):
        asyncio.run(work())
    assert (told(store).error, told(store).next_try_at) == (type(error).__name__, None)


def test_a_final_failure_is_no_trouble_that_passes(store: ArtefactStore) -> None:
    async def work() -> None:
        async with unit_of_work(lease(store), "p/lessons/a.md") as unit:
            await unit.tell(THROTTLE, 8.0)
            raise TextRejected("no text")

    with pytest.raises(TextRejected):
        asyncio.run(work())
    assert trouble_of(store) is None


def test_another_run_does_not_inherit_the_trouble(store: ArtefactStore) -> None:
    async def work(execution: str) -> None:
        async with unit_of_work(lease(store, execution), "p/lessons/a.md") as unit:
            await unit.tell(THROTTLE, None)

    asyncio.run(work("run-1"))
    asyncio.run(work("run-2"))
    assert (told(store).execution_name, told(store).attempts) == ("run-2", 1)


def test_trouble_that_cannot_be_told_fails_no_text(store: ArtefactStore) -> None:
    # Given: a bucket that refuses writes.
    denied = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "PutObject")
    client = Mock(wraps=store.client)
    client.put_object.side_effect = denied
    refusing = ArtefactStore(client=client, bucket=BUCKET)

    async def work() -> str:
        async with unit_of_work(lease(refusing), "p/lessons/a.md") as unit:
            await unit.tell(THROTTLE, 8.0)
            return "written"

    # When / Then
    assert asyncio.run(work()) == "written"
    assert client.put_object.called


def test_a_throttled_lesson_tells_and_leaves_nothing_behind(
    store: ArtefactStore,
    lambda_context: FakeLambdaContext,
    writing_server: WritingServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given: a model that is throttled twice, and then answers.
    monkeypatch.setattr("course_kit.model.model_retries.MAX_DELAY_SECONDS", 0)
    store.write("p/outline.yaml", _OUTLINE, content_type="application/yaml", replacing=None)
    writing_server.behave({"misbehaviour": "throttled", "first_calls": 2})
    # When
    write_lessons(step_event(), lambda_context)
    # Then
    versions = store.client.list_object_versions(Bucket=BUCKET, Prefix=KEYS.drafts())["Versions"]
    record = store.read(versions[-1]["Key"], versions[-1]["VersionId"])
    trouble = DraftRecord.model_validate_json(record or b"").trouble
    assert trouble is not None
    assert (trouble.error, trouble.attempts) == ("ModelThrottled", 1)
    assert list(store.keys(KEYS.drafts())) == []


@pytest.mark.parametrize(
    ("error", "next_try_in", "lasts", "is_over"),
    [(THROTTLE, 8.0, 30, 60), (THROTTLE, None, 280, 400), (ModelUnavailable("503"), None, 50, 90)],
)
def test_trouble_of_which_nothing_more_is_heard_is_over(
    error: CourseError, next_try_in: float | None, lasts: int, is_over: int
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    trouble = Trouble.of(error, "run-1", now=now, next_try_in=next_try_in, before=None)
    assert trouble.is_current(now + timedelta(seconds=lasts))
    assert not trouble.is_current(now + timedelta(seconds=is_over))

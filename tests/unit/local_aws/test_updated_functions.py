"""A call outlasts an update of its function; ministack would kill its worker."""

from collections.abc import Iterator

import pytest
from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local_aws.updated_functions import let_calls_end

KEY = "000000000000:us-east-1:writer:$LATEST"


class Worker:
    def __init__(self, *, in_use: bool) -> None:
        self.in_use = in_use


class Pool:
    """Two workers, one of which has a call."""

    def __init__(self, killed: list[Worker]) -> None:
        self.killed = killed
        self.busy, self.free = Worker(in_use=True), Worker(in_use=False)
        lambda_runtime._workers[KEY] = [self.busy, self.free]


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pool]:
    killed: list[Worker] = []

    def update(name: str, data: object) -> None:
        lambda_svc.invalidate_worker(name, qualifier="$LATEST", account="000000000000", region="us-east-1")

    monkeypatch.setattr(lambda_runtime, "kill_workers", killed.extend)
    monkeypatch.setattr(lambda_runtime, "_workers", {})
    for name in ("_update_code", "_update_config"):
        monkeypatch.setattr(lambda_svc, name, update)
    for name in ("invalidate_worker", "release_worker"):
        monkeypatch.setattr(lambda_svc, name, getattr(lambda_runtime, name))
    let_calls_end()
    yield Pool(killed)


@pytest.mark.parametrize("update", ["_update_code", "_update_config"])
def test_a_worker_with_a_call_ends_after_it_and_one_without_at_once(pool: Pool, update: str) -> None:
    # When
    getattr(lambda_svc, update)("writer", {})
    # Then: neither gets another call.
    assert pool.killed == [pool.free]
    assert not lambda_runtime._workers.get(KEY)
    # And
    lambda_svc.release_worker(pool.busy)
    assert pool.killed == [pool.free, pool.busy]


def test_a_worker_that_has_failed_is_killed_as_ever(pool: Pool) -> None:
    lambda_svc.invalidate_worker("writer", qualifier="$LATEST", account="000000000000", region="us-east-1")
    assert pool.killed == [pool.busy, pool.free]
    # And: one that has not, stays.
    other = Worker(in_use=True)
    lambda_svc.release_worker(other)
    assert (other.in_use, other in pool.killed) == (False, False)

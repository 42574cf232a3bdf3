"""A function that is deployed anew while it is called: as on AWS, the call goes on with the code that it began with.

ministack kills the worker instead, and a model's answer that it waits for is paid, lost, and asked for again. Called in
ministack's own process.
"""

import threading
from collections.abc import Callable, Mapping

Update = Callable[[str, Mapping[str, object]], object]

_LATEST = "$LATEST"


def let_calls_end() -> None:
    """Patch ministack before it starts: an update kills the workers that are free, and the others after their call."""
    from ministack.core import lambda_runtime
    from ministack.services import lambda_svc

    invalidate, release = lambda_svc.invalidate_worker, lambda_svc.release_worker
    current, replaced = threading.local(), set[int]()

    def invalidating(name: str, **scope: str | None) -> None:
        if getattr(current, "is_update", False):
            with lambda_runtime._lock:
                for key, workers in lambda_runtime._workers.items():
                    if key.split(":")[-2:] == [name, _LATEST]:
                        replaced.update(id(worker) for worker in workers if worker.in_use)
                        workers[:] = [worker for worker in workers if not worker.in_use]
        invalidate(name, **scope)

    def releasing(worker: object) -> None:
        release(worker)
        if id(worker) in replaced:
            replaced.discard(id(worker))
            lambda_runtime.kill_workers([worker])

    def as_update(change: Update) -> Update:
        def updating(name: str, data: Mapping[str, object]) -> object:
            current.is_update = True
            try:
                return change(name, data)
            finally:
                current.is_update = False

        return updating

    lambda_svc.invalidate_worker, lambda_svc.release_worker = invalidating, releasing
    lambda_svc._update_code, lambda_svc._update_config = map(
        as_update, (lambda_svc._update_code, lambda_svc._update_config)
    )

"""Running a step's coroutine inside a Lambda handler."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")

# For reads and writes of S3 beside the model calls.
_STORAGE_THREADS = 4


def run_step(step: Coroutine[object, object, Result], *, at_once: int) -> Result:
    """Run a coroutine to its end, with a thread for each of the artefacts that it makes in parallel.

    boto3 blocks, so strands and this project call it in the loop's default pool of threads. Left alone, that pool has
    CPU cores + 4 threads, which would silently limit the parallel lessons.
    """

    async def with_threads() -> Result:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers=at_once + _STORAGE_THREADS))
        return await step

    return asyncio.run(with_threads())

"""Running a step's coroutine inside a Lambda handler."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def run_step(step: Coroutine[object, object, Result], *, max_threads: int) -> Result:
    """Run a coroutine to its end with a thread pool of the size it needs.

    boto3 blocks, so strands and we run it in the loop's default pool; asyncio's own default (CPU cores + 4) would
    silently cap the lessons written at once.
    """

    async def with_threads() -> Result:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers=max_threads))
        return await step

    return asyncio.run(with_threads())

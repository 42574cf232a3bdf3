"""Clients that write a course's lessons under a quota, each with its own way of trying again. Real calls, no pipeline.

They play the earlier system's settings, and compare botocore's retry modes with the patience of `ModelRetries`.
"""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from botocore.config import Config
from botocore.exceptions import ClientError

from benchmarks.bench_aws import BenchAws
from content_gen.lesson_prompts import lesson_prompt, system_prompt
from course_kit.brief.course_context import CourseContext
from course_kit.model.model_retries import MAX_DELAY_SECONDS, THROTTLE_ATTEMPTS
from course_kit.model_ids import OFFLINE_MODEL_ID
from course_kit.outline import Module, Outline, read_outline
from course_kit.outline.call_sizes import max_tokens_for_words
from course_kit.outline.lesson_specification import LessonSpecification

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient


@dataclass(frozen=True, kw_only=True)
class ClientSettings:
    """How a client calls the model."""

    name: str
    modules: int
    """Written at once; the lessons of each one after the other."""
    attempts: int
    """Of a call, with the client's own delays between them."""
    max_delay_seconds: float
    max_tokens: int | None = None
    """The same for every call; None follows each lesson's word target."""
    botocore_mode: Literal["standard", "adaptive"] = "standard"
    botocore_attempts: int = 1


# 32,000 tokens on every call, ten modules at once, three short retries of the step: throttled back to one module at
# a time within hours.
EARLIER = ClientSettings(name="earlier settings", modules=10, attempts=4, max_delay_seconds=2.0, max_tokens=32_000)
PACING = (
    ClientSettings(name="botocore standard", modules=12, attempts=1, max_delay_seconds=0, botocore_attempts=3),
    ClientSettings(
        name="botocore adaptive",
        modules=12,
        attempts=1,
        max_delay_seconds=0,
        botocore_mode="adaptive",
        botocore_attempts=3,
    ),
    ClientSettings(name="ModelRetries", modules=12, attempts=THROTTLE_ATTEMPTS, max_delay_seconds=MAX_DELAY_SECONDS),
    ClientSettings(
        name="ModelRetries on botocore adaptive",
        modules=12,
        attempts=THROTTLE_ATTEMPTS,
        max_delay_seconds=MAX_DELAY_SECONDS,
        botocore_mode="adaptive",
    ),
)


@dataclass(frozen=True)
class ClientResult:
    """What came of it. A module of which one lesson failed has failed, as its step would."""

    seconds: float
    lessons: int
    lessons_written: int
    modules_failed: int
    throttles: int


def play(aws: BenchAws, outline_source: bytes, settings: ClientSettings) -> ClientResult:
    """Write the lessons of a course; the model behaves as it was told before."""
    outline = read_outline(outline_source)
    system = system_prompt(CourseContext.of(outline, None))
    client = aws.model_client(
        Config(
            retries={"mode": settings.botocore_mode, "total_max_attempts": settings.botocore_attempts},
            max_pool_connections=settings.modules,
        )
    )

    def write(module: Module) -> int:
        written = 0
        for specification in _specifications(outline, module):
            max_tokens = settings.max_tokens or max_tokens_for_words(specification.word_target, specification.language)
            if not _ask(client, system, lesson_prompt(specification), max_tokens, settings):
                break
            written += 1
        return written

    started = time.monotonic()
    with ThreadPoolExecutor(settings.modules) as threads:
        written = list(threads.map(write, outline.modules))
    return ClientResult(
        seconds=time.monotonic() - started,
        lessons=sum(len(module.lessons) for module in outline.modules),
        lessons_written=sum(written),
        modules_failed=sum(done < len(module.lessons) for done, module in zip(written, outline.modules, strict=True)),
        throttles=aws.throttles(),
    )


def _specifications(outline: Outline, module: Module) -> Iterator[LessonSpecification]:
    return (LessonSpecification.of(outline, module, lesson) for lesson in module.lessons)


def _ask(client: "BedrockRuntimeClient", system: str, prompt: str, max_tokens: int, settings: ClientSettings) -> bool:
    for failures in range(1, settings.attempts + 1):
        try:
            client.converse(
                modelId=OFFLINE_MODEL_ID,
                system=[{"text": system}],
                messages=[{"role": "user", "content": [{"text": prompt}]}],
                inferenceConfig={"maxTokens": max_tokens},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ThrottlingException":
                raise
            if failures < settings.attempts:
                time.sleep(random.uniform(0, min(2 ** (failures - 1), settings.max_delay_seconds)))  # noqa: S311
        else:
            return True
    return False

"""A step: every function takes its concurrency from it, and so its threads."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from course_kit.errors import RequestInvalid
from course_kit.run.events import BaseParams, ModelProvider
from course_kit.work.async_steps import run_step
from course_kit.work.step import Step

LAMBDAS = Path(__file__).resolve().parents[4] / "lambdas"
# These two choose the run's concurrency, and hold what a step reads.
WITHOUT_STEP = {"prepare_modules", "course_kit"}
EVENT: dict[str, object] = {
    "course_bucket": "course-bucket",
    "outline_s3_key": "p/outline.yaml",
    "project_folder": "p",
}


@pytest.mark.parametrize(("wanted", "lessons", "images"), [(None, 5, 4), (2, 2, 2), (9, 5, 4)])
def test_a_step_does_as_many_things_at_once_as_its_run_may(
    function_environment: None, lambda_context: LambdaContext, wanted: int | None, lessons: int, images: int
) -> None:
    event = {**EVENT, "lesson_max_concurrency": wanted, "image_max_concurrency": wanted}
    step = Step.of(event, BaseParams, lambda_context)
    assert (step.lessons_at_once, step.images_at_once) == (lessons, images)


def test_a_step_writes_with_the_model_of_its_run_whatever_is_deployed_meanwhile(
    function_environment: None, lambda_context: LambdaContext
) -> None:
    for provider in ModelProvider:
        deployed = Step.of({**EVENT, "model_provider": provider}, BaseParams, lambda_context).environment.models
        event = {**EVENT, "model_provider": provider, "text_model_id": "qwen3:8b"}
        assert Step.of(event, BaseParams, lambda_context).environment.models.text(provider) == "qwen3:8b"
        assert deployed.text(provider) not in ("", "qwen3:8b")


def test_no_function_reads_a_concurrency_but_from_its_step() -> None:
    read = [
        f"{path.relative_to(LAMBDAS)}: {name}"
        for path in LAMBDAS.glob("*/*.py")
        if path.parent.name not in WITHOUT_STEP
        for name in ("lesson_max_concurrency", "image_max_concurrency", "environment.lessons_at_once")
        if name in path.read_text(encoding="utf-8")
    ]
    assert read == []


def test_a_step_has_a_thread_for_each_thing_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def pool(max_workers: int) -> ThreadPoolExecutor:
        sizes.append(max_workers)
        return ThreadPoolExecutor(max_workers)

    monkeypatch.setattr("course_kit.work.async_steps.ThreadPoolExecutor", pool)

    async def work() -> str:
        return "done"

    assert (run_step(work(), at_once=2), run_step(work(), at_once=5)) == ("done", "done")
    # And: four for storage.
    assert sizes == [6, 9]


def test_targets_are_read_when_they_are_needed(function_environment: None, lambda_context: LambdaContext) -> None:
    # Given: a step with an outline that is missing, and a target that is none.
    step = Step.of({**EVENT, "regenerate": ["nonsense"]}, BaseParams, lambda_context)
    # Then: whoever needs neither is not refused.
    with pytest.raises(RequestInvalid, match="found 'nonsense'"):
        _ = step.regeneration

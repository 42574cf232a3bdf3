"""A small project in a bucket, and runs of its outline as the command line binds them."""

from pathlib import Path
from unittest.mock import Mock

from course_kit.price_rows import TextPrice
from course_kit.prices import OwnPrices
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import ContentType, ModelProvider
from course_kit.store.artefact_store import ArtefactStore
from coursewright.course_store import CourseStore
from coursewright.deployment import Deployment, Target
from coursewright.run.bound_run import BoundRun, RunOptions, bind_run

OUTLINE = """course: {title: Nets, language: en}
modules:
- title: Bases
  lessons:
  - {title: Packets, duration_minutes: 20, topics: [What a header says, Why packets get lost]}
  - {title: Names, duration_minutes: 20, topics: [How a name is found, Who answers]}
- title: Paths
  lessons:
  - {title: Routes, duration_minutes: 20, topics: [What a route is, Who tells routes]}
book: {key_points: yes, quiz: yes, glossary: yes}
"""
PRICES = OwnPrices(
    text_models={
        "coursewright.offline-author-v1": TextPrice(input=3.0, output=15.0, source="https://example.com/prices")
    }
)


def deployment_of(store: ArtefactStore, target: Target = Target.AWS) -> Deployment:
    """Return a deployment over a test's bucket, with the models of the functions' environment."""
    return Deployment(
        target=target,
        bucket=store.bucket,
        state_machine_arn="arn",
        alias_arn=None,
        s3=CourseStore(store.client, store.bucket).client,
        step_functions=Mock(),
        models=FunctionEnvironment.load().models,
    )


def bound(
    store: ArtefactStore,
    folder: Path,
    outline: str = OUTLINE,
    *,
    project: str | None = "p",
    regenerate: tuple[str, ...] = (),
    modules: str = "all",
    content_type: ContentType = ContentType.THEORY,
    prices: OwnPrices | None = None,
) -> BoundRun:
    """Return a run of an outline's text, written into a folder."""
    path = folder / "outline.yaml"
    path.write_text(outline, encoding="utf-8")
    options = RunOptions(
        project=project,
        content_type=content_type,
        lab_requirements="",
        modules=modules,
        provider=ModelProvider.OPENAI,
        title=None,
        author=None,
        regenerate=regenerate,
        prices=prices,
    )
    return bind_run(path, options, lambda: deployment_of(store))

"""Changes in an outline of four modules with five lessons each, and what a run makes again after each of them.

``python -m tests.support.outline_changes`` prints the table.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from importlib import import_module
from io import StringIO

import boto3
import pytest
from moto import mock_aws

from course_kit.forecast.course_estimate import estimate_course
from course_kit.forecast.estimated_calls import CallKind as EstimatedKind
from course_kit.outline import read_outline
from course_kit.prices import published_prices
from course_kit.run.events import ContentType
from course_kit.store.artefact_store import ArtefactStore, s3_client
from offline_author.app import Author, create_app
from offline_author.behaviour import Behaviour, BehaviourBook, CallKind
from tests.support.buckets import BUCKET
from tests.support.course_runs import CourseRuns
from tests.support.made import Made
from tests.support.serving import serving
from tests.support.writing_server import WritingServer

_MODULES, _LESSONS = 4, 5
_PRICED = "global.anthropic.claude-sonnet-4-6"
_ESTIMATED = {
    CallKind.LESSON: EstimatedKind.LESSON,
    CallKind.VISUAL_PLAN: EstimatedKind.VISUALS,
    CallKind.STUDY: EstimatedKind.STUDY,
}
_VARIABLES = {
    "COURSE_BUCKET": BUCKET,
    "TEXT_MODEL_ID": _PRICED,
    "MODULE_MAX_CONCURRENCY": "3",
    "LESSON_MAX_CONCURRENCY": "5",
    "IMAGE_MAX_CONCURRENCY": "4",
    "OPENAI_SECRET_NAME": "coursewright/openai",
    "OPENAI_TEXT_MODEL_ID": "coursewright.offline-author-v1",
    "BOOK_PARTS": "key_points,quiz,glossary",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
}


def _lesson(module: int, lesson: int) -> str:
    return f"  - {{title: Lesson {module}{lesson}, duration_minutes: 20, topics: [Topic {module}{lesson}, Practice]}}\n"


def _module(module: int) -> str:
    lessons = "".join(_lesson(module, lesson) for lesson in range(1, _LESSONS + 1))
    return f"- title: Module {module}\n  lessons:\n{lessons}"


OUTLINE = "course: {title: Networks, language: en, audience: [Trainees]}\nmodules:\n" + "".join(
    _module(module) for module in range(1, _MODULES + 1)
)


@dataclass(frozen=True)
class Change:
    """One change between two runs: in the outline, in what is deployed, or in the bucket."""

    outline: Callable[[str], str] = field(default=lambda outline: outline)
    deployed: Callable[[pytest.MonkeyPatch], None] = field(default=lambda _: None)
    bucket: Callable[[CourseRuns], None] = field(default=lambda _: None)
    needs_yes: bool = False


def _replaced(old: str, new: str) -> Callable[[str], str]:
    def changed(outline: str) -> str:
        assert old in outline, old
        return outline.replace(old, new, 1)

    return changed


def _inserted(outline: str, lesson: str) -> str:
    """Return an outline with a lesson at the end of its first module."""
    return _replaced(_lesson(1, _LESSONS), _lesson(1, _LESSONS) + lesson)(outline)


def _new_prompts(patched: pytest.MonkeyPatch) -> None:
    for module in ("content_gen", "study_writer", "visual_planner"):
        patched.setattr(import_module(f"{module}.wanted"), "PROMPT_VERSION", "of-tomorrow")


def _edited(*, keeps_metadata: bool) -> Callable[[CourseRuns], None]:
    def edit(course: CourseRuns) -> None:
        key = course.key_of("lessons/module-2-lesson-2-")
        course.put(key, course.text(key) + "\nMy own words.\n", keeps_metadata=keeps_metadata)

    return edit


CHANGES = {
    "title of the course": Change(_replaced("title: Networks", "title: Nets")),
    "one more audience": Change(_replaced("audience: [Trainees]", "audience: [Trainees, Staff]")),
    "lesson renamed": Change(_replaced("title: Lesson 22", "title: A better title")),
    "lesson inserted at the front": Change(
        _replaced(_lesson(1, 1), f"  - {{title: New, topics: [A]}}\n{_lesson(1, 1)}")
    ),
    "module inserted at the front": Change(
        _replaced(_module(1), f"- {{title: New, lessons: [{{title: A}}]}}\n{_module(1)}")
    ),
    "two modules swapped": Change(_replaced(_module(2) + _module(3), _module(3) + _module(2))),
    "lesson in another module": Change(lambda outline: _inserted(outline.replace(_lesson(2, 2), ""), _lesson(2, 2))),
    "module split in two": Change(_replaced(_lesson(2, 4), f"- title: New\n  lessons:\n{_lesson(2, 4)}")),
    "minutes of a lesson +5 %": Change(_replaced("Lesson 22, duration_minutes: 20", "Lesson 22, duration_minutes: 21")),
    "minutes of a lesson +50 %": Change(
        _replaced("Lesson 22, duration_minutes: 20", "Lesson 22, duration_minutes: 30")
    ),
    "topic added": Change(_replaced("topics: [Topic 22", "topics: [More, Topic 22")),
    "lesson removed": Change(_replaced(_lesson(2, 2), "")),
    "new prompts": Change(deployed=_new_prompts),
    "another model": Change(
        deployed=lambda patched: patched.setenv("OPENAI_TEXT_MODEL_ID", "coursewright.offline-author-v2")
    ),
    "another language": Change(_replaced("language: en", "language: es"), needs_yes=True),
    "lesson edited by hand": Change(bucket=_edited(keeps_metadata=False)),
    "lesson edited by hand, neighbour renamed": Change(
        _replaced("title: Lesson 23", "title: A better title"), bucket=_edited(keeps_metadata=True)
    ),
}


@dataclass(frozen=True)
class ChangedCourse:
    """The course after its first run, in a bucket that goes back to that after each change."""

    course: CourseRuns
    versions: frozenset[tuple[str, str]]

    def made_after(self, change: Change) -> Made:
        """Return what the next run makes after a change, and put everything back."""
        try:
            with pytest.MonkeyPatch.context() as patched:
                change.deployed(patched)
                change.bucket(self.course)
                request = {"confirmed": True} if change.needs_yes else {}
                return self.course.run(change.outline(OUTLINE), **request)
        finally:
            for key, version in _versions(self.course.store) - self.versions:
                self.course.store.client.delete_object(Bucket=BUCKET, Key=key, VersionId=version)
            self.course.outline = OUTLINE


@contextmanager
def made_course() -> Iterator[ChangedCourse]:
    """Make the course once, on an account and a model server of its own."""
    with mock_aws(), pytest.MonkeyPatch.context() as patched, serving(create_app(author := _author())) as url:
        for name, value in {**_VARIABLES, "OPENAI_BASE_URL": f"{url}/v1"}.items():
            patched.setenv(name, value)
        s3_client.cache_clear()
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        boto3.client("secretsmanager").create_secret(Name="coursewright/openai", SecretString='{"api_key": "sk-test"}')
        parts = ("lessons", "plans", "study")
        course = CourseRuns(ArtefactStore.connect(BUCKET), WritingServer(url, author), OUTLINE, parts)
        course.run()
        yield ChangedCourse(course, frozenset(_versions(course.store)))
    s3_client.cache_clear()


def usd_of(made: Made) -> float:
    """Return what a run's calls cost by the estimate of the whole course, at the price of the default model."""
    outline = read_outline(OUTLINE)
    calls = estimate_course(outline, outline.module_numbers, ContentType.THEORY).calls
    prices = published_prices().model_prices(_PRICED)
    usd = 0.0
    for kind, estimated in _ESTIMATED.items():
        costs = [prices.cost(call.usage) for call in calls if call.kind is estimated]
        usd += made.calls[kind] * sum(costs) / len(costs)
    return usd


def _author() -> Author:
    return Author(BehaviourBook(Behaviour()))


def _versions(store: ArtefactStore) -> set[tuple[str, str]]:
    pages = store.client.get_paginator("list_object_versions").paginate(Bucket=BUCKET)
    return {
        (found["Key"], found["VersionId"])
        for page in pages
        for found in (*page.get("Versions", []), *page.get("DeleteMarkers", []))
    }


def main() -> None:
    """Print the table: what is made again after each change, and for how much."""
    rows = ["| change | lessons | study parts | plans of figures | dollars |", "|---|---:|---:|---:|---:|"]
    # The functions write their logs and metrics to standard output.
    with redirect_stdout(StringIO()), made_course() as changed:
        for name, change in CHANGES.items():
            made = changed.made_after(change)
            plans = made.calls[CallKind.VISUAL_PLAN]
            rows.append(f"| {name} | {made.lessons} | {made.studies} | {plans} | {usd_of(made):.2f} |")
    sys.stdout.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()

"""The scenario `one-voice`: a course written by a bad parallel writer, and the same course without faults.

Its functions run in this process, against a bucket in memory and the offline author: their texts and calls are the
same as on local AWS, and a run takes a minute.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
import uvicorn
from aws_lambda_powertools.utilities.typing import LambdaContext
from moto import mock_aws

from benchmarks.deployed_settings import BOOK_PARTS
from benchmarks.one_voice_cost import AddedCost, added_cost
from benchmarks.one_voice_score import KindScore, scores
from course_kit.brief.course_brief import CourseBrief
from course_kit.brief.course_context import CourseContext, shared_prompt
from course_kit.models import known_models
from course_kit.outline import read_outline
from course_kit.prices import published_prices
from course_kit.records.editing import Finding, Findings
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore, s3_client
from offline_author.app import Author, CallRecord, create_app
from offline_author.behaviour import Behaviour, BehaviourBook, ParallelFaults, ProseKind
from offline_author.chat import estimate_tokens
from offline_author.seeded_fault import SeededFault

COURSE = Path(__file__).with_name("one_voice_course.yaml")
# Eighty faults: fewer than a run may ask about.
RATES = ParallelFaults(seed=16, repeats=0.4, definitions=0.4, early_uses=0.4, changed_facts=0.4, dead_references=0.4)
# The offline author's own id marks a text as a placeholder, whose repetitions are not judged.
MODEL_ID = "global.anthropic.claude-sonnet-4-6"
SHORT_MODEL_ID = "global.anthropic.claude-haiku-4-5"
_BUCKET, _KEYS = "one-voice", ProjectKeys("one-voice")
_SECRET = "coursewright/openai"  # noqa: S105 - its name
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "COURSE_BUCKET": _BUCKET,
    "TEXT_MODEL_ID": MODEL_ID,
    "OPENAI_TEXT_MODEL_ID": MODEL_ID,
    "OPENAI_SECRET_NAME": _SECRET,
    "MODULE_MAX_CONCURRENCY": "4",
    "LESSON_MAX_CONCURRENCY": "5",
    "IMAGE_MAX_CONCURRENCY": "5",
    "EDIT_MAX_CALLS": "100",
    "BOOK_PARTS": BOOK_PARTS,
    "EDITING": "apply",
    "POWERTOOLS_LOG_LEVEL": "WARNING",
    "POWERTOOLS_METRICS_DISABLED": "true",
}


class _Context(LambdaContext):
    """The context of a function that has a quarter of an hour."""

    def __init__(self) -> None:
        self._function_name = self._function_version = self._invoked_function_arn = self._aws_request_id = "bench"
        self._memory_limit_in_mb = 1024

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """Return a quarter of an hour."""
        return 900_000


@dataclass(frozen=True)
class Edited:
    """A course that was planned, written and edited."""

    findings: tuple[Finding, ...]
    faults: tuple[SeededFault, ...]
    calls: tuple[CallRecord, ...]
    brief: CourseBrief
    texts: Mapping[str, str]
    """Each lesson as it was written, by key."""


@dataclass(frozen=True)
class OneVoice:
    """The results: each kind of fault, and what finding and mending them cost."""

    kinds: tuple[KindScore, ...]
    cost: AddedCost
    clean_cost: AddedCost

    def row(self) -> dict[str, object]:
        """Return what the results hold."""
        return {
            "kinds": [kind.row() for kind in self.kinds],
            "cost": {"with faults": self.cost.row(), "clean": self.clean_cost.row()},
        }


def measure_one_voice(progress: Callable[[str], None]) -> OneVoice:
    """Write the course with faults, then without; return what was found of them."""
    courses = []
    for name, rates in (("with faults", RATES), ("clean", ParallelFaults())):
        courses.append(edited_course(rates))
        progress(f"one-voice, {name}: {len(courses[-1].faults)} faults, {len(courses[-1].findings)} findings")
    faulty, clean = courses
    kinds = tuple(scores(faulty.faults, faulty.findings, clean.findings))
    return OneVoice(kinds, _cost(faulty), _cost(clean))


def edited_course(rates: ParallelFaults, outline: bytes | None = None) -> Edited:
    """Plan, write and edit a course, each function called as the state machine calls it."""
    # Handlers read the environment when they are imported.
    with patch.dict(os.environ, _ENVIRONMENT), mock_aws(), _author(rates) as (author, url):
        os.environ["OPENAI_BASE_URL"] = f"{url}/v1"
        s3_client.cache_clear()
        client = boto3.client("s3")
        client.create_bucket(Bucket=_BUCKET)
        client.put_bucket_versioning(Bucket=_BUCKET, VersioningConfiguration={"Status": "Enabled"})
        boto3.client("secretsmanager").create_secret(Name=_SECRET, SecretString='{"api_key": "bench"}')
        store = ArtefactStore.connect(_BUCKET)
        store.write(_KEYS.outline(), outline or COURSE.read_bytes(), content_type="application/yaml", replacing=None)
        _run()
        findings = store.read_model(_KEYS.findings(), Findings)
        brief = store.read_model(_KEYS.brief(), CourseBrief)
        assert findings is not None and brief is not None  # noqa: S101 - the steps have written both
        keys = store.keys(f"{_KEYS.everything()}lessons/")
        texts = {key: (store.read(key) or b"").decode() for key in keys}
        s3_client.cache_clear()
    return Edited(findings.findings, author.book.seeded, tuple(author.calls), brief, texts)


def _run() -> None:
    from content_gen.handler import lambda_handler as write_lessons
    from course_editor.handler import lambda_handler as edit_course
    from course_planner.handler import lambda_handler as plan_course
    from prepare_modules.handler import lambda_handler as prepare
    from study_writer.handler import lambda_handler as write_study
    from visual_planner.handler import lambda_handler as plan_visuals

    context = _Context()
    event: dict[str, object] = {
        "outline_s3_key": _KEYS.outline(),
        "project_folder": _KEYS.project_folder,
        "model_provider": "openai",
        "execution_name": "bench",
    }
    # What functions return is JSON.
    prepared: Any = prepare(event, context)
    planned: Any = plan_course(prepared["base_params"], context)
    params = {**prepared["base_params"], **planned["brief_params"]}
    for number in prepared["modules"]:
        module = {**params, "module_number": number}
        written: Any = write_lessons(module, context)
        for lesson in written["lessons"]:
            names = {"lesson_number": lesson["lesson_number"], "lesson_key": lesson["s3_key"]}
            plan_visuals({**module, **names}, context)
        write_study(module, context)
    edit_course({**params, "manifest_keys": list(map(_KEYS.manifest, prepared["modules"]))}, context)


@contextmanager
def _author(rates: ParallelFaults) -> Iterator[tuple[Author, str]]:
    author = Author(BehaviourBook(Behaviour(prose=ProseKind.DISTINCT, parallel_faults=rates)))
    server = uvicorn.Server(uvicorn.Config(create_app(author), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while thread.is_alive() and not server.started:
        time.sleep(0.01)
    try:
        yield author, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def _cost(edited: Edited) -> AddedCost:
    outline = read_outline(COURSE.read_bytes())
    model = known_models().text_model(MODEL_ID)
    return added_cost(
        edited.calls,
        published_prices().model_prices(MODEL_ID),
        published_prices().model_prices(SHORT_MODEL_ID),
        shared_tokens=estimate_tokens(shared_prompt(CourseContext.of(outline, edited.brief))),
        min_cached=model.caching.min_tokens if model and model.caching else 0,
    )

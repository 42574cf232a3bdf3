"""Step Functions for commands that start runs: each run calls the real functions, in this process, and has ended then.

The order of steps is that of `course_constructs.module_pipeline`; `tests/infrastructure` runs the definition itself.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from book_builder.handler import lambda_handler as build_book
from content_gen.handler import lambda_handler as write_lessons
from course_kit.errors import CourseError
from course_kit.store.artefact_keys import ProjectKeys
from images_gen.handler import lambda_handler as render_images
from lab_planner.handler import lambda_handler as plan_labs
from lab_writer.handler import lambda_handler as write_labs
from pdf_renderer.handler import lambda_handler as render_pdf
from prepare_modules.handler import lambda_handler as prepare
from study_writer.handler import lambda_handler as write_study
from tests.support.lambda_context import FakeLambdaContext
from visual_planner.handler import lambda_handler as plan_visuals

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:Course"
_EXECUTION = MACHINE.replace(":stateMachine:", ":execution:")


class _Exceptions:
    ClientError = ClientError


@dataclass
class MachineRuns:
    """What of boto3's client commands use."""

    descriptions: dict[str, dict[str, object]] = field(default_factory=dict)
    makes_books: bool = True
    """Whether runs make books of their texts, which takes most of their time."""
    exceptions: type[_Exceptions] = _Exceptions

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> dict[str, str]:  # noqa: N803
        """Run the course to its end."""
        assert stateMachineArn == MACHINE
        arn, started_at = f"{_EXECUTION}:{name}", datetime.now(UTC)
        ended: dict[str, object]
        try:
            request = {**json.loads(input), "execution_name": name, "execution_arn": arn}
            output = _run(request, makes_books=self.makes_books)
            ended = {"status": "SUCCEEDED", "output": json.dumps(output)}
        except CourseError as error:
            ended = {"status": "FAILED", "error": type(error).__name__, "cause": str(error)}
        self.descriptions[arn] = {"startDate": started_at, "stopDate": datetime.now(UTC), "input": input, **ended}
        return {"executionArn": arn}

    def describe_execution(self, *, executionArn: str) -> dict[str, object]:  # noqa: N803
        """Return how a run has ended."""
        if executionArn not in self.descriptions:
            raise ClientError({"Error": {"Code": "ExecutionDoesNotExist", "Message": ""}}, "DescribeExecution")
        return self.descriptions[executionArn]

    def get_execution_history(self, **_: object) -> dict[str, list[object]]:
        """Return a history without trouble."""
        return {"events": []}

    def get_paginator(self, _: str) -> "MachineRuns":
        """Return the pages of a history without trouble."""
        return self

    def paginate(self, **_: object) -> Iterator[dict[str, list[object]]]:
        """Yield one page."""
        yield {"events": []}


class ModulesFailed(CourseError):
    """Some modules failed, and the book may have no gaps."""


def _run(request: dict[str, object], *, makes_books: bool) -> dict[str, object]:
    context = FakeLambdaContext()
    prepared: Any = prepare(request, context)
    params, content_type = prepared["base_params"], prepared["content_type"]
    records = [_module({**params, "module_number": number}, content_type) for number in prepared["modules"]]
    failed = [record for record in records if "error" in record]
    made: dict[str, list[object]] = {
        name: [record[name] for record in records if name in record]
        for name in ("manifest_key", "study_manifest_key", "lab_manifest_key")
    }
    if failed and not prepared["allow_partial"]:
        told = [f"module {each['module_number']} failed with {each['error']}: {each['cause']}" for each in failed]
        raise ModulesFailed("; ".join(told))
    if not makes_books:
        return {"failed_modules": failed}
    keys = {f"{name}s": found for name, found in made.items()}
    books: Any = build_book({**params, **keys, "failed_modules": failed, "modules": prepared["modules"]}, context)
    return {"failed_modules": failed, **render_pdf({**params, **books}, context)}


def _module(event: dict[str, Any], content_type: str) -> dict[str, object]:
    context, number = FakeLambdaContext(), event["module_number"]
    keys, record = ProjectKeys(event["project_folder"]), {"module_number": number}
    try:
        if content_type != "labs":
            lessons: Any = write_lessons(event, context)["lessons"]
            plans = [plan_visuals({**event, **_lesson(lesson)}, context) for lesson in lessons]
            # As in the state machine, the keys of plans do not travel.
            plans = [{name: value for name, value in plan.items() if name != "prompt_keys"} for plan in plans]
            render_images({**event, "visual_plans": plans}, context)
            record["manifest_key"] = keys.manifest(number)
            write_study(event, context)
            record["study_manifest_key"] = keys.study_manifest(number)
        if content_type != "theory":
            plan_labs(event, context)
            write_labs(event, context)
            record["lab_manifest_key"] = keys.lab_manifest(number)
    except CourseError as error:
        return {**record, "error": type(error).__name__, "cause": str(error)}
    return record


def _lesson(lesson: Mapping[str, object]) -> dict[str, object]:
    return {"lesson_number": lesson["lesson_number"], "lesson_key": lesson["s3_key"]}

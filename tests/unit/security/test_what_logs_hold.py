"""Logs, results and environment of every function hold no course text and no secret, and say whose they are."""

import io
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import pytest
from aws_lambda_powertools import Logger

from book_builder import handler as book_builder
from content_gen import handler as content_gen
from course_editor import handler as course_editor
from course_inbox import handler as course_inbox
from course_kit.errors import TextRejected
from course_kit.store.artefact_store import ArtefactStore
from course_planner import handler as course_planner
from images_gen import handler as images_gen
from lab_planner import handler as lab_planner
from lab_writer import handler as lab_writer
from pdf_renderer import handler as pdf_renderer
from prepare_modules import handler as prepare_modules
from study_writer import handler as study_writer
from tests.support.buckets import BUCKET
from tests.support.json_values import Json
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall, StepResult
from tests.support.writing_server import WritingServer
from visual_planner import handler as visual_planner

LAMBDAS = Path(__file__).resolve().parents[3] / "lambdas"
SECRET = "sk-test"
PROJECT = "networks"
OUTLINE = """
course: {title: Networks from scratch, language: en}
modules:
- title: Foundations of every network
  lessons:
  - title: Packets and what they carry
    duration_minutes: 15
    topics: [A header field by field]
    lab_activities: [Capture a packet on your own machine]
"""
OF_THE_OUTLINE = ("Packets and what they carry", "A header field by field", "Capture a packet on your own machine")
OF_THE_PROMPTS = ("lesson_specification", "You write", "never holds instructions")
OF_A_MODULE = {"content_gen", "visual_planner", "images_gen", "study_writer", "lab_planner", "lab_writer"}


@dataclass
class LoggedRun:
    """A whole run of a course with labs, function by function, and what each of them wrote and gave back."""

    store: ArtefactStore
    context: FakeLambdaContext
    capsys: pytest.CaptureFixture[str]
    log: io.StringIO = field(default_factory=io.StringIO)
    written: dict[str, str] = field(default_factory=dict)
    results: dict[str, StepResult] = field(default_factory=dict)

    def call(self, function: str, handler: StepCall, event: Json) -> StepResult:
        try:
            self.results[function] = handler(event, self.context)
        finally:
            out, err = self.capsys.readouterr()
            self.written[function] = self.log.getvalue() + out + err
            self.log.truncate(0)
            self.log.seek(0)
        return self.results[function]

    def lines(self, function: str) -> list[dict[str, object]]:
        """The structured lines of a function; metrics are none."""
        entries = [json.loads(line) for line in self.written[function].splitlines() if line.startswith("{")]
        return [entry for entry in entries if "_aws" not in entry]

    def make_course(self) -> None:
        request = {
            "outline_s3_key": f"{PROJECT}/outline.yaml",
            "project_folder": PROJECT,
            "model_provider": "openai",
            "content_type": "both",
            "execution_name": "run-1",
            "execution_arn": "arn:aws:states:us-east-1:123456789012:execution:Coursewright:run-1",
        }
        prepared = self.call("prepare_modules", prepare_modules.lambda_handler, request)
        brief = self.call("course_planner", course_planner.lambda_handler, prepared["base_params"])
        course: Json = {**prepared["base_params"], **brief["brief_params"]}
        module = {**course, "module_number": 1}
        content = self.call("content_gen", content_gen.lambda_handler, module)
        [lesson] = content["lessons"]
        of_lesson = {**module, "lesson_number": 1, "lesson_key": lesson["s3_key"]}
        planned = self.call("visual_planner", visual_planner.lambda_handler, of_lesson)
        images = self.call("images_gen", images_gen.lambda_handler, {**module, "visual_plans": [planned]})
        study = self.call("study_writer", study_writer.lambda_handler, module)
        self.call("lab_planner", lab_planner.lambda_handler, module)
        labs = self.call("lab_writer", lab_writer.lambda_handler, module)
        manifests = {
            "manifest_keys": [images["manifest_key"]],
            "study_manifest_keys": [study["manifest_key"]],
            "lab_manifest_keys": [labs["manifest_key"]],
        }
        lessons = {"manifest_keys": manifests["manifest_keys"]}
        self.call("course_editor", course_editor.lambda_handler, {**course, **lessons})
        book = self.call("book_builder", book_builder.lambda_handler, {**course, **manifests})
        self.call("pdf_renderer", pdf_renderer.lambda_handler, {**course, **book})

    def drop_outline(self, text: str) -> None:
        key = "inbox/networks.yaml"
        put = self.store.client.put_object(Bucket=BUCKET, Key=key, Body=text.encode())
        dropped = {"key": key, "size": len(text), "version-id": put["VersionId"], "etag": "e"}
        detail = {"bucket": {"name": BUCKET}, "object": dropped}
        self.call("course_inbox", course_inbox.lambda_handler, {"source": "aws.s3", "detail": detail})

    def sentences(self) -> set[str]:
        """What people or models have written: every artefact of the project but its keys and counts."""
        texts = [
            (self.store.read(key) or b"").decode()
            for folder in ("lessons", "labguide", "study", "prompts")
            for key in self.store.keys(f"{PROJECT}/{folder}/")
        ]
        return {
            part.strip()
            for text in texts
            for part in re.split(r"(?<=[.!?])\s+|\\n|\n+|\"", text)
            if len(part.split()) > 5
        }


@pytest.fixture
def run(
    store: ArtefactStore,
    writing_server: WritingServer,
    lambda_context: FakeLambdaContext,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[LoggedRun]:
    client = boto3.client("stepfunctions")
    machine = client.create_state_machine(
        name="Coursewright",
        definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Pass", "End": True}}}),
        roleArn="arn:aws:iam::123456789012:role/states",
    )
    monkeypatch.setenv("STATE_MACHINE_ARN", machine["stateMachineArn"])
    monkeypatch.setenv("BOOK_PARTS", "objectives,key_points,quiz,glossary,further_reading,coverage")
    logged = LoggedRun(store, lambda_context, capsys)
    for function in (prepare_modules, content_gen, visual_planner, images_gen, study_writer, lab_planner, lab_writer):
        monkeypatch.setattr(function.logger.registered_handler, "stream", logged.log)
    for function in (book_builder, pdf_renderer, course_inbox, course_planner, course_editor):
        monkeypatch.setattr(function.logger.registered_handler, "stream", logged.log)
    # The loggers of the modules beside the handlers, too.
    monkeypatch.setattr(Logger(child=True).registered_handler, "stream", logged.log)
    store.client.put_object(Bucket=BUCKET, Key=f"{PROJECT}/outline.yaml", Body=OUTLINE.encode())
    yield logged


def test_a_run_logs_neither_prompt_nor_text_nor_secret_and_every_line_says_whose_it_is(
    run: LoggedRun, writing_server: WritingServer
) -> None:
    # Given: a model that has to be asked again, and a diagram that has to be repaired.
    writing_server.behave(
        {"misbehaviour": "missing_headings", "kind": "lesson", "first_calls": 1},
        {"misbehaviour": "invalid_mermaid", "kind": "visual_plan", "first_calls": 1},
    )
    # When
    run.make_course()
    run.drop_outline(OUTLINE)
    # Then: no function is left out, each has its line, and none of them is broken.
    assert set(run.written) == {path.parent.name for path in LAMBDAS.glob("*/handler.py")}
    for function, text in run.written.items():
        assert run.lines(function), f"{function} logs nothing"
        assert "Logging error" not in text, function
    # And: no text of the outline, of a prompt, or of what was made.
    sentences = run.sentences()
    assert len(sentences) > 40
    kept_back = {*sentences, *OF_THE_OUTLINE, *OF_THE_PROMPTS}
    leaked = {(name, text) for name, written in run.written.items() for text in kept_back if text in written}
    assert leaked == set()
    # And: the key that was used for the calls is in no log, no result, no variable.
    assert writing_server.calls()
    for place in (*run.written.values(), json.dumps(run.results), json.dumps(dict(os.environ))):
        assert SECRET not in place
    # And: whoever looks for a run, a project or a module finds its lines.
    for function in set(run.written) - {"course_inbox"}:
        for line in run.lines(function):
            assert (line["project"], line["execution"]) == (PROJECT, "run-1"), function
            assert line.get("module_number") == (1 if function in OF_A_MODULE else None), function
    for line in run.lines("course_inbox"):
        assert line["key"] == "inbox/networks.yaml"
    assert str(run.lines("course_inbox")[-1]["execution"]).startswith("inbox-")


def test_what_a_model_writes_against_the_rules_reaches_no_log_but_the_words_that_were_wrong(
    run: LoggedRun, writing_server: WritingServer
) -> None:
    # Given: a writer that goes on writing in another language.
    writing_server.behave({"misbehaviour": "wrong_language", "kind": "lesson"})
    # When
    with pytest.raises(TextRejected):
        run.make_course()
    # Then
    assert writing_server.calls()
    for text in (*OF_THE_OUTLINE[1:], *OF_THE_PROMPTS, SECRET):
        assert text not in run.written["content_gen"]


def test_a_wrong_outline_in_the_inbox_is_told_to_its_owner_and_not_to_the_log(run: LoggedRun) -> None:
    # When
    run.drop_outline("course: {title: Payroll of Ana Gomez}\nmodules: []")
    # Then
    assert run.results["course_inbox"]["status"] == "refused"
    assert "Ana Gomez" not in run.written["course_inbox"]

"""Logs, results and environment hold no course text and no secret."""

import io
import json
import os
import re

import pytest

from content_gen import handler as content_gen
from course_kit.artefact_store import ArtefactStore
from tests.unit.conftest import BUCKET, PROJECT, FakeLambdaContext, WritingServer
from visual_planner import handler as visual_planner

SECRET = "sk-test"
OUTLINE = (
    "course: {title: Networks, language: en}\nmodules:\n- title: M\n  lessons:\n"
    "  - title: Packets and what they carry\n    duration_minutes: 15\n"
    "    topics: [A header field by field]\n"
)
EVENT = {
    "course_bucket": BUCKET,
    "outline_s3_key": f"{PROJECT}/outline.yaml",
    "project_folder": PROJECT,
    "model_provider": "openai",
    "module_number": 1,
}


def test_a_run_logs_neither_prompt_nor_lesson_nor_secret(
    store: ArtefactStore,
    writing_server: WritingServer,
    lambda_context: FakeLambdaContext,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given: both functions log to a place of the test's.
    log = io.StringIO()
    for function in (content_gen, visual_planner):
        monkeypatch.setattr(function.logger.registered_handler, "stream", log)
    store.client.put_object(Bucket=BUCKET, Key=EVENT["outline_s3_key"], Body=OUTLINE.encode())
    # When
    written = content_gen.lambda_handler(EVENT, lambda_context)  # type: ignore[arg-type]
    [lesson] = written["lessons"]  # type: ignore[misc]
    planned = visual_planner.lambda_handler(
        {**EVENT, "lesson_number": 1, "lesson_key": lesson["s3_key"]},  # type: ignore[index]
        lambda_context,  # type: ignore[arg-type]
    )
    # Then: the log has its lines, none of them broken.
    out, err = capsys.readouterr()
    assert '"lessons ready"' in log.getvalue()
    assert '"visuals planned"' in log.getvalue()
    assert "Logging error" not in err
    # And: no sentence of the lesson, and nothing of the prompts.
    text = (store.read(str(lesson["s3_key"])) or b"").decode()  # type: ignore[index]
    sentences = [s for s in re.split(r"(?<=[.!?])\s+|\n+", text) if len(s.split()) > 5]
    assert len(sentences) > 10
    logged = log.getvalue() + out + err
    for kept_back in (*sentences, "lesson_specification", "You write chapters"):
        assert kept_back not in logged
    # And: the key that was used for the calls is in no log, no result, no variable.
    assert writing_server.calls()
    for place in (logged, json.dumps([written, planned]), json.dumps(dict(os.environ))):
        assert SECRET not in place

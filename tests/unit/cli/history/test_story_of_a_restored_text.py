"""The story of a text that its author corrected, gave up by mistake, and brought back."""

import pytest

from content_gen import handler as content_gen_handler
from course_kit.records.manifest import ModuleManifest
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from coursewright.deployment import Deployment
from tests.support.buckets import BUCKET
from tests.support.command_line import CommandLine
from tests.support.housekeeping import House
from tests.support.kept_versions import asked
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall
from tests.support.writing_server import WritingServer

write_lessons: StepCall = content_gen_handler.lambda_handler
KEYS = ProjectKeys("networks")
OUTLINE = """
course: {title: Networks}
modules:
- {title: One, lessons: [{title: Cables, duration_minutes: 15}]}
- {title: Two, lessons: [{title: Ports, duration_minutes: 15, topics: [Sockets]}]}
"""
LESSON = KEYS.lesson(2, 1, "Ports")


def run(name: str, *regenerate: str) -> ModuleManifest:
    """Write the lessons of module 2 as a run does."""
    event = {
        "course_bucket": BUCKET,
        "outline_s3_key": KEYS.outline(),
        "project_folder": "networks",
        "model_provider": "openai",
        "execution_name": name,
        "module_number": 2,
        "regenerate": regenerate,
    }
    write_lessons(event, FakeLambdaContext())
    manifest = ArtefactStore.connect(BUCKET).read_model(KEYS.manifest(2), ModuleManifest)
    assert manifest is not None
    return manifest


def test_a_correction_that_was_regenerated_is_found_and_restored_and_the_next_run_keeps_it(
    store: ArtefactStore,
    writing_server: WritingServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: "pytest.CaptureFixture[str]",
) -> None:
    # Given: a lesson of the pipeline's, which its author corrects in the bucket.
    store.write(KEYS.outline(), OUTLINE, content_type="application/yaml", replacing=None)
    house = House.in_moto(store.client)
    monkeypatch.setattr(Deployment, "find", lambda target, stage: house.deployment)
    command_line = CommandLine(monkeypatch, capsys)
    run("run-1")
    corrected = (store.read(LESSON) or b"") + b"\nPort 443 is for TLS.\n"
    store.client.put_object(Bucket=BUCKET, Key=LESSON, Body=corrected)
    run("run-2")
    assert store.read(LESSON) == corrected
    # And: she asks for it anew, by its name.
    run("run-3", "2.1")
    assert store.read(LESSON) != corrected
    # When: the history has her text, and a diff shows what was lost.
    rows = asked(command_line, "history", "networks", "2.1")["changes"]
    assert [(row["version"], row["what"], row["by"]) for row in rows] == [
        ("v3", "written", "run-3"),
        ("v2", "edited by hand", ""),
        ("v1", "written", "run-1"),
    ]
    assert "-Port 443 is for TLS." in asked(command_line, "diff", "networks", "2.1")["lines"]
    asked(command_line, "restore", "networks", "2.1", "v2", "--note", "mine was right")
    # Then: the next run keeps it, and asks no model.
    calls = len(writing_server.calls())
    manifest = run("run-4")
    assert store.read(LESSON) == corrected
    assert len(writing_server.calls()) == calls
    assert manifest.is_authors(LESSON)
    assert manifest.lessons[0].is_reused

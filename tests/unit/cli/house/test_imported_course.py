"""A whole course, exported and imported: the next run of the functions makes nothing of it again."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from book_builder.handler import lambda_handler as build_book
from content_gen.handler import lambda_handler as write_lessons
from course_kit.store.artefact_keys import ProjectKeys
from images_gen.handler import lambda_handler as render_images
from lab_planner.handler import lambda_handler as plan_labs
from lab_writer.handler import lambda_handler as write_labs
from prepare_modules.handler import lambda_handler as prepare
from study_writer.handler import lambda_handler as write_study
from tests.support.buckets import BUCKET
from tests.support.command_line import CommandLine
from tests.support.housekeeping import House
from tests.support.lambda_context import FakeLambdaContext
from tests.support.writing_server import WritingServer
from visual_planner.handler import lambda_handler as plan_visuals

OUTLINE = """
course: {title: Twice, language: en}
modules:
- title: One
  lessons: [{title: A, duration_minutes: 15, topics: [Alpha]}]
  labs: [Measure it]
"""
Handler = Callable[[dict[str, object], FakeLambdaContext], dict[str, object]]


def run_course(project: str, execution: str) -> None:
    """Call the functions as the state machine does."""
    keys, context = ProjectKeys(project), FakeLambdaContext()
    asked: dict[str, object] = {
        "outline_s3_key": keys.outline(),
        "project_folder": project,
        "model_provider": "openai",
        "execution_name": execution,
        "content_type": "both",
    }
    step = {**asked, "course_bucket": BUCKET, "module_number": 1}
    lesson = {**step, "lesson_number": 1, "lesson_key": keys.lesson(1, 1, "A")}
    book = {
        **asked,
        "course_bucket": BUCKET,
        "manifest_keys": [keys.manifest(1)],
        "study_manifest_keys": [keys.study_manifest(1)],
        "lab_manifest_keys": [keys.lab_manifest(1)],
    }
    calls: list[tuple[Handler, dict[str, object]]] = [
        (prepare, asked),
        (write_lessons, step),
        (plan_visuals, lesson),
        (render_images, step),
        (write_study, step),
        (plan_labs, step),
        (write_labs, step),
        (build_book, book),
    ]
    for function, event in calls:
        function(event, context)


@pytest.mark.parametrize("name", ["twice", "redes"])
def test_a_run_after_an_import_makes_nothing_again(
    house: House,
    command_line: CommandLine,
    writing_server: WritingServer,
    tmp_path: Path,
    name: str,
) -> None:
    # Given: a course with lessons, figures, study parts, labs and books; exported, deleted, and imported.
    command_line.monkeypatch.setenv("BOOK_PARTS", "key_points,quiz,glossary")
    house.store.write("twice/outline.yaml", OUTLINE, content_type="application/yaml", replacing=None)
    run_course("twice", "run-1")
    made = house.contents("twice/")
    archive = str(tmp_path / "twice.zip")
    for words in (
        ("export", "twice", "-o", archive),
        ("delete", "twice", "--yes"),
        ("import", archive, "--project", name),
    ):
        ended = command_line.run(*words)
        assert ended.exit_code == 0, ended
    paid = len(writing_server.calls())
    # When
    run_course(name, "run-2")
    # Then: not a call, and nothing was written again but records of the run and the table of labs.
    assert len(writing_server.calls()) == paid
    now = house.contents(f"{name}/")
    assert {key.replace(f"{name}/", "twice/", 1) for key in now} == {*made, "twice/runs/run-2.json"}
    written = Counter(version.key for version in house.store.versions(f"{name}/"))
    again = {key.removeprefix(f"{name}/") for key, count in written.items() if count > 1}
    assert {path for path in again if not path.startswith(("manifests/", "runs/"))} <= {"labguide/lab-master-plan.json"}
    # And: no record names a key of the project that was deleted.
    records = {key for key, (body, _, _) in now.items() if key.endswith(".json") and b"twice/" in body}
    assert name == "twice" or records == set()

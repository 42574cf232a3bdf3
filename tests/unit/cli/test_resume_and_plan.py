"""What `resume` asks for again, and what `plan`, `resume` and ``--regenerate`` refuse before anything is started."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest

from course_kit.records.run_summary import RunStatus, RunSummary
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from coursewright.deployment import Deployment, Target
from coursewright.errors import BadInput, CommandFailed
from coursewright.run.project_runs import resumed_input
from tests.support.refused_commands import GOOD, assert_refused, run

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def deployment(store: ArtefactStore) -> Deployment:
    return Deployment(
        target=Target.AWS,
        bucket=store.bucket,
        state_machine_arn="arn",
        alias_arn=None,
        s3=store.client,
        step_functions=Mock(),
        models=None,
    )


def record(store: ArtefactStore, name: str, minutes: int, **request: object) -> None:
    summary = RunSummary(
        execution_name=name,
        status=RunStatus.RUNNING,
        request={"outline_s3_key": "p/outline.yaml", "project_folder": "p", **request},
        modules=(1,),
        started_at=NOW + timedelta(minutes=minutes),
    )
    store.write_model(ProjectKeys("p").run(name), summary, replacing=None)


def test_the_run_that_began_last_is_gone_on_with_whatever_its_name(
    store: ArtefactStore, deployment: Deployment
) -> None:
    # Given: two runs, the later one's name sorts first; what a later version wrote is none of ours.
    record(store, "z-first", 0, book_title="First")
    record(store, "a-second", 1, book_title="Second", max_concurrency=7)
    store.write("p/runs/unknown.json", b'{"of": "another version"}', content_type="application/json", replacing=None)
    # When / Then
    assert resumed_input(deployment, "p") == {
        "outline_s3_key": "p/outline.yaml",
        "project_folder": "p",
        "book_title": "Second",
        "max_concurrency": 7,
    }


def test_what_an_earlier_run_made_anew_counts_for_every_run_that_goes_on_with_it(
    store: ArtefactStore, deployment: Deployment
) -> None:
    # Given: a run was to make something anew; it was resumed once, and both failed.
    record(store, "run-1", 0, regenerate=["2.3"])
    assert resumed_input(deployment, "p")["resumes"] == ["run-1"]
    record(store, "run-2", 1, regenerate=["2.3"], resumes=["run-1"])
    # When / Then
    assert resumed_input(deployment, "p")["resumes"] == ["run-1", "run-2"]


def test_a_summary_that_asks_for_another_project_is_not_gone_on_with(
    store: ArtefactStore, deployment: Deployment
) -> None:
    # Given: whoever may write to the bucket may have written it.
    record(store, "run-1", 0, project_folder="theirs")
    # When / Then
    with pytest.raises(CommandFailed, match="belongs to project 'theirs', expected 'p'"):
        resumed_input(deployment, "p")


def test_a_project_without_a_run_cannot_be_resumed(deployment: Deployment) -> None:
    with pytest.raises(BadInput, match="PROJECT: found 'p', expected a project with a run"):
        resumed_input(deployment, "p")


@pytest.mark.parametrize("command", ["plan", "generate"])
@pytest.mark.parametrize(
    ("target", "named"),
    [
        ("x", "--regenerate: found 'x', expected a module (2), a lesson (2.3)"),
        ("9", "--regenerate: found module 9, expected what this run makes: theory of module 1, 2"),
        ("1.7", "--regenerate: found lesson 1.7"),
        ("1.7/study", "--regenerate: found study parts 1.7"),
        (
            "1.1/quiz",
            "--regenerate: found '1.1/quiz', expected a module (2), a lesson (2.3), its study parts (2.3/study)",
        ),
        ("01-01-01", "--regenerate: found lab 01-01-01"),
    ],
)
def test_what_cannot_be_made_anew_is_refused(tmp_path: Path, command: str, target: str, named: str) -> None:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    assert_refused(run(command, "good.yaml", "--regenerate", target, cwd=tmp_path), tmp_path, 1, named)


def test_a_project_that_cannot_be_is_refused(tmp_path: Path) -> None:
    assert_refused(run("resume", "../escape", cwd=tmp_path), tmp_path, 1, "PROJECT: found '../escape'")


def test_a_bad_outline_is_not_planned_for(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("course: {title: C}\n", encoding="utf-8")
    assert_refused(run("plan", "bad.yaml", cwd=tmp_path), tmp_path, 1, "bad.yaml: modules: found nothing")

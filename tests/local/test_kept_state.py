"""What an author has on local AWS outlasts a kill in the middle of a run, another version, and another model."""

import json
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import pytest

import local_aws
from course_kit.model_ids import OFFLINE_MODEL_ID
from coursewright.deployment import Deployment, Target
from coursewright.run.execution import Run
from local_aws import servers
from local_aws.kept import kept_folder
from local_aws.state import LocalState, state_dir
from offline_author.app import Author as OfflineAuthor
from offline_author.app import create_app
from offline_author.behaviour import Behaviour, BehaviourBook
from tests.support.installed_command import CommandLine
from tests.support.local_author import Author
from tests.support.serving import serving
from tests.support.waiting import ended, wait_until

OUTLINE = b"""
course: {title: Kept, language: en}
modules:
- {title: One, lessons: [{title: A, duration_minutes: 15}, {title: B, duration_minutes: 15}]}
"""
NO_VISUALS: dict[str, object] = {"misbehaviour": "no_visuals"}
LAST_LESSON: dict[str, object] = {"kind": "lesson", "lesson_number": 2}
OWN_MODEL = "qwen3:8b"

Version = tuple[str, str, bool, bytes | None, tuple[tuple[str, str], ...]]
"""Key, version, whether it is the latest, the text (None: a delete marker), the metadata.

Of another project: the text's ETag, and no metadata.
"""


@pytest.fixture(scope="module")
def versions() -> list[str]:
    """The versions of Coursewright after its own; servers are started anew for one, and the last one counts."""
    return []


@pytest.fixture(scope="module", autouse=True)
def another_local_aws(
    local_connection: local_aws.LocalConnection, tmp_path_factory: pytest.TempPathFactory, versions: list[str]
) -> Iterator[None]:
    """A second local AWS that begins with what the first one keeps: nothing is deployed twice."""
    kept, folder = kept_folder(), tmp_path_factory.mktemp("kept") / "state"
    folder.mkdir(mode=0o700)
    shutil.copytree(kept, folder / "aws")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSEWRIGHT_STATE_DIR", str(folder))
        patch.delenv("COURSEWRIGHT_FAULT_PROXY")
        # Its own is the one that the installed command line finds, too.
        own = servers.server_version
        for module in (local_aws, servers):
            patch.setattr(module, "server_version", lambda settings: versions[-1] if versions else own(settings))
        try:
            local_aws.up(print)
            yield
        finally:
            local_aws.down()


@dataclass(frozen=True)
class Course:
    """One project on the second local AWS, which may be another process than a moment ago.

    Projects of the other tests may be there, too, so that names are of this file only.
    """

    project: str

    @property
    def deployment(self) -> Deployment:
        return Deployment.find(Target.LOCAL, "local")

    def start(self) -> Run:
        deployment, key = self.deployment, f"{self.project}/outline.yaml"
        deployment.s3.put_object(Bucket=deployment.bucket, Key=key, Body=OUTLINE)
        return Run.start(deployment, {"outline_s3_key": key, "project_folder": self.project})

    def lessons(self) -> list[str]:
        return list(self.deployment.store.keys(f"{self.project}/lessons/"))

    def versions(self) -> list[Version]:
        """Return every version of every object of the bucket, those of this project with their bytes."""
        deployment, found = self.deployment, list[Version]()
        for page in deployment.s3.get_paginator("list_object_versions").paginate(Bucket=deployment.bucket):
            for each in page.get("Versions", []):
                text, told = each["ETag"].encode(), tuple[tuple[str, str], ...]()
                # Reading all that other tests have left there takes longer than the story.
                if each["Key"].startswith(f"{self.project}/"):
                    which = {"Bucket": deployment.bucket, "Key": each["Key"], "VersionId": each["VersionId"]}
                    read = deployment.s3.get_object(**which)  # type: ignore[arg-type] # keywords from a dict
                    text, told = read["Body"].read(), tuple(sorted(read["Metadata"].items()))
                found.append((each["Key"], each["VersionId"], each["IsLatest"], text, told))
            found += [(m["Key"], m["VersionId"], m["IsLatest"], None, ()) for m in page.get("DeleteMarkers", [])]
        return sorted(found, key=lambda version: version[:2])


@pytest.fixture
def own_author() -> Iterator[Author]:
    """The author of the second local AWS; who is killed and comes again, is another one."""
    with ExitStack() as opened:
        yield author_now(opened)


def author_now(opened: ExitStack) -> Author:
    state = LocalState.load()
    assert state is not None
    client = opened.enter_context(httpx.Client(base_url=state.model_url, trust_env=False, timeout=60))
    client.delete("/behaviour")
    client.delete("/calls")
    return Author(client)


def kill_everything() -> None:
    """End every server and worker as a power cut does: nobody is asked."""
    for name in ("aws", "author"):
        os.killpg(int((state_dir() / f"{name}.pid").read_text(encoding="utf-8")), signal.SIGKILL)
    wait_until(lambda: not local_aws.status().is_running, "the end of all servers")


def lessons_asked_for(author: Author) -> list[object]:
    return sorted(call["lesson_number"] for call in author.calls() if call["kind"] == "lesson")  # type: ignore[type-var]


def test_a_run_killed_in_the_middle_leaves_every_version_and_resume_makes_only_what_was_missing(
    own_author: Author, coursewright: CommandLine
) -> None:
    # Given: an object with versions, one that was deleted, and a run of which one lesson is written, and one awaited.
    course, (bucket, s3) = (
        Course("power-cut"),
        (Course("power-cut").deployment.bucket, Course("power-cut").deployment.s3),
    )
    for text in ("first", "corrected by hand"):
        s3.put_object(Bucket=bucket, Key="power-cut/notes.md", Body=text.encode(), Metadata={"who": "Zo%C3%AB"})
    s3.put_object(Bucket=bucket, Key="power-cut/gone.md", Body=b"gone")
    s3.delete_object(Bucket=bucket, Key="power-cut/gone.md")
    own_author.behave(NO_VISUALS, holds=[LAST_LESSON])
    run = course.start()
    own_author.wait_until_it_holds(1, unless=lambda: not run.state().is_running)
    wait_until(lambda: len(course.lessons()) == 1 or not run.state().is_running, "the lesson that is not held")
    assert run.state().is_running, run.state().error + run.state().cause
    before = course.versions()
    assert len({version[0] for version in before}) < len(before)
    # When
    kill_everything()
    lines: list[str] = []
    local_aws.up(lines.append)
    # Then: nothing was deployed, and all is there, byte for byte.
    assert not [line for line in lines if line.startswith("deployed")]
    assert course.versions() == before
    state = Run.find(course.deployment, run.name).state()
    assert (state.status, state.error) == ("FAILED", "States.ServiceRestart")
    # And: the project is free, and nothing is paid twice.
    with ExitStack() as opened:
        author = author_now(opened)
        author.behave(NO_VISUALS)
        resumed = coursewright("resume", "power-cut", "--out", str(state_dir() / "out"))
        assert resumed.exit_code == 0, resumed.stderr
        assert lessons_asked_for(author) == [2]
    assert {_whatever_is_latest(version) for version in before} <= set(map(_whatever_is_latest, course.versions()))


def test_another_version_of_coursewright_starts_anew_with_everything(versions: list[str]) -> None:
    # Given
    before, runs = Course("power-cut").versions(), _runs()
    versions.append("the next one")
    lines: list[str] = []
    # When
    local_aws.up(lines.append)
    # Then
    assert lines[0] == "stopped local AWS for a restart: its own code or settings have changed; nothing is lost"
    assert not [line for line in lines if line.startswith("deployed")]
    assert (Course("power-cut").versions(), _runs()) == (before, runs)
    assert "power-cut" in {key.partition("/")[0] for key, *_ in before}


def test_another_model_neither_empties_anything_nor_stops_a_run_that_goes_on_with_its_own(
    own_author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: a run that waits for its last lesson, and a server that has another model.
    first = Course("of-the-first-model")
    own_author.behave(NO_VISUALS, holds=[LAST_LESSON])
    run = first.start()
    own_author.wait_until_it_holds(1, unless=lambda: not run.state().is_running)
    emulator = (state_dir() / "aws.pid").read_text(encoding="utf-8")
    other = OfflineAuthor(BehaviourBook(Behaviour.model_validate({"rules": [NO_VISUALS]})))
    with serving(create_app(other)) as url:
        monkeypatch.setenv("COURSEWRIGHT_MODEL_URL", url)
        monkeypatch.setenv("COURSEWRIGHT_MODEL_NAME", OWN_MODEL)
        # When
        lines: list[str] = []
        local_aws.up(lines.append)
        second = Course("of-the-second-model")
        run_of_the_second = second.start()
        own_author.behave(NO_VISUALS)
        # Then: no server was started anew, and each run has its model, to the end and for each call.
        assert [line.partition(" (")[0] for line in lines] == ["deployed Coursewright-local with cdk deploy"]
        assert (state_dir() / "aws.pid").read_text(encoding="utf-8") == emulator
        states = [ended(each) for each in (run, run_of_the_second)]
        assert [state.status for state in states] == ["SUCCEEDED", "SUCCEEDED"], states
        assert lessons_asked_for(own_author) == [1, 2]
        assert {call.kind for call in other.calls} >= {"lesson"}
        assert [_models_of(course) for course in (first, second)] == [{OFFLINE_MODEL_ID}, {OWN_MODEL}]
        assert "power-cut" in {key.partition("/")[0] for key, *_ in first.versions()}


def test_a_stack_that_is_deployed_anew_takes_the_kept_bucket_and_makes_no_second_one() -> None:
    # Given: a state that cannot be read any more, as after a step back to an older emulator.
    course = Course("power-cut")
    bucket, before = course.deployment.bucket, course.versions()
    kill_everything()
    (kept_folder() / "services" / "snapshot.json").write_text("{", encoding="utf-8")
    # When
    lines: list[str] = []
    local_aws.up(lines.append)
    # Then
    assert [line for line in lines if line.startswith("deployed")]
    assert (course.deployment.bucket, course.versions()) == (bucket, before)
    names = [each["Name"] for each in course.deployment.s3.list_buckets()["Buckets"]]
    assert [name for name in names if name.startswith("coursewright")] == [bucket]


def _whatever_is_latest(version: Version) -> tuple[object, ...]:
    key, number, _, text, metadata = version
    return key, number, text, metadata


def _runs() -> set[tuple[str, str]]:
    deployment = Course("power-cut").deployment
    listed = deployment.step_functions.list_executions(stateMachineArn=deployment.state_machine_arn)["executions"]
    return {(each["name"], each["status"]) for each in listed}


def _models_of(course: Course) -> set[str]:
    manifests = list(course.deployment.store.keys(f"{course.project}/manifests/"))
    found = [json.loads(course.deployment.store.read(key) or b"") for key in manifests]
    return {str(entry["model_id"]) for manifest in found for entry in manifest.get("lessons", [])}

"""GitHub's workflows: valid, pinned, and doing nothing that `make` does not."""

import json
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel, Field

from course_constructs.settings import PipelineSettings
from course_constructs.state_machine_release import RolloutType

PROJECT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))
DEPLOY = PROJECT / ".github" / "workflows" / "deploy.yml"
DEPENDABOT = PROJECT / ".github" / "dependabot.yml"
SECURITY_TOOLS = PROJECT / ".venv-audit" / "bin"


class Step(BaseModel):
    """A step of a job, as far as the tests read it."""

    uses: str = ""
    run: str = ""
    with_: dict[str, str | int | bool] = Field(default_factory=dict, alias="with")

    @property
    def brings_credentials(self) -> bool:
        """Whether the steps behind this one have the role's rights."""
        return self.uses.startswith("aws-actions/configure-aws-credentials@")


class Job(BaseModel):
    """A job of the workflow that deploys."""

    timeout_minutes: int = Field(alias="timeout-minutes")
    permissions: dict[str, str]
    steps: list[Step]

    @property
    def may_assume_the_role(self) -> bool:
        """Whether anything that runs in it, at any step, can ask GitHub for a token that the role trusts."""
        return "id-token" in self.permissions


def jobs_that_deploy() -> tuple[list[Job], Job]:
    """Return the jobs that cannot assume the role, and the one that can."""
    written = yaml.safe_load(DEPLOY.read_text(encoding="utf-8"))["jobs"].values()
    jobs = [Job.model_validate(job) for job in written]
    [trusted] = [job for job in jobs if job.may_assume_the_role]
    return [job for job in jobs if job is not trusted], trusted


def what_make_runs(target: str) -> str:
    """Return the commands of a target and of those that it needs, on a machine on which nothing is made yet."""
    shown = subprocess.run(
        ["make", "--dry-run", "--always-make", "--no-print-directory", target],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    return shown.stdout


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_commit(workflow: Path) -> None:
    for used in re.findall(r"uses: (\S+.*)$", workflow.read_text(encoding="utf-8"), re.MULTILINE):
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), used


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_what_runs_are_makes_own_targets(workflow: Path) -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for command in re.findall(r"run: (.*)$", workflow.read_text(encoding="utf-8"), re.MULTILINE):
        if command != ".ci/run":
            [target] = re.findall(r"^make ([a-z-]+)$", command)
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), command


def test_ci_installs_every_program_without_which_a_test_is_skipped() -> None:
    # Given: the packages that the reasons of skips name.
    tests = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "tests").rglob("*.py"))
    named = set(re.findall(r"on this machine[^(]*\(Debian: ([\w-]+)\)", tests))
    # When
    installed = set(re.findall(r"missing\+=\(([\w-]+)\)", (PROJECT / ".ci" / "run").read_text(encoding="utf-8")))
    # Then
    assert len(named) >= 3
    assert named <= installed


def test_a_deployment_has_no_stored_key() -> None:
    text = DEPLOY.read_text(encoding="utf-8")
    assert "id-token: write" in text
    assert "secrets." not in text


def what_steps_run(steps: Iterable[Step]) -> str:
    return "".join(what_make_runs(step.run.removeprefix("make ")) for step in steps if step.run)


def test_nothing_is_built_where_the_role_can_be_assumed() -> None:
    # Given
    others, trusted = jobs_that_deploy()
    # When: it is asked what make would run in each, on a machine that has nothing yet.
    without, with_role = (what_steps_run(step for job in jobs for step in job.steps) for jobs in (others, [trusted]))
    # Then: pip, the app and the layers in the one; in the other the finished assembly.
    others_code = re.compile(r"\bpip install\b|\bcdk synth\b|\bapp\.py\b")
    assert len(others_code.findall(without)) >= 3
    assert others_code.findall(with_role) == []
    assert re.findall(r"cdk deploy (.*?) ", with_role) == ["--app"]


def test_nothing_is_installed_once_the_role_is_assumed() -> None:
    # Given: the steps of the job that may, and where it does.
    _, trusted = jobs_that_deploy()
    [assumed] = [number for number, step in enumerate(trusted.steps) if step.brings_credentials]
    # When
    before, after = (what_steps_run(part) for part in (trusted.steps[:assumed], trusted.steps[assumed + 1 :]))
    # Then: npm before, and after it neither npm nor an action of others.
    assert re.findall(r"\bnpm\b", before) == ["npm"]
    assert re.findall(r"\bnpm\b|\bpip\b", after) == []
    assert [step.uses for step in trusted.steps[assumed + 1 :] if step.uses] == []


def test_the_role_lasts_as_long_as_the_job_and_longer_than_every_rollout_by_default() -> None:
    # Given
    _, job = jobs_that_deploy()
    [role] = [step for step in job.steps if step.brings_credentials]
    seconds = int(role.with_["role-duration-seconds"])
    defaults = json.loads((PROJECT / "cdk.json").read_text(encoding="utf-8"))["context"]
    # When: the longest rollout with the defaults, and an hour for the deployment around it.
    rollouts = [
        PipelineSettings.from_context({**defaults, "rollout": type}.get).rollout_plan.duration.to_minutes()
        for type in RolloutType
    ]
    # Then: STS takes no longer session than 12 hours, GitHub no longer job than 6.
    assert max(rollouts) + 60 <= job.timeout_minutes <= 6 * 60
    assert job.timeout_minutes * 60 <= seconds <= 12 * 60 * 60
    # And: the guide says what the role must allow for that.
    assert f"MaxSessionDuration` of {seconds:,} seconds" in (PROJECT / "docs" / "operations.md").read_text("utf-8")


def test_the_guides_trust_lets_in_one_environment_of_one_repository_by_its_ids() -> None:
    # Given: the trust policy in the guide.
    guide = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    [policy] = re.findall(r"^ *```json\n(.*?AssumeRoleWithWebIdentity.*?)^ *```$", guide, re.MULTILINE | re.DOTALL)
    # When
    [statement] = json.loads(policy)["Statement"]
    # Then: no pattern, the audience of STS, and a subject that outlives names.
    assert statement["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": "repo:OWNER@OWNER_ID/REPOSITORY@REPOSITORY_ID:environment:STAGE",
        }
    }


@pytest.mark.parametrize(
    ("command", "files"),
    [
        (["check-jsonschema", "--builtin-schema", "vendor.github-workflows"], WORKFLOWS),
        (["check-jsonschema", "--builtin-schema", "vendor.dependabot"], [DEPENDABOT]),
        (["zizmor", "--offline", "--no-progress"], [*WORKFLOWS, DEPENDABOT]),
    ],
    ids=["workflows", "dependabot", "zizmor"],
)
def test_the_workflows_pass(command: list[str], files: list[Path]) -> None:
    program = SECURITY_TOOLS / command[0]
    assert program.exists(), f"{command[0]} is not installed; run `make setup-audit`"
    checked = subprocess.run(
        [str(program), *command[1:], *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr

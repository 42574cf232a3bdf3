"""GitHub's workflows: valid, pinned, and doing nothing that `make` does not."""

import re
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))
SECURITY_TOOLS = PROJECT / ".venv-audit" / "bin"


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


def test_a_deployment_has_no_stored_key(tmp_path: Path) -> None:
    text = (PROJECT / ".github" / "workflows" / "deploy.yml").read_text(encoding="utf-8")
    assert "id-token: write" in text
    assert "secrets." not in text


@pytest.mark.parametrize(
    "command",
    [["check-jsonschema", "--builtin-schema", "vendor.github-workflows"], ["zizmor", "--offline", "--no-progress"]],
    ids=lambda command: command[0],
)
def test_the_workflows_pass(command: list[str]) -> None:
    program = SECURITY_TOOLS / command[0]
    assert program.exists(), f"{command[0]} is not installed; run `make setup-audit`"
    checked = subprocess.run(
        [str(program), *command[1:], *map(str, WORKFLOWS)],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr

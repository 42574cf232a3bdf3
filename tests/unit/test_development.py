"""What developers work with: hooks do what `make lint` does, and import contracts forget no package."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {contract["id"]: contract for contract in PYPROJECT["tool"]["importlinter"]["contracts"]}
FUNCTIONS = {path.parent.name for path in PROJECT.glob("lambdas/*/handler.py")}
LOCAL = {path.parent.name for path in PROJECT.glob("local/*/__init__.py")}
SYNTH = {"course_constructs", "stacks"}


def what_make_runs(target: str) -> str:
    """Return the commands of a target and of those that it needs, on a machine on which all is installed."""
    shown = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", target],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    return shown.stdout


def test_hooks_are_local_and_run_the_commands_of_make_lint() -> None:
    # Given
    repositories = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    # When: a hook adds the names of files, leaves out what ruff leaves out, and formats where lint only looks.
    hooks = [hook["entry"] for repository in repositories for hook in repository["hooks"]]
    commands = [entry.removeprefix(".venv/bin/").removesuffix(" --force-exclude") for entry in hooks]
    linted = [line.removesuffix(" .").removesuffix(" --check") for line in what_make_runs("lint").splitlines()]
    # Then
    assert {repository["repo"] for repository in repositories} == {"local"}
    assert set(commands) <= set(linted)
    assert len(commands) == 4


@pytest.mark.parametrize("target", ["check", "test"])
def test_check_and_test_begin_with_lint(target: str) -> None:
    lint = what_make_runs("lint")
    assert lint
    assert what_make_runs(target).startswith(lint)


def test_the_development_container_is_set_up_by_make() -> None:
    container = json.loads((PROJECT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert what_make_runs(container["postCreateCommand"].removeprefix("make "))
    # Then: an image of a Python that the project runs on, by a name without a host.
    assert re.fullmatch(r"python:3\.1[1-9]-\w+", container["image"])


def test_every_package_is_under_the_import_contracts() -> None:
    packages = {path.parent.name for root in ("constructs", "lambdas", "local", "cli") for path in roots_in(root)}
    assert set(PYPROJECT["tool"]["importlinter"]["root_packages"]) == packages | {"stacks"}


def roots_in(folder: str) -> list[Path]:
    return list(PROJECT.glob(f"{folder}/*/__init__.py"))


def test_each_contract_names_every_package_of_its_kind() -> None:
    assert set(CONTRACTS["functions"]["modules"]) == FUNCTIONS
    assert set(CONTRACTS["local"]["modules"]) == LOCAL
    sides = {
        name: (set(CONTRACTS[name]["source_modules"]), set(CONTRACTS[name]["forbidden_modules"]))
        for name in ("lambdas", "synth", "local-below-the-command-line")
    }
    shared = {name for name in sides["synth"][1] if name.startswith("course_kit.")}
    assert sides == {
        "lambdas": ({"course_kit", *FUNCTIONS}, {"coursewright", *SYNTH, *LOCAL}),
        "synth": (SYNTH, {"coursewright", *FUNCTIONS, *LOCAL, *shared}),
        "local-below-the-command-line": (LOCAL, {"coursewright", *SYNTH, *FUNCTIONS}),
    }
    packages = {f"course_kit.{path.parent.name}" for path in PROJECT.glob("lambdas/course_kit/*/__init__.py")}
    # The names of keys come from these two.
    assert packages - shared == {"course_kit.pictures", "course_kit.store"}

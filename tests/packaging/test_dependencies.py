"""What can be said of dependencies without a network: each is pinned, they fit each other, npm packages are hashed."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from tests.support.locks import LOCKS, PROJECT, pins_of

# Commands of pip that bring nothing from anywhere.
OFFLINE = "--no-index"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_pin_has_a_hash(lock: Path) -> None:
    pins = list(pins_of(lock))
    assert pins
    assert [pin.name for pin in pins if not pin.hashes] == []
    assert len({pin.name for pin in pins}) == len(pins)


def test_pip_is_told_to_require_hashes_everywhere() -> None:
    # Given: every line of the set-up, of CI and of the code that has pip install something.
    places = [PROJECT / "Makefile", PROJECT / ".ci" / "run", *(PROJECT / ".github" / "workflows").glob("*.yml")]
    commands = [
        line
        for place in places
        for line in place.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        if re.search(r"\bpip3? install\b|\bPIP_INSTALL :=", line)
    ]
    # When / Then
    assert commands
    assert [line for line in commands if "--require-hashes" not in line and OFFLINE not in line] == []


def test_functions_have_the_versions_that_the_tests_run_with() -> None:
    tested = {pin.name: pin.version for name in ("-dev", "") for pin in pins_of(PROJECT / f"requirements{name}.txt")}
    for lock in (PROJECT / "layers").glob("*.txt"):
        differing = {p.name: p.version for p in pins_of(lock) if tested.get(p.name, p.version) != p.version}
        assert differing == {}, lock.name


@pytest.mark.parametrize("venv", [Path(sys.prefix), PROJECT / ".venv-audit"], ids=["venv", "audit"])
def test_what_is_installed_fits_together(venv: Path) -> None:
    python = str(venv / "bin" / "python")
    checked = subprocess.run(
        [python, "-m", "pip", "check"], capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("venv", [Path(sys.prefix), PROJECT / ".venv-audit"], ids=["venv", "audit"])
def test_what_is_installed_runs_on_every_python_that_the_project_names(venv: Path) -> None:
    # Given: the oldest Python that the project says it runs on, which is older than that of this venv.
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [oldest] = [f"{bound.version}.0" for bound in SpecifierSet(project["requires-python"]) if bound.operator == ">="]
    # When: every installed package is asked which Pythons it takes.
    packages = venv / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    wanted = {
        found.name: (found.metadata.get_all("Requires-Python") or [""])[0]
        for found in distributions(path=[str(packages)])
    }
    # Then: all take that one.
    assert len(wanted) > 50
    assert {name: pythons for name, pythons in wanted.items() if not SpecifierSet(pythons).contains(oldest)} == {}


def test_every_npm_package_is_locked_by_its_hash() -> None:
    packages = json.loads((PROJECT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    locked = {name: package.get("integrity", "") for name, package in packages.items() if name}
    assert locked
    assert [name for name, integrity in locked.items() if not integrity.startswith("sha512-")] == []


def test_packages_of_npm_run_nothing_while_they_are_installed() -> None:
    # Given / When: every line of the set-up, of CI and of the pipeline that has npm install something.
    places = [PROJECT / "Makefile", PROJECT / ".ci" / "run", *(PROJECT / ".github" / "workflows").glob("*.yml")]
    lines = [line for place in places for line in place.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    commands = re.findall(r"npm (?:ci|i|install|add|exec)\b.*", "\n".join(lines))
    # Then: no scripts of theirs, and nothing but what the lock has.
    assert commands
    assert [line for line in commands if not line.startswith("npm ci --ignore-scripts ")] == []


def test_what_the_tests_import_of_npm_is_a_dependency_of_the_project_itself() -> None:
    declared = json.loads((PROJECT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    scripts = [path.read_text(encoding="utf-8") for path in (PROJECT / "tests").rglob("*.mjs")]
    imported = set(re.findall(r'from "([a-z][a-z-]*)"', "".join(scripts)))
    assert "jsonata" in imported
    assert imported <= set(declared)

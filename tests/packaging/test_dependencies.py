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

PROJECT = Path(__file__).resolve().parents[2]
LOCKS = [
    *(PROJECT / name for name in ("requirements.txt", "requirements-dev.txt", "audit/requirements.txt")),
    *sorted((PROJECT / "layers").glob("*.txt")),
]


def pins(lock: Path) -> dict[str, str]:
    lines = [line.strip() for line in lock.read_text(encoding="utf-8").splitlines()]
    wanted = [line for line in lines if line and not line.startswith("#") and line != "-e ."]
    found = [re.fullmatch(r"([\w.-]+)==([\w.+!-]+)(?: ;.*)?", line) for line in wanted]
    assert all(found), [line for line, pin in zip(wanted, found, strict=True) if pin is None]
    return {pin[1].lower(): pin[2] for pin in found if pin}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_dependency_is_pinned_to_one_version(lock: Path) -> None:
    assert pins(lock)


def test_functions_have_the_versions_that_the_tests_run_with() -> None:
    tested = pins(PROJECT / "requirements-dev.txt") | pins(PROJECT / "requirements.txt")
    for lock in (PROJECT / "layers").glob("*.txt"):
        differing = {name: (v, tested[name]) for name, v in pins(lock).items() if tested.get(name, v) != v}
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
    wanted = {found.name: found.metadata.get("Requires-Python") or "" for found in distributions(path=[str(packages)])}
    # Then: all take that one.
    assert len(wanted) > 50
    assert {name: pythons for name, pythons in wanted.items() if not SpecifierSet(pythons).contains(oldest)} == {}


def test_every_npm_package_is_locked_by_its_hash() -> None:
    packages = json.loads((PROJECT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    locked = {name: package.get("integrity", "") for name, package in packages.items() if name}
    assert locked
    assert [name for name, integrity in locked.items() if not integrity.startswith("sha512-")] == []

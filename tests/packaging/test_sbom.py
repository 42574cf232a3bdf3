"""The SBOMs of `make sbom`: CycloneDX, and every pin of every lock in them."""

import re
import subprocess
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from pydantic import BaseModel, Field

from tests.support.locks import LOCKS, PROJECT, pins_of

# Set-up is not what is tested: `make test` has done it, and stamps of half-made files must not begin it here.
WRITTEN_ALREADY = ("--assume-old=setup", "--assume-old=setup-audit")


class Component(BaseModel):
    """A package, as an SBOM names it."""

    name: str
    version: str
    purl: str


class Bom(BaseModel):
    """A CycloneDX document, as far as the tests read it."""

    format: str = Field(alias="bomFormat")
    components: list[Component]


@pytest.fixture(scope="module")
def boms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Bom]:
    """Given: what `make sbom` writes in a copy of the locks."""
    copy = tmp_path_factory.mktemp("project")
    for name in ("Makefile", "package.json", "package-lock.json"):
        (copy / name).write_bytes((PROJECT / name).read_bytes())
    for lock in LOCKS:
        target = copy / lock.relative_to(PROJECT)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(lock.read_bytes())
    for venv in (".venv", ".venv-audit"):
        (copy / venv).symlink_to(PROJECT / venv)
    made = subprocess.run(
        ["make", *WRITTEN_ALREADY, "sbom"], cwd=copy, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return {
        path.name.removesuffix(".cdx.json"): Bom.model_validate_json(path.read_text(encoding="utf-8"))
        for path in sorted((copy / "sbom").iterdir())
    }


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_sbom_names_every_pin_of_its_lock(boms: dict[str, Bom], lock: Path) -> None:
    # When
    bom = boms["-".join(lock.relative_to(PROJECT).with_suffix("").parts)]
    # Then
    named = {(canonicalize_name(each.name), each.version) for each in bom.components}
    assert bom.format == "CycloneDX"
    assert named == {(pin.name, pin.version) for pin in pins_of(lock)}
    assert all(each.purl.startswith("pkg:pypi/") for each in bom.components)


def test_an_sbom_names_every_package_of_npm(boms: dict[str, Bom]) -> None:
    locked = re.findall(
        r'^    "node_modules/(.+)": \{$', (PROJECT / "package-lock.json").read_text("utf-8"), re.MULTILINE
    )
    assert locked
    assert sorted(
        each.purl.removeprefix("pkg:npm/").rpartition("@")[0].replace("%40", "@") for each in boms["npm"].components
    ) == sorted(locked)

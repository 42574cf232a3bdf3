"""Writes the tables of THIRD-PARTY.md from the locks: ``python -m tools.third_party --write``.

Licences come from the metadata of what is installed, so `make setup-dev setup-audit` comes first; what that metadata
does not say stands in ``third_party.yaml``. Without ``--write`` it prints what it would write.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

import yaml
from packaging.utils import canonicalize_name
from pydantic import BaseModel, ConfigDict

from tests.packaging.locks import PROJECT, Pin, pins_of

PAGE = PROJECT / "THIRD-PARTY.md"
DATA = Path(__file__).with_suffix(".yaml")
_MARK = "\n<!-- Written by `python -m tools.third_party --write`. -->\n"
_PACKAGES = "| licence | packages |"
_AUDIT_LOCK = PROJECT / "audit" / "requirements.txt"


class LicenceUnknownError(RuntimeError):
    """A lock pins something whose licence cannot be told; the message says which, and what to do."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StatedLicence(_Strict):
    """A package's licence where its metadata does not have it, and the file in the package that does."""

    licence: str
    source: str


class Part(_Strict):
    """Something inside a package, or in the repository if ``package`` is empty, under a licence of its own."""

    name: str
    package: str
    licence: str
    source: str
    use: str


class Exceptions(_Strict):
    """``third_party.yaml``: names of licences as SPDX has them, and what metadata leaves out."""

    names: dict[str, str]
    packages: dict[str, StatedLicence]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Licensed:
    """A package of a lock, with its licence."""

    name: str
    version: str
    licence: str


def exceptions() -> Exceptions:
    """Return what stands in ``third_party.yaml``; raises ``ValidationError`` if that has another form."""
    return Exceptions.model_validate(yaml.safe_load(DATA.read_text(encoding="utf-8")))


def installed(*folders: str) -> dict[str, Distribution]:
    """Return what is installed in this venv, or in the given folders, by its canonical name."""
    found = distributions(path=list(folders)) if folders else distributions()
    return {canonicalize_name(each.name): each for each in found}


def installed_for_audit() -> dict[str, Distribution]:
    """Return what is installed in the venv of the security tools."""
    return installed(*(str(each) for each in (PROJECT / ".venv-audit" / "lib").glob("python*/site-packages")))


def licensed(pin: Pin, found: dict[str, Distribution], data: Exceptions) -> Licensed:
    """Return a pin with its licence.

    Raises `LicenceUnknownError` if ``third_party.yaml`` does not name it, and it is not installed, or its metadata has
    no licence, or one without a name there.
    """
    if stated := data.packages.get(pin.name):
        return Licensed(pin.name, pin.version, stated.licence)
    if pin.name not in found:
        raise LicenceUnknownError(f"{pin.name}: not installed, expected {pin.version}; name it in {DATA.name}")
    return Licensed(pin.name, pin.version, _licence_of(pin.name, found[pin.name], data))


def _licence_of(name: str, distribution: Distribution, data: Exceptions) -> str:
    metadata = distribution.metadata
    if expression := metadata.get("License-Expression"):
        return expression
    named = (metadata.get("License") or "").strip().partition("\n")[0]
    classifiers = [each for each in metadata.get_all("Classifier") or [] if each.startswith("License :: ")]
    for stated in (named, *(classifiers if len(classifiers) == 1 else [])):
        if stated in data.names:
            return data.names[stated]
    raise LicenceUnknownError(
        f"{name}: found the licence {named!r} and the classifiers {classifiers}, "
        f"expected one that has a name in {DATA.name}; read the package's own licence and name it there"
    )


def layers() -> dict[str, tuple[Pin, ...]]:
    """Return what each layer's lock pins."""
    return {lock.stem: tuple(pins_of(lock)) for lock in sorted((PROJECT / "layers").glob("*.txt"))}


def _shipped(data: Exceptions, found: dict[str, Distribution]) -> Iterator[Sequence[str]]:
    where: dict[Pin, list[str]] = {}
    for layer, pins in layers().items():
        for pin in pins:
            where.setdefault(Pin(pin.name, pin.version, ()), []).append(layer)
    for pin in sorted(where, key=lambda each: each.name):
        package = licensed(pin, found, data)
        yield package.name, package.version, package.licence, ", ".join(where[pin])


def _npm_packages() -> Iterator[Licensed]:
    lock = json.loads((PROJECT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for path, package in lock.items():
        if path:
            yield Licensed(path.removeprefix("node_modules/"), package["version"], package["license"])


def _by_licence(packages: Iterable[Licensed]) -> Iterator[Sequence[str]]:
    groups: dict[str, list[str]] = {}
    for package in sorted(set(packages), key=lambda each: each.name):
        groups.setdefault(package.licence, []).append(f"{package.name} {package.version}")
    for licence in sorted(groups):
        yield licence, ", ".join(groups[licence])


def tables() -> str:
    """Return what stands at the page's end; raises `LicenceUnknownError`."""
    data, found = exceptions(), installed()
    shipped = {pin.name for pins in layers().values() for pin in pins}
    here = [pin for lock in sorted(PROJECT.glob("requirements*.txt")) for pin in pins_of(lock)]
    parts = ((each.name, each.licence, f"`{each.package or Path(each.source).name}`", each.use) for each in data.parts)
    lines = (
        _MARK,
        "## Layers on AWS",
        "",
        *_table("| package | version | licence | layers |", _shipped(data, found)),
        "",
        "## Parts with a licence of their own",
        "",
        *_table("| what | licence | in | where it goes |", parts),
        "",
        "## Tools to deploy, build and test",
        "",
        *_table(_PACKAGES, _by_licence(licensed(pin, found, data) for pin in here if pin.name not in shipped)),
        "",
        "Security tools:",
        "",
        *_table(_PACKAGES, _by_licence(licensed(pin, installed_for_audit(), data) for pin in pins_of(_AUDIT_LOCK))),
        "",
        "From npm:",
        "",
        *_table(_PACKAGES, _by_licence(_npm_packages())),
        "",
    )
    return "\n".join(lines)


def _table(head: str, rows: Iterable[Sequence[str]]) -> list[str]:
    return [head, f"|{'---|' * (head.count('|') - 1)}", *(f"| {' | '.join(row)} |" for row in rows)]


def main(arguments: Sequence[str]) -> int:
    """Put the tables into the page, or print them; 2 and one line if a licence is not known."""
    try:
        written = tables()
    except LicenceUnknownError as error:
        print(error, file=sys.stderr)
        return 2
    if "--write" not in arguments:
        print(written)
        return 0
    before = PAGE.read_text(encoding="utf-8").partition(_MARK)[0]
    PAGE.write_text(before + written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

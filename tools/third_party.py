"""Writes the tables of THIRD-PARTY.md from the locks: ``python -m tools.third_party --write``.

Licences come from the metadata of installed packages, so run `make setup-dev setup-audit` first. Missing metadata is in
``third_party.yaml``. Without ``--write`` the tables are printed.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

import yaml
from packaging.utils import canonicalize_name

from course_kit.data_models import ClosedModel
from tests.support.locks import PROJECT, Pin, pins_of

PAGE = PROJECT / "THIRD-PARTY.md"
DATA = Path(__file__).with_suffix(".yaml")
_MARK = "\n<!-- Written by `python -m tools.third_party --write`. -->\n"
_PACKAGES = "| licence | packages |"
_AUDIT_LOCK = PROJECT / "audit" / "requirements.txt"


class LicenceUnknownError(RuntimeError):
    """A lock pins a package with an unknown licence; the message names the package and the fix."""


class StatedLicence(ClosedModel):
    """The licence of a package without licence metadata, and the file in the package that states it."""

    licence: str
    source: str


class Part(ClosedModel):
    """A part of a package with its own licence; an empty ``package`` means the repository."""

    name: str
    package: str
    licence: str
    source: str
    use: str


class Exceptions(ClosedModel):
    """``third_party.yaml``: SPDX names of licences, and facts that metadata leaves out."""

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
    """Return the content of ``third_party.yaml``; raises ``ValidationError`` if its form is wrong."""
    return Exceptions.model_validate(yaml.safe_load(DATA.read_text(encoding="utf-8")))


def installed(*folders: str) -> dict[str, Distribution]:
    """Return the packages in this venv, or in the given folders, by canonical name."""
    found = distributions(path=list(folders)) if folders else distributions()
    return {canonicalize_name(each.name): each for each in found}


def installed_for_audit() -> dict[str, Distribution]:
    """Return the packages in the venv of the security tools."""
    return installed(*(str(each) for each in (PROJECT / ".venv-audit" / "lib").glob("python*/site-packages")))


def licensed(pin: Pin, found: dict[str, Distribution], data: Exceptions) -> Licensed:
    """Return a pinned package with its licence.

    Raises `LicenceUnknownError` for a package that ``third_party.yaml`` does not name, when it is not installed or its
    metadata has no known licence.
    """
    if stated := data.packages.get(pin.name):
        return Licensed(pin.name, pin.version, stated.licence)
    if pin.name not in found:
        raise LicenceUnknownError(f"{pin.name}: not installed, expected {pin.version}; name it in {DATA.name}")
    return Licensed(pin.name, pin.version, _licence_of(pin.name, found[pin.name], data))


def _licence_of(name: str, distribution: Distribution, data: Exceptions) -> str:
    metadata = distribution.metadata
    # Python 3.11 names no `get` of metadata.
    [expression, *_] = metadata.get_all("License-Expression") or [""]
    if expression:
        return str(expression)
    named = str((metadata.get_all("License") or [""])[0]).strip().partition("\n")[0]
    classifiers = [each for each in metadata.get_all("Classifier") or [] if each.startswith("License :: ")]
    for stated in (named, *(classifiers if len(classifiers) == 1 else [])):
        if stated in data.names:
            return data.names[stated]
    raise LicenceUnknownError(
        f"{name}: found the licence {named!r} and the classifiers {classifiers}, "
        f"expected one with a name in {DATA.name}; read the package's own licence and name it there"
    )


def layers() -> dict[str, tuple[Pin, ...]]:
    """Return the pinned packages of each layer's lock."""
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
    """Return the tables for the page's end; raises `LicenceUnknownError`."""
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
    """Write or print the tables; return 2 and print one line when a licence is unknown."""
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

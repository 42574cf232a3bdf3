"""Reading the locks: what each pins, and by which hashes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parents[2]
LOCKS = (
    *sorted(PROJECT.glob("requirements*.txt")),
    PROJECT / "audit" / "requirements.txt",
    *sorted((PROJECT / "layers").glob("*.txt")),
)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})(?=\s|$)")


@dataclass(frozen=True)
class Pin:
    """One distribution of a lock, at one version."""

    name: str
    version: str
    hashes: tuple[str, ...]


def pins_of(lock: Path) -> Iterator[Pin]:
    """Yield what a lock pins, as pip reads it; fails on anything else that stands there."""
    for line in lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        wanted = Requirement(line.partition("--hash")[0])
        [version] = wanted.specifier
        assert version.operator == "==", line
        yield Pin(canonicalize_name(wanted.name), version.version, tuple(_HASH.findall(line)))

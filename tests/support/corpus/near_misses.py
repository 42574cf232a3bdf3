"""Near misses: ``checks/<check>.yaml`` holds what a check lets through (``good``) and what it catches (``bad``)."""

from pathlib import Path

import yaml
from pydantic import TypeAdapter

_FOLDER = Path(__file__).resolve().parents[2] / "corpus" / "checks"


def near_misses(check: str, kind: str) -> list[str]:
    """Return the texts of one kind, ``good`` or ``bad``."""
    written = yaml.safe_load((_FOLDER / f"{check}.yaml").read_text(encoding="utf-8"))
    return TypeAdapter(dict[str, list[str]]).validate_python(written)[kind]

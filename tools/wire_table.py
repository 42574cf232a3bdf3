"""Writes the table of docs/wire.md from real calls: ``python -m tools.wire_table``."""

import logging
from pathlib import Path

from tests.support.wire.cases import CASES
from tests.support.wire.outcomes import outcome_of

PAGE = Path(__file__).resolve().parents[1] / "docs" / "wire.md"
_HEAD = "| server | request | answer | outcome | calls | error |\n|---|---|---|---|--:|---|\n"


def main() -> None:
    """Run every case and write its line into the page."""
    # Some of the servers fail on purpose.
    logging.disable(logging.CRITICAL)
    before, _, _ = PAGE.read_text(encoding="utf-8").partition(_HEAD)
    rows = (outcome_of(case).row(case) for case in CASES)
    PAGE.write_text(before + _HEAD + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

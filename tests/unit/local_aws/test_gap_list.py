"""The list of gaps that people read and the tests that notice when one closes are the same list."""

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]


def test_every_gap_has_a_test_and_every_test_a_line() -> None:
    # Given
    tests = re.findall(
        r"^def (test_\w+)", (PROJECT / "tests/local/test_local_aws_gaps.py").read_text(encoding="utf-8"), re.MULTILINE
    )
    # When
    listed = re.findall(
        r"^\|.*\| `(test_\w+)` \|$", (PROJECT / "docs/local-aws.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    # Then
    assert sorted(listed) == sorted(tests)

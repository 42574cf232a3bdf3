"""Labs that a run would not make are named before it, with the option that makes them."""

from pathlib import Path

import pytest

from course_kit.outline import read_outline
from course_kit.run.events import ContentType
from coursewright.run.left_out import left_out
from tests.support.refused_commands import run

_OUTLINE = b"""
course: {title: C}
modules:
- {title: One, lab_activities: [Of the module], lessons: [{title: A, lab_activities: [X, Y]}, {title: B}]}
- {title: Two, lessons: [{title: C, lab_activities: [Z]}]}
- {title: Three, lessons: [{title: D}]}
"""


@pytest.mark.parametrize(
    ("numbers", "content_type", "sentence"),
    [
        ((1, 2, 3), "theory", "4 labs are left out; --content-type both makes them"),
        ((2,), "theory", "1 lab is left out; --content-type both makes it"),
        ((3,), "theory", ""),
        ((1, 2, 3), "both", ""),
        ((1,), "labs", "2 lessons are left out; --content-type both makes them"),
    ],
)
def test_what_is_left_out_is_said_with_the_option_that_makes_it(
    numbers: tuple[int, ...], content_type: str, sentence: str
) -> None:
    assert left_out(read_outline(_OUTLINE), numbers, ContentType(content_type)) == sentence


def test_validate_says_what_a_run_would_leave_out(tmp_path: Path) -> None:
    # Given
    (tmp_path / "outline.yaml").write_bytes(_OUTLINE)
    # When
    ended = run("validate", "outline.yaml", cwd=tmp_path)
    # Then
    assert ended.returncode == 0
    assert ended.stdout.splitlines()[-1] == "4 labs are left out; --content-type both makes them"

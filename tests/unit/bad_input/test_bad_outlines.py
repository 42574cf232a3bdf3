"""Wrong outlines, each field in every wrong way and several at once: path, found, expected, and nothing else."""

import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_kit.errors import OutlineInvalid
from course_kit.outline import read_outline
from coursewright.main import main
from tests.support.wrong_outlines import CASES, WRONG, WrongField, outline_with

FAULT = re.compile(r"^(?P<path>[\w.\[\]]+): found \S.*, expected \S.*$")


def faults_of(source: str) -> list[str]:
    with pytest.raises(OutlineInvalid) as refused:
        read_outline(source)
    return str(refused.value).splitlines()


def assert_names(lines: list[str], field: WrongField) -> None:
    """Every line has the three parts, and one is about the field or something in it."""
    paths = [match["path"] for line in lines if (match := FAULT.match(line))]
    assert len(paths) == len(lines), lines
    assert any(path.startswith(field.path) for path in paths), lines


def test_there_are_well_over_a_hundred() -> None:
    assert len(CASES) > 150


@pytest.mark.parametrize("field", CASES, ids=str)
def test_a_wrong_field_is_named_with_what_was_found_and_what_is_expected(field: WrongField) -> None:
    assert_names(faults_of(outline_with(field)), field)


# Fields of which none lies within another, so that all may be wrong at once.
SIDE_BY_SIDE = [path for path in WRONG if not any(other != path and other.startswith(path) for other in WRONG)]


@given(
    st.dictionaries(st.sampled_from(SIDE_BY_SIDE), st.integers(0, 20), min_size=2, max_size=6).map(
        lambda chosen: [WrongField(path, WRONG[path][number % len(WRONG[path])]) for path, number in chosen.items()]
    )
)
@settings(derandomize=True, max_examples=150)
def test_all_faults_are_told_at_once(fields: list[WrongField]) -> None:
    lines = faults_of(outline_with(*fields))
    for field in fields:
        assert_names(lines, field)


@pytest.mark.parametrize("field", CASES[::4], ids=str)
def test_the_command_line_tells_them_by_file_and_writes_nothing(
    field: WrongField, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given
    monkeypatch.chdir(tmp_path)
    Path("outline.yaml").write_text(outline_with(field), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["coursewright", "validate", "outline.yaml"])
    # When
    with pytest.raises(SystemExit) as ended:
        main()
    # Then
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (2, "")
    lines = told.err.splitlines()
    assert all(line.startswith("outline.yaml: ") for line in lines)
    assert_names([line.removeprefix("outline.yaml: ") for line in lines], field)
    assert [path.name for path in tmp_path.iterdir()] == ["outline.yaml"]

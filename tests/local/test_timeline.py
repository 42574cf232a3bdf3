"""Timelines of real runs: the finished one, an earlier one of the same project, and one that failed."""

import re
from pathlib import Path

import pytest

from tests.support.installed_command import CommandLine
from tests.support.local_author import Author

OUTLINE = """
course: {title: Timed, language: en}
modules:
- {title: One, lessons: [{title: First, duration_minutes: 15}, {title: Second, duration_minutes: 15}]}
- {title: Two, lessons: [{title: Third, duration_minutes: 15, topics: [Alpha], lab_activities: [Try it]}]}
"""
# Drawing diagrams is most of what a course costs here.
NO_VISUALS: dict[str, object] = {"misbehaviour": "no_visuals"}


@pytest.fixture
def outline(tmp_path: Path) -> str:
    path = tmp_path / "timed.yaml"
    path.write_text(OUTLINE, encoding="utf-8")
    return str(path)


def bars(svg: str) -> list[str]:
    return re.findall(r'<g class="bar[^"]*"[^>]*aria-label="([^"]*)"', svg)


def test_a_run_leaves_its_timeline_beside_its_book_and_an_earlier_run_keeps_its_own(
    coursewright: CommandLine, author: Author, outline: str, tmp_path: Path
) -> None:
    # Given: a run that wrote everything, and a second one of the same project that found everything.
    author.behave(latency_seconds={"lesson": 1.0})
    first = coursewright("generate", outline, "--project", "timed", "--content-type", "both", "--json")
    assert first.exit_code == 0, first.stderr
    beside_the_book = (tmp_path / "timed" / "timeline.html").read_text(encoding="utf-8")
    second = coursewright("generate", outline, "--project", "timed", "--content-type", "both", "--json")
    assert second.exit_code == 0, second.stderr
    # When: both are asked for by name.
    drawn = []
    for report in (first.report, second.report):
        path = tmp_path / "asked.svg"
        execution = str(report["execution_arn"]).rpartition(":")[2]
        outcome = coursewright("timeline", execution, "-o", str(path))
        assert (outcome.exit_code, outcome.stdout.strip()) == (0, str(path)), outcome.stderr
        drawn.append(bars(path.read_text(encoding="utf-8")))
    # Then: the first one is as it was drawn when it ended, with every lesson and lab, and its book.
    assert drawn[0] == bars(beside_the_book)
    assert "timeline.html" in first.stderr
    for wanted in (
        "1.1 First · study",
        "1.1 First · content",
        "1.2 Second",
        "2.1 Third",
        "02-01-01 Try it · labs",
        "Book · ",
        "PDF · ",
    ):
        assert any(wanted in bar for bar in drawn[0]), wanted
    assert not any("reused" in bar for bar in drawn[0])
    # And: lessons that were there are marked as such in the second.
    assert [bar for bar in drawn[1] if "content" in bar and "reused" not in bar] == []
    assert [bar for bar in drawn[1] if "labs" in bar and "reused" not in bar] == []


def test_a_failed_run_has_a_timeline_that_names_its_failed_module(
    coursewright: CommandLine, author: Author, outline: str, tmp_path: Path
) -> None:
    # Given: a writer that never gets module 2's lesson right.
    author.behave({"misbehaviour": "missing_headings", "module_number": 2, "kind": "lesson"}, NO_VISUALS)
    # When
    outcome = coursewright("generate", outline, "--project", "timed-failing", "--json")
    # Then
    assert outcome.exit_code == 1
    page = (tmp_path / "timed-failing" / "timeline.html").read_text(encoding="utf-8")
    assert "failed: TextRejected" in page
    assert any("1.2 Second · content" in bar for bar in bars(page))


def test_an_execution_that_there_is_not_is_refused(coursewright: CommandLine, tmp_path: Path) -> None:
    outcome = coursewright("timeline", "no-such-run", "-o", str(tmp_path / "t.html"))
    assert outcome.exit_code == 2
    assert "found 'no-such-run'" in outcome.stderr
    assert not (tmp_path / "t.html").exists()

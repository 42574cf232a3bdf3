"""`coursewright diff`: what two versions differ in, as lines that people can read."""

import json

import pytest

from course_kit.outline.study import LessonStudy, QuizQuestion
from tests.support.command_line import CommandLine, assert_one_line
from tests.support.kept_versions import KEYS, LESSON, Kept, asked


@pytest.fixture
def lesson(kept: Kept) -> Kept:
    """Three versions of a lesson."""
    kept.person_uploads(LESSON, "# Packets\n\nTwo\n")
    kept.person_uploads(LESSON, "# Packets\n\nThree\n")
    return kept


@pytest.mark.parametrize(
    ("chosen", "compared", "lines"),
    [
        ((), ("v2", "v3"), ["-Two", "+Three"]),
        (("v1",), ("v1", "v3"), ["-See `networks/outline.yaml`.", "+Three"]),
        (("v3", "v2"), ("v3", "v2"), ["-Three", "+Two"]),
        (("V2", "v3"), ("v2", "v3"), ["-Two", "+Three"]),
    ],
)
def test_versions_are_compared_as_asked(
    lesson: Kept, command_line: CommandLine, chosen: tuple[str, ...], compared: tuple[str, str], lines: list[str]
) -> None:
    # When
    found = asked(command_line, "diff", "networks", "1.1", *chosen)
    # Then
    assert ((found["old"]["version"], found["new"]["version"]), found["are_equal"]) == (compared, False)
    assert [line for line in found["lines"] if line[0] in "+-" and line[:3] not in ("+++", "---")] == lines
    assert found["lines"][0].startswith(f"--- 1.1 {compared[0]} (")


def test_a_version_may_be_named_by_how_its_id_begins(lesson: Kept, command_line: CommandLine) -> None:
    # Given
    rows = asked(command_line, "history", "networks", "1.1")["changes"]
    # When
    found = asked(command_line, "diff", "networks", "1.1", rows[2]["id"][:8], rows[1]["id"])
    # Then
    assert (found["old"]["version"], found["new"]["version"]) == ("v1", "v2")


def test_lines_are_told_with_colours_on_a_terminal_alone(lesson: Kept, command_line: CommandLine) -> None:
    # When
    plain = command_line.run("diff", "networks", "1.1")
    command_line.monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = command_line.run("diff", "networks", "1.1")
    # Then: exit code 0, as of `git diff`.
    assert (plain.exit_code, coloured.exit_code) == (0, 0)
    assert "\n-Two\n+Three\n" in plain.out
    assert "\x1b[" not in plain.out
    assert "\x1b[31m-Two\x1b[0m" in coloured.out
    assert "\x1b[32m+Three\x1b[0m" in coloured.out


def test_equal_versions_say_so(lesson: Kept, command_line: CommandLine) -> None:
    # Given
    lesson.person_uploads(LESSON, "# Packets\n\nTwo\n")
    # When
    told = command_line.run("diff", "networks", "1.1", "v2", "v4")
    # Then
    assert (told.exit_code, told.out) == (0, "1.1: no difference between v2 and v4\n")
    assert asked(command_line, "diff", "networks", "1.1", "v2", "v4")["are_equal"] is True


def test_study_parts_are_compared_as_yaml(kept: Kept, command_line: CommandLine) -> None:
    # Given
    question = QuizQuestion(question="Which port?", options=("80", "443"), right=0, explanation="Plain.\nNot TLS.")
    study = LessonStudy(module_number=1, lesson_number=1, key_points=("¿Qué?",), questions=(question,))
    kept.run_writes(KEYS.study(1, 1), study.model_dump_json(indent=1))
    changed = study.model_copy(update={"questions": (question.model_copy(update={"right": 1}),)})
    kept.person_uploads(KEYS.study(1, 1), changed.model_dump_json())
    # When
    lines = asked(command_line, "diff", "networks", "1.1/study")["lines"]
    # Then: the other form of the JSON is no difference.
    assert [line for line in lines[2:] if line[0] in "+-"] == ["-  right: 0", "+  right: 1"]
    assert "   explanation: |-" in lines
    whole = asked(command_line, "diff", "networks", "1.1/study", "v2", "v1")
    assert whole["old"]["what"] == "edited by hand"


def test_a_record_that_an_edit_has_broken_is_shown_as_it_is(kept: Kept, command_line: CommandLine) -> None:
    # Given
    kept.run_writes(KEYS.study(1, 1), "{}")
    kept.person_uploads(KEYS.study(1, 1), '{"key_points": [')
    # When / Then
    assert '+{"key_points": [' in asked(command_line, "diff", "networks", "1.1/study")["lines"]


def test_figures_are_compared_by_their_sources_and_their_files(kept: Kept, command_line: CommandLine) -> None:
    # Given: a plan and its figure, twice.
    for number in (1, 2):
        kept.run_plans("01-01-0001", f"flowchart TD\n A --> B{number}")
        kept.run_draws("01-01-0001", b"png" * number, b"<svg/>")
        kept.a_minute_later()
    # When: the figure of the fixture is v1.
    found = asked(command_line, "diff", "networks", "01-01-0001", "v2", "v3")
    # Then
    changed = [line for line in found["lines"][2:] if line[0] in "+-"]
    removed, added = sorted(changed)[2:], sorted(changed)[:2]
    assert (removed[0], added[0]) == ("-   A --> B1", "+   A --> B2")
    assert removed[1].startswith("-01-01-0001.png: 3 bytes, sha256 ")
    assert added[1].startswith("+01-01-0001.png: 6 bytes, sha256 ")
    assert any(line.startswith(" 01-01-0001.svg: 6 bytes") for line in found["lines"])
    assert found["lines"][-1] == "the pictures differ"


def test_pictures_of_ones_own_are_compared_by_size_and_hash(kept: Kept, command_line: CommandLine) -> None:
    # Given
    for body in (b"a", b"ab", b"a"):
        kept.person_uploads(KEYS.own_picture("plug.png"), body)
    # When / Then
    assert (
        "+plug.png: 1 bytes, sha256 ca978112ca1bbdca"
        in asked(command_line, "diff", "networks", "figures/plug.png")["lines"]
    )
    assert asked(command_line, "diff", "networks", "figures/plug.png", "v1", "v3")["are_equal"] is True


def test_control_characters_of_a_text_do_not_reach_the_terminal(lesson: Kept, command_line: CommandLine) -> None:
    # Given
    lesson.person_uploads(LESSON, "\x1b[2J[bold]x[/bold]\n")
    # When
    told = command_line.run("diff", "networks", "1.1")
    # Then
    assert "\x1b" not in told.out
    assert "+\\x1b[2J[bold]x[/bold]" in told.out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (
            ("1.1", "v9"),
            "VERSION: found 'v9', expected v1 to v3, or the beginning of a version's id; `coursewright history",
        ),
        (("1.1", "v0"), "VERSION: found 'v0'"),
        (("1.1", "zzz"), "VERSION: found 'zzz'"),
        (("1.1", ""), "VERSION: found ''"),
        (("1.1", "v1", "v9"), "VERSION: found 'v9'"),
        (("outline",), "WHAT: found one version of outline, v1, expected two to compare"),
        (("4.4",), "WHAT: found '4.4', expected a lesson of the project: 1.1"),
    ],
)
def test_what_cannot_be_compared_is_one_line(
    lesson: Kept, command_line: CommandLine, words: tuple[str, ...], named: str
) -> None:
    assert_one_line(command_line.run("diff", "networks", *words), 2, named)


def test_an_id_that_several_versions_begin_with_is_refused(lesson: Kept, command_line: CommandLine) -> None:
    # Given: as many versions as there are first letters of an id, and one more.
    for number in range(15):
        lesson.person_uploads(LESSON, str(number))
    ids = [row["id"] for row in json.loads(command_line.run("history", "networks", "1.1", "--json").out)["changes"]]
    twice = next(letter for letter in "0123456789abcdef" if sum(own.startswith(letter) for own in ids) > 1)
    # When / Then
    assert_one_line(command_line.run("diff", "networks", "1.1", twice), 2, "versions begin with; type more of it")

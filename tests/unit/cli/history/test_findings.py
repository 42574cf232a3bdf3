"""`coursewright findings`: a table by lesson as readers see them, with what is replaced and why the rest is not."""

from course_kit.outline import read_outline
from course_kit.records.course_record import CourseRecord
from course_kit.records.editing import Finding, FindingKind, Findings, FindingState, Passage
from coursewright.findings.listing import KIND_IN_WORDS
from tests.support.command_line import CommandLine, assert_one_line
from tests.support.kept_versions import KEYS, Kept, asked

REPEATED = Finding(
    kind=FindingKind.REPEATED_PASSAGE,
    about="A row version is a copy",
    passages=(Passage(lesson="1.1", text="A row version."), Passage(lesson="1.2", text="A row version.")),
    state=FindingState.MENDED,
)
WORD = Finding(
    kind=FindingKind.AVOIDED_WORD,
    about="tuple [bold]",
    expected="row version",
    passages=(Passage(lesson="1.1", text="A tuple."),),
    why_open="the passage is the author's",
)


def save(kept: Kept, *findings: Finding) -> None:
    store, key = kept.house.store, KEYS.findings()
    store.write_model(key, Findings(execution_name="run-7", findings=findings), replacing=store.find(key))


def test_findings_are_listed_with_what_has_become_of_them(kept: Kept, command_line: CommandLine) -> None:
    # Given
    save(kept, WORD, REPEATED)
    # When
    ended = command_line.run("findings", "networks")
    # Then
    assert ended.exit_code == 0
    said = ended.out + ended.err
    assert "word to avoid" in said
    assert "tuple [bold] → row version" in said
    assert "the passage is the author's" in " ".join(said.split())
    assert "2 found, 1 replaced in the book, 1 left (run run-7)" in said


def test_lessons_have_the_numbers_of_the_newest_outline(kept: Kept, command_line: CommandLine) -> None:
    # Given: the lessons change their places.
    store = kept.house.store
    outline = "course: {title: Networks}\nmodules: [{title: One, lessons: [{title: A}, {title: B}]}]\n"
    record = CourseRecord().with_outline(read_outline(outline))
    store.write_model(KEYS.course(), record, replacing=store.find(KEYS.course()))
    turned = outline.replace("{title: A}, {title: B}", "{title: B}, {title: A}")
    store.write(KEYS.outline(), turned, content_type="y", replacing=store.find(KEYS.outline()))
    save(kept, REPEATED)
    # When
    listed = asked(command_line, "findings", "networks")
    # Then: the lesson that changes comes first, the one that it refers to beside it.
    row = listed["findings"][0]
    assert (row["lesson"], row["beside"], row["state"]) == ("1.1", ["1.2"], "mended")
    assert (listed["found"], listed["mended"], listed["execution"]) == (1, 1, "run-7")


def test_a_course_whose_lessons_go_together_has_one_line(kept: Kept, command_line: CommandLine) -> None:
    save(kept)
    ended = command_line.run("findings", "networks")
    assert "the lessons go together, as run run-7 has found" in ended.out + ended.err


def test_a_project_that_nobody_has_checked_says_so_in_one_line(kept: Kept, command_line: CommandLine) -> None:
    assert_one_line(command_line.run("findings", "networks"), 1, "not checked against each other yet")


def test_a_project_that_is_not_there_is_named(kept: Kept, command_line: CommandLine) -> None:
    assert_one_line(command_line.run("findings", "nobody"), 2, "nobody")


def test_every_kind_has_words() -> None:
    assert set(KIND_IN_WORDS) == set(FindingKind)

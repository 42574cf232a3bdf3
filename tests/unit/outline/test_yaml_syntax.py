"""What is no YAML is shown by line, with the way to write it; every way that is told reads as it is meant."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_kit.errors import OutlineInvalid
from course_kit.outline import read_outline
from tests.support.outlines import BEFORE, faults_of, lesson_of, with_title

ADVICE = re.compile(r", expected [^;]*; [^:]*: (?P<line>.*)$")
NOT_YAML = [
    "Module 1: The nervous system",
    "Many ways to talk: voice, gesture, sight",
    "@Decorators",
    "!important in CSS",
    "!x",
    "[Optional] Setup",
    "*args and **kwargs",
    "*x",
    "&pointers in C",
    "& and |",
    "{{ name }} templates",
    "{{ name }}",
    "%d and %s",
    "`code` first",
    "- a dash",
    "? a question",
    "| a pipe",
    "> a quote",
    "] closed",
    ", a comma",
    "Ends with a colon:",
    "C: the drive, C:\\Users: the folder",
    "“Smart: quotes”",
    "a: 'b'",
    'a: "b" \\ c',
    '"This" and "that"',
    "'This' and 'that'",
]


def written_as_told(source: str) -> str:
    """Return a source with the line of its only refusal written as the refusal says."""
    [fault] = faults_of(source)
    number = int(re.findall(r"line (\d+)", fault)[0])
    advice = ADVICE.search(fault)
    assert advice, fault
    lines = source.split("\n")
    lead = re.match(r"[ ]*(?:- )?", lines[number - 1])
    assert lead
    own = advice["line"].removeprefix("- ") if "- " in lead[0] else advice["line"]
    lines[number - 1] = f"{lead[0]}{own}"
    return "\n".join(lines)


@pytest.mark.parametrize("text", NOT_YAML)
def test_the_line_is_shown_with_the_way_to_write_it_and_that_reads_as_meant(text: str) -> None:
    # Given
    source = with_title(text)
    # When
    [fault] = faults_of(source)
    # Then: the line, where its value begins, and a way to write it that is read as the text.
    assert fault.startswith(f"outline: found text that is not YAML at line 5, column 12: - title: {text}")
    assert "put the value in quotes: title: " in fault
    assert read_outline(written_as_told(source)).modules[0].lessons[0].title == text


@pytest.mark.parametrize("text", [text for text in NOT_YAML if not re.match(r"\w[^,]*: |“|Ends", text)])
def test_an_item_of_a_list_is_shown_so_too(text: str) -> None:
    source = f"{BEFORE}  - title: L\n    topics:\n    - First\n    - {text}\n    - Last\n"
    if text == "- a dash":
        assert 'put it in quotes: - "- a dash"' in faults_of(source)[0]
        return
    topics = read_outline(written_as_told(source)).modules[0].lessons[0].topics
    assert [topic.title for topic in topics] == ["First", text, "Last"]


@pytest.mark.parametrize("text", ["Sensors: how they work", "C#: a tour", "Step 1: plan", "Ends with a colon:"])
def test_an_item_with_a_colon_is_the_text_that_it_is(text: str) -> None:
    lesson = lesson_of("  - title: L", "    objectives:", f"    - {text}", "    topics:", f"    - {text}")
    assert (lesson.objectives, lesson.topics[0].title) == ((text,), text)


@pytest.mark.parametrize(
    ("item", "expected"),
    [("Title: x", "`title`?"), ("titel: x", "`title`?"), ("ping: what it tells", '- "ping: what it tells"')],
)
def test_an_item_that_may_be_a_field_is_refused(item: str, expected: str) -> None:
    assert any(expected in fault for fault in faults_of(f"{BEFORE}  - title: L\n    topics:\n    - {item}\n"))


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (['  - title: "abc', "    duration_minutes: 3"], ['column 12: - title: "abc', 'title: "abc"']),
        (['  - title: "abc', '    description: "d"'], ['title: "abc"']),
        (["  - title: 'It's easy'"], ['title: "It\'s easy"']),
        (['  - title: "C:\\Users"'], ["title: 'C:\\Users'"]),
        (['  - title: "Quoted" rest'], ["title: '\"Quoted\" rest'"]),
        (["  - title: L", "\tduration_minutes: 3"], ["line 6", "use spaces instead of the tabs"]),
        (["  - title: L", "   duration_minutes: 3"], ["line 6, column 4", "start it in column 5"]),
        (["  - title: L", "    duration_minutes:3"], ["put a space after the colon: duration_minutes: 3"]),
        (["  - title:L"], ["put a space after the colon: title: L"]),
        (["  -title: L"], ["a space after the dash: - title"]),
        (["  - title: L", "    description: one: two", "      and three"], ['description: "one: two and three"']),
        (["  - title: L", "    description: one", "    two"], ["continues the text above"]),
        (["  - title: L", "    topics: |", "    - a", "    - b"], ["indent the text under `|`"]),
        (["  - {title: A: b, duration_minutes: 3}"], ['- {title: "A: b", duration_minutes: 3}']),
        (["  - title: L", "    topics: [@c, *d, e]"], ['topics: ["@c", "*d", e]']),
        (["  - title: L", "    topics: [a, b"], ["close what `[` opens: topics: [a, b]"]),
        (["  - title: [Optional]"], ['line 5', 'put it in quotes: title: "[Optional]"']),
        (["  - title: {name}"], ['put it in quotes: title: "{name}"']),
        (["  - title: # Heading"], ['title: "# Heading"']),
        (["  - title: L", "    topics:", "    - #hashtag"], ['quotes: - "#hashtag"']),
        (["  - title: Rule #1"], ["starts a comment", 'title: "Rule #1"']),
        (["  - title: L", "    topics:", "    • A", "    • B"], ["a hyphen and a space: - A", "a space: - B"]),
        (["  - title: L", "    topics:", "    1) A", "    2) B"], ["a hyphen and a space: - A", "a space: - B"]),
        (["  - title: L", "    topics:", "    * A", "    * B"], ["a hyphen and a space: - A", "a space: - B"]),
        (["  - title: L", "    level:\u00a0easy"], ["put a space after the colon: level: easy"]),
        (["  - title: L", "```"], ["remove this line: ```"]),
        (["  - title: L", "    title: M"], ["line 6", "the key `title` is written 2 times"]),
        (["  - title: a\u0007b"], ["line 5, column 13: the character U+0007"]),
        (['  - title: "\\ud83d"'], ["half of one"]),
        (["  topics: [a]"], ["`topics` is a field of lessons"]),
    ],
)  # fmt: skip
def test_other_slips_are_shown_with_what_mends_them(lines: list[str], told: list[str]) -> None:
    said = "\n".join(faults_of(BEFORE + "\n".join(lines) + "\n"))
    assert [words for words in told if words not in said] == [], said


def test_all_lines_are_told_at_once() -> None:
    found = faults_of(f"{BEFORE}  - title: A: b\n    topics:\n    - @c\n    - ok\n    - *d\n  - title: %e\n")
    assert [re.findall(r"at line (\d+)", fault) for fault in found] == [["5"], ["7"], ["9"], ["10"]]


def test_a_line_that_a_terminal_would_obey_is_shown_without_it() -> None:
    [fault] = faults_of(f"{BEFORE}  - title: a\u202e: b: c\n")
    assert "\\u202e" in fault
    assert "\u202e" not in fault.partition(", expected")[0]


# Letters and every sign that has a meaning in YAML; no quotation mark at the beginning and no comment, which mean what
# they mean, and no text that is a name of nothing.
_texts = (
    st.text("ab Z9:-?[]{},&*!|>%@`'\"=+~$<>/\\^_().;#é", min_size=1, max_size=24)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: text and not re.search(r"^['\"]|(?:^| )#|^~$", text))
)


@settings(max_examples=400)
@given(_texts)
def test_a_title_is_read_to_the_letter_or_refused_with_the_way_to_write_it(text: str) -> None:
    source = with_title(text)
    try:
        outline = read_outline(source)
    except OutlineInvalid:
        outline = read_outline(written_as_told(source))
    assert outline.modules[0].lessons[0].title == text


@settings(max_examples=100)
@given(st.lists(_texts, min_size=1, max_size=4))
def test_whatever_lines_are_refused_the_only_error_is_ours(texts: list[str]) -> None:
    source = BEFORE + "".join(
        f"  - title: {text}\n    topics:\n    - {text}\n    - {{title: {text}}}\n" for text in texts
    )
    try:
        read_outline(source)
    except OutlineInvalid as error:
        assert all(re.match(r"[\w.\[\]-]+.*: found .*, expected .", line) for line in str(error).splitlines())


def test_text_copied_from_windows_is_read() -> None:
    source = (
        with_title("Größe").replace("    duration", "\u00a0\u00a0\u00a0 duration").replace("- title", "-\u00a0title")
    )
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert read_outline(source.replace("\n", "\r\n").encode(encoding)).modules[0].lessons[0].title == "Größe"
    [fault] = faults_of(source.encode("cp1252"))
    assert fault.endswith("that is not UTF-8 in line 3, expected UTF-8 text: save the file as UTF-8")


@pytest.mark.parametrize("text", ["Qui : moi", "«Lire» : quoi ?", "Ends :", "Rule#1: read"])
def test_an_item_with_a_colon_keeps_the_spaces_around_it(text: str) -> None:
    lesson = lesson_of("  - title: L", "    topics:", f"    - {text}", "    objectives:", f"    - {text}")
    assert (lesson.topics[0].title, lesson.objectives) == (text, (text,))


def test_a_comment_behind_a_number_or_a_text_stays_one() -> None:
    lesson = lesson_of("  - title: C# # 1 of 2", "    duration_minutes: 30 #1 or more")
    assert (lesson.title, lesson.duration_minutes) == ("C#", 30)


def test_many_aliases_that_unfold_to_little_are_read() -> None:
    lessons = "".join(f"  - {{<<: *d, title: L{n}}}\n" for n in range(49))
    modules = "".join(f"- title: M{m}\n  lessons:\n{lessons}" for m in range(5))
    outline = read_outline(f"{BEFORE}  - &d {{title: L, duration_minutes: 30}}\n{modules}")
    assert sum(len(module.lessons) for module in outline.modules) == 246
    assert {lesson.duration_minutes for module in outline.modules for lesson in module.lessons} == {30}


def test_own_fields_count_before_those_taken_over_and_the_first_source_before_others() -> None:
    sources = "[{title: A, duration_minutes: 10}, {title: B, duration_minutes: 20, description: d}]"
    lesson = lesson_of(f"  - <<: {sources}", "    title: Own")
    assert (lesson.title, lesson.duration_minutes, lesson.description) == ("Own", 10, "d")


@pytest.mark.parametrize("taken", ["text", "[text]", "7"])
def test_only_mappings_can_be_taken_over(taken: str) -> None:
    assert "merges a mapping" in faults_of(f"{BEFORE}  - <<: {taken}\n    title: L\n")[0]


def test_json_with_characters_in_two_halves_is_read() -> None:
    source = (
        '{"course": {"title": "Rockets \\ud83d\\ude80 and \\u201cquotes\\u201d"}, '
        '"modules": [{"title": "\\uD83D\\uDE00", "lessons": [{"title": "L/1"}]}]}'
    )
    outline = read_outline(source)
    assert (outline.course.title, outline.modules[0].title) == ("Rockets 🚀 and “quotes”", "😀")


def test_a_large_file_with_many_slips_is_refused_soon() -> None:
    # Given: what has to be read again for each way of writing a line.
    lines = "".join(f"  - title: Lesson {n}\n    description: {'words ' * 150}\n" for n in range(900))
    found = faults_of(f"{BEFORE}{lines}  - title: a: b\n  - title: @c\n")
    assert any('title: "a: b"' in fault for fault in found)

"""An author's Markdown: read whatever program saved it, changed as little as possible, told line by line."""

import re

import pytest

from course_kit.mending.author_faults import AuthorsLesson, author_faults
from course_kit.mending.author_text import authors_lesson, authors_markdown, decoded
from course_kit.text.visual_tags import find_visual_tags, number_visual_tags, numbered_for_author

LESSON = AuthorsLesson(module=2, lesson=3, title="Cables", topics=("Copper", "Fibre"))
GOOD = """# Cables

An introduction, which is no greeting.

## Copper

Copper is cheap (see [the standard](https://example.org/a) and [below](#fibre)).

![A plug](plug.png "An RJ45 plug")

| Cable | Metres |
|---|---|
| Cat 6 | 100 |

## Fibre

[VISUAL: light in a fibre]

[VISUAL: 02-03-0001 - a splice]

Code is `<div>` and `[VISUAL: x]`; a formula is $x^2$; <kbd>Ctrl</kbd> is a key.<br>A new line.

```html
<script>alert(1)</script> ![x](../y.png) [VISUAL: x
```

> [!NOTE]
> Mind the bend.

<!-- a note to myself -->

The end
"""


def told(body: str | bytes, faults_of_pictures: dict[str, str] | None = None) -> list[str]:
    faults = faults_of_pictures or {}
    return [str(fault) for fault in author_faults(body, LESSON, lambda file: faults.get(file, ""))]


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        GOOD.encode(),
        GOOD.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.encode("utf-16"),
        GOOD.replace("Copper is", "\tCopper\tis").replace("\tCopper", "Copper\t"),
        GOOD.replace("![A plug](plug.png", "![A plug](<figures/My plug.png>"),
        GOOD.replace("![A plug](plug.png", "![A plug](My plug.png"),
        GOOD.replace("## Fibre", "Fibre\n-----"),
        GOOD.replace("A plug](", "](").rstrip("\n"),
    ],
)
def test_good_text_is_never_flagged(body: str | bytes) -> None:
    assert told(body) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("# Cables\n\nAn", "An", "line 1: the text does not begin with the title `# Cables`"),
        ("# Cables", "# Wires", "line 1: the title `Wires` is not printed, but the outline's `Cables`"),
        ("## Copper", "# Copper", "line 5: the title `Copper` is printed as a heading below"),
        ("## Fibre", "## Glass", "line 1: no heading has the title of the topic `Fibre`"),
        ("# Cables", "---\ntitle: x\ntags: [a]\n---\n# Cables", "line 1: the fields before the text are not printed"),
        ("> Mind the bend.", "> Mind\n\n```python\nx = 1", "line 30: the code block is not closed"),
        ("Copper is", "```mermaid\nflowchart LR\n a --> b\n```\nCopper is", "line 7: the diagram's source becomes"),
        ("[VISUAL: light", "[VISUAL: 01-01-0004 - light", "line 17: the visual tag 01-01-0004 is another lesson's"),
        ("[VISUAL: light", "[VISUAL: 02-03-0001 - light", "line 19: the visual tag 02-03-0001 comes twice"),
        ("[VISUAL: light in a fibre]", "[VISUAL: ]", "line 17: the visual tag says nothing"),
        ("[VISUAL: light in a fibre]", "[VISUAL: light in a fibre", "line 17: the visual tag is not closed"),
        ("(plug.png", "(../plug.png", "line 9: found the picture `../plug.png`, expected the plain name of a file"),
        ("(plug.png", "(plug.webp", "line 9: found the picture `plug.webp`, expected the plain name of a file"),
        ("(plug.png", "(https://example.org/plug.png", "line 9: the picture `https.*` is not loaded from elsewhere"),
        ('![A plug](plug.png "An RJ45 plug")', "![](plug.png)", "line 9: picture plug.png has no words for readers"),
        (
            "Copper is",
            "<iframe src='https://x.org'></iframe>\n\nCopper is",
            "line 7: `<iframe .* is HTML, and is printed",
        ),
        ("Copper is", "A <script>x</script> is", "line 7: `<script>` is HTML"),
        ("(https://example.org/a)", "(other-lesson.md)", "line 7: the link to `other-lesson.md` leads to no web page"),
        (
            "(https://example.org/a)",
            "(javascript:alert(1))",
            "line 7: the link to `javascript:alert.1.` leads to no web",
        ),
        ("| Cat 6 | 100 |", "| Cat 6 | 100 | cheap |", "line 13: the row has more cells than its table's head"),
        ("$x^2$", r"$\nope{x$", r"line 21: the formula .* cannot be set"),
        ("Mind the", "Mind\u202e the", r"line 28: the line has the character U\+202E"),
    ],
)
def test_what_the_book_would_show_otherwise_is_told_by_its_line(old: str, new: str, words: str) -> None:
    assert GOOD.count(old) == 1
    found = author_faults(GOOD.replace(old, new), LESSON)
    assert not any(fault.is_blocking for fault in found)
    assert any(re.match(words, str(fault)) for fault in found), found


def test_a_picture_that_cannot_be_shown_is_told_by_its_line() -> None:
    assert told(GOOD, {"plug.png": "the file is missing"}) == ["line 9: picture plug.png: the file is missing"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "the lesson is empty"),
        ("\ufeff \r\n\n", "the lesson is empty"),
        (b"PK\x03\x04\x00\x00", "the file is no text"),
        ("# Cables\n\n" + "word " * 80_001, "expected at most 400,000"),
    ],
)
def test_a_file_without_a_text_to_print_is_blocking(body: str | bytes, words: str) -> None:
    found = author_faults(body, LESSON)
    assert [fault.is_blocking for fault in found] == [True]
    assert words in str(found[0])


def test_a_file_in_windows_1252_is_read_and_told() -> None:
    body = GOOD.replace("cheap", "günstig – billig").encode("cp1252")
    assert told(body) == ["line 7: the file is not UTF-8, and is read as Windows-1252: save it as UTF-8"]
    assert "günstig – billig" in decoded(body)


def test_every_program_gives_the_same_lesson() -> None:
    saved = [GOOD.encode(), b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(), GOOD.encode("utf-16")]
    assert len({authors_lesson(body, 2, 3) for body in saved}) == 1
    once = authors_lesson(saved[0], 2, 3)
    assert authors_lesson(once.encode(), 2, 3) == once


def test_an_authors_words_are_no_wrapping_of_an_answer() -> None:
    # Given: what is a greeting, a thought and an end mark in a model's answer.
    text = "Sure, here is my lesson.\n\n# Cables\n\n<think>aloud</think>\n\nText.\n\n</answer>\n"
    kept = authors_markdown(text)
    for words in ("Sure, here is my lesson.", "aloud", "/answer"):
        assert words in kept
    # And: fields that a program has put before the text are not the author's words.
    assert authors_markdown("---\ntitle: Cables\ntags:\n  - a\n---\n\n# Cables\n") == "# Cables\n"
    assert authors_markdown("---\n\nA rule before: the text.\n\n---\n") == "---\n\nA rule before: the text.\n\n---\n"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("![a](My key.gif)", "![a](My%20key.gif)"),
        ('![a](<figures/My key.gif> "The key")', '![a](figures/My%20key.gif "The key")'),
        ("![a](key.gif)", "![a](key.gif)"),
        ("`![a](My key.gif)`", "`![a](My key.gif)`"),
        ("![a](no such thing)", "![a](no such thing)"),
    ],
)
def test_names_of_pictures_may_have_spaces(written: str, read: str) -> None:
    assert authors_markdown(written) == f"{read}\n"


def test_new_tags_get_the_next_numbers_and_the_others_keep_theirs() -> None:
    text = "[VISUAL: new] [VISUAL: 02-03-0002 - b] [VISUAL: 02-03-0002 - copied] [VISUAL: 02-04-0001 - moved]"
    text += " `[VISUAL: x]`"
    numbered = numbered_for_author(text, 2, 3)
    assert [(tag.visual_id, tag.description) for tag in find_visual_tags(numbered)] == [
        ("02-03-0003", "new"),
        ("02-03-0002", "b"),
        ("02-03-0004", "copied"),
        ("02-03-0005", "moved"),
    ]
    # And: it is the same whoever reads it, and how often; code and a model's text stay as they are.
    assert numbered_for_author(numbered, 2, 3) == numbered
    assert "`[VISUAL: x]`" in numbered
    by_model = number_visual_tags("[VISUAL: a]\n\n[VISUAL: b]\n", 2, 3)
    assert numbered_for_author(by_model, 2, 3) == by_model

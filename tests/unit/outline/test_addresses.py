"""What to read on, as people write it: an address keeps what belongs to it, and loses what belongs to the sentence."""

import textwrap

import pytest
import yaml

from course_kit.outline import Reading, read_outline
from tests.support.outlines import faults_of

MODULES = "modules: [{title: M, lessons: [{title: L}]}]\n"
BOOK = "https://example.org/book"
WIKI = "https://en.wikipedia.org/wiki/C_(programming_language)"
TWO = "Two https://example.org/1 and https://example.org/2"


def reading_of(entry: str) -> Reading:
    entries = textwrap.indent(yaml.safe_dump({"further_reading": [entry]}, allow_unicode=True, width=1000), "  ")
    [reading] = read_outline(f"{MODULES}course:\n  title: C\n{entries}").course.further_reading
    return reading


@pytest.mark.parametrize(
    ("entry", "title", "url"),
    [
        (f"C, {WIKI}", "C", WIKI),
        (WIKI, WIKI, WIKI),
        (f"C ({WIKI})", "C", WIKI),
        (f"C ({WIKI}).", "C", WIKI),
        (f"[The Book]({BOOK})", "The Book", BOOK),
        (f"[The Book](<{BOOK}>).", "The Book.", BOOK),
        (f"[C]({WIKI})", "C", WIKI),
        (f"See [The Book]({BOOK}), chapter 2", "See The Book, chapter 2", BOOK),
        (f"[]({BOOK})", BOOK, BOOK),
        (f"The book: {BOOK}.", "The book", BOOK),
        (f"The book – {BOOK},", "The book", BOOK),
        ("The book <https://example.org/a_b_c>", "The book", "https://example.org/a_b_c"),
        ("Seen (https://example.org/p?q=1&r=2#s)", "Seen", "https://example.org/p?q=1&r=2#s"),
        ("Paper, doi:10.1000/182", "Paper", "https://doi.org/10.1000/182"),
        ("Paper, DOI: 10.1000/a(b)c.", "Paper", "https://doi.org/10.1000/a(b)c"),
        ("Site, www.example.org/x", "Site", "https://www.example.org/x"),
        (TWO, TWO, ""),
        (f"[A]({BOOK}) and [B]({WIKI})", f"A ({BOOK}) and B ({WIKI})", ""),
        (f"The book ({BOOK}), 2nd edition", f"The book ({BOOK}), 2nd edition", ""),
        ("Lang, S. *Basic Mathematics*. Springer, 1988.", "Lang, S. *Basic Mathematics*. Springer, 1988.", ""),
        ("A text with doi: and www. alone", "A text with doi: and www. alone", ""),
        (f"『本』{BOOK}。", "『本』", BOOK),
        (f"本（{BOOK}）", "本", BOOK),
        (f"本（{BOOK}）を読む", f"本（{BOOK}）を読む", ""),
        (f"«Livre» : «{BOOK}»", "«Livre»", BOOK),
        (f"“{BOOK}”", BOOK, BOOK),
        (f'[The Book]({BOOK} "Second edition")', "The Book", BOOK),
        ("HTTPS://EXAMPLE.ORG/Book", "HTTPS://EXAMPLE.ORG/Book", "https://EXAMPLE.ORG/Book"),
        ("RFC 791: https://www.rfc-editor.org/rfc/rfc791", "RFC 791", "https://www.rfc-editor.org/rfc/rfc791"),
    ],
)
def test_an_entry_is_its_title_and_its_address(entry: str, title: str, url: str) -> None:
    reading = reading_of(entry)
    assert (reading.title, reading.url) == (title, url)


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("www.example.org", "https://www.example.org"),
        ("doi:10.1000/182", "https://doi.org/10.1000/182"),
        (f"<{BOOK}>", BOOK),
    ],
)
def test_the_field_for_an_address_takes_the_same_forms(written: str, url: str) -> None:
    source = (
        "course: {title: C}\nmodules: [{title: M, further_reading: [{title: T, url: '%s'}], lessons: [{title: L}]}]"
    )
    assert read_outline(source % written).modules[0].further_reading[0].url == url


def test_what_is_no_address_is_refused() -> None:
    [fault] = faults_of(
        "course: {title: C, references: [{title: T, url: example}]}\nmodules: [{title: M, lessons: [{title: L}]}]"
    )
    assert fault == (
        "course.further_reading[0].url: found the text 'example' in line 1, "
        "expected a web address that begins with https:// or http://"
    )


def test_a_title_with_its_address_on_one_line_without_quotes_is_read() -> None:
    source = f"{MODULES}course:\n  title: C\n  further_reading:\n  - RFC 791: {BOOK}\n"
    [reading] = read_outline(source).course.further_reading
    assert (reading.title, reading.url) == ("RFC 791", BOOK)

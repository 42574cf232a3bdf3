"""Real text through every format: no word is lost or out of order, no TeX is left, nothing runs over on a page."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import pypdfium2
import pytest
from markdown_it.token import Token

from book_builder.typography import Typography
from course_kit.labels import is_right_to_left
from course_kit.markdown.formulas import formulas_in, plain_tex
from course_kit.markdown.math import MATH_INLINE, is_math_fence
from course_kit.markdown.text import parse_markdown
from tests.support.corpus.corpus_books import LANGUAGES, CorpusBook, corpus_book
from tests.support.corpus.page_boxes import letters_of, overlaps

FORMATS = ("html", "site", "epub", "docx", "pdf")
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MATHML = "{http://www.w3.org/1998/Math/MathML}math"
OFFICE_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
# How far a piece of a lesson may be from the one before it: captions, notes and numbers stand between them.
REACH = 700
MARGIN = 23 / 25.4 * 72
"""Points: the outer margin of book.typ."""
TITLE_PAGE = ("Title", "Subtitle", "Author", "Date")
ALERT = re.compile(r"^\[!\w+\]")


# All tests of a book on one worker, so that it is made once.
BOOKS = [pytest.param(language, marks=pytest.mark.xdist_group(f"book-{language}")) for language in LANGUAGES]


@pytest.fixture(scope="module", params=BOOKS)
def book(request: pytest.FixtureRequest) -> CorpusBook:
    return corpus_book(request.param)


def letters(text: str) -> str:
    """Return the letters and digits of a text, whatever a format makes of spaces, hyphens and ligatures."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter.isalnum())


def pieces_of(tokens: list[Token]) -> Iterator[str]:
    """Yield the text of a lesson between its formulas, in reading order."""
    for token in tokens:
        if token.type in ("fence", "code_block") and not is_math_fence(token.info):
            yield from token.content.split("\n")
        run = ""
        for child in token.children or []:
            if child.type in (MATH_INLINE, "visual_tag", "image", "footnote_ref", "hardbreak"):
                yield ALERT.sub("", run)
                run = ""
            elif child.type != "footnote_anchor" and not child.content.startswith("<br"):
                run += " " if child.type == "softbreak" else child.content
        yield ALERT.sub("", run)


def lesson_and_notes(markdown: str) -> tuple[list[Token], list[Token]]:
    """Return the tokens of a lesson and those of its footnotes, which every format puts somewhere else."""
    tokens = parse_markdown(markdown)
    notes = next((n for n, token in enumerate(tokens) if token.type == "footnote_block_open"), len(tokens))
    return tokens[:notes], tokens[notes:]


class _TextOfPage(HTMLParser):
    """The text of a page of HTML, without what is no text of the book: scripts, formulas, folded descriptions."""

    _LEFT_OUT = ("script", "style", "math", "nav", "head", "details")

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._depth += tag in self._LEFT_OUT

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag in self._LEFT_OUT

    def handle_data(self, data: str) -> None:
        if not self._depth:
            self.text.append(data)


def page_text(html: str) -> str:
    parser = _TextOfPage()
    parser.feed(html)
    return " ".join(parser.text)


def word_text(element: ElementTree.Element) -> Iterator[str]:
    if element.tag == OFFICE_MATH:
        return
    if element.tag == f"{WORD}t":
        yield element.text or ""
    for child in element:
        yield from word_text(child)


def text_of(book: CorpusBook, name: str, section: str) -> str:
    """Return the text of a format, where a section of the book is in it."""
    match name:
        case "html":
            return page_text(book.files["html"].read_text(encoding="utf-8"))
        case "site":
            return page_text(book.site_pages()[f"section-{section.replace('.', '-')}.html"])
        case "epub":
            return " ".join(page_text(chapter.decode()) for chapter in book.chapters().values())
        case "docx":
            return "".join(text for part in book.word_document() for text in word_text(part))
        case _:
            return " ".join(page_body(page) for page in book.pages())


def page_body(page: pypdfium2.PdfPage) -> str:
    """Return the text of a page between its header and its footer."""
    width, height = page.get_size()
    text: str = page.get_textpage().get_text_bounded(left=0, right=width, bottom=60, top=height - 62)
    return text


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_loses_a_word_of_a_lesson(book: CorpusBook, name: str) -> None:
    for lesson in book.book.lessons:
        # Given: the lesson's own words, and the format's.
        text = letters(text_of(book, name, lesson.section))
        if name == "pdf" and is_right_to_left(book.language):
            # A PDF holds glyphs from left to right; what order their letters are read in is every reader's own guess.
            own = Counter(letter for piece in pieces_of(parse_markdown(lesson.markdown)) for letter in letters(piece))
            assert not own - Counter(text)
            continue
        cursor, reach = 0, len(text)
        body, notes = lesson_and_notes(lesson.markdown)
        pieces = ((piece, before.type == "th_open") for before, token in pairwise(body) for piece in pieces_of([token]))
        for piece, is_head in pieces:
            wanted = letters(Typography(book.language).dashes(piece))
            # When: it is looked for behind the piece before it.
            found = text.find(wanted, cursor, cursor + reach + len(wanted))
            # Then
            assert found >= 0, f"{lesson.title}: lost {piece!r} behind …{text[max(0, cursor - 60) : cursor]}"
            # A table too wide for a page is a list a row, with the columns' headings in it.
            if not is_head:
                cursor, reach = found + len(wanted), REACH if wanted else reach
        for piece in pieces_of(notes):
            assert letters(Typography(book.language).dashes(piece)) in text, piece


def test_no_tex_is_left_in_what_readers_get(book: CorpusBook) -> None:
    # Given: the formulas that have a command or a script in them.
    formulas = {
        tex
        for lesson in book.book.lessons
        for tex, _ in formulas_in(parse_markdown(lesson.markdown))
        if re.search(r"\\[a-z]", tex)
    }
    texts = {
        "html": book.files["html"].read_text(encoding="utf-8"),
        **{f"site {name}": text for name, text in book.site_pages().items()},
        **{f"epub {name}": chapter.decode() for name, chapter in book.chapters().items()},
        "docx": "".join(ElementTree.tostring(part, encoding="unicode") for part in book.word_document()),
        "pdf": " ".join(page_body(page) for page in book.pages()),
    }
    # Then
    for name, text in texts.items():
        plain = unescape(text)
        for tex in formulas:
            assert tex not in plain, f"{name}: {tex}"
            for command in re.findall(r"\\(?:frac|bar|hat|sum|begin|text|mathbf|sqrt|sigma|theta|beta)\b", tex):
                assert f"{command}{{" not in plain, f"{name}: {command}"


def test_every_chapter_of_an_epub_is_xml_and_its_formulas_are_mathml(book: CorpusBook) -> None:
    found = 0
    for chapter in book.chapters().values():
        found += len(list(ElementTree.fromstring(chapter).iter(MATHML)))  # noqa: S314 - the book's own
    wanted = sum(len(list(formulas_in(parse_markdown(lesson.markdown)))) for lesson in book.book.lessons)
    assert found == wanted


def test_formulas_are_words_own_and_told_to_who_cannot_see_them(book: CorpusBook) -> None:
    formulas = sum(len(list(formulas_in(parse_markdown(lesson.markdown)))) for lesson in book.book.lessons)
    assert sum(len(list(part.iter(OFFICE_MATH))) for part in book.word_document()) == formulas
    html = book.files["html"].read_text(encoding="utf-8")
    assert html.count('<math alttext="') == formulas
    assert '<math alttext=""' not in html
    typst = book.files["typst"].read_text(encoding="utf-8")
    assert typst.count("#math.equation(") == formulas


def test_every_paragraph_of_the_word_book_has_a_style_and_code_runs_from_left_to_right(book: CorpusBook) -> None:
    body, _ = book.word_document()
    paragraphs = [paragraph for paragraph in body.iter(f"{WORD}p") if "".join(word_text(paragraph)).strip()]
    styles = [paragraph.find(f"{WORD}pPr/{WORD}pStyle") for paragraph in paragraphs]
    assert [
        "".join(word_text(paragraph)) for paragraph, style in zip(paragraphs, styles, strict=True) if style is None
    ] == []
    # And: from right to left, every paragraph but those of code, and of the title page, which pandoc writes.
    directions = {
        (style.get(f"{WORD}val") == "SourceCode", paragraph.find(f"{WORD}pPr/{WORD}bidi") is not None)
        for paragraph, style in zip(paragraphs, styles, strict=True)
        if style is not None and style.get(f"{WORD}val") not in TITLE_PAGE
    }
    assert directions == {(True, False), (False, is_right_to_left(book.language))}


def test_the_markdown_book_keeps_formulas_as_they_are_read(book: CorpusBook) -> None:
    text = book.files["md"].read_text(encoding="utf-8")
    for lesson in book.book.lessons:
        for tex, _ in formulas_in(parse_markdown(lesson.markdown)):
            assert letters(tex) in letters(text) or letters(plain_tex(tex)) in letters(text)


def test_nothing_runs_over_the_edge_of_a_page_or_into_its_neighbour(book: CorpusBook) -> None:
    for number, page in enumerate(book.pages(), start=1):
        width, _ = page.get_size()
        for box in letters_of(page):
            assert box.left > MARGIN - 8 and box.right < width - MARGIN + 8, f"page {number}: {box}"
        for one, other in overlaps(page):
            raise AssertionError(f"page {number}: {one} lies over {other}")

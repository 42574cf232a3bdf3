"""References between lessons in real text: none is found that is not there, none is lost, each leads to its lesson."""

import re
import zipfile
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from book_builder.book_formats import set_build_time, write_formats
from book_builder.book_model import BookLesson
from book_builder.lesson_links import LessonLinks
from book_builder.lesson_markdown import section_text
from course_kit.labels import Labels
from course_kit.markdown.prose import prose_stretches
from course_kit.mending.mended_text import mended
from course_kit.outline.lesson_numbers import KnownLesson, LessonNumbers
from course_kit.store.ids import LessonId
from course_kit.text.lesson_references import find_references, replace_references
from course_kit.text.visual_tags import find_visual_tags
from pdf_renderer.pdf_rendering import typeset
from tests.support.corpus.corpus_books import book_of
from tests.support.corpus.real_text import LessonSample, lessons

NUMBERS = LessonNumbers(
    {LessonId(1, 1): KnownLesson(LessonId(1, 1), "One"), LessonId(1, 2): KnownLesson(LessonId(1, 2), "Two `<b>` $x$")}
)
_END_OF_SENTENCE = re.compile(r"(?<=[^\W\d_])(?=[.。؟。](?:\s|$))")


def with_references(markdown: str) -> tuple[str, int]:
    """Return a lesson with a reference at the end of each sentence of its prose, and their number."""
    places = [
        found.start()
        for start, end in prose_stretches(markdown)
        for found in _END_OF_SENTENCE.finditer(markdown, start, end)
    ]
    tags = [range(tag.start, tag.end) for tag in find_visual_tags(markdown)]
    places = [place for place in places if not any(place in tag for tag in tags)]
    for place in reversed(places):
        markdown = f"{markdown[:place]} ([[1.2|a | b]]){markdown[place:]}"
    return markdown, len(places)


@pytest.mark.parametrize("sample", lessons(), ids=lambda sample: sample.name)
def test_real_text_has_no_references_and_those_put_into_it_are_all_found(sample: LessonSample) -> None:
    text = mended(sample.answer)
    assert find_references(text) == []
    # When
    referring, count = with_references(text)
    # Then: each is found before and after the tables are tidied, and without them the text is what it was.
    found = find_references(referring)
    assert len(found) == count > 0
    assert len(find_references(mended(referring))) == count
    assert replace_references(referring, lambda _: "").replace(" ()", "") == text.replace(" ()", "")


@pytest.mark.parametrize("language", ["en", "es", "ja", "ar"])
def test_every_reference_in_a_real_lesson_is_a_link_in_every_format(language: str, tmp_path: Path) -> None:
    # Given: a real lesson that refers to the next one in every sentence, and that one to itself.
    sample = next(sample for sample in lessons() if sample.facts.language == language)
    referring, _ = with_references(re.sub(r"\[VISUAL:[^\]]*\]", "", mended(sample.answer)))
    count = sum(found.is_linkable for found in find_references(referring))
    links = LessonLinks(NUMBERS, Labels.of(language))
    texts = [section_text(links.linked(text, LessonId(1, n))) for n, text in ((1, referring), (2, "# B\n\n[[1.2]].\n"))]
    # When
    files = files_of(language, texts, tmp_path)
    # Then: in HTML, on the site and in EPUB.
    assert words_of_links(files["html"].read_text(encoding="utf-8"), "#section-1-2") == count
    with zipfile.ZipFile(files["site"]) as site:
        assert words_of_links(site.read("section-1-1.html").decode(), "section-1-2.html#section-1-2") == count
    with zipfile.ZipFile(files["epub"]) as epub:
        pages = [epub.read(name).decode() for name in epub.namelist() if name.endswith(".xhtml")]
        assert sum(words_of_links(page, r"[^\"]*#section-1-2") for page in pages) == count
    # And: in Word and in print.
    with zipfile.ZipFile(files["docx"]) as word:
        assert word.read("word/document.xml").decode().count('<w:hyperlink w:anchor="section-1-2"') >= count
    typst = files["typst"].read_text(encoding="utf-8")
    assert typst.count('#to("section-1-2"') == count
    # And: no format has brackets of ours, and the PDF keeps its standard with all links in it.
    assert not any("[[1.2" in files[name].read_text(encoding="utf-8") for name in ("html", "typst", "md"))
    (tmp_path / "book.typ").write_text(typst, encoding="utf-8")
    document = pypdfium2.PdfDocument(typeset(tmp_path))
    assert sum(map(links_on, document)) >= count


def files_of(language: str, texts: list[str], folder: Path) -> dict[str, Path]:
    (folder / "images").mkdir()
    sections = tuple(
        BookLesson(number=n, section=f"1.{n}", title="L", minutes=9, key="k", word_count=1, markdown=f"{text}\n")
        for n, text in enumerate(texts, start=1)
    )
    book = book_of("References", language, sections, {})
    set_build_time(book)
    return dict(write_formats(book, folder))


def words_of_links(html: str, target: str) -> int:
    return len(re.findall(rf'<a\s+href="{target}">\s*a\s+\|\s+b', html))


def links_on(page: pypdfium2.PdfPage) -> int:
    annotations = (pdfium.FPDFPage_GetAnnot(page, n) for n in range(pdfium.FPDFPage_GetAnnotCount(page)))
    return sum(pdfium.FPDFAnnot_GetSubtype(found) == pdfium.FPDF_ANNOT_LINK for found in annotations)

"""The pages of a printed book: questions whole, a short course's last parts on few pages, topics by their pages."""

import re
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from book_builder.book_model import Book, BookModule, GlossaryEntry
from book_builder.learning.coverage import Coverage, CoveredTopic
from course_kit.outline import Reading
from course_kit.outline.study import QuizQuestion
from tests.support.printed_book import BOOK, LESSON, printed

LAST_PARTS = ("Answers", "Glossary", "Further reading", "What covers what", "How this book was made")
LESSONS = 6


def question(lesson: int, number: int) -> QuizQuestion:
    # Options of one line and of several, so that boxes break at many places.
    first = f"Opening {lesson}.{number} " + "and a good deal more " * (number * 3)
    return QuizQuestion(
        question=f"Asking {lesson}.{number}?",
        options=(first, "Second", "Third", f"Closing {lesson}.{number}"),
        right=3,
        explanation="So it is.",
    )


def short_course() -> Book:
    """Return a chapter whose quizzes begin at many heights of a page, with all that a book can have at its end."""
    lessons = tuple(
        LESSON.model_copy(
            update={
                "number": n,
                "section": f"1.{n}",
                "title": f"Lesson {n}",
                "markdown": f"### About one\n\n{'Some words of text. ' * 45 * n}\n\n### About two\n\nThe end of {n}.\n",
                "anchors": (("About one", f"topic-1-{n}-1"), ("About two", f"topic-1-{n}-2")),
                "quiz": tuple(question(n, number) for number in range(1, 6)),
            }
        )
        for n in range(1, LESSONS + 1)
    )
    topics = tuple(
        CoveredTopic(
            module_number=1,
            lesson_number=n,
            topic=f"About {name}",
            outcomes=(),
            section=f"1.{n}",
            heading=f"About {name}",
            anchor=f"topic-1-{n}-{position}",
            questions=(),
            labs=(),
        )
        for n in range(1, LESSONS + 1)
        for position, name in ((1, "one"), (2, "two"))
    )
    return BOOK.model_copy(
        update={
            "modules": (BookModule(number=1, title="M", summary="", lessons=lessons),),
            "glossary": (GlossaryEntry(term="heap", definition="A pile.", sections=("1.1",)),),
            "further_reading": (Reading(title="The Book", url="https://example.org/a_b"),),
            "coverage": Coverage(outcomes=(), topics=topics),
            "shows_coverage": True,
        }
    )


def style_of(paragraph: Paragraph) -> str:
    return paragraph.style.name or "" if paragraph.style else ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return printed(short_course(), tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="module")
def pages(folder: Path) -> list[str]:
    document = pypdfium2.PdfDocument(str(folder / "book.pdf"))
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def test_no_question_is_parted_from_its_options(pages: list[str]) -> None:
    # Given: pages that hold several questions, and quizzes that go on overleaf.
    quizzes = [page for page in pages if "Asking" in page]
    assert len(quizzes) > LESSONS
    # Then: what begins on a page ends on it.
    for page in quizzes:
        assert re.findall(r"Asking (\d\.\d)", page) == re.findall(r"Closing (\d\.\d)", page)


def test_the_last_parts_of_a_short_course_share_their_pages(pages: list[str]) -> None:
    # The list of contents names them, too.
    begun = {part: max(n for n, page in enumerate(pages) if part in page) for part in LAST_PARTS}
    assert begun["Glossary"] == begun["Further reading"]
    first = next(n for n, page in enumerate(pages) if page.startswith("Answers"))
    assert len(pages) - first <= 4, "answers of thirty questions take two pages, the rest two more"
    # And: they do not go on where the last lesson ends.
    assert "The end of" not in pages[first] and "Asking" not in pages[first]


def test_coverage_names_the_page_of_each_topic_and_not_of_its_lesson(pages: list[str]) -> None:
    table = next(page for page in pages if page.startswith("What covers what") or "What covers what Each" in page)
    named = re.findall(r"(1\.\d)\s*\(p\. (\d+)\) About (one|two)", table)
    assert len(named) == 2 * LESSONS
    for section, page, topic in named:
        if topic == "two":
            assert f"About two The end of {section[2]}." in pages[int(page) - 1]
    # A lesson of several pages has its topics on more than one.
    assert len({page for section, page, _ in named if section == "1.6"}) == 2


def test_in_word_the_last_parts_share_their_pages_and_are_found_by_links(folder: Path) -> None:
    document = Document(str(folder / "book.docx"))
    headings = [paragraph for paragraph in document.paragraphs if style_of(paragraph) == "Heading 1"]
    breaks = {paragraph.text: paragraph._p.find(f".//{qn('w:pageBreakBefore')}") for paragraph in headings}
    assert [text for text in breaks if text in LAST_PARTS] == list(LAST_PARTS)
    # Then: by its style a heading begins a page; these say that they do not.
    assert {text for text, found in breaks.items() if found is not None and found.get(qn("w:val")) == "0"} == set(
        LAST_PARTS[1:]
    )
    with zipfile.ZipFile(folder / "book.docx") as archive:
        source = archive.read("word/document.xml").decode()
    for identifier in ("glossary", "further-reading", "coverage", "provenance"):
        assert source.count(f'w:name="{identifier}"') == 1
        assert f'w:anchor="{identifier}"' in source
    marks = re.findall(r'<w:bookmarkStart w:id="(\d+)"', source)
    assert len(set(marks)) == len(marks)


def test_in_word_a_question_is_kept_with_its_options_in_the_look_of_its_box(folder: Path) -> None:
    document = Document(str(folder / "book.docx"))
    paragraphs = document.paragraphs
    asked = [n for n, paragraph in enumerate(paragraphs) if "Asking" in paragraph.text]
    assert len(asked) == 5 * LESSONS
    for n in asked:
        assert style_of(paragraphs[n]) == "Kept Text"
        assert "Closing" in paragraphs[n + 1].text
    kept, box = document.styles["Kept Text"], document.styles["Box"]
    assert kept.paragraph_format.keep_with_next and kept.paragraph_format.keep_together
    for part in ("w:shd", "w:pBdr"):
        assert kept.element.find(f".//{qn(part)}") is not None and box.element.find(f".//{qn(part)}") is not None


def test_on_screens_a_question_is_kept_whole_too(folder: Path) -> None:
    page = (folder / "book.html").read_text(encoding="utf-8")
    assert page.count('class="together"') == 5 * LESSONS
    assert ".together { break-inside: avoid; }" in page
    # And: coverage leads to the topic's own heading.
    for n in range(1, LESSONS + 1):
        assert re.search(rf'<h3[^>]*id="topic-1-{n}-2"', page)
        assert f'href="#topic-1-{n}-2"' in page

"""References between lessons in a book: links with number and title, in every format, in the outline's order."""

import re
import zipfile
from html import unescape
from io import BytesIO

import pytest

from book_builder.book_request import BookRequest, BookResult
from book_builder.book_store import BookStore
from book_builder.lesson_links import LessonLinks
from course_kit.labels import LANGUAGES, Labels
from course_kit.outline import Outline, Paper, read_outline
from course_kit.outline.lesson_numbers import KnownLesson, LessonNumbers
from course_kit.records.course_record import CourseRecord
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.ids import LessonId
from tests.support.book_project import EVENT, FIGURE, read, save_module
from tests.support.own_pictures import picture

BEFORE = """
course: {title: Networks}
modules:
- title: Basics
  lessons: [{title: "List<Cable> & *wires*"}, {title: Radio}, {title: Smoke signals}]
- {title: Names, lessons: [{title: DNS}]}
"""
# Names come first now, and smoke signals are gone.
AFTER = """
course: {title: Networks}
modules:
- {title: Names, lessons: [{title: DNS}]}
- title: Basics
  lessons: [{title: "List<Cable> & *wires*"}, {title: Radio}]
"""
CABLES = """# Cables

[[1.2]] is shared by all, as [[2.1|names]] are ([[2.1]]). See lesson [[1.2]], [[1.1]] and [[1.3]].

## After [[1.2]]

| what | where |
|---|---|
| waves | [[1.2|sent | received]] |

> [!NOTE] Names
> They are in [[9.9]].

[VISUAL: 01-01-0001 - what [[1.2]] shows]

```python
x = [[2.1]]
```
"""
FIGURE_OF_WAVES = FIGURE.model_copy(
    update={"caption": "Waves of [[1.2]]", "alt_text": "A wave as in [[1.2|radio]]", "png_key": "p/images/x.png"}
)


def project(store: ArtefactStore, drawn: bytes) -> Outline:
    """Save a project that was made in the first order, and return its outline in the second one."""
    store.write("p/images/x.png", drawn, content_type="image/png", replacing=None)
    save_module(
        store, 1, [CABLES, "# Radio\n\nIt has no cables, see [[1.1]].\n"], figures={"01-01-0001": FIGURE_OF_WAVES}
    )
    save_module(store, 2, ["# DNS\n\nNames go by [[1.1|cable]].\n"], figures={})
    record = CourseRecord().with_outline(read_outline(BEFORE)).with_outline(read_outline(AFTER))
    store.write_model("p/course.json", record, replacing=None)
    return record.bind(read_outline(AFTER))


def built(store: ArtefactStore, outline: Outline, **event: object) -> BookResult:
    return BookStore(store, ProjectKeys("p"), "", Paper.A4).build(
        outline, BookRequest.model_validate({**EVENT, **event})
    )


def links_in(html: str) -> list[tuple[str, str]]:
    """Return target and words of each link to a section outside the contents."""
    found = re.findall(r'<a href="([^"]*#section-[\d-]+)">(.*?)</a>', html, re.DOTALL)
    return [(target, unescape(" ".join(words.split()))) for target, words in found]


IN_CABLES = [
    ("section-2-2", "Lesson 2.2 (Radio)"),
    ("section-1-1", "names (lesson 1.1)"),
    ("section-1-1", "lesson 1.1: DNS"),
    ("section-2-2", "2.2 (Radio)"),
    ("section-2-2", "sent | received (lesson 2.2)"),
]
ALL = [("section-2-1", "cable (lesson 2.1)"), *IN_CABLES, ("section-2-1", "lesson 2.1 (List<Cable> & *wires*)")]


def test_a_reference_is_a_link_with_the_number_and_title_of_now_in_every_format(store: ArtefactStore) -> None:
    # Given: lessons that refer to slots, in an outline that was put in another order.
    # When
    result = built(store, project(store, picture("PNG")))
    # Then: in HTML, on the site, and in EPUB, each leads to the section; one to the lesson itself is no link.
    assert links_in(read(store, result.book["html"])) == [(f"#{target}", words) for target, words in ALL]
    with zipfile.ZipFile(BytesIO(store.read(result.book["site"]) or b"")) as site:
        page = site.read("section-2-1.html").decode()
        assert links_in(page) == [(f"{target}.html#{target}", words) for target, words in IN_CABLES]
        assert set(site.namelist()) >= {f"{target}.html" for target, _ in IN_CABLES}
    with zipfile.ZipFile(BytesIO(store.read(result.book["epub"]) or b"")) as epub:
        chapters = {name: epub.read(name).decode() for name in epub.namelist() if name.endswith(".xhtml")}
        found = [link for text in chapters.values() for link in links_in(text) if "(" in link[1] or ": " in link[1]]
        assert [words for _, words in found] == [words for _, words in ALL]
        for target, _ in found:
            file, _, identifier = target.partition("#")
            assert any(name.endswith(file) and f'id="{identifier}"' in text for name, text in chapters.items())
    # And: in Word and in print.
    with zipfile.ZipFile(BytesIO(store.read(result.book["docx"]) or b"")) as word:
        document = word.read("word/document.xml").decode()
        assert document.count('<w:hyperlink w:anchor="section-2-2"') >= 3
        assert 'w:name="section-2-2"' in document
    typst = read(store, result.book["typst"])
    assert re.findall(r'#to\("(section-[\d-]+)"', typst) == [target for target, _ in ALL]
    # And: the Markdown book has the words.
    markdown = " ".join(read(store, result.book["md"]).split())
    assert r"Lesson 2.2 (Radio) is shared by all, as names (lesson 1.1) are (lesson 1.1: DNS)." in markdown


def test_where_no_link_may_stand_a_reference_is_words(store: ArtefactStore) -> None:
    result = built(store, project(store, picture("PNG")))
    markdown = read(store, result.book["md"])
    # Then: in a heading, in a caption and in what is read aloud.
    assert "### After lesson 2.2 (Radio)\n" in markdown
    assert (
        "![A wave as in radio (lesson 2.2)](../images/01-01-0001.png)\n\n*Figure 2.1: Waves of lesson 2.2*" in markdown
    )
    # And: code is as it was written, and nothing else has brackets.
    assert markdown.count("[[") == 1 and "x = [[2.1]]" in markdown


def test_a_lesson_that_is_gone_is_named_by_its_title_and_one_that_never_was_by_none(store: ArtefactStore) -> None:
    result = built(store, project(store, picture("PNG")))
    markdown = " ".join(read(store, result.book["md"]).split())
    assert "See lesson 2.2 (Radio), lesson 2.1 (List\\<Cable\\> & \\*wires\\*) and Smoke signals." in markdown
    assert "They are in another lesson." in markdown
    # And: the last page says how many there are.
    assert "References to lessons that this course does not have: 2" in markdown


def test_a_book_of_one_module_has_no_link_out_of_it(store: ArtefactStore) -> None:
    outline = project(store, picture("PNG"))
    result = built(store, outline, manifest_keys=["p/manifests/module-02.json"])
    html = read(store, result.book["html"])
    assert links_in(html) == [] and "cable (lesson 2.1)" in " ".join(html.split())


def test_a_lesson_that_moved_is_reached_by_its_former_number(store: ArtefactStore) -> None:
    # Given: smoke signals move into the other module.
    after = """
course: {title: Networks}
modules:
- title: Basics
  lessons: [{title: "List<Cable> & *wires*"}, {title: Radio}]
- {title: Names, lessons: [{title: DNS}, {title: Smoke signals}]}
"""
    first = read_outline(BEFORE.replace("{title: Smoke signals}", "{title: Smoke signals, id: smoke}"))
    second = read_outline(after.replace("{title: Smoke signals}", "{title: Smoke signals, id: smoke}"))
    record = CourseRecord().with_outline(first).with_outline(second)
    # When
    links = LessonLinks(record.numbers(record.bind(second)), Labels.of("en"))
    # Then
    assert record.moved == {"1.3": "2.2"}
    assert links.linked("See [[1.3]].") == "See [lesson 2.2 (Smoke signals)](<#section-2-2>)."
    assert links.dead("See [[1.3]].") == 0
    # And: it comes back to its slot, which is no former one then.
    back = record.with_outline(first)
    assert back.numbers(back.bind(first)).lesson(LessonId(1, 3)) == KnownLesson(LessonId(1, 3), "Smoke signals")


def words_in(language: str, markdown: str) -> str:
    numbers = LessonNumbers({LessonId(2, 1): KnownLesson(LessonId(2, 1), "T")})
    return LessonLinks(numbers, Labels.of(language)).unlinked(markdown)


@pytest.mark.parametrize(
    ("language", "written", "shown"),
    [
        ("en", "[[2.1]] shows it.", "Lesson 2.1 (T) shows it."),
        ("en", "It is so. [[2.1]] shows why.", "It is so. Lesson 2.1 (T) shows why."),
        ("en", "Some, e.g. [[2.1]], do ([[2.1]]).", "Some, e.g. lesson 2.1 (T), do (lesson 2.1: T)."),
        ("en", "As lesson [[2.1]] says, see [[2.1|how]].", "As lesson 2.1 (T) says, see how (lesson 2.1)."),
        ("en", "See [[2.1|lesson 2.1]] (and [[2.1|how]]).", "See lesson 2.1 (and how, lesson 2.1)."),
        ("es", "[[2.1]] lo muestra, como en [[2.1]] ([[2.1]]).",
         "La lección 2.1 (T) lo muestra, como en la lección 2.1 (T) (lección 2.1: T)."),
        ("es", "Véase la [[2.1]] y la lección [[2.1]].", "Véase la lección 2.1 (T) y la lección 2.1 (T)."),
        ("pt", "Na [[2.1]], veja [[2.1]].", "Na lição 2.1 (T), veja a lição 2.1 (T)."),
        ("fr", "Voir [[2.1]] ([[2.1]]).", "Voir la leçon 2.1 (T) (leçon 2.1 : T)."),
        ("de", "[[2.1]] zeigt es, vgl. [[2.1]].", "Lektion 2.1 (T) zeigt es, vgl. Lektion 2.1 (T)."),
        ("de", "Siehe [[9.9]], wie in [[9.9]].", "Siehe eine andere Lektion, wie in einer anderen Lektion."),
        ("it", "Nella [[2.1]]; vedi [[2.1]].", "Nella lezione 2.1 (T); vedi la lezione 2.1 (T)."),
        ("ja", "[[2.1]]で見た（[[2.1]]）。", "レッスン 2.1（T）で見た（レッスン 2.1：T）。"),
        ("zh", "见[[2.1|行版本]]和课程[[2.1]]。", "见行版本（课程 2.1）和课程2.1（T）。"),
        ("ar", "في [[2.1]] ([[2.1]]).", "في الدرس 2.1 (T) (الدرس 2.1: T)."),
    ],
)  # fmt: skip
def test_a_reference_fits_the_sentence_around_it(language: str, written: str, shown: str) -> None:
    assert words_in(language, written) == shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_names_a_lesson_in_its_own_words(language: str) -> None:
    labels = Labels.of(language).references
    # Then: the article stands before the same name, and the forms have what is put into them.
    assert labels.in_sentence.endswith(labels.lesson) and labels.lesson in labels.words_within_brackets
    assert labels.within_brackets.startswith(labels.lesson.format(number="{number}"))
    assert "{words}" in labels.words_within_brackets and "{title}" in labels.within_brackets


def test_titles_and_words_are_text_even_where_they_look_like_markup() -> None:
    numbers = LessonNumbers({LessonId(2, 1): KnownLesson(LessonId(2, 1), "a ](http://x) `b` <i> $c$ | d")})
    links = LessonLinks(numbers, Labels.of("en"))
    assert links.linked("See [[2.1]].") == (
        "See [lesson 2.1 (a &#93;(http://x) \\`b\\` \\<i\\> \\$c\\$ \\| d)](<#section-2-1>)."
    )
    # And: a web address among the words is its own link, so that the number is the other one.
    assert links.linked("[[2.1|see www.example.org]]") == (
        "see [www.example.org](<http://www.example.org>) (lesson [2.1](<#section-2-1>))"
    )

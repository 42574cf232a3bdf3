"""The last parts of a book as its reader meets them: only what is there, in whole sentences, on few pages."""

from collections.abc import Iterable, Iterator

import pytest

from book_builder.book_markdown import book_parts
from book_builder.book_model import Book, GlossaryEntry
from book_builder.book_parts import Box, Heading, Only, Part, Passage, Together
from book_builder.learning.back_matter import back_matter
from book_builder.learning.book_provenance import BookProvenance, CodeCheck, FigureCheck
from book_builder.learning.coverage import Coverage, CoveredLab, CoveredOutcome, CoveredTopic
from book_builder.learning.lesson_boxes import answer_of, reading_parts
from book_builder.learning.outcome_links import OutcomeLink
from course_kit.labels import LANGUAGES, Labels
from course_kit.outline import Reading
from course_kit.outline.study import QuizQuestion
from tests.support.printed_book import BOOK, LESSON

ENGLISH = Labels.of("en")
QUESTION = QuizQuestion(question="Why?", options=("No", "Yes"), right=1, explanation="It is so.")


def with_lesson(book: Book = BOOK, **changes: object) -> Book:
    """Return a book whose one lesson is another."""
    lesson = LESSON.model_copy(update=changes)
    return book.model_copy(update={"modules": (book.modules[0].model_copy(update={"lessons": (lesson,)}),)})


def flat(parts: Iterable[Part], where: str) -> Iterator[Part]:
    """Yield the parts that one kind of format prints, boxes opened."""
    for part in parts:
        match part:
            case Only(found, inner):
                yield from flat(inner, where) if found == where else ()
            case Box(_, _, inner) | Together(inner):
                yield from flat(inner, where)
            case _:
                yield part


def text_of(parts: Iterable[Part], where: str = "printed") -> str:
    """Return the Markdown of parts."""
    return "\n".join(part.markdown for part in flat(parts, where) if isinstance(part, Passage))


def last_page(book: Book, language: str = "en") -> str:
    """Return what a book says of its own making."""
    parts = list(flat(back_matter(book, Labels.of(language)), "printed"))
    begin = next(n for n, part in enumerate(parts) if isinstance(part, Heading) and part.identifier == "provenance")
    return text_of(parts[begin:])


# What begins a page


def test_only_the_first_part_behind_the_last_chapter_begins_a_page() -> None:
    # Given: a short course with everything that a book can have at its end.
    topic = CoveredTopic(
        module_number=1,
        lesson_number=1,
        topic="A topic",
        outcomes=(),
        section="1.1",
        heading="A topic",
        questions=(),
        labs=(),
    )
    book = with_lesson(quiz=(QUESTION,)).model_copy(
        update={
            "glossary": (GlossaryEntry(term="heap", definition="A pile.", sections=("1.1",)),),
            "further_reading": (Reading(title="A book"),),
            "coverage": Coverage(outcomes=(), topics=(topic,)),
            "shows_coverage": True,
        }
    )
    # When
    headings = [
        part for part in flat(back_matter(book, ENGLISH), "printed") if isinstance(part, Heading) and part.level == 1
    ]
    # Then
    assert [(heading.identifier, heading.runs_on) for heading in headings] == [
        ("answers", False),
        ("glossary", True),
        ("further-reading", True),
        ("coverage", True),
        ("provenance", True),
    ]


def test_the_last_page_begins_one_where_nothing_else_stands_before_it() -> None:
    headings = [part for part in back_matter(BOOK, ENGLISH) if isinstance(part, Heading) and part.level == 1]
    assert [(heading.identifier, heading.runs_on) for heading in headings] == [("provenance", False)]


def test_chapters_begin_pages() -> None:
    headings = [part for part in book_parts(BOOK) if isinstance(part, Heading) and part.identifier == "chapter-1"]
    assert [heading.runs_on for heading in headings] == [False]


# Questions and answers


def test_a_question_is_kept_together_with_its_options_and_its_folded_answer_stands_outside() -> None:
    kept = [
        part
        for box in book_parts(with_lesson(quiz=(QUESTION,)))
        if isinstance(box, Box)
        for part in box.parts
        if isinstance(part, Together)
    ]
    assert [text_of([part]) for part in kept] == ["**1.1.1** Why?\n\n**A** No\\\n**B** Yes"]


@pytest.mark.parametrize(
    ("option", "explanation", "answer"),
    [
        ("It asks", "So it does.", "**B.** It asks. So it does."),
        ("It asks.", "So it does.", "**B.** It asks. So it does."),
        ("Why not?", "Because.", "**B.** Why not? Because."),
        ("**It asks.**", "So.", "**B.** **It asks.** So."),
        ('He said "stop."', "So.", '**B.** He said "stop." So.'),
        ("200", "It is the sum.", "**B.** 200. It is the sum."),
        ("`rm -rf .`", "So.", "**B.** `rm -rf .`. So."),
        ("C++", "So.", "**B.** C++. So."),
        ("f(x)", "So.", "**B.** f(x). So."),
        ("$x^2$", "So.", "**B.** $x^2$. So."),
        ("List<String>", "So.", "**B.** List\\<String\\>. So."),
        ("問い合わせる", "その通りです。", "**B.** 問い合わせる。その通りです。"),
        ("問い合わせる。", "その通りです。", "**B.** 問い合わせる。その通りです。"),
        ("使用 `ls`", "它列出文件。", "**B.** 使用 `ls`。它列出文件。"),
        ("200", "这是总和。", "**B.** 200。这是总和。"),
        ("هل يسأل؟", "نعم.", "**B.** هل يسأل؟ نعم."),
    ],
)
def test_an_answer_has_the_right_options_words_and_one_full_stop(option: str, explanation: str, answer: str) -> None:
    question = QUESTION.model_copy(update={"options": ("No", option), "explanation": explanation})
    assert answer_of(question) == answer


def test_answers_at_the_back_and_answers_that_fold_say_the_same() -> None:
    book = with_lesson(quiz=(QUESTION,))
    assert f"- 1.1.1: {answer_of(QUESTION)}" in text_of(back_matter(book, ENGLISH)).splitlines()
    assert answer_of(QUESTION) in text_of(book_parts(book), "folded").splitlines()


# Further reading


@pytest.mark.parametrize(
    ("title", "url", "printed"),
    [
        ("The Book", "https://example.org/a_(b)", r"- The Book ([example.org/a\_(b)](<https://example.org/a_(b)>))"),
        ("The Book", "https://www.example.org/", "- The Book ([www.example.org](<https://www.example.org/>))"),
        ("The Book", "https://example.org/a/", "- The Book ([example.org/a/](<https://example.org/a/>))"),
        ("The Book", "http://example.org/a", "- The Book ([http://example.org/a](<http://example.org/a>))"),
        ("https://example.org/a", "https://example.org/a", "- [https://example.org/a](<https://example.org/a>)"),
        ("A printed book", "", "- A printed book"),
    ],
)
def test_on_paper_a_reading_has_its_address_to_type(title: str, url: str, printed: str) -> None:
    assert text_of(reading_parts([Reading(title=title, url=url)])) == printed


def test_on_screens_a_reading_is_its_title_alone() -> None:
    readings = [Reading(title="The Book", url="https://example.org/a")]
    assert text_of(reading_parts(readings), "folded") == "- [The Book](<https://example.org/a>)"


# Glossary


@pytest.mark.parametrize(
    ("term", "printed"),
    [
        ("row lock", "**row lock**"),
        ("`pg_dump`", "**`pg_dump`**"),
        ("`SELECT` list", "**`SELECT` list**"),
        ("snake_case", r"**snake\_case**"),
        ("A*", r"**A\***"),
        ("*really*", "*really*"),
        ("$O(n)$", "**$O(n)$**"),
    ],
)
def test_code_in_a_term_is_code(term: str, printed: str) -> None:
    entry = GlossaryEntry(term=term, definition="What it is.", sections=("1.1",))
    text = text_of(back_matter(BOOK.model_copy(update={"glossary": (entry,)}), ENGLISH))
    assert f"{printed} — What it is. [1.1](<#section-1-1>)" in text


# Coverage


def topic_of(**changes: object) -> CoveredTopic:
    known: dict[str, object] = {"module_number": 1, "lesson_number": 1, "topic": "Piping | and", "section": "1.1"}
    known |= {"heading": "Piping", "anchor": "topic-1-1-1", "outcomes": (), "questions": (), "labs": ()}
    return CoveredTopic.model_validate(known | changes)


def coverage_of(topic: CoveredTopic, outcomes: tuple[CoveredOutcome, ...] = ()) -> str:
    book = BOOK.model_copy(
        update={"coverage": Coverage(outcomes=outcomes, topics=(topic,)), "shows_coverage": True, "models": ()}
    )
    return text_of(back_matter(book, ENGLISH))


def test_coverage_has_no_column_for_what_the_course_has_not() -> None:
    text = coverage_of(topic_of())
    assert "| Section | Topic |\n| --- | --- |\n| [1.1](<#topic-1-1-1>) | Piping \\| and |" in text
    assert "asterisk" not in text and "Outcome" not in text


def test_coverage_has_a_column_for_each_thing_that_the_course_has_and_tells_its_signs() -> None:
    topic = topic_of(
        outcomes=(OutcomeLink(number=1, words=("pipe",)),),
        questions=("1.1.1",),
        labs=(CoveredLab(number="1.1-A", title="L"),),
    )
    text = coverage_of(topic, (CoveredOutcome(number=1, outcome="Pipe", sections=("1.1",)),))
    assert "| Section | Topic | Outcome | Questions | Labs |" in text
    assert "| [1.1](<#topic-1-1-1>) | Piping \\| and | 1\\* | 1.1.1 | 1.1-A |" in text
    assert "an asterisk marks" in text


# The last page


def test_the_last_page_of_a_book_with_nothing_but_text_speaks_of_text_alone() -> None:
    # Given: a lab guide, or a course without figures, quiz and code, of which no word was counted.
    page = last_page(with_lesson(word_target=0))
    # Then
    assert page.splitlines() == [
        "- **Text:** `vendor.model`",
        "- **Made on:** 4 March 2026",
        "- **Mode:** by a language model",
        "- Links inside the book lead to places that exist; others begin with https, http or mailto.",
        "- Whether what the text says is true; no review by a person is recorded.",
    ]


@pytest.mark.parametrize(
    ("provenance", "said", "unsaid"),
    [
        (BookProvenance(figures=FigureCheck(diagrams=3, framed=1)), ["source: 2", "framed text: 1"], ["Illustrations"]),
        (BookProvenance(figures=FigureCheck(diagrams=1, framed=1)), ["framed text: 1"], ["source", ": 0"]),
        (BookProvenance(figures=FigureCheck(illustrations=2)), ["image model: 2"], ["Diagrams", "their place"]),
        (BookProvenance(figures=FigureCheck(diagrams=1, stand_ins=1)), ["in their place: 1"], ["image model: "]),
        (BookProvenance(code=CodeCheck(samples=3)), ["can be read as their language: 3"], ["cannot", "marked"]),
        (BookProvenance(code=CodeCheck(samples=3, failures=3)), ["where they stand: 3"], ["can be read"]),
        (BookProvenance(questions=4), ["marked as right: 4", "option marked as right is right"], ["left out"]),
        (BookProvenance(questions=4, dropped=1), ["left out: 1"], [": 0"]),
        (BookProvenance(dropped=2), [], ["left out"]),
        (BookProvenance(prompts=("content_gen 0123456789ab",)), [], ["0123456789ab", "content_gen", "rompts"]),
    ],
)
def test_the_last_page_counts_what_there_is_and_nothing_else(
    provenance: BookProvenance, said: list[str], unsaid: list[str]
) -> None:
    page = last_page(BOOK.model_copy(update={"provenance": provenance}))
    assert [text for text in said if text not in page] == []
    assert [text for text in unsaid if text in page] == []


@pytest.mark.parametrize(
    ("markdown", "unchecked"),
    [
        ("Text.", []),
        ("```python\nx = 1\n```", ["Whether code does"]),
        ("> - ~~~\n>   x\n>   ~~~", ["Whether code does"]),
        ("An inline `a ``` b`.", []),
        ("See <https://example.org>.", ["Whether web addresses answer"]),
    ],
)
def test_what_is_not_checked_is_told_of_what_there_is(markdown: str, unchecked: list[str]) -> None:
    page = last_page(with_lesson(markdown=markdown))
    assert [said for said in ("Whether code does", "Whether web addresses answer") if said in page] == unchecked


def test_an_address_of_the_outline_is_not_checked_either() -> None:
    book = BOOK.model_copy(update={"further_reading": (Reading(title="B", url="https://example.org"),)})
    assert "Whether web addresses answer" in last_page(book)
    assert "Whether web addresses answer" not in last_page(BOOK)


def test_the_last_page_says_how_long_lessons_were_to_be_and_which_are_far_too_short() -> None:
    assert "Words asked for: 1800; words written: 900" in last_page(BOOK)
    assert "Lessons far shorter than asked for: 1.1" in last_page(BOOK)
    # And: a lesson somewhat shorter is its writer's choice; nothing is said where nobody noted what was asked for.
    assert "far shorter" not in last_page(with_lesson(word_count=1000))
    assert "Words" not in last_page(with_lesson(word_target=0))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_stands_where_a_language_would_bend_a_word_after_it(language: str) -> None:
    # Given: counts whose words would differ in number.
    words = Labels.of(language).truth
    provenance = BookProvenance(
        figures=FigureCheck(diagrams=2, framed=1, illustrations=1, stand_ins=1),
        code=CodeCheck(samples=2, failures=1),
        questions=1,
        dropped=1,
    )
    one = BOOK.model_copy(update={"provenance": provenance, "language": language})
    # When
    page = last_page(one, language)
    # Then: a count stands at the end of its line, apart from the words, but for a counter of Chinese or Japanese.
    for label in (words.diagrams_drawn, words.diagrams_framed, words.illustrations_drawn, words.illustrations_replaced):
        assert label.partition("{")[0] in page
    for label in (
        *(words.topics_have_sections, words.diagrams_drawn, words.diagrams_framed, words.illustrations_drawn),
        *(words.illustrations_replaced, words.code_parses, words.code_marked, words.questions_hold, words.left_out),
        *(words.terms_stand, words.short_lessons, words.replacements_dropped),
    ):
        before, _, behind = label.partition("{")
        assert before.rstrip(" \u00a0").endswith((":", "：")), label
        assert len(behind.partition("}")[2].strip()) <= (1 if language in ("ja", "zh") else 0), label

"""A glossary has every term once, by its base form, with the sections that speak of it."""

from book_builder.book_model import BookLesson
from book_builder.learning.glossary import glossary_of
from book_builder.lesson_links import LessonLinks
from course_kit.labels import Labels
from course_kit.outline.lesson_numbers import KnownLesson, LessonNumbers
from course_kit.outline.study import GlossaryTerm
from course_kit.store.ids import LessonId


def lessons(*texts: str) -> list[BookLesson]:
    return [
        BookLesson(number=n, section=f"1.{n}", title="T", minutes=9, key="k", word_count=9, markdown=text)
        for n, text in enumerate(texts, start=1)
    ]


def term(name: str, found: str = "") -> GlossaryTerm:
    return GlossaryTerm(term=name, definition=f"About {name}.", found=found)


def test_a_place_that_a_longer_term_covers_is_none_of_the_shorter_one() -> None:
    texts = lessons(
        "A heap has pages.", "A bitmap heap scan reads them.", "Heaps grow, and a bitmap heap scan reads them."
    )
    entries = glossary_of(texts, {"1.1": [term("heap")], "1.2": [term("bitmap heap scan")]})
    assert {entry.term: entry.sections for entry in entries} == {
        "heap": ("1.1", "1.3"),
        "bitmap heap scan": ("1.2", "1.3"),
    }


def test_a_part_of_a_name_or_of_another_word_is_no_reference() -> None:
    texts = lessons(
        "A heap has pages.", "The plan shows a Bitmap Heap Scan.", "See `my_heap` and heapsort.", "Heaps grow."
    )
    assert [entry.sections for entry in glossary_of(texts, {"1.1": [term("heap")]})] == [("1.1", "1.4")]


def test_the_lesson_that_defines_a_term_is_always_named() -> None:
    texts = lessons("The plan shows a Bitmap Heap Scan.", "Nothing.")
    assert [entry.sections for entry in glossary_of(texts, {"1.1": [term("heap")]})] == [("1.1",)]


def test_sections_are_found_by_the_base_form_and_by_the_form_found() -> None:
    texts = lessons("The mice run.", "One mouse.", "Mice again.", "Nobody.")
    (entry,) = glossary_of(texts, {"1.1": [term("mouse", "mice")]})
    assert (entry.term, entry.sections, entry.found) == ("mouse", ("1.1", "1.2", "1.3"), "mice")


def test_a_form_that_readers_recognise_is_not_printed() -> None:
    (entry,) = glossary_of(lessons("VACUUM freezes rows."), {"1.1": [term("freeze", "freezes")]})
    assert (entry.term, entry.found) == ("freeze", "")


def test_terms_that_differ_in_a_sign_or_a_digit_have_entries_of_their_own() -> None:
    names = ["C", "C#", "C++", "1NF", "2NF", "O(n)", "O(n²)", "go", "Go"]
    texts = lessons(", ".join(names))
    assert {entry.term for entry in glossary_of(texts, {"1.1": [term(name) for name in names]})} == set(names)


def test_one_term_of_two_lessons_stands_once_with_the_first_definition() -> None:
    texts = lessons("A Row lock holds. `etcd` keeps it.", "The row lock is released by etcd.")
    first, second = term("Row lock"), GlossaryTerm(term="row lock", definition="Another.")
    entries = glossary_of(texts, {"1.1": [first, term("`etcd`")], "1.2": [second, term("etcd")]})
    assert [(entry.term, entry.definition, entry.sections) for entry in entries] == [
        ("`etcd`", "About `etcd`.", ("1.1", "1.2")),
        ("Row lock", "About Row lock.", ("1.1", "1.2")),
    ]


def test_words_are_inflected_as_the_books_language_does() -> None:
    texts = lessons("Eine Tabelle.", "In Tabellen.")
    assert [entry.sections for entry in glossary_of(texts, {"1.1": [term("Tabelle")]}, "de")] == [("1.1", "1.2")]


def test_a_lesson_that_refers_to_another_one_does_not_use_the_terms_of_its_title() -> None:
    # Given: the second lesson names the third one, whose title has the term; the last one uses it beside a reference.
    numbers = LessonNumbers({LessonId(1, 3): KnownLesson(LessonId(1, 3), "Heaps [and] more")})
    links = LessonLinks(numbers, Labels.of("en"))
    texts = ["A heap has pages.", "See [[1.3]].", "Heaps grow.", "See [[1.3|there]], where the heap grows."]
    entries = glossary_of(lessons(*map(links.linked, texts)), {"1.1": [term("heap")]})
    assert [entry.sections for entry in entries] == [("1.1", "1.3", "1.4")]

"""References to lessons in study parts and in texts of an author, and the lessons that they lead to."""

import pytest

from book_builder import handler as book_builder_handler
from book_builder.learning.book_provenance import BookProvenance
from book_builder.lesson_links import LessonLinks
from course_kit.labels import Labels
from course_kit.outline import read_outline
from course_kit.outline.lesson_numbers import KnownLesson, LessonNumbers
from course_kit.outline.study import GlossaryTerm, LessonStudy, QuizQuestion
from course_kit.records.course_record import CourseRecord
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.ids import LessonId
from course_kit.store.provenance import authors_provenance
from tests.support.book_project import EVENT, lesson_key, read, save_module
from tests.support.lambda_context import FakeLambdaContext
from tests.support.own_pictures import picture
from tests.support.step_calls import StepCall

build_book: StepCall = book_builder_handler.lambda_handler

OUTLINE = """
course: {title: Networks}
modules:
- {title: Basics, lessons: [{title: Cables}, {title: Radio}]}
- {title: Names, lessons: [{title: DNS}]}
"""
AUTHORS = "# Cables\n\nThey end in [[2.1|names]].\n\nSee [[4.4]] and\n[[4.5|nothing]]; `[[4.6]]`.\n"


@pytest.fixture
def project(store: ArtefactStore, function_environment: None) -> ArtefactStore:
    store.write("p/outline.yaml", OUTLINE, content_type="y", replacing=None)
    store.write("p/images/01-01-0001.png", picture("PNG"), content_type="image/png", replacing=None)
    save_module(store, 1, ["# Cables\n\nx\n", "# Radio\n\nSee [[4.4]].\n"], figures={})
    save_module(store, 2, ["# DNS\n\nNames.\n"], figures={})
    metadata = authors_provenance("Ana Núñez")
    key = lesson_key(1, 1)
    store.write(key, AUTHORS, content_type="text/markdown", replacing=store.find(key), metadata=metadata)
    return store


def test_an_authors_lesson_has_links_too_and_what_leads_nowhere_is_told_by_its_line(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # When
    book = build_book(EVENT, lambda_context)["book"]
    # Then: the book is made, and shows words.
    html = " ".join(read(project, book["html"]).split())
    assert '<a href="#section-2-1">names (lesson 2.1)</a>' in html
    markdown = " ".join(read(project, book["md"]).split())
    assert "See another lesson and nothing; `[[4.6]]`." in markdown
    # And: the last page counts all of the book, and names the author's lines.
    assert "References to lessons that this course does not have: 3" in markdown
    assert "that this book shows otherwise:** 1.1 (5, 6)" in markdown


def test_study_parts_have_plain_words_and_numbers() -> None:
    numbers = LessonNumbers({LessonId(2, 1): KnownLesson(LessonId(1, 3), "A *title*")})
    question = QuizQuestion(
        question="What does [[2.1]] show?", options=("`[[2.1]]`", "[[2.1|Rows]]"), right=1, explanation="[[2.1]]."
    )
    study = LessonStudy(
        module_number=1,
        lesson_number=1,
        key_points=("See [[2.1]].", "Plain [[Array]]"),
        questions=(question,),
        terms=(GlossaryTerm(term="row", definition="What [[9.9]] shows"),),
    )
    shown = LessonLinks(numbers, Labels.of("en")).plain(study)
    assert shown.key_points == ("See lesson 1.3.", "Plain [[Array]]")
    assert shown.questions[0].question == "What does lesson 1.3 show?"
    assert shown.questions[0].options == ("`[[2.1]]`", "Rows (lesson 1.3)")
    assert shown.questions[0].explanation == "Lesson 1.3."
    assert shown.terms[0].definition == "What another lesson shows"


def test_moves_follow_one_another_and_a_circle_of_them_ends() -> None:
    lessons = {LessonId(3, 1): KnownLesson(LessonId(2, 1), "Here")}
    moved = {LessonId(1, 1): LessonId(2, 9), LessonId(2, 9): LessonId(3, 1), LessonId(5, 5): LessonId(5, 5)}
    numbers = LessonNumbers(lessons, moved)
    assert numbers.place_of(LessonId(1, 1)) == LessonId(3, 1)
    assert numbers.place_of(LessonId(5, 5)) is None
    assert numbers.known == {LessonId(3, 1), LessonId(1, 1), LessonId(2, 9)}
    assert numbers.as_shown("[[1.1]] [[3.1]]") == "[[2.1]] [[2.1]]"


def test_a_record_without_moves_is_read_as_before() -> None:
    record = CourseRecord.model_validate_json('{"title": "x"}')
    assert record.moved == {} and BookProvenance().dead_references == 0
    outline = read_outline(OUTLINE)
    assert record.numbers(outline).lesson(LessonId(2, 1)) == KnownLesson(LessonId(2, 1), "DNS")

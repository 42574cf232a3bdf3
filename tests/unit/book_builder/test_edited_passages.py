"""Passages that do not go together in a book: replaced in the pipeline's lessons, and told in numbers."""

import re

import pytest

from book_builder import handler as book_builder_handler
from book_builder.book_model import Book
from book_builder.book_request import BookRequest
from book_builder.book_store import BookStore
from book_builder.learning.editing_share import EditingShare, KindShare
from course_editor import handler as course_editor_handler
from course_kit.labels import LANGUAGES, Labels
from course_kit.outline import Paper, read_outline
from course_kit.records.course_record import CourseRecord
from course_kit.records.editing import FindingKind
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from tests.support.book_project import read
from tests.support.edited_courses import (
    EDITING,
    LESSONS,
    OUTLINE,
    REPEATED,
    author_writes,
    save_course,
    scripted,
)
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall

build_book: StepCall = book_builder_handler.lambda_handler
edit_course: StepCall = course_editor_handler.lambda_handler

_BOOK = "p/book/Databases_complete.md"
_DATA = "p/book/Databases_data.json"
_LINE = "Passages that did not go together: 2 found, 2 replaced, 0 left"


@pytest.fixture
def project(
    store: ArtefactStore,
    function_environment: None,
    lambda_context: FakeLambdaContext,
    monkeypatch: pytest.MonkeyPatch,
) -> ArtefactStore:
    """A course whose passages are found and replaced."""
    scripted(monkeypatch)
    save_course(store)
    edit_course(EDITING, lambda_context)
    return store


def is_current(store: ArtefactStore, editing: str) -> bool:
    """Whether `plan` would keep the stored book."""
    books = BookStore(store, ProjectKeys("p"), "", Paper.A4)
    outline = CourseRecord.read(store, ProjectKeys("p")).bind(read_outline(OUTLINE))
    return "book" in books.current(outline, BookRequest.model_validate({**EDITING, "editing": editing}))


def share_of(store: ArtefactStore) -> EditingShare:
    data = store.read_model(_DATA, Book)
    assert data is not None
    return data.provenance.editing


def test_the_book_shows_the_replacement_and_its_reference_and_says_how_many_there_are(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # When
    build_book(EDITING, lambda_context)
    # Then: the passage stands once, and the other place leads to it.
    book = read(project, _BOOK)
    assert book.count(REPEATED) == 1
    assert re.search(r"are explained in .*1\.1", book)
    assert "node" in book
    assert "widget" not in book
    # And
    assert _LINE in book
    assert is_current(project, "apply")


def test_the_numbers_by_kind_stand_in_the_books_data(project: ArtefactStore, lambda_context: FakeLambdaContext) -> None:
    # When
    build_book(EDITING, lambda_context)
    # Then
    one = KindShare(found=1, replaced=1)
    kinds = {FindingKind.AVOIDED_WORD.value: one, FindingKind.REPEATED_PASSAGE.value: one}
    assert share_of(project) == EditingShare(found=2, replaced=2, kinds=kinds)


def test_a_report_changes_nothing_and_a_run_without_editing_says_nothing(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # Given: the book with its replacements.
    build_book(EDITING, lambda_context)
    # When / Then: with a report only, the lessons stand as they were written, and all findings are left.
    assert not is_current(project, "report")
    build_book({**EDITING, "editing": "report"}, lambda_context)
    assert read(project, _BOOK).count(REPEATED) == 2
    assert "2 found, 0 replaced, 2 left" in read(project, _BOOK)
    # And: without editing, nothing is said at all.
    build_book({**EDITING, "editing": "off"}, lambda_context)
    assert read(project, _BOOK).count(REPEATED) == 2
    assert "did not go together" not in read(project, _BOOK)


def test_a_course_without_findings_has_no_line(
    store: ArtefactStore,
    function_environment: None,
    lambda_context: FakeLambdaContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given
    scripted(monkeypatch)
    save_course(store, dict.fromkeys(LESSONS, "# A\n\nShort.\n"))
    edit_course(EDITING, lambda_context)
    # When
    build_book(EDITING, lambda_context)
    # Then
    assert "did not go together" not in read(store, _BOOK)
    assert share_of(store) == EditingShare()


def test_the_authors_text_is_printed_whatever_replacements_there_are(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # Given: the author takes the lesson over whose passage is replaced.
    author_writes(project, 2, 1, f"# Trees\n\nMine.\n\n{REPEATED}\n")
    # When
    build_book(EDITING, lambda_context)
    # Then
    assert read(project, _BOOK).count(REPEATED) == 2


def test_a_replacement_whose_text_is_gone_is_dropped_and_counted(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # Given: the lesson was written anew after the check.
    save_course(project, {(2, 1): "# Trees\n\nAnother text.\n"})
    # When
    build_book(EDITING, lambda_context)
    # Then
    assert "Another text." in read(project, _BOOK)
    assert share_of(project).dropped == 1
    # And: its author reads it on the last page.
    assert "no longer fit their lesson and were left out: 1" in read(project, _BOOK)


@pytest.mark.parametrize("kept", [f"# Versions\n\n{REPEATED}\n\nAnd more.\n", "# Versions\n\nIt is said elsewhere.\n"])
def test_a_replacement_is_printed_only_while_the_passage_stands_that_it_refers_to(
    project: ArtefactStore, lambda_context: FakeLambdaContext, kept: str
) -> None:
    # Given: the author changes the lesson that readers are sent to, after the check.
    author_writes(project, 1, 1, kept)
    # When
    build_book(EDITING, lambda_context)
    # Then: whatever was changed, the explanation stands in the book once.
    assert read(project, _BOOK).count(REPEATED) == 1
    assert share_of(project).dropped == (REPEATED not in kept)
    # And: what refers to no other lesson stays.
    assert "widget" not in read(project, _BOOK)


@pytest.mark.parametrize("broken", [b"{", b"", b"\xff", b'{"lesson": "2.1", "replacements": [{"found": "x"}]}'])
def test_a_file_of_replacements_that_cannot_be_read_never_fails_the_book(
    project: ArtefactStore, lambda_context: FakeLambdaContext, broken: bytes
) -> None:
    # Given: it was broken by hand.
    project.client.put_object(Bucket=project.bucket, Key="p/edits/02-01.json", Body=broken)
    # When
    build_book(EDITING, lambda_context)
    # Then: the lesson stands as it was written, and the last page counts what was left out.
    assert read(project, _BOOK).count(REPEATED) == 2
    assert share_of(project).dropped == 1
    assert "no longer fit their lesson and were left out: 1" in read(project, _BOOK)
    # And: the other lesson has its replacement.
    assert "widget" not in read(project, _BOOK)


def test_other_objects_beside_the_replacements_are_nobodys_matter(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # Given
    for name in ("notes.txt", "2-1.json", "02-01.json.bak", "old/02-01.json"):
        project.client.put_object(Bucket=project.bucket, Key=f"p/edits/{name}", Body=b"Look at this later.")
    # When
    edit_course({**EDITING, "execution_name": "run-2"}, lambda_context)
    build_book(EDITING, lambda_context)
    # Then
    assert _LINE in read(project, _BOOK)
    assert share_of(project).dropped == 0
    assert project.read("p/edits/notes.txt") == b"Look at this later."


@pytest.mark.parametrize("broken", [b"{", b"", b'{"findings": 1}'])
def test_findings_that_cannot_be_read_are_none_in_the_book_and_found_again_by_the_next_run(
    project: ArtefactStore, lambda_context: FakeLambdaContext, broken: bytes
) -> None:
    # Given
    project.client.put_object(Bucket=project.bucket, Key="p/review/findings.json", Body=broken)
    # When / Then
    build_book(EDITING, lambda_context)
    assert "did not go together" not in read(project, _BOOK)
    # And
    edit_course({**EDITING, "execution_name": "run-2"}, lambda_context)
    build_book(EDITING, lambda_context)
    assert _LINE in read(project, _BOOK)


def test_another_replacement_is_another_book(project: ArtefactStore, lambda_context: FakeLambdaContext) -> None:
    # Given
    build_book(EDITING, lambda_context)
    assert is_current(project, "apply")
    # When: the author changes a replacement by hand.
    changed = read(project, "p/edits/02-01.json").replace("are explained in", "have their place in")
    project.client.put_object(Bucket=project.bucket, Key="p/edits/02-01.json", Body=changed.encode())
    # Then
    assert not is_current(project, "apply")
    build_book(EDITING, lambda_context)
    assert "have their place in" in read(project, _BOOK)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_it_in_numbers(language: str) -> None:
    line = Labels.of(language).truth.passages_found.format(count=7, replaced=5, left=2)
    assert all(number in line for number in ("7", "5", "2"))

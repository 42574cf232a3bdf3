"""One title, one set of files: what an earlier title has left is dropped, and nothing else."""

import pytest

from book_builder import handler as book_builder_handler
from book_builder.book_files import BookFiles
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from images_gen.diagram_renderer import render_diagram
from tests.support.book_project import EVENT, LESSON, OUTLINE, save_module
from tests.support.buckets import BUCKET
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall

build_book: StepCall = book_builder_handler.lambda_handler
KEYS = ProjectKeys("p")


def course(part: str = "") -> BookFiles:
    return BookFiles.of_course(KEYS, part)


def guide(part: str = "") -> BookFiles:
    return BookFiles.of_lab_guide(KEYS, part)


def put(store: ArtefactStore, files: BookFiles, title: str) -> set[str]:
    keys = files.all_under(title)
    for key in keys:
        store.client.put_object(Bucket=BUCKET, Key=key, Body=key.encode())
    return keys


def stored(store: ArtefactStore) -> set[str]:
    return set(store.keys("p/"))


def test_a_new_title_drops_the_earlier_ones_files_and_keeps_their_versions(store: ArtefactStore) -> None:
    # Given
    earlier, current = put(store, course(), "Networks"), put(store, course(), "Networks and Names")
    # When
    course().drop_earlier_titles(store, "Networks and Names")
    # Then
    assert stored(store) == current
    versions = store.client.list_object_versions(Bucket=BUCKET, Prefix="p/book/")["Versions"]
    assert earlier <= {version["Key"] for version in versions}


@pytest.mark.parametrize("other", [guide(), course("2"), course("1-3+5"), guide("2")], ids=str)
def test_a_new_title_of_one_book_drops_no_other(other: BookFiles, store: ArtefactStore) -> None:
    # Given: books under the earlier title that this run has not made.
    put(store, course(), "Networks")
    kept, current = put(store, other, "Networks"), put(store, course(), "Names")
    # When
    course().drop_earlier_titles(store, "Names")
    # Then
    assert stored(store) == kept | current


def test_a_part_under_a_new_title_drops_its_own_earlier_files_alone(store: ArtefactStore) -> None:
    put(store, course("2"), "Networks")
    kept = put(store, course(), "Networks") | put(store, course("3"), "Networks") | put(store, course("2"), "Names")
    course("2").drop_earlier_titles(store, "Names")
    assert stored(store) == kept


def test_a_title_that_looks_like_anothers_guide_drops_nothing_of_that(store: ArtefactStore) -> None:
    # Given: an earlier course "Python labs", whose page has the name of the guide of "Python".
    put(store, course(), "Python labs")
    kept = put(store, course(), "Python") | put(store, guide(), "Python")
    # When
    course().drop_earlier_titles(store, "Python")
    # Then
    assert stored(store) == kept


def test_what_an_attempt_could_not_finish_the_next_one_does(store: ArtefactStore) -> None:
    # Given: an attempt that was killed after its first file.
    earlier, current = put(store, course(), "Networks"), put(store, course(), "Names")
    deleted: list[str] = []

    def killed(key: str) -> None:
        if deleted:
            raise RuntimeError("killed")
        deleted.append(key)
        store.client.delete_object(Bucket=BUCKET, Key=key)

    once = ArtefactStore(store.client, BUCKET)
    object.__setattr__(once, "delete", killed)
    with pytest.raises(RuntimeError, match="killed"):
        course().drop_earlier_titles(once, "Names")
    assert len(stored(store) & earlier) == len(earlier) - 1
    # When
    course().drop_earlier_titles(store, "Names")
    # Then
    assert stored(store) == current


def test_files_that_are_no_books_stay(store: ArtefactStore) -> None:
    store.client.put_object(Bucket=BUCKET, Key="p/book/notes_of_mine.txt", Body=b"mine")
    current = put(store, course(), "Names")
    course().drop_earlier_titles(store, "Names")
    assert stored(store) == current | {"p/book/notes_of_mine.txt"}


def test_a_book_builder_that_has_stored_a_new_title_leaves_one_set(
    store: ArtefactStore, function_environment: None, lambda_context: FakeLambdaContext
) -> None:
    # Given
    store.write("p/outline.yaml", OUTLINE.replace("number: null, ", ""), content_type="y", replacing=None)
    png = render_diagram("flowchart LR\n a --> b").png
    store.write("p/images/01-01-0001.png", png, content_type="image/png", replacing=None)
    save_module(store, 1, [LESSON, "# R\n\nRadio.\n"])
    save_module(store, 2, ["# D\n\nNombres.\n"])
    build_book(EVENT, lambda_context)
    # When
    book = build_book({**EVENT, "book_title": "Redes"}, lambda_context)["book"]
    # Then
    assert set(store.keys("p/book/")) == set(book.values())

"""The outline of a project: saved with who and when, and not replaced by an older one unseen."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from course_kit.errors import ArtefactConflict
from course_kit.records.course_record import CourseRecord
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.provenance import maker_of
from coursewright.outline_upload import newer_outline, store_outline
from tests.support.course_runs import THEORY, CourseRuns
from tests.support.planned_projects import OUTLINE, bound
from tests.support.writing_server import WritingServer

KEYS = ProjectKeys("p")
MONDAY, FRIDAY = datetime(2026, 1, 5, 9, tzinfo=UTC), datetime(2026, 1, 9, 9, tzinfo=UTC)


def test_who_saved_it_and_the_same_outline_is_not_saved_twice(store: ArtefactStore) -> None:
    # Given / When
    store_outline(store, KEYS, b"a: 1", who="Ana Núñez", changed_at=MONDAY)
    first = store.find(KEYS.outline())
    store_outline(store, KEYS, b"a: 1", who="Ben", changed_at=FRIDAY)
    # Then
    assert first is not None
    assert maker_of(first) == "Ana Núñez"
    assert store.find(KEYS.outline()) == first


def test_last_weeks_outline_of_a_colleague_is_older(store: ArtefactStore) -> None:
    # Given: an outline, changed by Ana on Friday.
    store_outline(store, KEYS, b"a: 1", who="Ben", changed_at=MONDAY)
    store_outline(store, KEYS, b"a: 2", who="Ana", changed_at=FRIDAY)
    # When / Then: Ben's copy of Monday is older, whatever its date; so is another file of before Friday.
    said = "the outline of Ana in the project is newer: the file is an earlier version of it"
    assert newer_outline(store, KEYS, b"a: 1", FRIDAY + timedelta(days=1)) == said
    assert newer_outline(store, KEYS, b"a: 3", MONDAY) == (
        "the outline of Ana in the project was changed on 2026-01-09 09:00 UTC, after the file"
    )


def test_a_newer_or_the_same_outline_is_not_older(store: ArtefactStore) -> None:
    # Given: none stored. Then
    assert newer_outline(store, KEYS, b"a: 1", MONDAY) == ""
    # Given
    store_outline(store, KEYS, b"a: 1", who="Ana", changed_at=MONDAY)
    # Then
    assert newer_outline(store, KEYS, b"a: 1", MONDAY - timedelta(days=9)) == ""
    assert newer_outline(store, KEYS, b"a: 2", FRIDAY) == ""


def test_an_id_that_a_course_gets_later_leaves_it_in_its_project(
    store: ArtefactStore, writing_server: WritingServer, tmp_path: Path
) -> None:
    # Given: a course in the project of its title.
    runs = CourseRuns(store, writing_server, OUTLINE, parts=THEORY, folder="nets")
    runs.run()
    named = OUTLINE.replace("{title: Nets", "{id: net-101, title: Nets")
    # When: its outline gets an id / Then: nothing is to be made.
    for _ in range(2):
        run = bound(store, tmp_path, named, project=None)
        assert run.project == "nets"
        assert runs.run(named).is_nothing
    # And: another course of that title, or with another id, is a project of its own.
    other = OUTLINE.replace("{title: Nets", "{id: net-102, title: Nets")
    assert bound(store, tmp_path, other, project=None).project == "net-102"
    for lesson in ("Packets", "Names", "Routes"):
        named = named.replace(f"{{title: {lesson}", f"{{title: Other {lesson}").replace("topics: [", "topics: [Other, ")
    assert bound(store, tmp_path, named, project=None).project == "net-101"


def test_an_edition_in_another_language_is_a_project_of_its_own_and_both_are_linked(
    store: ArtefactStore, writing_server: WritingServer, tmp_path: Path
) -> None:
    # Given: a course in English, in the project of its title.
    CourseRuns(store, writing_server, OUTLINE, parts=THEORY, folder="nets").run()
    spanish = OUTLINE.replace("language: en", "language: es")
    # When: the course in Spanish is asked for under the same title.
    run = bound(store, tmp_path, spanish, project=None)
    # Then
    assert (run.project, run.edition_of) == ("nets-es", "nets")
    assert run.record.objections(run.outline_file.outline) == []
    # When: it is made.
    CourseRuns(store, writing_server, spanish, parts=(), folder=run.project).run()
    # Then
    assert CourseRecord.read(store, ProjectKeys("nets")).editions == {"es": "nets-es"}
    assert CourseRecord.read(store, ProjectKeys("nets-es")).editions == {"en": "nets"}


def test_the_same_language_stays_in_its_project(
    store: ArtefactStore, writing_server: WritingServer, tmp_path: Path
) -> None:
    # Given
    CourseRuns(store, writing_server, OUTLINE, parts=(), folder="nets").run()
    # When / Then
    assert bound(store, tmp_path, project=None).project == "nets"


def test_the_id_of_the_course_names_its_project(
    store: ArtefactStore, function_environment: None, tmp_path: Path
) -> None:
    # Given / When
    run = bound(store, tmp_path, OUTLINE.replace("title: Nets,", "title: Nets, id: net-101,"), project=None)
    # Then
    assert run.project == "net-101"


def test_an_outline_that_a_colleague_stores_while_a_person_decides_is_left_alone(store: ArtefactStore) -> None:
    # Given: what was there when the person was asked, or that there was nothing.
    for seen in (None, store_and_find(store, b"a: 1")):
        store_outline(store, KEYS, b"a: 2", who="Ana")
        # When / Then
        with pytest.raises(ArtefactConflict):
            store_outline(store, KEYS, b"a: 3", who="Ben", seen=seen, only_seen=True)
        assert store.read(KEYS.outline()) == b"a: 2"
    # And: what was seen is replaced.
    store_outline(store, KEYS, b"a: 3", who="Ben", seen=store.find(KEYS.outline()), only_seen=True)
    assert store.read(KEYS.outline()) == b"a: 3"


def store_and_find(store: ArtefactStore, source: bytes) -> Artefact | None:
    store_outline(store, KEYS, source, who="Ana")
    return store.find(KEYS.outline())

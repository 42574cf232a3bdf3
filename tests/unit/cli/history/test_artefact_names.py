"""Names of artefacts: what people type becomes keys, and keys become what people read."""

import pytest

from course_kit.outline import read_outline
from course_kit.records.course_record import CourseRecord
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_kinds import ArtefactKind, place_of
from course_kit.store.artefact_store import ArtefactStore
from coursewright.artefact_names import ArtefactNames
from coursewright.course_store import CourseStore
from coursewright.errors import BadInput
from tests.support.buckets import BUCKET, PROJECT

KEYS = ProjectKeys(PROJECT)
FIRST = """
course: {title: Networks}
modules:
- {title: One, lessons: [{title: Packets, topics: [a]}, {title: Frames}], lab_activities: [Ping]}
- {title: Two, lessons: [{title: Routes}, {title: Names}]}
"""
SWAPPED = """
course: {title: Networks}
modules:
- {title: Two, lessons: [{title: Routes}, {title: Names}]}
- {title: One, lessons: [{title: Frames}, {title: Packages, topics: [a]}], lab_activities: [Ping]}
"""


def record(store: ArtefactStore, outline: str) -> CourseStore:
    """Store an outline and the course's record, as a run of the outline does."""
    known = CourseRecord.read(store, KEYS).with_outline(read_outline(outline.encode()))
    store.write_model(KEYS.course(), known, replacing=store.find(KEYS.course()))
    put_outline(store, outline)
    return CourseStore(store.client, BUCKET)


def put_outline(store: ArtefactStore, outline: str) -> None:
    store.write(KEYS.outline(), outline, content_type="application/yaml", replacing=store.find(KEYS.outline()))


@pytest.fixture
def names(store: ArtefactStore) -> ArtefactNames:
    return ArtefactNames.read(record(store, FIRST), PROJECT)


@pytest.mark.parametrize(
    ("what", "path", "target"),
    [
        ("1.1", "lessons/module-1-lesson-1-packets.md", "1.1"),
        ("2.2/study", "study/02-02.json", "2.2/study"),
        ("02-01-0003", "images/02-01-0003.png", "02-01-0003"),
        ("02-01-0003/plan", "prompts/02-01-0003-a-tree.json", "02-01-0003"),
        ("01-00-01", "labguide/lab-01-00-01-ping.md", "01-00-01"),
        ("2/labs", "labguide/module-02-plan.json", ""),
        ("2.2/edits", "edits/02-02.json", ""),
        ("brief", "brief/course.json", "brief"),
        ("outline", "outline.yaml", ""),
        ("figures/plug.png", "figures/plug.png", ""),
    ],
)
def test_what_people_type_is_a_key_and_the_key_has_that_name(
    names: ArtefactNames, what: str, path: str, target: str
) -> None:
    # When
    named = names.named(what)
    # Then
    assert named.has(KEYS.within(path))
    assert (named.name, named.target) == (what, target)
    assert names.of_key(KEYS.within(path)) == named
    assert names.named(path) == named


def test_numbers_are_those_of_the_book_and_keys_stay(store: ArtefactStore) -> None:
    # Given: modules swapped, lessons swapped, and one of them under another title.
    record(store, FIRST)
    names = ArtefactNames.read(record(store, SWAPPED), PROJECT)
    # When / Then: its keys are still those of module 1, lesson 1, with the title that it had.
    packages = names.named("2.2")
    assert packages.keys == (KEYS.lesson(1, 1, "Packets"),)
    assert packages.title == "Packages"
    assert names.named("2.2/study").keys == (KEYS.study(1, 1),)
    assert names.named("2/labs").keys == (KEYS.lab_plan(1),)
    # And: earlier titles of a lesson belong to it, and no other lesson's.
    assert names.of_key(KEYS.lesson(1, 1, "Bits")) == packages
    assert not packages.has(KEYS.lesson(1, 11, "Bits"))


def test_what_the_outline_no_longer_has_is_named_by_its_path(store: ArtefactStore) -> None:
    # Given
    record(store, FIRST)
    names = ArtefactNames.read(record(store, FIRST.replace(", {title: Names}", "")), PROJECT)
    # When
    gone = names.of_key(KEYS.lesson(2, 2, "Names"))
    # Then
    assert gone is not None
    assert gone.name == "lessons/module-2-lesson-2-names.md"
    assert names.named(gone.name) == gone
    assert gone.target == ""


def test_without_a_readable_outline_the_numbers_of_keys_are_the_names(store: ArtefactStore) -> None:
    # Given
    bucket = record(store, SWAPPED)
    put_outline(store, "course: [")
    # When / Then
    assert ArtefactNames.read(bucket, PROJECT).named("1.2").keys == (KEYS.lesson(1, 2, "Names"),)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("9.9", "expected a lesson of the project: 1.1 to 1.2, 2.1 to 2.2"),
        ("9.9/study", "expected a lesson of the project: 1.1 to 1.2"),
        ("7/labs", "expected a module of the project: 1, 2"),
        ("2", "expected a lesson (2.1), its study parts (2.1/study)"),
        ("2.1/labs", "expected a lesson (2.1)"),
        ("02-01-01/plan", "expected a lesson (2.1)"),
        ("book/Networks.pdf", "or a path in the project"),
        ("manifests/module-01.json", "or a path in the project"),
        ("../other/outline.yaml", "or a path in the project"),
        ("figures/../outline.yaml", "or a path in the project"),
        ("", "or a path in the project"),
    ],
)
def test_an_unknown_name_is_one_line_with_what_there_is(names: ArtefactNames, what: str, expected: str) -> None:
    with pytest.raises(BadInput) as refused:
        names.named(what)
    [line] = refused.value.lines
    assert line.startswith(f"WHAT: found {what!r}, ")
    assert expected in line


@pytest.mark.parametrize(
    "key",
    [
        f"{PROJECT}/drafts/lessons/module-1-lesson-1-packets.md.json",
        f"{PROJECT}-2/lessons/module-1-lesson-1-packets.md",
        KEYS.book("Networks", ".pdf"),
        KEYS.manifest(1),
        KEYS.lease(),
        KEYS.course(),
        KEYS.lab_master_plan(),
    ],
)
def test_what_is_derived_or_of_another_project_is_no_artefact(key: str) -> None:
    assert place_of(KEYS, key) is None


def test_every_kind_of_artefact_has_a_key() -> None:
    keys = (
        *(KEYS.outline(), KEYS.lesson(1, 1, "T"), KEYS.study(1, 1), KEYS.image("01-01-0001", "svg")),
        *(KEYS.brief(), KEYS.edits(1, 1)),
        *(KEYS.prompt("01-01-0001", "d"), KEYS.lab_guide("01-01-01", "L"), KEYS.lab_plan(1), KEYS.own_picture("a.png")),
    )
    assert {place.kind for key in keys if (place := place_of(KEYS, key))} == set(ArtefactKind)

"""``course.json``: which course a project is, and when an outline looks like another one."""

from datetime import UTC, datetime

import pytest

from course_kit.outline import Outline, read_outline
from course_kit.records.course_record import CourseRecord
from course_kit.records.manifest import LabManifest, LabRecord, LessonRecord, ModuleManifest
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore

KEYS, NOW = ProjectKeys("p"), datetime(2026, 1, 1, tzinfo=UTC)
TITLES = ["Copper", "Fibre", "Radio", "Waves", "Hosts", "Zones"]


def outline_of(titles: list[str], *, title: str = "Networks", language: str = "en", course_id: str = "") -> Outline:
    """Return an outline of one lesson for each title, two in a module."""
    own = f", id: {course_id}" if course_id else ""
    modules = [titles[first : first + 2] for first in range(0, len(titles), 2)]
    parts = [
        f"- title: Module {number}\n  lessons: [{', '.join(f'{{title: {name}}}' for name in names)}]\n"
        for number, names in enumerate(modules, start=1)
    ]
    return read_outline(f"course: {{title: {title}, language: {language}{own}}}\nmodules:\n" + "".join(parts))


def record_of(outline: Outline) -> CourseRecord:
    return CourseRecord().with_outline(outline)


@pytest.mark.parametrize(
    "outline",
    [
        outline_of(TITLES),
        outline_of(TITLES, title="Networks and names"),
        outline_of(TITLES, language="EN"),
        outline_of(TITLES, course_id="nets"),
        outline_of([*TITLES, "Ports", "Sockets"]),
        outline_of(["Ports", "Sockets", *TITLES]),
        # A third of six lessons.
        outline_of(TITLES[:4]),
    ],
    ids=["the same", "another title", "capitals", "an id at last", "more", "more in front", "a third less"],
)
def test_the_same_course_meets_no_objection(outline: Outline) -> None:
    assert record_of(outline_of(TITLES)).objections(outline) == []


def test_an_outline_that_drops_more_than_a_third_is_objected_to_by_numbers() -> None:
    shorter = outline_of(["Copper", "Fibre", "Radio"])
    record = record_of(outline_of(TITLES))
    assert record.objections(shorter) == ["it has 6 lessons, and the outline drops 3 of them"]
    assert record.dropped_lessons(shorter) == ["Waves", "Hosts", "Zones"]


def test_another_course_is_objected_to_also_with_as_many_modules_and_lessons() -> None:
    # Given: an outline without ids whose title gives the same project, and whose lessons are others.
    other = outline_of([f"{title} of sound" for title in TITLES])
    # When / Then: no lesson counts as kept because another one stands in its place.
    assert record_of(outline_of(TITLES)).objections(other) == ["it has 6 lessons, and the outline drops 6 of them"]


def test_lessons_that_were_dropped_before_are_not_counted_again() -> None:
    # Given: six lessons, two of which are gone since the last run.
    record = record_of(outline_of(TITLES)).with_outline(outline_of(TITLES[:4]))
    # When / Then: one of four is less than a third, two are more.
    assert record.objections(outline_of(["Copper", "Fibre", "Radio"])) == []
    assert record.objections(outline_of(TITLES[:2])) == ["it has 4 lessons, and the outline drops 2 of them"]


def test_a_renamed_lesson_is_not_a_dropped_one() -> None:
    topics = "topics: [A]"
    before = read_outline(f"course: {{title: C}}\nmodules: [{{title: M, lessons: [{{title: Copper, {topics}}}]}}]")
    after = read_outline(f"course: {{title: C}}\nmodules: [{{title: M, lessons: [{{title: Wire, {topics}}}]}}]")
    assert record_of(before).objections(after) == []


def test_another_language_is_another_course() -> None:
    found = record_of(outline_of(TITLES)).objections(outline_of(TITLES, language="es"))
    assert found == ["its language is en, and the outline's is es"]


def test_another_id_is_another_course_also_when_a_run_without_one_came_in_between() -> None:
    # Given
    record = record_of(outline_of(TITLES, course_id="nets")).with_outline(outline_of(TITLES))
    # When / Then
    assert record.objections(outline_of(TITLES, course_id="names")) == [
        "it is the course nets, and the outline's id is names"
    ]
    assert record.objections(outline_of(TITLES, course_id="nets")) == []


def test_every_objection_is_told() -> None:
    record = record_of(outline_of(TITLES, course_id="nets"))
    other = outline_of(["Ports"], course_id="names", language="es")
    assert len(record.objections(other)) == 3


def test_a_new_project_is_any_course(store: ArtefactStore) -> None:
    assert CourseRecord.read(store, KEYS).objections(outline_of(TITLES)) == []


def test_a_run_reads_the_record_that_it_began_with(store: ArtefactStore) -> None:
    # Given
    first = store.write_model(KEYS.course(), record_of(outline_of(TITLES)), replacing=None)
    store.write_model(KEYS.course(), record_of(outline_of(["Ports"])), replacing=first)
    # When / Then
    assert CourseRecord.read(store, KEYS, first.version) == record_of(outline_of(TITLES))
    assert CourseRecord.read(store, KEYS) == record_of(outline_of(["Ports"]))


def test_a_project_of_an_earlier_version_has_the_numbers_of_its_manifests_as_slots(store: ArtefactStore) -> None:
    # Given: two modules, one of labs alone, as earlier versions left them without a record of the course.
    times = {"started_at": NOW, "ended_at": NOW}
    theory = ModuleManifest(
        module_number=1,
        title="Cables",
        execution_name="run-0",
        lesson_total=2,
        started_at=NOW,
        lessons=tuple(
            LessonRecord(
                lesson_number=number, title=title, s3_key=f"{number}", fingerprint="f", is_reused=False, **times
            )
            for number, title in ((1, "Copper"), (2, "Fibre"))
        ),
    )
    labs = [("01-02-01", 2, "Splice"), ("01-00-01", 0, "Rack")]
    guides = LabManifest(
        module_number=1,
        title="Cables",
        execution_name="run-0",
        plan_key="k",
        is_plan_reused=False,
        plan_started_at=NOW,
        plan_ended_at=NOW,
        labs=tuple(
            LabRecord(
                lab_id=lab_id, lesson_number=lesson, title=title, s3_key="k", fingerprint="f", is_reused=False, **times
            )
            for lab_id, lesson, title in labs
        ),
    )
    store.write_model(KEYS.manifest(1), theory, replacing=None)
    store.write_model(KEYS.lab_manifest(1), guides, replacing=None)
    store.write_model(KEYS.lab_manifest(2), guides.model_copy(update={"title": "Air", "labs": ()}), replacing=None)
    # When: the first outline since puts everything in another order.
    record = CourseRecord.read(store, KEYS)
    now = read_outline("""course: {title: Networks, language: es}
modules:
- {title: Air, lessons: [{title: Radio}]}
- title: Cables
  labs: [Tools, Rack]
  lessons: [{title: Fibre, labs: [Splice]}, {title: Copper}]
""")
    bound = record.with_outline(now).slots.bind(now)
    # Then: nothing moves.
    assert [(module.title, module.number) for module in bound.modules] == [("Air", 2), ("Cables", 1)]
    assert [(lesson.title, lesson.number) for lesson in bound.modules[1].lessons] == [("Fibre", 2), ("Copper", 1)]
    assert [lab.slot for lab in bound.modules[1].lessons[0].lab_activities] == [1]
    assert [lab.slot for lab in bound.modules[1].lab_activities] == [2, 1]
    # And: nobody knows its language, so none is objected to; what it drops is.
    assert record.objections(now) == []
    assert record.objections(outline_of(["Ports"])) == ["it has 2 lessons, and the outline drops 2 of them"]

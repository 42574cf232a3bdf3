"""The first state of a run: a project stays one course, and its numbers are slots from here on."""

import re

import pytest

from course_kit.errors import RequestInvalid
from course_kit.records.course_record import CourseRecord
from course_kit.records.run_summary import RunSummary
from course_kit.run.events import ModuleParams
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.work.step import Step
from prepare_modules import handler as prepare_modules_handler
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall, StepResult

prepare: StepCall = prepare_modules_handler.lambda_handler

ONE, TWO = "- {title: One, lessons: [{title: A}, {title: B}]}\n", "- {title: Two, lessons: [{title: C}, {title: D}]}\n"
COURSE = "course: {title: Networks}\nmodules:\n"
KEYS = ProjectKeys("p")

pytestmark = pytest.mark.usefixtures("function_environment")


def run(store: ArtefactStore, outline: str, name: str = "run-1", **request: object) -> StepResult:
    """Upload an outline and prepare a run of it."""
    store.write(KEYS.outline(), outline, content_type="application/yaml", replacing=store.find(KEYS.outline()))
    event = {"outline_s3_key": KEYS.outline(), "project_folder": "p", "execution_name": name, **request}
    return prepare(event, FakeLambdaContext())


OTHER_COURSES = {
    "another language": (COURSE.replace("Networks", "Networks, language: es") + ONE + TWO, "its language is en"),
    "another id": (COURSE.replace("Networks", "Networks, id: other") + ONE + TWO, "the outline's id is other"),
    "half of the lessons": (COURSE + ONE, "it has 4 lessons, and the outline drops 2 of them"),
}


@pytest.mark.parametrize(("outline", "objection"), OTHER_COURSES.values(), ids=OTHER_COURSES)
def test_another_course_is_refused_before_the_project_is_taken_unless_it_is_confirmed(
    store: ArtefactStore, outline: str, objection: str
) -> None:
    # Given: a project of a course with an id.
    course = COURSE.replace("Networks", "Networks, id: nets") if "id: other" in outline else COURSE
    run(store, course + ONE + TWO)
    record, lease = store.read(KEYS.course()), store.read(KEYS.lease())
    # When
    with pytest.raises(RequestInvalid, match=re.escape(objection)) as refused:
        run(store, outline, "run-2")
    # Then: with what to do, and nothing is changed.
    assert "project p: " in str(refused.value)
    assert "Name another project, or confirm it (`coursewright generate … --yes`" in str(refused.value)
    assert (store.read(KEYS.course()), store.read(KEYS.lease())) == (record, lease)
    assert store.find(KEYS.run("run-2")) is None
    # And: a person's yes is enough, and kept with the run's request.
    run(store, outline, "run-2", confirmed=True)
    summary = store.read_model(KEYS.run("run-2"), RunSummary)
    assert summary is not None
    assert summary.request["confirmed"] is True
    # And: from then on it is that course.
    run(store, outline, "run-3")


def test_modules_and_targets_are_named_as_readers_see_them_and_go_on_as_slots(store: ArtefactStore) -> None:
    # Given: two modules in another order than at first, and a lesson in front of one.
    run(store, COURSE + ONE + TWO)
    swapped = COURSE + TWO.replace("[{title: C}", "[{title: New}, {title: C}") + ONE
    # When: the modules that stand first, and lessons of both.
    chosen = run(store, swapped, "run-2", modules_to_generate="1", regenerate=["1", "1.1", "1.2", "1.3/study"])
    # Then
    assert chosen["modules"] == [2]
    assert chosen["base_params"]["regenerate"] == ["2", "2.3", "2.1", "2.2/study"]
    assert run(store, swapped, "run-3")["modules"] == [2, 1]
    # And: what is not there is refused by the number that was written.
    with pytest.raises(RequestInvalid, match=r"regenerate: found 2\.3, expected a module or lesson of the outline"):
        run(store, swapped, "run-4", regenerate=["2.3"])
    # And: what the run does not make, by its place.
    with pytest.raises(RequestInvalid, match=r"regenerate: found lesson 2\.1, expected what this run makes"):
        run(store, swapped, "run-4", modules_to_generate="1", regenerate=["2.1"])


def test_stale_is_a_target(store: ArtefactStore) -> None:
    assert run(store, COURSE + ONE, regenerate=["stale", "1.1"])["base_params"]["regenerate"] == ["stale", "1.1"]


def test_every_step_reads_the_course_that_its_run_began_with(store: ArtefactStore) -> None:
    # Given: a run of modules in another order; then a colleague's outline in the same project.
    run(store, COURSE + ONE + TWO)
    params = run(store, COURSE + TWO + ONE, "run-2")["base_params"]
    run(store, COURSE + "- {title: Zero, lessons: [{title: Z}]}\n" + ONE + TWO, "run-3")
    # When: a step of the second run reads its outline.
    step = Step.of({**params, "module_number": 1}, ModuleParams, FakeLambdaContext())
    # Then
    assert [(module.title, module.number, module.shown) for module in step.outline.modules] == [
        ("Two", 2, 1),
        ("One", 1, 2),
    ]


def test_a_retry_of_the_first_state_changes_nothing(store: ArtefactStore) -> None:
    # Given
    run(store, COURSE + ONE + TWO)
    first = run(store, COURSE + TWO + ONE, "run-2")
    record = store.find(KEYS.course())
    # When: the same, and the next run of the same outline.
    event = {"outline_s3_key": KEYS.outline(), "project_folder": "p", "execution_name": "run-2"}
    again = prepare(event, FakeLambdaContext())
    # Then
    assert again == first
    assert store.find(KEYS.course()) == record
    # And: the next run of the same outline has the same record.
    following = prepare({**event, "execution_name": "run-3"}, FakeLambdaContext())
    assert following["base_params"]["course_version"] == first["base_params"]["course_version"]


def test_the_record_tells_title_language_and_id(store: ArtefactStore) -> None:
    run(store, "course: {title: Redes, language: es, id: nets}\nmodules:\n" + ONE)
    record = CourseRecord.read(store, KEYS)
    assert (record.title, record.language, record.course_id) == ("Redes", "es", "nets")


def test_a_project_of_an_earlier_version_that_has_made_nothing_takes_any_course(
    store: ArtefactStore,
) -> None:
    # Given: earlier versions kept no record of the course, and a run that failed at once left no manifest.
    run(store, COURSE + ONE + TWO)
    store.delete(KEYS.course())
    # When / Then: nothing is refused.
    run(store, COURSE.replace("Networks", "Boats") + "- {title: Hulls, lessons: [{title: Keel}]}\n", "run-2")

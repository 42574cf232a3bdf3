"""K1, of what other texts follow from: an edited plan of labs, and files that an edit has broken."""

import json

import pytest

from course_kit.errors import RequestInvalid
from course_kit.outline.labs import ModuleLabPlan
from course_kit.records.manifest import LabManifest
from offline_author.behaviour import CallKind
from tests.support.course_runs import CourseRuns

PLAN = "labguide/module-01-plan"
MORE = ("labs: [Crimp a plug]", "labs: [Crimp a plug, Test a plug]")


def edit_plan(course: CourseRuns) -> None:
    """Change what the plan says of its lab, as a person does in the bucket."""
    key = course.key_of(PLAN)
    content = json.loads(course.text(key))
    content["labs"][0]["environment"] = "the rack in room 2"
    course.put(key, json.dumps(content), keeps_metadata=False)


def environments(course: CourseRuns) -> list[str]:
    plan = course.store.read_model(course.key_of(PLAN), ModuleLabPlan)
    assert plan is not None
    return [lab.environment for lab in plan.labs]


def test_an_edited_plan_of_labs_stays_and_its_guide_follows_it(course: CourseRuns) -> None:
    # Given
    course.run()
    edit_plan(course)
    # When
    made = course.run()
    # Then: the guide is written from the author's words, and nothing else is.
    assert made.calls == {CallKind.LAB: 1}
    assert "the rack in room 2" in course.server.author.prompts[-1]
    assert environments(course) == ["the rack in room 2"]
    # And: it stays when its module is made again.
    course.run(regenerate=["1"])
    assert environments(course) == ["the rack in room 2"]


def test_a_lab_more_is_added_to_an_edited_plan_which_stays_the_authors(course: CourseRuns) -> None:
    # Given
    course.run()
    edit_plan(course)
    course.run()
    # When: the outline has one more lab.
    made = course.run(course.outline.replace(*MORE))
    # Then: it alone is planned and written.
    assert made.calls == {CallKind.LAB_PLAN: 1, CallKind.LAB: 1}
    first, second = environments(course)
    assert first == "the rack in room 2" != second
    # And: the plan is the author's still, whatever comes.
    manifest = course.store.read_model(course.keys.lab_manifest(1), LabManifest)
    assert manifest is not None
    assert manifest.is_authors(course.key_of(PLAN))
    assert course.run().is_nothing
    course.run(regenerate=["1"])
    assert environments(course)[0] == "the rack in room 2"


def test_one_lab_more_costs_that_lab_and_one_less_nothing(course: CourseRuns) -> None:
    # Given
    course.run()
    outline = course.outline
    # When / Then
    assert course.run(outline.replace(*MORE)).calls == {CallKind.LAB_PLAN: 1, CallKind.LAB: 1}
    assert course.run(outline).is_nothing


@pytest.mark.parametrize(
    ("part", "field"), [("study/01-01", "key_points"), ("prompts/01-01-0001", "caption"), (PLAN, "labs")]
)
def test_a_file_that_an_edit_has_broken_is_told_by_its_key_and_its_field(
    course: CourseRuns, part: str, field: str
) -> None:
    # Given: a field of another kind.
    course.run()
    key = course.key_of(part)
    content = json.loads(course.text(key))
    content[field] = 7
    broken = json.dumps(content)
    course.put(key, broken)
    # When
    with pytest.raises(RequestInvalid) as told:
        course.run()
    # Then: and it is not overwritten.
    assert str(told.value).startswith(f"{key}: this file was edited and cannot be read: {field}")
    assert "restore an earlier version" in str(told.value)
    assert course.text(key) == broken


@pytest.mark.parametrize("part", ["study/01-01", "prompts/01-01-0001", PLAN])
def test_a_file_that_is_no_json_any_more_is_told_so(course: CourseRuns, part: str) -> None:
    course.run()
    key = course.key_of(part)
    course.put(key, course.text(key)[:-5])
    with pytest.raises(RequestInvalid, match=r"this file was edited and cannot be read: .*; correct it, or restore"):
        course.run()

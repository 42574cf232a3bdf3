"""A project of an earlier version of the pipeline, which kept neither hashes nor what was asked for, goes on unpaid."""

import json

import pytest

from course_kit.records.manifest import LabManifest, ModuleManifest, StudyManifest
from course_kit.store.artefact import MINUTES, SHA256, SHAPE
from course_kit.store.provenance import authors_provenance
from offline_author.behaviour import CallKind
from tests.support.course_runs import CourseRuns

_NEW = {SHA256, SHAPE, MINUTES}


@pytest.fixture
def upgraded(course: CourseRuns) -> CourseRuns:
    """A finished course as an earlier version left it: one fingerprint of everything, and no record of slots."""
    course.run()
    course.store.delete(course.keys.course())
    for key in list(course.store.keys(course.keys.everything())):
        found = course.store.find(key)
        assert found is not None
        metadata = {name: text for name, text in found.metadata.items() if name not in _NEW}
        if metadata["fingerprint"]:
            metadata["fingerprint"] = "of-everything"
        body = course.store.read(key) or b""
        if key.startswith(course.keys.manifests()):
            body = json.dumps({name: part for name, part in json.loads(body).items() if name != "written"}).encode()
        course.store.client.put_object(Bucket=course.store.bucket, Key=key, Body=body, Metadata=metadata)
        # Nothing is there to be taken back.
        course.store.client.delete_object(Bucket=course.store.bucket, Key=key, VersionId=found.version or "")
    return course


def authors(course: CourseRuns) -> set[str]:
    kinds = (
        (ModuleManifest, course.keys.manifest),
        (StudyManifest, course.keys.study_manifest),
        (LabManifest, course.keys.lab_manifest),
    )
    manifests = [course.store.read_model(key(number), kind) for number in (1, 2) for kind, key in kinds]
    return {key for one in manifests if one for key in one.written if one.is_authors(key)}


def test_an_upgrade_costs_nothing_and_nothing_counts_as_its_authors(upgraded: CourseRuns) -> None:
    before = upgraded.bodies()
    # When
    for _ in range(2):
        assert upgraded.run().is_nothing
    # Then
    assert upgraded.bodies() == before
    assert authors(upgraded) == set()
    # And: nor does another order.
    first, second = [line for line in upgraded.outline.splitlines(keepends=True) if "Copper" in line or "Fibre" in line]
    assert upgraded.run(upgraded.outline.replace(first + second, second + first)).is_nothing


def test_what_is_asked_for_differently_after_an_upgrade_is_made_and_nothing_else(upgraded: CourseRuns) -> None:
    # Given: a run that has kept everything.
    upgraded.run()
    # When
    made = upgraded.run(upgraded.outline.replace("topics: [Light", "topics: [Lasers, Light"))
    # Then: its part of the brief, the lesson, and what follows from it.
    assert made.calls == {CallKind.BRIEF: 1, CallKind.LESSON: 1, CallKind.VISUAL_PLAN: 1, CallKind.STUDY: 1}
    assert upgraded.run().is_nothing


def test_what_follows_from_an_edit_after_an_upgrade_is_made_though_no_run_came_between(upgraded: CourseRuns) -> None:
    # Given: a lesson's text and another one's diagram are edited before the first run.
    lesson = upgraded.key_of("lessons/module-1-lesson-1-")
    plan = upgraded.key_of("prompts/02-01-0001")
    figure = upgraded.store.find(upgraded.keys.image("02-01-0001", "png"))
    drawn_anew = json.dumps({**json.loads(upgraded.text(plan)), "source": "flowchart LR\n  a[Mine] --> b[Yours]"})
    for key, body in ((lesson, upgraded.text(lesson) + "\nMy own last words.\n"), (plan, drawn_anew)):
        upgraded.store.client.put_object(
            Bucket=upgraded.store.bucket, Key=key, Body=body.encode(), Metadata=authors_provenance("Ada")
        )
    # When
    made = upgraded.run()
    # Then: the quiz is of the lesson's new words, and the picture is of the new diagram.
    assert made.calls == {CallKind.STUDY: 1}
    assert upgraded.store.find(upgraded.keys.image("02-01-0001", "png")) != figure
    assert authors(upgraded) == {lesson, plan}
    assert upgraded.run().is_nothing


def test_lost_manifests_of_an_upgraded_project_cost_nothing(upgraded: CourseRuns) -> None:
    before = upgraded.bodies()
    for key in list(upgraded.store.keys(upgraded.keys.manifests())):
        upgraded.store.delete(key)
    # When / Then
    assert upgraded.run().is_nothing
    assert upgraded.bodies() == before

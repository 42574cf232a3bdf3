"""K5: a new prompt, model, title or order had the whole course made and paid for again."""

from collections import Counter
from collections.abc import Callable

import pytest

from course_kit.records.manifest import LabManifest, ModuleManifest, StudyManifest
from offline_author.behaviour import CallKind
from tests.support.course_runs import CourseRuns

FRONT = "  - {title: Cables at home, duration_minutes: 15, topics: [Drawers]}\n"


def in_front(outline: str) -> str:
    return outline.replace("  lessons:\n", f"  lessons:\n{FRONT}", 1)


def modules_swapped(outline: str) -> str:
    head, cables, names = outline.split("- title:")
    return f"{head}- title:{names}- title:{cables}"


CHANGES: dict[str, Callable[[str], str]] = {
    "title of the course": lambda outline: outline.replace("title: Networks", "title: Nets"),
    "audience": lambda outline: outline.replace("{title: Networks", "{audience: [Trainees], title: Networks"),
    "lesson renamed": lambda outline: outline.replace("title: Copper", "title: Wire"),
    "module renamed": lambda outline: outline.replace("title: Cables", "title: Wires"),
    "modules swapped": modules_swapped,
    "minutes within a tenth": lambda outline: outline.replace("duration_minutes: 15", "duration_minutes: 16"),
    "prompt": lambda outline: outline,
    "model": lambda outline: outline,
}
# The number of stale lessons, sets of study parts, and labs.
STALE = {
    "title of the course": (3, 3, 1),
    "audience": (3, 0, 1),
    # And its neighbour.
    "lesson renamed": (2, 1, 0),
    "module renamed": (2, 0, 1),
    # A lesson's neighbours are those of the whole course.
    "modules swapped": (3, 0, 0),
    "minutes within a tenth": (3, 0, 0),
    "prompt": (3, 3, 1),
    "model": (3, 3, 1),
}


def stale(course: CourseRuns) -> tuple[int, int, int]:
    """Return how many lessons, sets of study parts and labs the manifests call stale."""
    found = []
    kinds: tuple[tuple[type[ModuleManifest | StudyManifest | LabManifest], Callable[[int], str]], ...] = (
        (ModuleManifest, course.keys.manifest),
        (StudyManifest, course.keys.study_manifest),
        (LabManifest, course.keys.lab_manifest),
    )
    for kind, key in kinds:
        manifests = [course.store.read_model(key(number), kind) for number in (1, 2)]
        texts = [
            (manifest, record.s3_key)
            for manifest in manifests
            if manifest is not None
            for record in (manifest.labs if isinstance(manifest, LabManifest) else manifest.lessons)
        ]
        found.append(sum(manifest.written[key].is_stale for manifest, key in texts))
    lessons, studies, labs = found
    return lessons, studies, labs


@pytest.mark.parametrize("change", CHANGES)
def test_what_only_surrounds_a_text_makes_it_stale_and_costs_nothing(
    course: CourseRuns, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    # Given
    course.run()
    before = course.bodies()
    assert stale(course) == (0, 0, 0)
    # When
    if change == "prompt":
        for module in ("content_gen", "study_writer", "visual_planner", "lab_planner", "lab_writer"):
            monkeypatch.setattr(f"{module}.wanted.PROMPT_VERSION", "of-tomorrow")
    if change == "model":
        monkeypatch.setenv("OPENAI_TEXT_MODEL_ID", "coursewright.offline-author-v2")
    made = course.run(CHANGES[change](course.outline))
    # Then: nothing is made, and what is stale is counted.
    assert made.is_nothing
    assert course.bodies() == before
    assert stale(course) == STALE[change]
    # And: in the next run, too.
    assert course.run().is_nothing
    assert stale(course) == STALE[change]


@pytest.mark.parametrize("change", ["prompt", "title of the course", "lesson renamed"])
def test_stale_texts_are_made_again_once_where_it_is_asked_for(
    course: CourseRuns, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    # Given: a course with stale texts.
    course.run()
    if change == "prompt":
        monkeypatch.setattr("content_gen.wanted.PROMPT_VERSION", "of-tomorrow")
    course.run(CHANGES[change](course.outline))
    # When
    made = course.run(regenerate=["stale"])
    # Then
    assert made.lessons == STALE[change][0]
    assert stale(course) == (0, 0, 0)
    # And: a retry, and another such run, make nothing more.
    assert course.retry().is_nothing
    assert course.run(regenerate=["stale"]).is_nothing


def test_a_lesson_at_the_front_costs_itself(course: CourseRuns) -> None:
    # Given
    course.run()
    before = course.bodies()
    # When
    made = course.run(in_front(course.outline))
    # Then: its neighbour is stale.
    assert made.calls == Counter({CallKind.BRIEF: 1, CallKind.LESSON: 1, CallKind.STUDY: 1, CallKind.VISUAL_PLAN: 1})
    assert {key: body for key, body in course.bodies().items() if key in before} == before
    assert stale(course)[0] == 1
    # And: the lesson that readers see as 1.1 is named so.
    course.run(regenerate=["1.1"])
    assert [call.lesson_number for call in course.server.calls(CallKind.LESSON)][-1] == 1
    assert course.text(course.key_of("cables-at-home")).startswith("# Cables at home")


def test_a_neighbours_coming_changes_shares_of_minutes_and_is_no_reason(course: CourseRuns) -> None:
    # Given: lessons whose minutes are shares of their module's hour.
    shared = course.outline.replace(", duration_minutes: 15", "").replace(
        "- title: Cables", "- title: Cables\n  duration_minutes: 60"
    )
    course.run(shared)
    # When: a third lesson leaves each 20 minutes instead of 30.
    made = course.run(in_front(shared).replace(", duration_minutes: 15", ""))
    # Then
    assert made.lessons == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("topics: [Light]", "topics: [Light, Lasers]"),
        ("topics: [Light]", "topics: [{title: Light, description: of all colours}]"),
        ("Fibre, duration_minutes: 15", "Fibre, duration_minutes: 20"),
        ("Fibre, duration", "Fibre, description: What glass carries, duration"),
        ("Fibre, duration", "Fibre, objectives: [Tell glass from copper], duration"),
    ],
    ids=["topic added", "topic described", "minutes", "description", "objectives"],
)
def test_what_is_asked_of_a_lesson_makes_that_lesson_anew(course: CourseRuns, old: str, new: str) -> None:
    # Given
    course.run()
    assert old in course.outline
    # When
    made = course.run(course.outline.replace(old, new))
    # Then: and its study parts where the text is another one. The next lesson assumes something of it, so that its
    # part of the brief may be another one, too.
    assert made.calls[CallKind.BRIEF] == ("duration_minutes: 20" not in new)
    assert 1 <= made.lessons <= 1 + made.calls[CallKind.BRIEF]
    assert made.studies <= made.lessons
    assert course.run().is_nothing

"""A lesson's writer works from the brief, and the lesson is asked for by its own slice of it."""

import json

import pytest

from content_gen import handler as content_gen_handler
from course_kit.brief.course_brief import CourseBrief, LessonSlice, Term
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from offline_author.behaviour import CallKind
from tests.support.buckets import BUCKET
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall
from tests.support.writing_server import WritingServer

write_lessons: StepCall = content_gen_handler.lambda_handler

KEYS = ProjectKeys("p")
OUTLINE = """
course: {title: Databases}
modules:
- title: One
  lessons:
  - {title: Tables, duration_minutes: 15, topics: [Rows]}
  - {title: Row versions, duration_minutes: 15, topics: [Dead rows]}
"""
BRIEF = CourseBrief(
    voice="You.",
    terms=(Term(term="dead row", definition="A row version that nobody sees.", owner="1.2"),),
    lessons=(
        LessonSlice(lesson="1.1", establishes=("What a table holds",)),
        LessonSlice(lesson="1.2", establishes=("Why rows have versions",)),
    ),
)


@pytest.fixture
def project(store: ArtefactStore, writing_server: WritingServer) -> ArtefactStore:
    """A project with an outline."""
    assert writing_server.url
    store.write(KEYS.outline(), OUTLINE, content_type="application/yaml", replacing=None)
    return store


def written(store: ArtefactStore, brief: CourseBrief | None, name: str = "run-1") -> None:
    """Write the module's lessons in a run with this brief, or without one."""
    saved = store.write_model(KEYS.brief(), brief, replacing=store.find(KEYS.brief())) if brief else None
    event = {
        "course_bucket": BUCKET,
        "outline_s3_key": KEYS.outline(),
        "project_folder": "p",
        "model_provider": "openai",
        "execution_name": name,
        "module_number": 1,
        "brief_version": saved.version if saved else None,
    }
    write_lessons(event, FakeLambdaContext())


def test_a_writer_gets_the_slice_of_its_lesson(project: ArtefactStore, writing_server: WritingServer) -> None:
    # When
    written(project, BRIEF)
    # Then
    slices = {
        data["establishes"][0]: data["introduces"]
        for prompt in writing_server.author.prompts
        for data in [json.loads(prompt.split("<lesson_brief>")[1].split("</lesson_brief>")[0])]
    }
    assert slices == {
        "What a table holds": [],
        "Why rows have versions": [{"term": "dead row", "definition": "A row version that nobody sees."}],
    }


def test_another_slice_is_another_lesson_and_its_neighbours_stay(
    project: ArtefactStore, writing_server: WritingServer
) -> None:
    # Given
    written(project, BRIEF)
    # When: the brief asks something else of the second lesson
    other = LessonSlice(lesson="1.2", establishes=("When rows die",))
    written(project, BRIEF.model_copy(update={"lessons": (BRIEF.lessons[0], other)}), "run-2")
    # Then
    calls = writing_server.calls(CallKind.LESSON)
    assert [call.lesson_number for call in calls[2:]] == [2]


def test_what_the_brief_says_to_all_makes_no_lesson_again(
    project: ArtefactStore, writing_server: WritingServer
) -> None:
    # Given
    written(project, BRIEF)
    # When: voice and definition change
    term = BRIEF.terms[0].model_copy(update={"definition": "Gone."})
    written(project, BRIEF.model_copy(update={"voice": "We.", "terms": (term,)}), "run-2")
    # Then
    assert len(writing_server.calls(CallKind.LESSON)) == 2


def test_lessons_stay_when_the_brief_is_switched_off_and_on_again(
    project: ArtefactStore, writing_server: WritingServer
) -> None:
    # Given
    written(project, BRIEF)
    # When
    written(project, None, "run-2")
    written(project, BRIEF, "run-3")
    # Then
    assert len(writing_server.calls(CallKind.LESSON)) == 2

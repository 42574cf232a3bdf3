"""Briefs: small, in the course's language, and such that clean drafts agree with them."""

from pathlib import Path

import httpx
import pytest

from content_gen.lesson_checks import lesson_faults
from course_kit.text.lesson_references import find_references
from course_kit.text.prose_language import language_to_expect
from course_kit.text.term_search import SearchableText
from course_planner.brief_answer import CourseBriefing, LessonBriefings
from course_planner.brief_prompts import brief_request
from local_aws import OFFLINE_MODEL_ID
from local_aws.state import PROJECT_ROOT
from offline_author.behaviour import CallKind
from offline_author.brief_draft import BriefWanted, draft_frame
from offline_author.lesson_draft import draft_lesson
from tests.support.briefed_courses import BriefedCourse
from tests.support.writing_server import WritingServer

SAMPLES = sorted((PROJECT_ROOT / "samples").glob("*.yaml"))
OUTLINE = """
course: {title: Databases, language: LANGUAGE}
modules:
- title: First steps
  lessons:
  - {title: Tables, duration_minutes: 15, topics: [Rows and columns, Primary keys]}
  - {title: Indexes, duration_minutes: 15, topics: [Balanced trees, "Partial indexes: `WHERE`"]}
- title: Operation
  lessons:
  - {title: Backups, duration_minutes: 15, topics: [Physical copies, Restoring]}
  - {title: Leftovers, duration_minutes: 15}
"""


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_drafts_of_a_sample_use_each_term_in_the_lesson_that_introduces_it_first(path: Path) -> None:
    # Given
    course = BriefedCourse.of(path.read_bytes())
    order = list(course.specifications())
    # When
    drafts = course.drafts()
    # Then: each lesson has its slice, most have a term, and no draft before the owner's has the term.
    assert [one.lesson for one in course.briefing.lessons] == order
    owners = {term.introduced_in for term in course.briefing.terms}
    assert owners <= set(order)
    assert len(owners) >= len(order) * 0.6
    for term in course.briefing.terms:
        users = [
            number for number in order if SearchableText(drafts[number], course.outline.course.language).has(term.term)
        ]
        assert users[0] == term.introduced_in, term.term


@pytest.mark.parametrize("language", ["en", "es", "pt", "fr", "de"])
def test_a_draft_with_a_brief_is_a_lesson_that_does_what_its_brief_says(language: str) -> None:
    # Given
    course = BriefedCourse.of(OUTLINE.replace("LANGUAGE", language))
    for number, draft in course.drafts().items():
        wanted, brief = course.specifications()[number], course.assignment(number)
        assert brief is not None
        # Then: it may be printed,
        assert lesson_faults(draft, wanted, language_to_expect(language, OFFLINE_MODEL_ID)) == []
        # And: it defines its terms, goes on with the example, and refers once to what it assumes.
        for term in brief.introduces:
            assert f"**{term.term}**" in draft
            assert draft.count(term.definition) == 1
        assert draft.count(brief.step_of_running_example) == 1
        assert sum(fact.value in draft for fact in course.brief.example.facts) == 1
        references = [str(reference.lesson) for reference in find_references(draft)]
        assert references == [other.lesson for other in brief.assumes]


def test_without_a_brief_a_course_changes_nothing_in_a_draft() -> None:
    course = BriefedCourse.of(OUTLINE.replace("LANGUAGE", "en"))
    wanted = course.specifications()["1.2"]
    assert draft_lesson(wanted, course=course.context) == draft_lesson(wanted)


def test_what_the_request_gives_stays_to_the_letter() -> None:
    # Given: an outline with a term and an example of its own.
    course = BriefedCourse.of(OUTLINE.replace("LANGUAGE", "en"))
    request = brief_request(course.outline, course.brief, [])
    terms = [term.model_dump(mode="json") for term in request.course.terms]
    terms[0] |= {"definition": "A definition of the author's own.", "instead_of": ["other word"]}
    given = request.model_dump(mode="json")
    given["course"] |= {"terms": terms}
    # When
    frame = CourseBriefing.model_validate(draft_frame(BriefWanted.model_validate(given)))
    # Then
    assert [term.model_dump() for term in frame.terms] == terms
    assert frame.running_example == request.course.running_example.description
    # And: without a brief, the example that the outline asks for.
    fresh = brief_request(course.outline, None, []).model_copy(update={"example_wanted": "A bakery with three shops."})
    frame = CourseBriefing.model_validate(draft_frame(BriefWanted.model_validate(fresh.model_dump(mode="json"))))
    assert frame.running_example == "A bakery with three shops."
    assert 3 <= len(frame.facts) <= 6


def ask(server: WritingServer, tool: str, tag: str, data: str) -> dict[str, object]:
    """Ask for the arguments of a tool, as functions do."""
    question = {
        "model": "any",
        "messages": [{"role": "user", "content": f"<{tag}>\n{data}\n</{tag}>"}],
        "tools": [{"type": "function", "function": {"name": tool}}],
    }
    answer = httpx.post(f"{server.url}/v1/chat/completions", json=question, timeout=60).raise_for_status().json()
    [call] = answer["choices"][0]["message"]["tool_calls"]
    assert call["function"]["name"] == tool
    return {"arguments": call["function"]["arguments"], "finish_reason": answer["choices"][0]["finish_reason"]}


@pytest.mark.parametrize(
    ("misbehaviour", "lessons"),
    [
        (None, ["1.1", "1.2", "2.1", "2.2"]),
        ("incomplete_plan", ["1.2", "2.1", "2.2"]),
        ("foreign_ids", ["99.1", "99.2", "99.3", "99.4"]),
    ],
)
@pytest.mark.parametrize("tool", ["CourseBriefing", "LessonBriefings"])
def test_the_author_answers_a_brief_as_it_is_told_to(
    writing_server: WritingServer, tool: str, misbehaviour: str | None, lessons: list[str]
) -> None:
    # Given
    course = BriefedCourse.of(OUTLINE.replace("LANGUAGE", "en"))
    request = brief_request(course.outline, None, ["1.1", "1.2", "2.1", "2.2"])
    if misbehaviour:
        writing_server.behave({"kind": "brief", "misbehaviour": misbehaviour})
    # When
    answer = ask(writing_server, tool, "brief_request", request.model_dump_json())
    # Then
    shape = CourseBriefing if tool == "CourseBriefing" else LessonBriefings
    assert [one.lesson for one in shape.model_validate_json(str(answer["arguments"])).lessons] == lessons
    assert [call.kind for call in writing_server.calls()] == [CallKind.BRIEF]


def test_a_malformed_brief_is_none(writing_server: WritingServer) -> None:
    course = BriefedCourse.of(OUTLINE.replace("LANGUAGE", "en"))
    writing_server.behave({"kind": "brief", "misbehaviour": "malformed"})
    answer = ask(
        writing_server, "CourseBriefing", "brief_request", brief_request(course.outline, None, []).model_dump_json()
    )
    with pytest.raises(ValueError, match="voice"):
        CourseBriefing.model_validate_json(str(answer["arguments"]))

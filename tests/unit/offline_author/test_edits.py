"""Edits: what is wrong goes, what is right stays, and references lead to the lesson that says it."""

import httpx
import pytest
from pydantic import ValidationError

from course_editor.edit_answer import EditRequest, PassageEdits, PassageToEdit, Problem
from course_kit.records.editing import FindingKind
from offline_author.behaviour import CallKind
from offline_author.edit_draft import EditWanted, draft_edits
from tests.support.writing_server import WritingServer

PARAGRAPH = "A snapshot keeps old rows. Readers see the table as it was, and writers go on."


def passage(name: str, lesson: str, text: str, *, may_change: bool = True) -> PassageToEdit:
    return PassageToEdit(passage=name, lesson=lesson, lesson_title=f"T {lesson}", may_change=may_change, text=text)


def request(problem: Problem, *passages: PassageToEdit, language: str = "en") -> EditRequest:
    return EditRequest(language=language, problems=(problem,), passages=passages)


def edited(wanted: EditRequest) -> dict[str, str]:
    """Return the replacements by passage, in the shape that the editor asks for."""
    edits = draft_edits(EditWanted.model_validate_json(wanted.model_dump_json()))
    return {edit.passage: edit.text for edit in PassageEdits.model_validate({"edits": edits}).edits}


@pytest.mark.parametrize("kind", [FindingKind.REPEATED_PASSAGE, FindingKind.SECOND_DEFINITION])
@pytest.mark.parametrize("language", ["en", "es", "pt", "fr", "de"])
def test_of_two_passages_one_stays_and_the_other_refers_to_it(kind: FindingKind, language: str) -> None:
    # Given
    problem = Problem(kind=kind, about="snapshot", explained_in="1.2", passages=("a", "b"))
    both = passage("a", "1.2", PARAGRAPH, may_change=False), passage("b", "2.1", f"## Rows\n\n{PARAGRAPH}")
    # When
    mended = edited(request(problem, *both, language=language))
    # Then
    assert list(mended) == ["b"]
    assert mended["b"].startswith("## Rows\n\n")
    assert mended["b"].count("[[1.2]]") == 1
    assert len(mended["b"]) < len(both[1].text)


def test_where_both_may_change_the_first_stays() -> None:
    problem = Problem(kind=FindingKind.REPEATED_PASSAGE, about="A snapshot", passages=("a", "b"))
    mended = edited(request(problem, passage("a", "1.2", PARAGRAPH), passage("b", "2.1", PARAGRAPH)))
    assert list(mended) == ["b"]
    assert "[[1.2]]" in mended["b"]


@pytest.mark.parametrize(
    ("problem", "text", "mended"),
    [
        (
            {"kind": "early_use", "about": "snapshot", "explained_in": "2.1"},
            PARAGRAPH,
            f"{PARAGRAPH} What snapshot means stands in [[2.1]].",
        ),
        (
            {"kind": "early_use", "about": "snapshot", "explained_in": "2.1"},
            "- snapshot\n- row",
            "- snapshot\n- row\n\nWhat snapshot means stands in [[2.1]].",
        ),
        (
            {"kind": "avoided_word", "about": "tuple", "expected": "row version"},
            "Tuple after tuple; tuples.",
            "Row version after row version; tuples.",
        ),
        (
            {"kind": "two_spellings", "about": "jobs.state", "expected": "job_queue.status"},
            "Read `jobs.state`.",
            "Read `job_queue.status`.",
        ),
        (
            {"kind": "changed_fact", "about": "orders: rows", "expected": "1.2 million"},
            "With 3 workers. The rows of `orders`: 3.4 million. In 2 days.",
            "With 3 workers. The rows of `orders`: 1.2 million. In 2 days.",
        ),
        (
            {"kind": "changed_fact", "about": "db-01: address", "expected": "192.0.2.17"},
            "The address of `db-01` is 192.0.2.99.",
            "The address of `db-01` is 192.0.2.17.",
        ),
        ({"kind": "dead_reference", "about": "[[99.9]]"}, "One. See [[99.9]]. Two.", "One. Two."),
        ({"kind": "dead_reference", "about": "99.9"}, "One (more in [[?99.9]]). Two.", "One. Two."),
        ({"kind": "dead_reference", "about": "[[99.9]]"}, "As [[99.9|the log]] says.", "As the log says."),
    ],
)
def test_one_passage_is_changed_where_it_is_wrong(problem: dict[str, object], text: str, mended: str) -> None:
    wanted = request(Problem.model_validate({**problem, "passages": ["a"]}), passage("a", "1.1", text))
    assert edited(wanted) == {"a": mended}


REQUEST = request(
    Problem(kind=FindingKind.REPEATED_PASSAGE, about="A snapshot", passages=("a", "b")),
    passage("a", "1.2", PARAGRAPH, may_change=False),
    passage("b", "2.1", PARAGRAPH),
)


def ask(server: WritingServer, misbehaviour: str | None) -> tuple[str, str]:
    """Ask for edits; return the arguments, and why the answer ended."""
    if misbehaviour:
        server.behave({"kind": "edit", "module_number": 2, "lesson_number": 1, "misbehaviour": misbehaviour})
    question = {
        "model": "any",
        "messages": [{"role": "user", "content": f"<edit_request>{REQUEST.model_dump_json()}</edit_request>"}],
        "tools": [{"type": "function", "function": {"name": "PassageEdits"}}],
    }
    answer = httpx.post(f"{server.url}/v1/chat/completions", json=question, timeout=60).raise_for_status().json()
    [choice] = answer["choices"]
    return choice["message"]["tool_calls"][0]["function"]["arguments"], choice["finish_reason"]


@pytest.mark.parametrize(
    ("misbehaviour", "expected"), [(None, "[[1.2]]"), ("html", "<script>"), ("foreign_ids", "z0"), ("refusal", "sorry")]
)
def test_the_author_answers_an_edit_as_it_is_told_to(
    writing_server: WritingServer, misbehaviour: str | None, expected: str
) -> None:
    arguments, _ = ask(writing_server, misbehaviour)
    assert expected in PassageEdits.model_validate_json(arguments).model_dump_json()
    [call] = writing_server.calls()
    assert (call.kind, call.module_number, call.lesson_number) == (CallKind.EDIT, 2, 1)


@pytest.mark.parametrize(("misbehaviour", "ended"), [("malformed", "tool_calls"), ("truncated", "length")])
def test_a_wrong_edit_is_none(writing_server: WritingServer, misbehaviour: str, ended: str) -> None:
    arguments, finish_reason = ask(writing_server, misbehaviour)
    assert finish_reason == ended
    with pytest.raises(ValidationError):
        PassageEdits.model_validate_json(arguments)

"""A repair of study parts is shown what was written, asks for what is missing of it, and throws nothing good away."""

import asyncio
import json

import pytest
from pydantic import JsonValue

from course_kit.errors import TextRejected
from course_kit.outline.study import LessonStudy, WantedParts
from course_kit.work.text_batch import WrittenText
from study_writer.lesson_study_writer import write_study
from study_writer.study_answer import StudyRequest
from tests.support.serving import serving
from tests.support.wire.cases import OPENAI, Asked, Case
from tests.support.wire.outcomes import text_model
from tests.support.wire.servers import Answer, ScriptedServer, called, chat, tool_call

LESSON = "# Queues\n\nA router keeps packets in a queue. When the queue is full, it drops packets.\n"


def question(text: str, *, right: int = 1, explanation: str = "The queue has no room left.") -> dict[str, JsonValue]:
    options: list[JsonValue] = [
        {"text": f"Answer {number} to {text}", "is_right": number <= right} for number in range(1, 5)
    ]
    return {"question": text, "options": options, "explanation": explanation, "topic": "Queues"}


def parts(*questions: dict[str, JsonValue], key_points: int = 2) -> dict[str, JsonValue]:
    return {
        "key_points": [f"A full queue drops packet {number}." for number in range(key_points)],
        "questions": list(questions),
        "terms": [{"term": "queue", "definition": "Where packets wait."}] if key_points else [],
    }


def study(*answers: JsonValue | Answer) -> tuple[LessonStudy, WrittenText, list[str]]:
    """Return what was written of these answers, and every message that asked for it."""
    given = [answer if callable(answer) else called(tool_call(answer, "StudyParts")) for answer in answers]
    server = ScriptedServer(given)
    request = StudyRequest(
        language="en",
        course_title="Networks",
        module_number=1,
        lesson_number=2,
        lesson_title="Queues",
        objectives=(),
        topics=("Queues",),
        parts=("key_points", "quiz", "glossary"),
        wanted=WantedParts(key_points=2, questions=4, terms=1),
        lesson=LESSON,
    )
    with serving(server.app) as url, text_model(Case(OPENAI, Asked.PLAN, "", given), url) as model:
        written = asyncio.run(write_study(model, request))
    prompts = [asked["messages"][-1]["content"][0]["text"] for asked in server.asked]
    return LessonStudy.model_validate_json(written.body), written, prompts


GOOD = [question(text) for text in ("What drops?", "When does it drop?", "Who drops?")]


def test_one_wrong_question_of_four_is_asked_for_alone() -> None:
    # When: the repair has only the one that was asked for.
    made, written, prompts = study(
        parts(GOOD[0], question("Both right?", right=2), *GOOD[1:]), parts(question("Why?"), key_points=0)
    )
    # Then: the three stand as they were, with the new one.
    assert [one.question for one in made.questions] == ["What drops?", "When does it drop?", "Who drops?", "Why?"]
    assert len(made.key_points) == 2
    assert [term.term for term in made.terms] == ["queue"]
    assert written.usage.model_calls == 2
    assert written.counts["dropped"] == 1
    # And: it was shown what it wrote, told what is wrong, and asked for one question and nothing else.
    [_, repair] = prompts
    assert "Both right?" in repair.partition("<study_faults>")[0]
    assert "has 2 right options instead of one" in repair
    wanted = json.loads(repair.partition("<study_request>")[2].partition("</study_request>")[0])["wanted"]
    assert wanted == {"key_points": 0, "questions": 1, "terms": 0}


@pytest.mark.parametrize(
    "bad",
    [{"question": "No options?"}, question("Too long?", explanation="x" * 601), question("Empty?", explanation="")],
)
def test_a_question_that_does_not_even_fit_the_form_takes_no_other_with_it(bad: dict[str, JsonValue]) -> None:
    made, _, prompts = study(parts(*GOOD, bad), parts(question("Why?"), key_points=0))
    assert len(made.questions) == 4
    assert len(prompts) == 2
    assert "`questions.3." in prompts[1]


@pytest.mark.parametrize(
    "repair", [chat("I would rather not."), chat(None, refusal="No."), parts(question("Again?", right=3))]
)
def test_good_questions_stand_though_the_repair_is_no_good(repair: JsonValue | Answer) -> None:
    made, _, _ = study(parts(*GOOD), repair)
    assert [one.question for one in made.questions] == ["What drops?", "When does it drop?", "Who drops?"]


def test_a_repair_that_repeats_what_stands_adds_nothing_twice() -> None:
    made, written, _ = study(parts(*GOOD), parts(*GOOD, question("Why?")))
    assert [one.question for one in made.questions] == ["What drops?", "When does it drop?", "Who drops?", "Why?"]
    # Three questions and a term.
    assert written.counts["dropped"] == 4


def test_what_is_left_out_without_being_missed_is_not_paid_for() -> None:
    # Given: one question more than wanted, and that one faulty.
    made, _, prompts = study(parts(*GOOD, question("Why?"), question("Both?", right=2)))
    assert (len(made.questions), len(prompts)) == (4, 1)


def test_key_points_are_asked_for_when_there_is_none() -> None:
    made, _, prompts = study(parts(*GOOD, question("Why?"), key_points=0), parts())
    assert (len(made.key_points), len(made.questions)) == (2, 4)
    assert '"questions": 0' in prompts[1].replace("\n", "")


def test_an_answer_in_another_language_is_asked_for_as_a_whole() -> None:
    german: list[JsonValue] = [
        question(
            f"Warum verwirft der Router in diesem Fall {number} Pakete, obwohl die Leitung frei ist?",
            explanation="Die Warteschlange ist voll, und für weitere Pakete ist dort kein Platz mehr vorhanden.",
        )
        for number in range(4)
    ]
    made, _, prompts = study({"questions": german}, parts(*GOOD, question("Why?")))
    assert [one.question for one in made.questions] == ["What drops?", "When does it drop?", "Who drops?", "Why?"]
    assert '"questions": 4' in prompts[1].replace("\n", "")


def test_nothing_good_at_all_is_rejected_by_the_lesson() -> None:
    with pytest.raises(TextRejected, match=r"module 1, lesson 2 \(Queues\): its study parts cannot be printed"):
        study(parts(question("Both?", right=2)), parts(question("Both again?", right=2)))

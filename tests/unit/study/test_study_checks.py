"""What of a model's study parts may be printed."""

import pytest

from course_kit.book_parts import BookPart, parts_of_book
from course_kit.outline import BookChoices
from course_kit.study import WantedParts
from course_kit.term_search import SearchableText
from coursewright.offline_author.phrases import LANGUAGES
from coursewright.offline_author.study_draft import StudyWanted, draft_study
from study_writer.study_answer import StudyParts, StudyRequest
from study_writer.study_checks import check_study

ALL = frozenset(BookPart)


def request(
    language: str = "en", topics: tuple[str, ...] = ("Pods", "Costs: a table"), words: int = 3000
) -> StudyRequest:
    text = "# L\n\n" + "\n\n".join(f"## {topic}\n\nText." for topic in topics)
    return StudyRequest(
        language=language,
        course_title="C",
        module_number=1,
        lesson_number=2,
        lesson_title="L",
        objectives=(),
        topics=topics,
        parts=tuple(sorted(ALL)),
        wanted=WantedParts.of(ALL, words),
        lesson=text,
    )


def question(*options: tuple[str, bool], text: str = "Why?", topic: str = "Pods") -> dict[str, object]:
    return {
        "question": text,
        "options": [{"text": option, "is_right": right} for option, right in options],
        "explanation": "Because.",
        "topic": topic,
    }


GOOD = question(("a", True), ("b", False), ("c", False))


def faults(*questions: dict[str, object]) -> str:
    answer = StudyParts.model_validate({"key_points": ["One."], "questions": questions})
    return "; ".join(check_study(answer, request(), None).faults)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (question(("a", True), ("b", False)), "has 2 options instead of 3 to 5"),
        (question(*(("abcdef"[n], n == 0) for n in range(6))), "has 6 options instead of 3 to 5"),
        (question(("a", True), ("b", True), ("c", False)), "has 2 right options instead of one"),
        (question(("a", False), ("b", False), ("c", False)), "has 0 right options instead of one"),
        (question(("a", True), ("b", False), (" a ", False)), "has an option twice"),
        (
            question(("a", True), ("b", False), ("c", False), text="As an AI, I cannot ask."),
            "speaks of the writing itself",
        ),
    ],
)
def test_what_is_no_question_is_named_and_left_out(wrong: dict[str, object], named: str) -> None:
    assert named in faults(wrong)
    checked = check_study(
        StudyParts.model_validate({"key_points": ["One."], "questions": [wrong, GOOD]}), request(), None
    )
    assert [q.question for q in checked.study.questions] == [GOOD["question"]]
    assert (checked.dropped, checked.lacks) == (1, ())


def test_a_question_that_stands_twice_is_named() -> None:
    assert "stands twice" in faults(GOOD, GOOD)


def test_a_topic_that_the_outline_does_not_have_is_not_linked() -> None:
    answer = StudyParts.model_validate(
        {"questions": [question(("a", True), ("b", False), ("c", False), topic="Something else")]}
    )
    assert check_study(answer, request(), None).study.questions[0].topic == ""


def test_no_more_is_kept_than_was_asked_for() -> None:
    wanted = request().model_copy(update={"wanted": WantedParts.of(frozenset({BookPart.KEY_POINTS}), 1000)})
    answer = StudyParts.model_validate(
        {"key_points": ["x"] * 9, "questions": [GOOD], "terms": [{"term": "Pods", "definition": "d"}]}
    )
    study = check_study(answer, wanted, None).study
    assert (len(study.key_points), study.questions, study.terms) == (3, (), ())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topics", [("Pods",), ("Pods", "«DNS»", "C++ [arrays]", "Ñandú")])
@pytest.mark.parametrize("words", [500, 6000])
def test_drafts_can_be_printed_in_every_language(language: str, topics: tuple[str, ...], words: int) -> None:
    wanted = request(language, topics, words)
    draft = draft_study(StudyWanted.model_validate(wanted.model_dump()))
    checked = check_study(StudyParts.model_validate(draft.model_dump()), wanted, language)
    assert (checked.faults, checked.dropped) == ((), 0)
    assert len(checked.study.questions) == wanted.wanted.questions
    assert draft == draft_study(StudyWanted.model_validate(wanted.model_dump()))


@pytest.mark.parametrize(
    ("term", "text", "is_there"),
    [
        ("Pod", "Two pods run.", True),
        ("etcd", "The store `etcd` keeps it.", True),
        ("arch", "We search for it.", False),
        ("control plane", "the Control-Plane\nof it", True),
        ("ネットワーク", "小さなネットワークです", True),
        ("…", "dots …", False),
    ],
)
def test_a_term_stands_in_a_text_as_readers_see_it(term: str, text: str, is_there: bool) -> None:
    assert SearchableText(text).has(term) is is_there


def test_what_the_outline_says_wins_over_the_default() -> None:
    assert parts_of_book(BookChoices(), "quiz,glossary") == {BookPart.QUIZ, BookPart.GLOSSARY}
    assert parts_of_book(BookChoices(quiz=False, coverage=True), "quiz") == {BookPart.COVERAGE}
    assert parts_of_book(BookChoices(), "") == frozenset()

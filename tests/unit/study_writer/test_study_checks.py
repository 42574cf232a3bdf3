"""What of a model's study parts may be printed."""

import pytest

from course_kit.outline import BookChoices
from course_kit.outline.book_parts import BookPart, parts_of_book
from course_kit.outline.study import GlossaryTerm, WantedParts
from offline_author.phrases import LANGUAGES
from offline_author.study_draft import StudyWanted, draft_study
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


def test_one_wording_may_ask_of_other_options() -> None:
    other = question(("d", True), ("e", False), ("f", False))
    same_answer = question(("a", True), ("e", False), ("f", False))
    contradiction = question(("a", False), ("b", True), ("c", False))
    assert "stands twice" not in faults(GOOD, other)
    assert "stands twice" in faults(GOOD, same_answer)
    assert "stands twice" in faults(GOOD, contradiction)


@pytest.mark.parametrize(
    ("one", "other"),
    [("What does `-i` do?", "What does `-I` do?"), ("Is 1NF enough?", "Is 2NF enough?"), ("Why C?", "Why C++?")],
)
def test_questions_that_differ_in_a_digit_or_a_sign_are_two(one: str, other: str) -> None:
    options = (("a", True), ("b", False), ("c", False))
    assert "stands twice" not in faults(question(*options, text=one), question(*options, text=other))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (question(("a", True), ("b", False), (r"$\frac{1}{2$", False)), "has an option that cannot be printed"),
        (question(("a", True), ("b", False), ("c\u202e", False)), "has an option that has the character U+202E"),
        (question(("a", True), ("b", False), ("[VISUAL: x]", False)), "has an option that has a tag"),
        (
            question(("a", True), ("b", False), ("I cannot write this lesson", False)),
            "option that speaks of the writing",
        ),
        (GOOD | {"explanation": r"It is $\unheardof{x}$."}, "has an explanation that cannot be printed"),
        (GOOD | {"question": "What of [x](javascript:alert(1))?"}, "has a link to"),
    ],
)
def test_a_question_that_would_act_or_cannot_be_set_is_named(wrong: dict[str, object], named: str) -> None:
    assert named in faults(wrong)


@pytest.mark.parametrize(
    "option",
    ["**a** bold word", "`code`", "$x^2$", "a < b", "List<String>", "I cannot attend the meeting", "<thinking>"],
)
def test_an_option_may_have_code_formulas_and_anybodys_line(option: str) -> None:
    assert "has an option" not in faults(question(("a", True), ("b", False), (option, False)))


def test_key_points_and_definitions_that_cannot_be_printed_are_named_and_left_out() -> None:
    answer = StudyParts.model_validate(
        {
            "key_points": ["One.", r"The half is $\frac{1}{2$."],
            "terms": [
                {"term": "Pods", "definition": r"Some $\unheardof{x}$."},
                {"term": "Text", "definition": "As an AI, I cannot define it."},
            ],
        }
    )
    checked = check_study(answer, request(), None)
    assert checked.study.key_points == ("One.",)
    assert checked.study.terms == ()
    told = "; ".join(checked.faults)
    assert "the key point “The half is" in told
    assert "the definition of “Pods” cannot be printed" in told
    assert "the definition of “Text” speaks of the writing itself" in told


@pytest.mark.parametrize(
    ("topics", "named", "topic"),
    [
        (("1NF", "2NF", "3NF"), "2NF", "2NF"),
        (("C", "C++", "C#"), "C++", "C++"),
        (("`DELETE`", "delete"), "delete", "delete"),
        (("Costs: a table", "Pods"), "costs, a table", "Costs: a table"),
        (("Row locks.", "Row locks!"), "Row locks", ""),
        (("Pods",), "", ""),
    ],
)
def test_a_topic_is_known_to_the_letter_and_else_only_where_one_is_meant(
    topics: tuple[str, ...], named: str, topic: str
) -> None:
    answer = StudyParts.model_validate({"questions": [GOOD | {"topic": named}]})
    assert check_study(answer, request(topics=topics), None).study.questions[0].topic == topic


def test_the_right_option_stays_the_right_one_in_whatever_order() -> None:
    answer = StudyParts.model_validate({"questions": [question(("200", True), ("150", False), ("400", False))]})
    kept = check_study(answer, request(), None).study.questions[0]
    assert (kept.options, kept.right) == (("150", "200", "400"), 1)


def terms(lesson: str, *entries: dict[str, str]) -> list[tuple[str, str]]:
    wanted = request().model_copy(update={"lesson": f"# L\n\n{lesson}\n"})
    answer = StudyParts.model_validate({"terms": [{"definition": "d", **entry} for entry in entries]})
    return [(term.term, term.found) for term in check_study(answer, wanted, None).study.terms]


def test_terms_that_differ_in_a_digit_a_sign_or_case_are_terms_of_their_own() -> None:
    names = ["C", "C++", "C#", "IPv4", "IPv6", "802.11a", "802.11b", "1NF", "2NF", "Make", "make"]
    assert terms(", ".join(names), *({"term": name} for name in names)) == [(name, "") for name in names]
    # And: a real repetition stands once.
    assert terms("Pods and `etcd`.", {"term": "Pods"}, {"term": " Pods "}, {"term": "etcd"}, {"term": "`etcd`"}) == [
        ("Pods", ""),
        ("`etcd`", ""),
    ]


def test_a_term_heads_its_entry_in_its_base_form_and_is_looked_up_as_found() -> None:
    lesson = "The mice run. VACUUM freezes old rows."
    assert terms(lesson, {"term": "mouse", "found": "mice"}) == [("mouse", "mice")]
    assert terms(lesson, {"term": "freeze", "found": "freezes"}) == [("freeze", "freezes")]
    # And: a form that does not stand there helps no term, nor does a word that has nothing to do with it.
    assert terms(lesson, {"term": "freeze", "found": "froze"}) == [("freeze", "")]
    assert terms(lesson, {"term": "mouse", "found": "mouses"}) == []
    assert terms(lesson, {"term": "replica set", "found": "The"}) == []


def test_a_term_that_its_lesson_shows_only_as_code_is_code() -> None:
    assert terms("Run `kubectl` and use a pod, not `pod`.", {"term": "kubectl"}, {"term": "pod"}) == [
        ("`kubectl`", ""),
        ("pod", ""),
    ]
    assert terms("The `etcd` store", {"term": "`etcd`"}) == [("`etcd`", "")]


def test_study_files_from_before_base_forms_can_be_read() -> None:
    assert GlossaryTerm.model_validate_json('{"term": "Pods", "definition": "d"}').found == ""


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


def test_what_the_outline_says_wins_over_the_default() -> None:
    assert parts_of_book(BookChoices(), "quiz,glossary") == {BookPart.QUIZ, BookPart.GLOSSARY}
    assert parts_of_book(BookChoices(quiz=False, coverage=True), "quiz") == {BookPart.COVERAGE}
    assert parts_of_book(BookChoices(), "") == frozenset()

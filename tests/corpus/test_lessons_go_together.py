"""Real lessons as one course: the checks find nothing but what is there."""

import pytest

from course_editor.checks.lesson_texts import LessonText
from course_kit.brief.course_brief import CourseBrief, Term
from tests.support.checked_lessons import brief_of, found_in, kinds_in, lesson
from tests.support.corpus.real_text import LabSample, LessonSample, labs, lessons

NAMES = (
    "en-shell-and-git",
    "en-networking",
    "en-postgresql-indexes",
    "en-kubernetes",
    "en-regression",
    "en-generics",
    "en-rollout",
    "en-slow-query",
)


def term(words: str, definition: str, owner: str, *instead_of: str) -> Term:
    return Term(term=words, definition=definition, owner=owner, instead_of=instead_of)


BRIEF = brief_of(
    term("pipe", "A connection that passes the output of one command to the next as its input.", "1.1"),
    term("CIDR block", "A range of addresses with a common prefix, written with its length.", "1.2", "supernet"),
    term("subnet mask", "Bits that tell the network part of an address from the host part.", "1.2", "netmask"),
    term("index", "A second, sorted structure that leads from a value to the places of its rows.", "1.3"),
    term("sequential scan", "A read of every page of a table.", "1.3", "full table scan"),
    term("query plan", "The steps that the database takes to answer a query.", "1.3", "execution plan"),
    term("Deployment", "An object that describes the desired state of Pods.", "2.1"),
    term("readiness probe", "A check that tells whether a Pod may get traffic.", "2.1", "health check"),
    term("rollout", "The replacement of old Pods by new ones, step by step.", "2.1"),
    term(
        "residual", "The difference between an observed value and the one that the model predicts.", "2.2", "error term"
    ),
    term("type parameter", "A name that stands for a type until the function is called.", "2.3", "generic parameter"),
    facts=(
        ("orders", "rows", "1 million"),
        ("orders", "columns", "id, customer_id, status, total, ordered_at"),
        ("web", "replicas", "3"),
        ("tickets", "rows", "800,000"),
        ("PostgreSQL", "version", "16"),
    ),
)


def real_texts() -> list[LessonSample | LabSample]:
    return [*lessons(), *labs()]


def real_course(names: tuple[str, ...]) -> list[LessonText]:
    samples = {sample.name: sample for sample in real_texts()}
    return [
        lesson(
            f"{number // 3 + 1}.{number % 3 + 1}",
            samples[name].answer,
            samples[name].facts.title,
            sample.facts.topics if isinstance(sample := samples[name], LessonSample) else (),
        )
        for number, name in enumerate(names)
    ]


def test_real_lessons_with_a_plausible_brief_have_no_finding() -> None:
    assert kinds_in(real_course(NAMES), BRIEF) == []


@pytest.mark.parametrize("language", ["ar", "de", "en", "es", "ja", "zh", ""])
def test_real_lessons_of_a_language_and_of_all_repeat_nothing(language: str) -> None:
    names = tuple(sample.name for sample in real_texts() if sample.name.startswith(language))
    assert kinds_in(real_course(names), None, language or "en") == []


def test_a_brief_that_is_wrong_about_real_lessons_is_contradicted_where_they_do() -> None:
    # Given: another owner of the index, and other columns
    wrong = CourseBrief(
        terms=tuple(one.model_copy(update={"owner": "3.2"}) if one.owner == "1.3" else one for one in BRIEF.terms),
        example=brief_of(facts=(("orders", "columns", "id, customer_id, state"),)).example,
    )
    # When
    found = found_in(real_course(NAMES), wrong)
    # Then: the index of an array is called one, too, which the brief does not know
    assert [(one.kind, one.about, one.passages[-1].lesson) for one in found] == [
        ("changed_fact", "orders: columns", "1.3"),
        ("second_definition", "index", "1.3"),
        ("early_use", "sequential scan", "1.3"),
        ("early_use", "index", "2.2"),
    ]

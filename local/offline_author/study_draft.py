"""Drafts of a lesson's study parts, in the format of the prompt."""

import re

from pydantic import BaseModel

from course_kit.data_models import OpenModel
from offline_author.phrases import Phrases

_OPTIONS = 4
_MAX_TERM = 100
_HEADING = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)
_CODE = re.compile(r"```.*?```", re.DOTALL)


class StudyCounts(OpenModel):
    """The requested number of each study part."""

    key_points: int
    questions: int
    terms: int


class StudyWanted(OpenModel):
    """The data between ``<study_request>`` tags."""

    language: str
    module_number: int
    lesson_number: int
    lesson_title: str
    topics: list[str]
    wanted: StudyCounts
    lesson: str


class OptionDraft(BaseModel):
    """One option of a question."""

    text: str
    is_right: bool


class QuestionDraft(BaseModel):
    """One question."""

    question: str
    options: list[OptionDraft]
    explanation: str
    topic: str


class TermDraft(BaseModel):
    """One term."""

    term: str
    definition: str


class StudyDraft(BaseModel):
    """The arguments of the ``StudyParts`` tool."""

    key_points: list[str]
    questions: list[QuestionDraft]
    terms: list[TermDraft]


def draft_study(wanted: StudyWanted) -> StudyDraft:
    """Return the requested parts; equal requests give equal parts."""
    phrases = Phrases.of(wanted.language)
    topics = wanted.topics or [wanted.lesson_title]
    counts = wanted.wanted
    points = [
        phrases.summary[(t + turn) % len(phrases.summary)].format(topic=topic)
        for turn in range(len(phrases.summary))
        for t, topic in enumerate(topics)
    ]
    return StudyDraft(
        key_points=points[: counts.key_points],
        questions=[_question(phrases, topics, number) for number in range(counts.questions)],
        terms=_terms(phrases, wanted),
    )


def _question(phrases: Phrases, topics: list[str], number: int) -> QuestionDraft:
    """Return question n: it takes the topics in turn, and a topic's next pattern in each turn."""
    turn, position = divmod(number, len(topics))
    topic, pattern = topics[position], (position + turn) % len(phrases.quiz_questions)
    text = phrases.quiz_questions[pattern].format(topic=topic)
    if turn >= len(phrases.quiz_questions):
        text += f" ({number + 1})"
    wrong = [phrases.quiz_wrong[(number + n) % len(phrases.quiz_wrong)] for n in range(_OPTIONS - 1)]
    return QuestionDraft(
        question=text,
        options=[
            OptionDraft(text=phrases.quiz_right[pattern], is_right=True),
            *(OptionDraft(text=text, is_right=False) for text in wrong),
        ],
        explanation=phrases.quiz_explanation.format(topic=topic),
        topic=topic,
    )


def _terms(phrases: Phrases, wanted: StudyWanted) -> list[TermDraft]:
    headings = set(_HEADING.findall(_CODE.sub("", wanted.lesson)))
    names = [topic for topic in dict.fromkeys(wanted.topics) if topic in headings and len(topic) <= _MAX_TERM]
    definitions = phrases.definitions
    return [
        TermDraft(
            term=name, definition=definitions[n % len(definitions)].format(topic=name, lesson=wanted.lesson_title)
        )
        for n, name in enumerate(names[: wanted.wanted.terms])
    ]

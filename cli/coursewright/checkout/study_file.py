"""The study parts of a lesson as a small YAML file, and back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pydantic import Field

from course_kit.data_models import ClosedModel
from course_kit.markdown.headings import headings_of_topics
from course_kit.mending.author_faults import Fault
from course_kit.outline.study import GlossaryTerm, LessonStudy, QuizQuestion
from course_kit.outline.yaml_document import YamlDocument
from course_kit.text.printed_text import printing_faults
from course_kit.text.term_search import SearchableText
from coursewright.checkout.fields import FieldsUnreadable, FieldText, fields_in_yaml, line_of, read_fields

_LEAST_OPTIONS, _MOST_OPTIONS = 2, 8


class _Question(ClosedModel):
    question: FieldText
    options: tuple[FieldText, ...]
    right: FieldText
    explanation: FieldText = ""
    topic: FieldText = ""


class _Term(ClosedModel):
    term: FieldText
    definition: FieldText
    found: FieldText = ""


class _Study(ClosedModel):
    key_points: tuple[FieldText, ...] = Field(default=())
    quiz: tuple[_Question, ...] = Field(default=())
    terms: tuple[_Term, ...] = Field(default=())


@dataclass(frozen=True)
class StudiedLesson:
    """What the study parts are compared with: the lesson's text and language, and its topics."""

    text: str
    language: str
    topics: Sequence[str] = field(default=())


def study_in_yaml(study: LessonStudy) -> str:
    """Return study parts as the text of a file."""
    fields: dict[str, object] = {
        "key_points": list(study.key_points),
        "quiz": [_question_fields(question) for question in study.questions],
        "terms": [_filled(term.model_dump(), "found") for term in study.terms],
    }
    return fields_in_yaml(fields)


def _question_fields(question: QuizQuestion) -> dict[str, object]:
    fields: dict[str, object] = {
        "question": question.question,
        "options": list(question.options),
        "right": question.options[question.right],
        "explanation": question.explanation,
        "topic": question.topic,
    }
    return _filled(fields, "topic")


def _filled(fields: dict[str, object], *optional: str) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value or name not in optional}


def study_of_yaml(text: str, before: LessonStudy) -> LessonStudy:
    """Return the study parts that a file has.

    Parameters
    ----------
    before
        Those that were checked out: they know their lesson.

    Raises
    ------
    FieldsUnreadable
        The file has a fault with which it cannot be printed.
    """
    study, document = read_fields(text, _Study)
    if faults := list(_blocking(study, document)):
        raise FieldsUnreadable(*faults)
    return LessonStudy(
        module_number=before.module_number,
        lesson_number=before.lesson_number,
        key_points=study.key_points,
        questions=tuple(
            QuizQuestion(
                question=question.question,
                options=question.options,
                right=question.options.index(question.right),
                explanation=question.explanation,
                topic=question.topic,
            )
            for question in study.quiz
        ),
        terms=tuple(GlossaryTerm(**term.model_dump()) for term in study.terms),
    )


def study_faults(text: str, lesson: StudiedLesson | None) -> list[Fault]:
    """Return what a file's study parts would break, or what would be printed otherwise, in the order of the lines.

    ``lesson`` is None when its text is not known; then nothing is compared with it.
    """
    try:
        study, document = read_fields(text, _Study)
    except FieldsUnreadable as unreadable:
        return sorted(unreadable.faults)
    found = [*_blocking(study, document), *_printing(study, document)]
    if lesson is not None:
        found += _beside(study, document, lesson)
    return sorted(dict.fromkeys(found))


def _blocking(study: _Study, document: YamlDocument) -> Iterator[Fault]:
    for number, question in enumerate(study.quiz):
        path, options = f"quiz[{number}]", question.options
        if not _LEAST_OPTIONS <= len(options) <= _MOST_OPTIONS:
            said = f"found {len(options)} options, expected {_LEAST_OPTIONS} to {_MOST_OPTIONS}"
            yield Fault(line_of(document, f"{path}.options"), said, is_blocking=True)
        elif len(set(options)) != len(options):
            yield Fault(line_of(document, f"{path}.options"), "an option stands twice", is_blocking=True)
        elif question.right not in options:
            said = f"right: found {question.right!r}, expected one of the options, word by word"
            yield Fault(line_of(document, f"{path}.right"), said, is_blocking=True)
    for path, value in _texts(study):
        if not value.strip():
            yield Fault(line_of(document, path), f"{path}: found nothing, expected text", is_blocking=True)


def _texts(study: _Study) -> Iterator[tuple[str, str]]:
    """Yield every text that has to be there, with its path."""
    yield from ((f"key_points[{number}]", point) for number, point in enumerate(study.key_points))
    for number, question in enumerate(study.quiz):
        yield f"quiz[{number}].question", question.question
        yield from ((f"quiz[{number}].options[{place}]", text) for place, text in enumerate(question.options))
    for number, term in enumerate(study.terms):
        yield f"terms[{number}].term", term.term
        yield f"terms[{number}].definition", term.definition


def _printing(study: _Study, document: YamlDocument) -> Iterator[Fault]:
    explanations = ((f"quiz[{number}].explanation", question.explanation) for number, question in enumerate(study.quiz))
    for path, value in (*_texts(study), *explanations):
        for fault in printing_faults(value):
            yield Fault(line_of(document, path), f"{path}: the text {fault}")


def _beside(study: _Study, document: YamlDocument, lesson: StudiedLesson) -> Iterator[Fault]:
    for number, question in enumerate(study.quiz):
        known = headings_of_topics(list(lesson.topics), [question.topic]).values()
        if question.topic and not any(heading is not None for heading in known):
            path = f"quiz[{number}].topic"
            yield Fault(
                line_of(document, path), f"the lesson has no topic `{question.topic}`: the question counts for none"
            )
    searchable = SearchableText(lesson.text, lesson.language)
    for number, term in enumerate(study.terms):
        if term.term.strip() and not searchable.has(term.found or term.term):
            path = f"terms[{number}].term"
            yield Fault(line_of(document, path), f"the lesson does not have the term `{term.found or term.term}`")

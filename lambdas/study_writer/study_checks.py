"""What of a model's study parts may be printed. What is faulty is named, and in the end left out."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from course_kit.headings import comparable_title
from course_kit.prose_language import foreign_language
from course_kit.study import GlossaryTerm, LessonStudy, QuizQuestion, SearchableText
from course_kit.talk_of_writing import talk_of_writing
from study_writer.study_answer import StudyParts, StudyQuestion, StudyRequest

MIN_OPTIONS, MAX_OPTIONS = 3, 5


@dataclass(frozen=True)
class CheckedStudy:
    """What may be printed, what was left out, and what is wrong with the answer as a whole."""

    study: LessonStudy
    dropped: int
    faults: tuple[str, ...]
    """In words that the writer can act on."""

    @property
    def lacks(self) -> tuple[str, ...]:
        """The parts that were asked for and of which nothing can be printed."""
        return tuple(fault for fault in self.faults if fault.startswith("no "))


def check_study(answer: StudyParts, request: StudyRequest, language: str | None) -> CheckedStudy:
    """Check an answer against its request.

    ``language`` is what it has to be written in, None when that is not judged (`language_to_expect`). A question needs
    three to five different options, exactly one of them right, and may stand once. A term must stand in the lesson's
    text; one that does not is left out without a fault: a shorter glossary is none.
    """
    key_points = tuple(point for point in answer.key_points if not talk_of_writing([point]))
    questions: list[QuizQuestion] = []
    faults: list[str] = []
    for question in answer.questions:
        wrong = list(_question_faults(question, questions))
        faults += [f"the question “{question.question}” {fault}" for fault in wrong]
        if not wrong:
            questions.append(_printable(question, request.topics))
    wanted = request.wanted
    if wanted.questions and len(questions) < wanted.questions:
        faults.append(f"{len(questions)} questions can be printed, {wanted.questions} are wanted")
    if wanted.questions and not questions:
        faults.append("no question can be printed")
    if wanted.key_points and not key_points:
        faults.append("no key point can be printed")
    found = foreign_language(_prose(answer), language) if language else None
    if found:
        faults.append(f"no part can be printed: all is written in the language `{found}`, expected `{language}`")
    terms = tuple(_terms_of(answer, SearchableText(request.lesson)))
    study = LessonStudy(
        module_number=request.module_number,
        lesson_number=request.lesson_number,
        key_points=key_points[: wanted.key_points],
        questions=tuple(questions[: wanted.questions]),
        terms=terms if wanted.terms else (),
    )
    dropped = len(answer.questions) - len(questions) + len(answer.terms) - len(terms)
    return CheckedStudy(study=study, dropped=dropped if wanted.questions or wanted.terms else 0, faults=tuple(faults))


def _prose(answer: StudyParts) -> list[str]:
    texts = list(answer.key_points)
    for question in answer.questions:
        texts += [question.question, *(option.text for option in question.options), question.explanation]
    return texts + [term.definition for term in answer.terms]


def _question_faults(question: StudyQuestion, earlier: list[QuizQuestion]) -> Iterator[str]:
    texts = [comparable_title(option.text) for option in question.options]
    right = sum(option.is_right for option in question.options)
    if not MIN_OPTIONS <= len(texts) <= MAX_OPTIONS:
        yield f"has {len(texts)} options instead of {MIN_OPTIONS} to {MAX_OPTIONS}"
    if len(set(texts)) != len(texts):
        yield "has an option twice"
    if right != 1:
        yield f"has {right} right options instead of one"
    if any(comparable_title(known.question) == comparable_title(question.question) for known in earlier):
        yield "stands twice"
    if leak := talk_of_writing([question.question, question.explanation, *(o.text for o in question.options)]):
        yield f"speaks of the writing itself ({leak!r})"


def _printable(question: StudyQuestion, topics: tuple[str, ...]) -> QuizQuestion:
    """Return the question with its options in an order that does not tell: models like to put the right one first."""

    def place(text: str) -> str:
        return hashlib.sha256(f"{question.question}\n{text}".encode()).hexdigest()

    options = sorted(question.options, key=lambda option: place(option.text))
    known = {comparable_title(topic): topic for topic in topics}
    return QuizQuestion(
        question=question.question,
        options=tuple(option.text for option in options),
        right=next(position for position, option in enumerate(options) if option.is_right),
        explanation=question.explanation,
        topic=known.get(comparable_title(question.topic), ""),
    )


def _terms_of(answer: StudyParts, text: SearchableText) -> Iterator[GlossaryTerm]:
    seen: set[str] = set()
    for entry in answer.terms:
        name = comparable_title(entry.term)
        if name not in seen and text.has(entry.term) and not talk_of_writing([entry.definition]):
            seen.add(name)
            yield GlossaryTerm(term=entry.term, definition=entry.definition)

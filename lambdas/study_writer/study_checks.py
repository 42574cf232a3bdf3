"""What of a model's study parts may be printed. What is faulty is named, and in the end left out."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from course_kit.markdown.headings import headings_of_topics
from course_kit.outline.study import GlossaryTerm, LessonStudy, QuizQuestion
from course_kit.text.printed_text import printing_faults
from course_kit.text.prose_language import foreign_language
from course_kit.text.talk_of_writing import talk_in_option, talk_of_writing
from course_kit.text.term_search import SearchableText, letters_of, to_the_letter
from study_writer.option_order import printing_order
from study_writer.study_answer import StudyParts, StudyQuestion, StudyRequest, StudyTerm

MIN_OPTIONS, MAX_OPTIONS = 3, 5
# "mouse" and "mice" have 0.44 of their letters in common, "index" and "indices" 0.67; what has less is another word.
_MIN_LIKENESS = 0.4


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
    three to five different options, exactly one of them right, and may stand once. Options and terms differ when one
    letter, digit or sign does. A term must stand in the lesson's text; one that does not is left out without a fault:
    a shorter glossary is none.
    """
    questions: list[QuizQuestion] = []
    key_points: list[str] = []
    faults: list[str] = []
    for point in answer.key_points:
        wrong = list(_text_faults(point))
        faults += [f"the key point “{point}” {fault}" for fault in wrong]
        if not wrong:
            key_points.append(point)
    for question in answer.questions:
        wrong = list(_question_faults(question, questions))
        faults += [f"the question “{question.question}” {fault}" for fault in wrong]
        if not wrong:
            questions.append(_printable(question, request))
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
    faults += [
        f"the definition of “{entry.term}” {fault}"
        for entry in answer.terms
        for fault in _text_faults(entry.definition)
    ]
    terms = tuple(_terms_of(answer, SearchableText(request.lesson, request.language)))
    study = LessonStudy(
        module_number=request.module_number,
        lesson_number=request.lesson_number,
        key_points=tuple(key_points[: wanted.key_points]),
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


def _text_faults(text: str) -> Iterator[str]:
    yield from printing_faults(text)
    if leak := talk_of_writing([text]):
        yield f"speaks of the writing itself ({leak!r})"


def _question_faults(question: StudyQuestion, earlier: list[QuizQuestion]) -> Iterator[str]:
    texts = [to_the_letter(option.text) for option in question.options]
    right = [text for option, text in zip(question.options, texts, strict=True) if option.is_right]
    if not MIN_OPTIONS <= len(texts) <= MAX_OPTIONS:
        yield f"has {len(texts)} options instead of {MIN_OPTIONS} to {MAX_OPTIONS}"
    if len(set(texts)) != len(texts):
        yield "has an option twice"
    if len(right) != 1:
        yield f"has {len(right)} right options instead of one"
    if any(_is_same(known, question.question, texts, right) for known in earlier):
        yield "stands twice"
    yield from _text_faults(question.question)
    for option in texts:
        yield from (f"has an option that {fault}" for fault in printing_faults(option))
        if leak := talk_in_option(option):
            yield f"has an option that speaks of the writing itself ({leak!r})"
    yield from (f"has an explanation that {fault}" for fault in _text_faults(question.explanation))


def _is_same(known: QuizQuestion, question: str, options: list[str], right: list[str]) -> bool:
    """Whether a question asks what a known one does: "Which statement is true?" may be asked of other statements."""
    if to_the_letter(known.question) != to_the_letter(question):
        return False
    known_options = [to_the_letter(option) for option in known.options]
    return known_options[known.right] in right or set(known_options) == set(options)


def _printable(question: StudyQuestion, request: StudyRequest) -> QuizQuestion:
    """Return the question with its options in an order that does not tell which of them is right."""
    texts = [option.text for option in question.options]
    order = printing_order(question.question, texts, request.language)
    return QuizQuestion(
        question=question.question,
        options=tuple(texts[position] for position in order),
        right=next(place for place, position in enumerate(order) if question.options[position].is_right),
        explanation=question.explanation,
        topic=_topic_of(question.topic, request.topics),
    )


def _topic_of(named: str, topics: tuple[str, ...]) -> str:
    """Return the topic that a writer means: to the letter, or folded when only one topic folds to the same."""
    own = headings_of_topics(topics, [named])
    return next((topic for topic, heading in own.items() if heading is not None), "")


def _terms_of(answer: StudyParts, text: SearchableText) -> Iterator[GlossaryTerm]:
    seen: set[str] = set()
    for entry in answer.terms:
        letters = letters_of(entry.term)
        if letters in seen or any(printing_faults(entry.term)) or any(_text_faults(entry.definition)):
            continue
        term = _term_in(text, entry)
        if term is not None:
            seen.add(letters)
            yield term


def _term_in(text: SearchableText, entry: StudyTerm) -> GlossaryTerm | None:
    """Return an entry with its term as the lesson writes it, code as code; None when it does not stand there."""
    term, found = to_the_letter(entry.term), to_the_letter(entry.found)
    if letters_of(found) == letters_of(term) or not text.has(found):
        found = ""
    if not text.has(term) and not (found and _is_form_of(found, term)):
        return None
    if not found and "`" not in term and text.shows_only_as_code(term):
        term = f"`{letters_of(term)}`"
    return GlossaryTerm(term=term, definition=entry.definition, found=found)


def _is_form_of(found: str, term: str) -> bool:
    """Whether a form may be one of a term, so that no definition hangs on a word that has nothing to do with it."""
    return SequenceMatcher(None, _plain(found), _plain(term), autojunk=False).ratio() >= _MIN_LIKENESS


def _plain(term: str) -> str:
    decomposed = unicodedata.normalize("NFKD", letters_of(term).casefold())
    return "".join(letter for letter in decomposed if letter.isalnum())

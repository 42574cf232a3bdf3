"""The study parts of a lesson, saved in ``study/MM-LL.json``: written by a model and checked."""

from typing import Self

from course_kit.data_models import ClosedModel, OpenModel
from course_kit.outline.book_parts import BookPart
from course_kit.outline.call_sizes import max_tokens_for_study

# One question for about 600 words, which are four minutes of reading.
_WORDS_PER_QUESTION = 600
_MIN_QUESTIONS, _MAX_QUESTIONS = 2, 8
_WORDS_PER_TERM = 400
_MIN_TERMS, _MAX_TERMS = 3, 10
_WORDS_PER_KEY_POINT = 700
_MIN_KEY_POINTS, _MAX_KEY_POINTS = 3, 6


class QuizQuestion(ClosedModel):
    """One multiple-choice question; ``right`` is the position of the only right option, from 0."""

    question: str
    options: tuple[str, ...]
    right: int
    explanation: str
    topic: str = ""
    """The topic of the outline that the question is about; empty when the writer named none."""


class GlossaryTerm(ClosedModel):
    """A term in its base form, and its meaning in the lesson."""

    term: str
    definition: str
    found: str = ""
    """The form in the lesson's text; empty when that is the base form."""


class LessonStudy(ClosedModel):
    """The study parts of one lesson. A part that was not requested is empty."""

    module_number: int
    lesson_number: int
    key_points: tuple[str, ...] = ()
    questions: tuple[QuizQuestion, ...] = ()
    terms: tuple[GlossaryTerm, ...] = ()


class WantedParts(OpenModel):
    """The requested number of items of each study part; 0 for a part that the course does not have."""

    key_points: int
    questions: int
    terms: int

    @classmethod
    def of(cls, parts: frozenset[BookPart], words: int) -> Self:
        """Return the numbers for a lesson of this many words."""

        def count(part: BookPart, words_each: int, least: int, most: int) -> int:
            return min(max(round(words / words_each), least), most) if part in parts else 0

        return cls(
            key_points=count(BookPart.KEY_POINTS, _WORDS_PER_KEY_POINT, _MIN_KEY_POINTS, _MAX_KEY_POINTS),
            questions=count(BookPart.QUIZ, _WORDS_PER_QUESTION, _MIN_QUESTIONS, _MAX_QUESTIONS),
            terms=count(BookPart.GLOSSARY, _WORDS_PER_TERM, _MIN_TERMS, _MAX_TERMS),
        )

    @property
    def max_tokens(self) -> int:
        """The token limit of the answer."""
        return max_tokens_for_study(questions=self.questions, terms=self.terms, key_points=self.key_points)

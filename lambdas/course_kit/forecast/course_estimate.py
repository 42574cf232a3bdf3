"""Estimate of a course before its run: words, visuals, model calls and tokens, by module.

The sources are the outline and the pipeline's rules (word targets, prompts, limits). A token counts as four characters,
the same as in the offline author. A model's text takes two tokens a word, measured on real texts.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import chain

from pydantic import BaseModel

from course_kit.data_models import ClosedModel
from course_kit.model_ids import is_offline_author
from course_kit.outline import Lesson, Module, Outline
from course_kit.outline.book_parts import EVERY_PART, WRITTEN_BY_MODEL, BookPart, parts_of_book
from course_kit.outline.call_sizes import (
    MAX_LAB_WORDS,
    MAX_WORDS,
    max_tokens_for_lab_designs,
    max_tokens_for_visuals,
    max_tokens_for_words,
    words_for_lab,
)
from course_kit.outline.labs import OutlineLab, labs_of_module
from course_kit.outline.lesson_specification import LessonSpecification
from course_kit.outline.study import WantedParts
from course_kit.run.events import ContentType
from course_kit.usage import Usage

_CHARACTERS_PER_TOKEN = 4
# Tokens of prompts without data, system and user message together, checked in
# tests/unit/course_kit/forecast/test_course_estimate.py. Then the tokens of the data for a visual, a lab's design and
# a lab's specification.
_LESSON_PROMPT, _VISUAL_PROMPT, _STUDY_PROMPT, _LAB_PLAN_PROMPT, _LAB_PROMPT = 700, 700, 440, 390, 440
_INPUT_PER_VISUAL, _LAB_SPECIFICATION = 310, 200
# The prompt requests none to three visuals a lesson.
_VISUALS_PER_LESSON = 2
# For a lab without minutes in the outline, which its planner chooses.
_LAB_MINUTES = 30


class CallKind(StrEnum):
    """The kinds of model call."""

    LESSON = "lesson"
    VISUALS = "visuals"
    STUDY = "study"
    LAB_PLAN = "lab_plan"
    LAB = "lab"


@dataclass(frozen=True, kw_only=True)
class Writer:
    """A model's measured lengths and token counts."""

    share_of_target: float
    """The share of the requested words that the model writes."""
    max_lesson_words: int
    max_lab_words: int
    tokens_per_word: float
    """Tokens a word of Markdown: prose with tables, commands and formulas."""
    tokens_per_visual: int
    """Tokens of a visual: Mermaid source, caption and alternative text."""
    tokens_per_question: int
    tokens_per_term: int
    tokens_per_key_point: int
    tokens_per_lab_design: int
    tool_schema_tokens: int
    """The input tokens of a structured answer's schema."""


MODEL = Writer(
    share_of_target=1.0,
    max_lesson_words=MAX_WORDS,
    max_lab_words=MAX_LAB_WORDS,
    # The mean over the lessons and labs of tests/corpus in six languages (tests/corpus/test_tokens.py).
    tokens_per_word=2.0,
    tokens_per_visual=320,
    tokens_per_question=180,
    tokens_per_term=60,
    tokens_per_key_point=40,
    tokens_per_lab_design=200,
    tool_schema_tokens=600,
)
# The offline author has a limited number of pattern sentences, and does not count tool schemas. Measured on
# samples/kubernetes-foundations.yaml: 1,297 words a lesson, 388 a lab, 164 tokens a visual, 100 a lab's design.
OFFLINE_AUTHOR = Writer(
    share_of_target=0.85,
    max_lesson_words=1300,
    max_lab_words=390,
    tokens_per_word=1.5,
    tokens_per_visual=164,
    tokens_per_question=170,
    tokens_per_term=22,
    tokens_per_key_point=22,
    tokens_per_lab_design=100,
    tool_schema_tokens=0,
)


def writer_of(model_id: str) -> Writer:
    """Return the lengths and token counts of a model for estimates."""
    return OFFLINE_AUTHOR if is_offline_author(model_id) else MODEL


@dataclass(frozen=True, kw_only=True)
class EstimatedCall:
    """The estimate of one model call."""

    kind: CallKind
    module_number: int
    lesson_number: int
    """The lesson's number; 0 for a call of the whole module."""
    input_tokens: int
    output_tokens: int
    max_tokens: int
    """The token limit of the answer, which a quota reserves when the call starts."""


@dataclass(frozen=True, kw_only=True)
class ModuleEstimate:
    """The estimate of one module."""

    number: int
    lessons: int
    labs: int
    words: int
    lab_words: int
    visuals: int
    calls: tuple[EstimatedCall, ...]

    def of_kind(self, kind: CallKind) -> list[EstimatedCall]:
        """Return the calls of one kind, in their order."""
        return [call for call in self.calls if call.kind is kind]


class Amounts(ClosedModel):
    """Amounts of a course, estimated or actual."""

    lessons: int = 0
    labs: int = 0
    words: int = 0
    visuals: int = 0
    usage: Usage = Usage()


@dataclass(frozen=True)
class CourseEstimate:
    """The estimate of a course's chosen modules."""

    modules: tuple[ModuleEstimate, ...]

    @cached_property
    def calls(self) -> tuple[EstimatedCall, ...]:
        """Every model call."""
        return tuple(chain.from_iterable(module.calls for module in self.modules))

    @property
    def amounts(self) -> Amounts:
        """The sum of all modules."""
        return Amounts(
            lessons=sum(module.lessons for module in self.modules),
            labs=sum(module.labs for module in self.modules),
            words=sum(module.words + module.lab_words for module in self.modules),
            visuals=sum(module.visuals for module in self.modules),
            usage=Usage(
                model_calls=len(self.calls),
                input_tokens=sum(call.input_tokens for call in self.calls),
                output_tokens=sum(call.output_tokens for call in self.calls),
            ),
        )


def estimate_course(
    outline: Outline,
    modules: Collection[int],
    content_type: ContentType,
    writer: Writer = MODEL,
    *,
    book_parts: str = EVERY_PART,
) -> CourseEstimate:
    """Estimate a run without reuse, with the modules in the given order.

    ``book_parts`` are the deployment's; the outline can switch some off (`parts_of_book`).
    """
    estimator = _Estimator(outline, content_type, writer, parts_of_book(outline.book, book_parts) & WRITTEN_BY_MODEL)
    return CourseEstimate(tuple(estimator.module(outline.module(number)) for number in modules))


@dataclass(frozen=True)
class _Estimator:
    outline: Outline
    content_type: ContentType
    writer: Writer
    study_parts: frozenset[BookPart]

    def module(self, module: Module) -> ModuleEstimate:
        lessons = module.lessons if self.content_type.has_theory else ()
        labs = labs_of_module(module) if self.content_type.has_labs else ()
        return ModuleEstimate(
            number=module.number,
            lessons=len(lessons),
            labs=len(labs),
            words=sum(self._lesson_words(self._specification(module, lesson)) for lesson in lessons),
            lab_words=sum(self._lab_words(lab) for lab in labs),
            visuals=_VISUALS_PER_LESSON * len(lessons),
            calls=(
                *(self._lesson(module, lesson) for lesson in lessons),
                *(self._visuals(module, lesson) for lesson in lessons),
                *(self._study(module, lesson) for lesson in lessons if self.study_parts),
                *([self._lab_plan(module, labs)] if labs else []),
                *(self._lab(lab) for lab in labs),
            ),
        )

    def _specification(self, module: Module, lesson: Lesson) -> LessonSpecification:
        return LessonSpecification.of(self.outline, module, lesson)

    def _lesson_words(self, specification: LessonSpecification) -> int:
        return min(round(specification.word_target * self.writer.share_of_target), self.writer.max_lesson_words)

    def _lab_words(self, lab: OutlineLab) -> int:
        return min(round(_lab_word_target(lab) * self.writer.share_of_target), self.writer.max_lab_words)

    def _lesson(self, module: Module, lesson: Lesson) -> EstimatedCall:
        specification = self._specification(module, lesson)
        return EstimatedCall(
            kind=CallKind.LESSON,
            module_number=module.number,
            lesson_number=lesson.number,
            input_tokens=_LESSON_PROMPT + _tokens(specification),
            output_tokens=round(self._lesson_words(specification) * self.writer.tokens_per_word),
            max_tokens=max_tokens_for_words(specification.word_target, specification.language),
        )

    def _visuals(self, module: Module, lesson: Lesson) -> EstimatedCall:
        return EstimatedCall(
            kind=CallKind.VISUALS,
            module_number=module.number,
            lesson_number=lesson.number,
            input_tokens=_VISUAL_PROMPT + self.writer.tool_schema_tokens + _INPUT_PER_VISUAL * _VISUALS_PER_LESSON,
            output_tokens=self.writer.tokens_per_visual * _VISUALS_PER_LESSON,
            max_tokens=max_tokens_for_visuals(_VISUALS_PER_LESSON),
        )

    def _study(self, module: Module, lesson: Lesson) -> EstimatedCall:
        specification = self._specification(module, lesson)
        wanted = WantedParts.of(self.study_parts, specification.word_target)
        text = round(self._lesson_words(specification) * self.writer.tokens_per_word)
        return EstimatedCall(
            kind=CallKind.STUDY,
            module_number=module.number,
            lesson_number=lesson.number,
            input_tokens=_STUDY_PROMPT + self.writer.tool_schema_tokens + text,
            output_tokens=wanted.questions * self.writer.tokens_per_question
            + wanted.terms * self.writer.tokens_per_term
            + wanted.key_points * self.writer.tokens_per_key_point,
            max_tokens=wanted.max_tokens,
        )

    def _lab_plan(self, module: Module, labs: tuple[OutlineLab, ...]) -> EstimatedCall:
        return EstimatedCall(
            kind=CallKind.LAB_PLAN,
            module_number=module.number,
            lesson_number=0,
            input_tokens=_LAB_PLAN_PROMPT + self.writer.tool_schema_tokens + sum(_tokens(lab) for lab in labs),
            output_tokens=self.writer.tokens_per_lab_design * len(labs),
            max_tokens=max_tokens_for_lab_designs(len(labs)),
        )

    def _lab(self, lab: OutlineLab) -> EstimatedCall:
        return EstimatedCall(
            kind=CallKind.LAB,
            module_number=lab.module_number,
            lesson_number=lab.lesson_number,
            input_tokens=_LAB_PROMPT + _LAB_SPECIFICATION,
            output_tokens=round(self._lab_words(lab) * self.writer.tokens_per_word),
            max_tokens=max_tokens_for_words(_lab_word_target(lab), self.outline.course.language),
        )


def _lab_word_target(lab: OutlineLab) -> int:
    return words_for_lab(lab.minutes or _LAB_MINUTES)


def _tokens(data: BaseModel) -> int:
    return -(-len(data.model_dump_json()) // _CHARACTERS_PER_TOKEN)

"""Estimate of a course before its run: words, visuals, model calls and tokens, as a whole and by module.

The sources are the outline and the pipeline's rules (word targets, prompts, limits). A token counts as four characters,
the same as in the offline author. A model's text takes two tokens a word, measured on real texts.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from pydantic import BaseModel

from course_kit.data_models import ClosedModel
from course_kit.forecast.cached_calls import ONE_MODEL, AskedModels
from course_kit.forecast.estimated_calls import CallKind, EstimatedCall
from course_kit.forecast.shared_calls import SharedCalls
from course_kit.forecast.writers import MODEL, Writer
from course_kit.outline import Editing, Lesson, Module, Outline
from course_kit.outline.book_parts import EVERY_PART, WRITTEN_BY_MODEL, BookPart, parts_of_book
from course_kit.outline.call_sizes import (
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
_LESSON_PROMPT, _VISUAL_PROMPT, _STUDY_PROMPT, _LAB_PLAN_PROMPT, _LAB_PROMPT = 770, 760, 530, 340, 540
# The part of each that is the system prompt, which all calls of a kind share.
_VISUAL_SYSTEM, _STUDY_SYSTEM = 500, 440
_INPUT_PER_VISUAL, _INPUT_PER_LESSON_OF_LABS, _LAB_SPECIFICATION = 250, 40, 200
# The prompt requests none to three visuals a lesson.
_VISUALS_PER_LESSON = 2
# For a lab without minutes in the outline, which its planner chooses.
_LAB_MINUTES = 30
MAX_EDITS = 100
"""The most calls for edits in a run, as deployments have it by default."""


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
    brief: tuple[EstimatedCall, ...] = ()
    """The calls before the modules."""
    edits: tuple[EstimatedCall, ...] = ()
    """The calls after the modules."""
    is_edited: bool = False
    """Whether finished lessons are checked against each other."""

    @cached_property
    def calls(self) -> tuple[EstimatedCall, ...]:
        """Every model call."""
        return (*self.brief, *chain.from_iterable(module.calls for module in self.modules), *self.edits)

    @property
    def amounts(self) -> Amounts:
        """The sum of all modules, with one text model that caches nothing."""
        return self.amounts_with(ONE_MODEL)

    def amounts_with(self, models: AskedModels) -> Amounts:
        """Return the sum of all modules, with a run's text models."""
        return Amounts(
            lessons=sum(module.lessons for module in self.modules),
            labs=sum(module.labs for module in self.modules),
            words=sum(module.words + module.lab_words for module in self.modules),
            visuals=sum(module.visuals for module in self.modules),
            usage=models.usage_of(self.calls),
        )


def estimate_course(
    outline: Outline,
    modules: Collection[int],
    content_type: ContentType,
    writer: Writer = MODEL,
    *,
    book_parts: str = EVERY_PART,
    editing: Editing = Editing.APPLY,
    edit_max_calls: int = MAX_EDITS,
) -> CourseEstimate:
    """Estimate a run without reuse, with the modules in the given order.

    Parameters
    ----------
    book_parts
        The deployment's; the outline can switch some off (`parts_of_book`).
    editing, edit_max_calls
        The deployment's; the outline can choose another editing.
    """
    shared = SharedCalls(outline, writer)
    parts = parts_of_book(outline.book, book_parts) & WRITTEN_BY_MODEL
    estimator = _Estimator(outline, content_type, writer, parts, shared)
    estimates = tuple(estimator.module(outline.module(number)) for number in modules)
    chosen, lessons = outline.course.editing or editing, sum(module.lessons for module in estimates)
    return CourseEstimate(
        estimates,
        brief=tuple(shared.brief()),
        edits=tuple(shared.edits(lessons, edit_max_calls)) if chosen is Editing.APPLY else (),
        is_edited=chosen is not Editing.OFF and content_type.has_theory,
    )


@dataclass(frozen=True)
class _Estimator:
    outline: Outline
    content_type: ContentType
    writer: Writer
    study_parts: frozenset[BookPart]
    shared: SharedCalls

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
            shared_tokens=self.shared.course_tokens,
            input_tokens=_LESSON_PROMPT + self.shared.course_tokens + self.shared.slice_tokens + _tokens(specification),
            output_tokens=round(self._lesson_words(specification) * self.writer.tokens_per_word),
            max_tokens=max_tokens_for_words(specification.word_target, specification.language),
        )

    def _visuals(self, module: Module, lesson: Lesson) -> EstimatedCall:
        return EstimatedCall(
            kind=CallKind.VISUALS,
            module_number=module.number,
            lesson_number=lesson.number,
            shared_tokens=_VISUAL_SYSTEM + self.writer.tool_schema_tokens,
            schema_tokens=self.writer.tool_schema_tokens,
            input_tokens=_VISUAL_PROMPT
            + self.shared.example_tokens
            + self.writer.tool_schema_tokens
            + _INPUT_PER_VISUAL * _VISUALS_PER_LESSON,
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
            shared_tokens=_STUDY_SYSTEM + self.writer.tool_schema_tokens,
            schema_tokens=self.writer.tool_schema_tokens,
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
            shared_tokens=self.shared.course_tokens + self.writer.tool_schema_tokens,
            schema_tokens=self.writer.tool_schema_tokens,
            input_tokens=_LAB_PLAN_PROMPT
            + self.shared.course_tokens
            + self.writer.tool_schema_tokens
            + (_INPUT_PER_LESSON_OF_LABS + self.shared.step_tokens) * len(module.lessons)
            + sum(_tokens(lab) for lab in labs),
            output_tokens=self.writer.tokens_per_lab_design * len(labs),
            max_tokens=max_tokens_for_lab_designs(len(labs)),
        )

    def _lab(self, lab: OutlineLab) -> EstimatedCall:
        return EstimatedCall(
            kind=CallKind.LAB,
            module_number=lab.module_number,
            lesson_number=lab.lesson_number,
            shared_tokens=self.shared.course_tokens,
            input_tokens=_LAB_PROMPT + self.shared.course_tokens + _LAB_SPECIFICATION + self.shared.step_tokens,
            output_tokens=round(self._lab_words(lab) * self.writer.tokens_per_word),
            max_tokens=max_tokens_for_words(_lab_word_target(lab), self.outline.course.language),
        )


def _lab_word_target(lab: OutlineLab) -> int:
    return words_for_lab(lab.minutes or _LAB_MINUTES)


def _tokens(data: BaseModel) -> int:
    return -(-len(data.model_dump_json()) // _CHARACTERS_PER_TOKEN)

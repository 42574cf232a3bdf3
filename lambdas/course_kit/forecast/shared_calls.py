"""The calls that a course makes as a whole, the brief and the edits, and what the brief adds to each other call."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from course_kit.brief.course_context import CourseContext
from course_kit.brief.places import shown_places
from course_kit.forecast.estimated_calls import CallKind, EstimatedCall
from course_kit.forecast.writers import Writer
from course_kit.outline import Lesson, Outline
from course_kit.outline.call_sizes import lessons_in_a_brief, max_tokens_for_brief, max_tokens_for_words
from course_kit.text.prompt_template import as_short_prompt_data

_CHARACTERS_PER_TOKEN = 4
# Tokens of prompts without data, checked in tests/unit/course_kit/forecast/test_course_estimate.py: the brief of a
# course, the slices of some lessons, the replacements of passages, and what stands around the whole course.
_BRIEF_PROMPT, _SLICES_PROMPT, _EDIT_PROMPT, _COURSE_PROMPT, _SHARED_BRIEF = 630, 470, 690, 160, 120
_SLICE_PROMPT = 130
# The part of the prompt of an edit that is the system prompt.
_EDIT_SYSTEM = 290
# Names of fields around one lesson of a request, and the titles that a lesson's slice has in the lesson's prompt.
_AROUND_A_LESSON, _AROUND_A_SLICE = 30, 60
# However many lessons a course has, what they share has to fit into one answer, whose limit is twice the usual length.
_LONGEST_FRAME = max_tokens_for_brief(0, has_frame=True) // 2
# The passages of a group of findings: two paragraphs, of which one is replaced.
_WORDS_IN_A_GROUP, _REPLACED_WORDS = 200, 80


@dataclass(frozen=True)
class SharedCalls:
    """What a course's lessons share, for one writer."""

    outline: Outline
    writer: Writer

    @property
    def course_tokens(self) -> int:
        """The input tokens of the whole course, with its brief, in each call that gets them."""
        brief = _SHARED_BRIEF + self._frame_tokens
        return self._outline_tokens + (brief if self._has_brief else 0)

    @property
    def slice_tokens(self) -> int:
        """The input tokens of what the brief asks of one lesson."""
        return _SLICE_PROMPT + self.writer.tokens_per_slice + _AROUND_A_SLICE if self._has_brief else 0

    @property
    def step_tokens(self) -> int:
        """The input tokens of one lesson's step of the running example."""
        return self.writer.tokens_per_slice // 4 if self._has_brief else 0

    @property
    def example_tokens(self) -> int:
        """The input tokens of the running example."""
        return self.writer.tokens_of_brief // 2 if self._has_brief else 0

    def brief(self) -> Iterator[EstimatedCall]:
        """Yield the calls for the brief: one, or the frame of a large course and groups of its lessons."""
        if not self._has_brief:
            return
        is_small = len(self._lessons) <= lessons_in_a_brief(None)
        first = list(self._lessons.values()) if is_small else []
        yield self._brief_call(_BRIEF_PROMPT + self._outline_tokens, first, has_frame=True)
        if not is_small:
            yield from self.slices(self._lessons)

    def slices(self, slots: Collection[str]) -> Iterator[EstimatedCall]:
        """Yield the calls for the parts of some lessons, by slot, in a brief that stands."""
        lessons, at_once = [self._lessons[slot] for slot in slots], lessons_in_a_brief(None)
        for start in range(0, len(lessons), at_once):
            group = lessons[start : start + at_once]
            yield self._brief_call(_SLICES_PROMPT + self.course_tokens, group, has_frame=False)

    def some_slices(self, count: int) -> Iterator[EstimatedCall]:
        """Yield the calls for the parts of so many lessons, whichever they are."""
        return self.slices(list(self._lessons)[:count])

    def edits(self, lessons: int, most: int) -> list[EstimatedCall]:
        """Return the calls for passages that do not go together in so many lessons; ``most`` is the run's limit."""
        return [self.edit()] * min(ceil(lessons * self.writer.edits_per_lesson), most)

    def edit(self) -> EstimatedCall:
        """Return the call for one group of passages that do not go together."""
        return EstimatedCall(
            kind=CallKind.EDIT,
            module_number=0,
            lesson_number=0,
            shared_tokens=_EDIT_SYSTEM + self.writer.tool_schema_tokens,
            schema_tokens=self.writer.tool_schema_tokens,
            input_tokens=_EDIT_PROMPT
            + self.writer.tool_schema_tokens
            + round(_WORDS_IN_A_GROUP * self.writer.tokens_per_word),
            output_tokens=round(_REPLACED_WORDS * self.writer.tokens_per_word),
            max_tokens=max_tokens_for_words(_WORDS_IN_A_GROUP, self.outline.course.language),
        )

    @property
    def _has_brief(self) -> bool:
        return self.outline.course.has_brief

    @cached_property
    def _lessons(self) -> dict[str, Lesson]:
        """All lessons by slot, in their order."""
        lessons = (lesson for module in self.outline.modules for lesson in module.lessons)
        return dict(zip(shown_places(self.outline), lessons, strict=True))

    @cached_property
    def _outline_tokens(self) -> int:
        context = as_short_prompt_data(CourseContext.of(self.outline, None))
        return _COURSE_PROMPT + _tokens_of(context)

    @property
    def _frame_tokens(self) -> int:
        wanted = self.writer.tokens_of_brief + self.writer.tokens_of_briefed_terms * len(self._lessons)
        return min(wanted, _LONGEST_FRAME)

    def _brief_call(self, input_tokens: int, lessons: list[Lesson], *, has_frame: bool) -> EstimatedCall:
        slices = self.writer.tokens_per_slice * len(lessons)
        return EstimatedCall(
            kind=CallKind.BRIEF,
            module_number=0,
            lesson_number=0,
            input_tokens=input_tokens + self.writer.tool_schema_tokens + sum(map(_tokens_of_request, lessons)),
            output_tokens=slices + (self._frame_tokens if has_frame else 0),
            max_tokens=max_tokens_for_brief(len(lessons), has_frame=has_frame),
        )


def _tokens_of_request(lesson: Lesson) -> int:
    words = [lesson.title, lesson.description, *(topic.title for topic in lesson.topics)]
    return _AROUND_A_LESSON + _tokens_of("".join(words))


def _tokens_of(text: str) -> int:
    return -(-len(text) // _CHARACTERS_PER_TOKEN)

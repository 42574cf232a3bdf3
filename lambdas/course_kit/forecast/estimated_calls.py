"""One model call before it is made: its kind, and the tokens that it takes."""

from dataclasses import dataclass
from enum import StrEnum

from course_kit.usage import Usage


class CallKind(StrEnum):
    """The kinds of model call."""

    BRIEF = "brief"
    LESSON = "lesson"
    VISUALS = "visuals"
    STUDY = "study"
    LAB_PLAN = "lab_plan"
    LAB = "lab"
    EDIT = "edit"


SHORT_KINDS = frozenset({CallKind.VISUALS, CallKind.STUDY, CallKind.LAB_PLAN, CallKind.EDIT})
"""The calls that ask the short text model."""


@dataclass(frozen=True, kw_only=True)
class EstimatedCall:
    """The estimate of one model call."""

    kind: CallKind
    module_number: int
    """0 for a call of the whole course."""
    lesson_number: int
    """The lesson's number; 0 for a call of the whole module or course."""
    input_tokens: int
    output_tokens: int
    max_tokens: int
    """The token limit of the answer, which a quota reserves when the call starts."""
    shared_tokens: int = 0
    """The first tokens of the input, which all calls of its kind share: tool, system prompt, whole course."""
    schema_tokens: int = 0
    """Those of them that are the tool's."""

    @property
    def usage(self) -> Usage:
        """What the call uses."""
        return Usage(model_calls=1, input_tokens=self.input_tokens, output_tokens=self.output_tokens)

    @property
    def longest_usage(self) -> Usage:
        """What the call uses with the longest answer that it may have."""
        return self.usage.model_copy(update={"output_tokens": self.max_tokens})

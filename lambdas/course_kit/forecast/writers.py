"""How much each writer writes: a model's measured lengths and token counts, for estimates."""

from dataclasses import dataclass

from course_kit.model_ids import is_offline_author
from course_kit.outline.call_sizes import MAX_LAB_WORDS, MAX_WORDS


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
    tokens_of_brief: int
    """Tokens of what a brief says for the whole course, without its terms."""
    tokens_of_briefed_terms: int
    """Tokens of the terms that one lesson introduces."""
    tokens_per_slice: int
    """Tokens of what a brief says for one lesson."""
    edits_per_lesson: float
    """Groups of passages in a lesson that do not go together with others, each of which is asked about once."""
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
    # Assumed: voice, example, fifteen facts and five conventions; two terms a lesson; eight points of a slice.
    tokens_of_brief=900,
    tokens_of_briefed_terms=100,
    tokens_per_slice=200,
    # Assumed, and not measured with a large model: a brief leaves few of them, and most lessons have none.
    edits_per_lesson=0.25,
    tool_schema_tokens=600,
)
# The offline author has a limited number of pattern sentences, and does not count tool schemas. Measured on
# samples/kubernetes-foundations.yaml: 1,297 words a lesson, 388 a lab, 164 tokens a visual, 100 a lab's design, 2,200
# a brief of twelve lessons.
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
    tokens_of_brief=560,
    tokens_of_briefed_terms=25,
    tokens_per_slice=110,
    edits_per_lesson=0,
    tool_schema_tokens=0,
)


def writer_of(model_id: str) -> Writer:
    """Return the lengths and token counts of a model for estimates."""
    return OFFLINE_AUTHOR if is_offline_author(model_id) else MODEL

"""Faults that any text of a model can have: in form, language or length."""

import re

from markdown_it.token import Token

from course_kit.markdown.formulas import formula_faults
from course_kit.markdown.text import is_unclosed_fence, markup_faults, paragraphs
from course_kit.text.characters import unseen_characters
from course_kit.text.last_sentence import ending_fault
from course_kit.text.prose_language import foreign_language
from course_kit.text.talk_of_writing import talk_of_writing

# A text far from its word target is a failed answer (a refusal, a loop), not a short or long text.
MIN_SHARE_OF_TARGET = 0.1
MAX_SHARE_OF_TARGET = 4.0
_SHOWN = 5
_WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]")


def word_count(markdown: str) -> int:
    """Return the number of words for a reader; two characters of Chinese or Japanese count as about one word."""
    wide = len(_WITHOUT_SPACES.findall(markdown))
    return len(re.findall(r"\w+(?:['’-]\w+)*", _WITHOUT_SPACES.sub(" ", markdown))) + wide // 2


def form_faults(markdown: str, tokens: list[Token], title: str, language: str | None) -> list[str]:
    """Return the faults that any text can have.

    Parameters
    ----------
    markdown, tokens
        The text, and its tokens from `parse_markdown`.
    title
        The required first line.
    language
        The required language; None when it is not judged (`language_to_expect`).

    Returns
    -------
    list of str
        Faults of form: a missing title, an open code block, an end in the middle of a sentence, HTML and the like.
        Faults of content: invisible characters, invalid formulas, text about the writing itself, another language.
    """
    faults: list[str] = []
    if not (tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1"):
        faults.append(f"the first line is not the heading `# {title}`")
    if any(is_unclosed_fence(token, markdown) for token in tokens):
        faults.append("the last code block is not closed")
    elif ending := ending_fault(tokens, markdown):
        faults.append(ending)
    unseen = unseen_characters(markdown)
    if unseen:
        faults.append(f"the text holds {', '.join(unseen[:_SHOWN])}, which no reader sees: leave it out")
    leak = talk_of_writing(paragraphs(tokens))
    if leak:
        faults.append(f"the text speaks of the writing itself ({leak!r}): write about the subject only")
    faults += dict.fromkeys(markup_faults(tokens))
    faults += formula_faults(tokens)
    prose = [text for text in paragraphs(tokens, with_headings=False) if not text.startswith("[VISUAL:")]
    found = foreign_language(prose, language) if language else None
    if found:
        faults.append(f"the text is written in the language `{found}`, expected `{language}`: write all of it anew")
    return faults


def length_faults(markdown: str, word_target: int) -> list[str]:
    """Return the fault of a text with far too few or too many words for its target, or None."""
    words = word_count(markdown)
    if words < word_target * MIN_SHARE_OF_TARGET:
        return [f"the text has {words} words, far below the target of {word_target}"]
    if words > word_target * MAX_SHARE_OF_TARGET:
        return [f"the text has {words} words, far above the target of {word_target}"]
    return []

"""Checks of a model's short texts: captions, objectives, quiz, key points, definitions, the lab's environment.

The book shows a short text unchanged, except for code between backticks, emphasis and formulas. So ``a<b``,
``List<String>`` and ``f(x)](y)`` are ordinary text. These characters are rejected: terminal controls, changes of the
order of letters, and characters that XML does not allow. Also rejected are visual tags, links that run code, pictures
from other sites, and formulas that cannot be typeset.
"""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator

from course_kit.text.characters import unseen_characters
from course_kit.text.talk_of_writing import talk_of_writing

_FIGURE_TAG = re.compile(r"\[\s*VISUAL\s*[:：]", re.IGNORECASE)
# Most short texts have none of these marks and need no parser.
_MAY_BE_READ = re.compile(r"[$\\]|\]\(")
_RUNS_CODE = re.compile(r"\s*(?:javascript|vbscript|data|file)\s*:", re.IGNORECASE)
_FROM_ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//|\s*data:", re.IGNORECASE)


def one_line(text: str) -> str:
    """Return a text in one line, without byte order marks from copied text."""
    return " ".join(text.replace("\ufeff", "").split())


def printing_faults(text: str) -> Iterator[str]:
    """Yield the faults of a short text, in words that the model can act on."""
    for character in unseen_characters(text):
        yield f"has the character {character}, which no reader sees: leave it out"
    tag = _FIGURE_TAG.search(text)
    if tag:
        yield f"has a tag that asks for a figure ({tag[0]!r}): say in words what it means"
    if _MAY_BE_READ.search(text):
        yield from _faults_of_markup(text)


def _faults_of_markup(text: str) -> Iterator[str]:
    # Imported late: many functions import this module and check no formula.
    from course_kit.markdown.formulas import text_formula_faults
    from course_kit.markdown.reader import markdown_reader

    for token in markdown_reader().parseInline(text)[0].children or []:
        target = str(token.attrGet("href") or token.attrGet("src") or "")
        if token.type == "link_open" and _RUNS_CODE.match(target):
            yield f"has a link to {target!r}, which is no web page: leave it out"
        elif token.type == "image" and _FROM_ELSEWHERE.match(target):
            yield f"has the picture {target!r}, which is not the book's: say in words what it would show"
    yield from (f"cannot be printed: {fault}" for fault in text_formula_faults(text))


def _as_printed(text: str) -> str:
    fault = next(printing_faults(text), None)
    if fault:
        raise ValueError(f"the text {fault}")
    talk = talk_of_writing([text])
    if talk:
        raise ValueError(f"text about the subject only, found {talk!r}")
    return one_line(text)


PrintedText = Annotated[str, AfterValidator(_as_printed)]
"""One line of text; what it says of a fault goes back to the model, which mends it in its next turn."""

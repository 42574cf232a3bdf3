"""What a lesson's Markdown must be before it is saved. A model's text is never trusted."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from markdown_it.token import Token

from course_kit.checked_text import form_faults, parse_markdown, word_count
from course_kit.lesson_specification import LessonSpecification

# A lesson far from its word target is a failed reply (a refusal, a loop), not a short or a long lesson.
MIN_SHARE_OF_TARGET = 0.1
MAX_SHARE_OF_TARGET = 4.0
_NUMBERING = re.compile(r"^[\d.\s)]+")


def lesson_faults(markdown: str, specification: LessonSpecification) -> list[str]:
    """Return what is wrong with a lesson, in words that its writer can act on; empty when it may be saved.

    Checked: its form (`form_faults`), a heading for every topic, a length near the target.
    """
    tokens = parse_markdown(markdown)
    faults = form_faults(markdown, tokens, specification.lesson_title)
    present = {_comparable(title) for level, title in _headings(tokens) if level > 1}
    faults += [
        f"the heading `## {topic.title}` is missing"
        for topic in specification.topics
        if _comparable(topic.title) not in present
    ]
    words = word_count(markdown)
    if words < specification.word_target * MIN_SHARE_OF_TARGET:
        faults.append(f"the lesson has {words} words, far below the target of {specification.word_target}")
    if words > specification.word_target * MAX_SHARE_OF_TARGET:
        faults.append(f"the lesson has {words} words, far above the target of {specification.word_target}")
    return faults


def _headings(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            yield int(opening.tag[1:]), "".join(child.content for child in inline.children or [])


def _comparable(title: str) -> str:
    folded = unicodedata.normalize("NFKC", _NUMBERING.sub("", title) or title).casefold()
    return re.sub(r"[\W_]+", " ", folded).strip() or folded

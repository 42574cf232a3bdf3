"""What a lesson's Markdown must be before it is saved. A model's text is never trusted."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from course_kit.lesson_specification import LessonSpecification

# A lesson far from its word target is a failed reply (a refusal, a loop), not a short or a long lesson.
MIN_SHARE_OF_TARGET = 0.1
MAX_SHARE_OF_TARGET = 4.0

_LEAKS = re.compile(
    r"\bas an ai\b|\bas a (large )?language model\b"
    r"|</?(thinking|scratchpad|reasoning|lesson_specification|lesson_faults)\b"
    r"|\[content generation failed\]|\[ministack mock",
    re.IGNORECASE,
)
_WHOLE_REPLY_FENCED = re.compile(r"\A\s*```(?:markdown|md)?[ \t]*\n(?P<inner>#.*)\n```\s*\Z", re.DOTALL)
_NUMBERING = re.compile(r"^[\d.\s)]+")


def unwrapped(text: str) -> str:
    """Return a reply without the code fence that models like to put around a whole document."""
    match = _WHOLE_REPLY_FENCED.match(text)
    return (match["inner"] if match else text).strip() + "\n"


def word_count(markdown: str) -> int:
    """Return the number of words, as a reader would count them (scripts without spaces count as one word a run)."""
    return len(re.findall(r"\w+(?:['’-]\w+)*", markdown))


def lesson_faults(markdown: str, specification: LessonSpecification) -> list[str]:
    """Return what is wrong with a lesson, in words that its writer can act on; empty when it may be saved.

    Checked: the title comes first, every topic has its heading, the length is near the target, code fences are closed,
    and no text about the writing itself has leaked in.
    """
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    headings = list(_headings(tokens))
    faults: list[str] = []
    if not (tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1"):
        faults.append(f"the first line is not the heading `# {specification.lesson_title}`")
    present = {_comparable(title) for level, title in headings if level > 1}
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
    if any(_is_unclosed_fence(token, markdown) for token in tokens):
        faults.append("the last code block is not closed")
    leak = next((match for text in _prose(tokens) if (match := _LEAKS.search(text))), None)
    if leak:
        faults.append(f"the text speaks of the writing itself ({leak[0]!r})")
    return faults


def _headings(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            yield int(opening.tag[1:]), "".join(child.content for child in inline.children or [])


def _prose(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(child.content for child in token.children or [] if child.type != "code_inline")
        elif token.type == "html_block":
            yield token.content


def _comparable(title: str) -> str:
    folded = unicodedata.normalize("NFKC", _NUMBERING.sub("", title) or title).casefold()
    return re.sub(r"[\W_]+", " ", folded).strip() or folded


def _is_unclosed_fence(token: Token, markdown: str) -> bool:
    if token.type != "fence" or token.map is None:
        return False
    last_line = markdown.split("\n")[token.map[1] - 1]
    return token.map[1] - token.map[0] < 2 or not last_line.strip(" >").startswith(token.markup[:3])  # noqa: PLR2004

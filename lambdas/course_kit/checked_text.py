"""Text that is written by a model and checked before anybody keeps it: continued once, repaired once, else rejected."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from course_kit.errors import LessonRejected
from course_kit.model_provider import Conversation
from course_kit.prompt_template import PromptTemplate
from course_kit.usage import Usage

CONTINUE = PromptTemplate.load(Path(__file__).parent / "continue.md")
_SHOWN_FAULTS = 5
_LEAKS = re.compile(
    r"\bas an ai\b|\bas a (large )?language model\b"
    r"|</?(thinking|scratchpad|reasoning|(lesson|lab)_specification|(lesson|lab)_faults)\b"
    r"|\[content generation failed\]|\[ministack mock",
    re.IGNORECASE,
)
_WHOLE_REPLY_FENCED = re.compile(r"\A\s*```(?:markdown|md)?[ \t]*\n(?P<inner>#.*)\n```\s*\Z", re.DOTALL)


async def write_checked(
    conversation: Conversation,
    prompt: str,
    *,
    faults_of: Callable[[str], list[str]],
    repair_prompt: Callable[[list[str]], str],
    subject: str,
) -> tuple[str, Usage]:
    """Have a text written until it has no faults.

    Parameters
    ----------
    conversation
        A dialogue that has not begun.
    prompt
        Asks for the text.
    faults_of
        Says what is wrong with a text, in words that its writer can act on.
    repair_prompt
        Asks for the text again without those faults.
    subject
        Names the text in errors.

    Returns
    -------
    tuple
        The text, and what its calls used.

    Raises
    ------
    LessonRejected
        After its one continuation or repair the text is still cut off or faulty.
    """
    text, usage = await _whole_reply(conversation, prompt, subject)
    faults = faults_of(text)
    if faults:
        text, repair_usage = await _whole_reply(conversation, repair_prompt(faults), subject)
        usage += repair_usage
        faults = faults_of(text)
    if faults:
        raise LessonRejected(f"{subject}: {'; '.join(faults[:_SHOWN_FAULTS])}")
    return text, usage


async def _whole_reply(conversation: Conversation, prompt: str, subject: str) -> tuple[str, Usage]:
    reply = await conversation.say(prompt)
    text, usage = reply.text, reply.usage
    if reply.is_cut_off:
        reply = await conversation.say(CONTINUE.text)
        text, usage = text + reply.text, usage + reply.usage
    if reply.is_cut_off:
        raise LessonRejected(f"{subject}: the text was cut off by max_tokens even after its continuation")
    return unwrapped(text), usage


def unwrapped(text: str) -> str:
    """Return a reply without the code fence that models like to put around a whole document."""
    match = _WHOLE_REPLY_FENCED.match(text)
    return (match["inner"] if match else text).strip() + "\n"


def word_count(markdown: str) -> int:
    """Return the number of words, as a reader would count them (scripts without spaces count as one word a run)."""
    return len(re.findall(r"\w+(?:['’-]\w+)*", markdown))


def parse_markdown(markdown: str) -> list[Token]:
    """Return the tokens of a model's Markdown, as every check sees it."""
    return MarkdownIt("commonmark").enable("table").parse(markdown)


def form_faults(markdown: str, tokens: list[Token], title: str) -> list[str]:
    """Return the faults that any text can have: no title, an open code block, talk of the writing itself."""
    faults: list[str] = []
    if not (tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1"):
        faults.append(f"the first line is not the heading `# {title}`")
    if any(_is_unclosed_fence(token, markdown) for token in tokens):
        faults.append("the last code block is not closed")
    leak = next((match for text in _prose(tokens) if (match := _LEAKS.search(text))), None)
    if leak:
        faults.append(f"the text speaks of the writing itself ({leak[0]!r})")
    return faults


def _prose(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(child.content for child in token.children or [] if child.type != "code_inline")
        elif token.type == "html_block":
            yield token.content


def _is_unclosed_fence(token: Token, markdown: str) -> bool:
    if token.type != "fence" or token.map is None:
        return False
    last_line = markdown.split("\n")[token.map[1] - 1]
    return token.map[1] - token.map[0] < 2 or not last_line.strip(" >").startswith(token.markup[:3])  # noqa: PLR2004

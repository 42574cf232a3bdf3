"""Text that is written by a model and checked before anybody keeps it: continued once, repaired once, else rejected."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

from markdown_it.token import Token

from course_kit.errors import LessonRejected
from course_kit.markdown_text import markup_faults, paragraphs
from course_kit.model_provider import Conversation
from course_kit.prompt_template import PromptTemplate
from course_kit.prose_language import foreign_language, load_language_model
from course_kit.talk_of_writing import talk_of_writing
from course_kit.usage import Usage

CONTINUE = PromptTemplate.load(Path(__file__).parent / "continue.md")
_SHOWN_FAULTS = 5
# The longest lesson has 6,000 words, 40,000 characters. A server that ignores max_tokens may send anything; what is
# longer than this is not even parsed.
_MAX_CHARACTERS = 400_000
# A text far from its word target is a failed reply (a refusal, a loop), not a short or a long one.
MIN_SHARE_OF_TARGET = 0.1
MAX_SHARE_OF_TARGET = 4.0
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
    # While the model writes, the checks get ready, and they run in a thread: others are writing at the same time.
    getting_ready = asyncio.create_task(asyncio.to_thread(load_language_model))
    text, usage = await _whole_reply(conversation, prompt, subject)
    await getting_ready
    faults = await asyncio.to_thread(_faults, text, faults_of)
    if faults:
        text, repair_usage = await _whole_reply(conversation, repair_prompt(faults), subject)
        usage += repair_usage
        faults = await asyncio.to_thread(_faults, text, faults_of)
    if faults:
        raise LessonRejected(f"{subject}: {'; '.join(faults[:_SHOWN_FAULTS])}")
    return text, usage


def _faults(text: str, faults_of: Callable[[str], list[str]]) -> list[str]:
    if len(text) > _MAX_CHARACTERS:
        return [f"the text has {len(text):,} characters, expected at most {_MAX_CHARACTERS:,}"]
    return faults_of(text)


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


def form_faults(markdown: str, tokens: list[Token], title: str, language: str | None) -> list[str]:
    """Return the faults that any text can have.

    Parameters
    ----------
    markdown, tokens
        The text, and what `parse_markdown` makes of it.
    title
        What its first line has to be.
    language
        What it has to be written in; None when that is not judged (`language_to_expect`).

    Returns
    -------
    list of str
        No title, an open code block, HTML and the like, talk of the writing itself, another language.
    """
    faults: list[str] = []
    if not (tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1"):
        faults.append(f"the first line is not the heading `# {title}`")
    if any(_is_unclosed_fence(token, markdown) for token in tokens):
        faults.append("the last code block is not closed")
    leak = talk_of_writing(paragraphs(tokens))
    if leak:
        faults.append(f"the text speaks of the writing itself ({leak!r}): write about the subject only")
    faults += dict.fromkeys(markup_faults(tokens))
    prose = [text for text in paragraphs(tokens, with_headings=False) if not text.startswith("[VISUAL:")]
    found = foreign_language(prose, language) if language else None
    if found:
        faults.append(f"the text is written in the language `{found}`, expected `{language}`: write all of it anew")
    return faults


def length_faults(markdown: str, word_target: int) -> list[str]:
    """Return the fault of a text that is no answer to a request for so many words."""
    words = word_count(markdown)
    if words < word_target * MIN_SHARE_OF_TARGET:
        return [f"the text has {words} words, far below the target of {word_target}"]
    if words > word_target * MAX_SHARE_OF_TARGET:
        return [f"the text has {words} words, far above the target of {word_target}"]
    return []


def _is_unclosed_fence(token: Token, markdown: str) -> bool:
    if token.type != "fence" or token.map is None:
        return False
    last_line = markdown.split("\n")[token.map[1] - 1]
    return token.map[1] - token.map[0] < 2 or not last_line.strip(" >").startswith(token.markup[:3])  # noqa: PLR2004

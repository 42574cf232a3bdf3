"""Text that is written by a model and checked before anybody keeps it: continued once, repaired once, else rejected."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from course_kit.errors import LessonRejected
from course_kit.mending import mended
from course_kit.model_provider import Conversation
from course_kit.prompt_template import PromptTemplate
from course_kit.prose_language import load_language_model
from course_kit.usage import Usage

CONTINUE = PromptTemplate.load(Path(__file__).parent / "continue.md")
_SHOWN_FAULTS = 5
# The longest lesson has 6,000 words, 40,000 characters. A server that ignores max_tokens may send anything; what is
# longer than this is not even parsed.
_MAX_CHARACTERS = 400_000


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
    return mended(text), usage

"""Text that is written by a model and checked before anybody keeps it: continued, repaired once, else rejected."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from course_kit.errors import TextRejected
from course_kit.mending.mended_text import mended
from course_kit.model.model_provider import Conversation, Reply
from course_kit.text.prompt_template import PromptTemplate
from course_kit.text.prose_language import load_language_model
from course_kit.usage import Usage

CONTINUE = PromptTemplate.load(Path(__file__).parent / "continue.md")
_SHOWN_FAULTS = 5
# The longest lesson has 6,000 words, 40,000 characters. A server that ignores max_tokens may send anything; what is
# longer than this is not even parsed.
_MAX_CHARACTERS = 400_000


class Extension(Protocol):
    """How a text that is far too short becomes longer."""

    def prompt(self, text: str) -> str | None:
        """Return the message that asks for more; None when the text is long enough."""
        ...

    def joined(self, text: str, more: str) -> str:
        """Return the text with what came."""
        ...


async def write_checked(
    conversation: Conversation,
    prompt: str,
    *,
    faults_of: Callable[[str], list[str]],
    repair_prompt: Callable[[list[str]], str],
    subject: str,
    titles: Collection[str] = (),
    extension: Extension | None = None,
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
    titles
        What its headings have to show to the letter.
    extension
        What is asked for once more when a text without faults is far too short.

    Returns
    -------
    tuple
        The text, and what its calls used.

    Raises
    ------
    TextRejected
        After its continuation or its one repair the text is still cut off or faulty, or it was refused.
    """
    # While the model writes, the checks get ready, and they run in a thread: others are writing at the same time.
    getting_ready = asyncio.create_task(asyncio.to_thread(load_language_model))
    used_before = conversation.used
    try:
        reply = await _whole_reply(conversation, prompt)
        await getting_ready
        text, faults = await asyncio.to_thread(_checked, reply, faults_of, titles)
        if faults:
            reply = await _whole_reply(conversation, repair_prompt(faults))
            text, faults = await asyncio.to_thread(_checked, reply, faults_of, titles)
        if faults:
            raise TextRejected("; ".join(faults[:_SHOWN_FAULTS]))
        if extension is not None:
            text = await _extended(conversation, text, extension, faults_of, titles)
    except TextRejected as error:
        raise TextRejected(f"{subject}: {error}") from error
    return text, conversation.used - used_before


async def _extended(
    conversation: Conversation,
    text: str,
    extension: Extension,
    faults_of: Callable[[str], list[str]],
    titles: Collection[str],
) -> str:
    """Return a text with what its writer adds when asked for more, once; as it was when that makes it worse."""
    prompt = extension.prompt(text)
    if prompt is None:
        return text
    try:
        reply = await _whole_reply(conversation, prompt)
    except TextRejected:
        return text
    longer = extension.joined(text, mended(reply.text, titles))
    faults = await asyncio.to_thread(faults_of, longer)
    return text if faults or len(longer) <= len(text) else longer


def _checked(reply: Reply, faults_of: Callable[[str], list[str]], titles: Collection[str]) -> tuple[str, list[str]]:
    if reply.called:
        # Whatever text stands beside the call, its writer was at something else.
        return "", [f"the answer calls a tool (`{reply.called}`), and there is none: write the text itself, all of it"]
    if len(reply.text) > _MAX_CHARACTERS:
        return "", [f"the text has {len(reply.text):,} characters, expected at most {_MAX_CHARACTERS:,}"]
    text = mended(reply.text, titles)
    return text, faults_of(text)


async def _whole_reply(conversation: Conversation, prompt: str) -> Reply:
    reply = await conversation.say(prompt)
    text = reply.text
    for _ in range(conversation.continuations):
        if reply.is_cut_off:
            reply = await conversation.say(CONTINUE.text)
            text += reply.text
    if reply.is_cut_off:
        raise TextRejected("the text was cut off by max_tokens even after its continuation")
    return replace(reply, text=text)

"""Text of a model, checked before it is saved: continued or repaired once, else rejected."""

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
# The longest lesson has 6,000 words, which are 40,000 characters. A server that ignores max_tokens may send any length;
# a longer text is not parsed.
_MAX_CHARACTERS = 400_000


class Extension(Protocol):
    """The extension of a text that is far too short."""

    def prompt(self, text: str) -> str | None:
        """Return the message that requests more text; None when the text is long enough."""
        ...

    def joined(self, text: str, more: str) -> str:
        """Return the text joined with the answer."""
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
    """Let the model write a text, and continue or repair it once, until it has no faults.

    Parameters
    ----------
    conversation
        A new conversation.
    prompt
        The message that requests the text.
    faults_of
        Returns the faults of a text, in words that the model can act on.
    repair_prompt
        Returns the message that requests the text without the given faults.
    subject
        The name of the text in errors.
    titles
        The titles that its headings must show exactly.
    extension
        The one request for more when a text without faults is far too short.

    Returns
    -------
    tuple
        The text, and the usage of its calls.

    Raises
    ------
    TextRejected
        The text is cut off or faulty even after its continuation or repair, or the model refused.
    """
    # The checks are loaded while the model writes, and run in a thread, because other texts are in progress.
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
    """Return a text with one extension by the model, or unchanged when the extension makes it worse."""
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
        # A text beside a tool call is not the requested text.
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

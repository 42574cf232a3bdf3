"""Writes one lesson: one call, one continuation if it was cut off, one repair if it breaks the form."""

from dataclasses import dataclass

from content_gen.lesson_checks import lesson_faults, unwrapped, word_count
from content_gen.lesson_prompts import CONTINUE_PROMPT, SYSTEM_PROMPT, lesson_prompt, repair_prompt
from course_kit.errors import LessonRejected
from course_kit.lesson_specification import LessonSpecification
from course_kit.model_provider import Conversation, TextModel
from course_kit.usage import Usage
from course_kit.visual_tags import find_visual_tags, number_visual_tags
from course_kit.word_target import max_tokens_for_words


@dataclass(frozen=True)
class WrittenLesson:
    """A lesson fit to be saved, its visual tags numbered."""

    markdown: str
    word_count: int
    visual_count: int
    usage: Usage


async def write_lesson(model: TextModel, specification: LessonSpecification) -> WrittenLesson:
    """Write a lesson.

    Raises
    ------
    LessonRejected
        After its one continuation or repair the text is still cut off or still breaks the form; names module, lesson
        and faults.
    ModelThrottled, ModelUnavailable
        From the provider.
    """
    conversation = model.conversation(system=SYSTEM_PROMPT, max_tokens=max_tokens_for_words(specification.word_target))
    text, usage = await _whole_reply(conversation, lesson_prompt(specification), specification)
    faults = lesson_faults(text, specification)
    if faults:
        text, repair_usage = await _whole_reply(conversation, repair_prompt(faults), specification)
        usage += repair_usage
        faults = lesson_faults(text, specification)
    if faults:
        raise _rejected(specification, "; ".join(faults[:5]))
    markdown = number_visual_tags(text, specification.module_number, specification.lesson_number)
    return WrittenLesson(
        markdown=markdown,
        word_count=word_count(markdown),
        visual_count=len(find_visual_tags(markdown)),
        usage=usage,
    )


async def _whole_reply(
    conversation: Conversation, prompt: str, specification: LessonSpecification
) -> tuple[str, Usage]:
    reply = await conversation.say(prompt)
    text, usage = reply.text, reply.usage
    if reply.is_cut_off:
        reply = await conversation.say(CONTINUE_PROMPT)
        text, usage = text + reply.text, usage + reply.usage
    if reply.is_cut_off:
        raise _rejected(specification, "the text was cut off by max_tokens even after its continuation")
    return unwrapped(text), usage


def _rejected(specification: LessonSpecification, reason: str) -> LessonRejected:
    return LessonRejected(
        f"module {specification.module_number}, lesson {specification.lesson_number} "
        f"({specification.lesson_title}): {reason}"
    )

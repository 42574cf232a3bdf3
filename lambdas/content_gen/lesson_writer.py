"""Writes one lesson and numbers its visual tags."""

from content_gen.lesson_checks import lesson_faults
from content_gen.lesson_prompts import PROMPT_VERSION, lesson_prompt, repair_prompt, system_prompt, titles_of
from content_gen.short_lesson import ShortLesson
from course_kit.brief.assignment import LessonAssignment
from course_kit.forecast.writers import writer_of
from course_kit.model.checked_text import write_checked
from course_kit.model.model_provider import TextModel
from course_kit.outline.call_sizes import max_tokens_for_words
from course_kit.outline.lesson_numbers import LessonNumbers
from course_kit.outline.lesson_specification import LessonSpecification
from course_kit.records.written_record import metadata_key
from course_kit.run.run_inputs import RunInputs
from course_kit.store.ids import LessonId
from course_kit.text.code_samples import check_code_samples
from course_kit.text.prose_language import language_to_expect
from course_kit.text.text_faults import word_count
from course_kit.text.visual_tags import find_visual_tags, number_visual_tags
from course_kit.work.text_batch import WrittenText


async def write_lesson(
    model: TextModel, run: RunInputs, specification: LessonSpecification, lesson: LessonId
) -> WrittenText:
    """Write a lesson; raises as `write_checked`, naming module and lesson.

    Parameters
    ----------
    run
        What every lesson of the course is told.
    lesson
        The numbers in the ids of its visuals.
    """
    language = language_to_expect(specification.language, model.model_id)
    text, usage = await write_checked(
        model.conversation(
            system=system_prompt(run.course_context),
            max_tokens=max_tokens_for_words(specification.word_target, specification.language),
        ),
        lesson_prompt(specification, LessonAssignment.of(run.outline, run.brief, lesson)),
        faults_of=lambda text: lesson_faults(text, specification, language),
        repair_prompt=repair_prompt,
        subject=(
            f"module {specification.module_number}, lesson {specification.lesson_number} ({specification.lesson_title})"
        ),
        titles=titles_of(specification),
        extension=ShortLesson(specification, writer_of(model.model_id).max_lesson_words),
    )
    # The writer refers to lessons by the outline's numbers, and what is stored has slots.
    text = LessonNumbers.of(run.outline).in_slots(text)
    markdown = number_visual_tags(text, lesson.module, lesson.lesson)
    return WrittenText(
        body=markdown,
        usage=usage,
        counts=lesson_counts(markdown, specification.word_target),
        details={metadata_key("prompt_version"): PROMPT_VERSION},
    )


def lesson_counts(markdown: str, word_target: int) -> dict[str, int]:
    """Return the counts of a lesson's record."""
    samples = check_code_samples(markdown)
    return {
        "word_count": word_count(markdown),
        "word_target": word_target,
        "visual_count": len(find_visual_tags(markdown)),
        "code_samples": len(samples),
        "code_failures": sum(bool(sample.fault) for sample in samples),
    }

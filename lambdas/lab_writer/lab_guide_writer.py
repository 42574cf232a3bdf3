"""Writes the guide of one lab."""

from course_kit.labels import Labels
from course_kit.model.checked_text import write_checked
from course_kit.model.model_provider import TextModel
from course_kit.outline.call_sizes import max_tokens_for_words
from course_kit.outline.lesson_numbers import LessonNumbers
from course_kit.records.written_record import metadata_key
from course_kit.run.run_inputs import RunInputs
from course_kit.text.prose_language import language_to_expect
from course_kit.text.text_faults import word_count
from course_kit.work.text_batch import WrittenText
from lab_writer.lab_checks import lab_faults
from lab_writer.lab_form import brought_to_form
from lab_writer.lab_specification import PROMPT_VERSION, LabSpecification, lab_prompt, repair_prompt, system_prompt


async def write_lab_guide(
    model: TextModel, run: RunInputs, specification: LabSpecification, module_number: int
) -> WrittenText:
    """Write a guide, with slots in its references to lessons; raises as `write_checked`, naming module and lab."""
    lab = specification.lab
    labels = Labels.of(specification.language).lab
    language = language_to_expect(specification.language, model.model_id)
    text, usage = await write_checked(
        model.conversation(
            system=system_prompt(run.course_context),
            max_tokens=max_tokens_for_words(specification.word_target, specification.language),
        ),
        lab_prompt(specification),
        faults_of=lambda text: lab_faults(
            text, lab.title, labels, language=language, word_target=specification.word_target
        ),
        repair_prompt=repair_prompt,
        titles=[lab.title],
        subject=f"module {module_number}, lab {lab.lab_id} ({lab.title})",
    )
    text = LessonNumbers.of(run.outline).in_slots(brought_to_form(text, labels))
    details = {metadata_key("prompt_version"): PROMPT_VERSION}
    return WrittenText(body=text, usage=usage, counts=lab_counts(text), details=details)


def lab_counts(text: str) -> dict[str, int]:
    """Return the counts of a guide's record."""
    return {"word_count": word_count(text)}

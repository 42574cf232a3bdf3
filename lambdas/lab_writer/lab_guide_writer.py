"""Writes the guide of one lab."""

from dataclasses import dataclass

from course_kit.labels import Labels
from course_kit.model.checked_text import write_checked
from course_kit.model.model_provider import TextModel
from course_kit.outline import Module, Outline
from course_kit.outline.call_sizes import max_tokens_for_words
from course_kit.outline.labs import PlannedLab
from course_kit.text.prose_language import language_to_expect
from course_kit.text.text_faults import word_count
from course_kit.work.side_by_side import WrittenText
from lab_writer.lab_checks import lab_faults
from lab_writer.lab_form import brought_to_form
from lab_writer.lab_specification import (
    SYSTEM_PROMPT,
    LabSpecification,
    lab_guide_fingerprint,
    lab_prompt,
    repair_prompt,
)


@dataclass(frozen=True)
class LabGuideWriter:
    """Writes guides for the labs of one module."""

    model: TextModel
    outline: Outline
    module: Module
    lab_requirements: str

    def specification(self, lab: PlannedLab) -> LabSpecification:
        """Return what is asked for one lab."""
        return LabSpecification.of(self.outline, self.module, lab, self.lab_requirements)

    def fingerprint(self, lab: PlannedLab) -> str:
        """Return what a guide is made from."""
        return lab_guide_fingerprint(self.specification(lab), self.model.model_id)

    async def write(self, lab: PlannedLab) -> WrittenText:
        """Write a guide; raises as `write_checked`, naming module and lab."""
        specification = self.specification(lab)
        labels = Labels.of(specification.language).lab
        language = language_to_expect(specification.language, self.model.model_id)
        text, usage = await write_checked(
            self.model.conversation(
                system=SYSTEM_PROMPT, max_tokens=max_tokens_for_words(specification.word_target, specification.language)
            ),
            lab_prompt(specification),
            faults_of=lambda text: lab_faults(
                text, lab.title, labels, language=language, word_target=specification.word_target
            ),
            repair_prompt=repair_prompt,
            titles=[lab.title],
            subject=f"module {self.module.number}, lab {lab.lab_id} ({lab.title})",
        )
        text = brought_to_form(text, labels)
        return WrittenText(markdown=text, word_count=word_count(text), usage=usage, details={})

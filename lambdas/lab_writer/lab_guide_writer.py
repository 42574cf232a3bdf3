"""Writes the guide of one lab."""

import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from course_kit.artefact_store import fingerprint_of
from course_kit.checked_text import word_count, write_checked
from course_kit.labels import Labels
from course_kit.labs import PlannedLab
from course_kit.model_provider import TextModel
from course_kit.outline import Module, Outline
from course_kit.prompt_template import PromptTemplate, as_prompt_data
from course_kit.side_by_side import WrittenText
from course_kit.word_target import max_tokens_for_words
from lab_writer.lab_checks import lab_faults

_PROMPTS = Path(__file__).parent / "prompts"
_SYSTEM = PromptTemplate.load(_PROMPTS / "system.md")
_LAB = PromptTemplate.load(_PROMPTS / "lab.md")
_REPAIR = PromptTemplate.load(_PROMPTS / "repair.md")
# Words of a guide: half an hour at the keyboard is about 700 words of instructions; never more than a long lesson.
_WORDS_PER_MINUTE = 25
_MIN_WORDS = 700
_MAX_WORDS = 4000


class LabSpecification(BaseModel):
    """One lab in its course. Stands as JSON in the writer's prompt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str
    course_title: str
    audience: tuple[str, ...]
    module_title: str
    lab: PlannedLab
    lab_requirements: str
    word_target: int


@dataclass(frozen=True)
class LabGuideWriter:
    """Writes guides for the labs of one module."""

    model: TextModel
    outline: Outline
    module: Module
    lab_requirements: str

    def specification(self, lab: PlannedLab) -> LabSpecification:
        """Return what is asked for one lab."""
        course = self.outline.course
        return LabSpecification(
            language=course.language,
            course_title=course.title,
            audience=course.audience,
            module_title=self.module.title,
            lab=lab,
            lab_requirements=self.lab_requirements,
            word_target=min(max(lab.duration_minutes * _WORDS_PER_MINUTE, _MIN_WORDS), _MAX_WORDS),
        )

    def fingerprint(self, lab: PlannedLab) -> str:
        """Return what a guide is made from."""
        return fingerprint_of(self.specification(lab), _SYSTEM.version, _LAB.version, self.model.model_id)

    async def write(self, lab: PlannedLab) -> WrittenText:
        """Write a guide; raises as `write_checked`, naming module and lab."""
        specification = self.specification(lab)
        labels = Labels.of(specification.language).lab
        prompt = _LAB.fill(specification=as_prompt_data(specification), **labels.model_dump())
        text, usage = await write_checked(
            self.model.conversation(system=_SYSTEM.text, max_tokens=max_tokens_for_words(specification.word_target)),
            prompt,
            faults_of=lambda text: lab_faults(text, lab.title, labels),
            repair_prompt=_repair_prompt,
            subject=f"module {self.module.number}, lab {lab.lab_id} ({lab.title})",
        )
        return WrittenText(markdown=text, word_count=word_count(text), usage=usage, details={})


def _repair_prompt(faults: list[str]) -> str:
    return _REPAIR.fill(faults=json.dumps(faults, ensure_ascii=False).replace("<", "\\u003c"))

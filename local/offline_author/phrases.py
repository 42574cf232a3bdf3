"""The author's sentences, one YAML file a language."""

from functools import cache
from importlib.resources import files
from typing import Self

import yaml

from course_kit.data_models import ClosedModel
from course_kit.labels import base_language
from course_kit.records.editing import FindingKind
from course_kit.text.prose_language import OFFLINE_LANGUAGES
from offline_author.diagram_forms import DiagramForm

LANGUAGES = OFFLINE_LANGUAGES
_FALLBACK = "en"


class Phrases(ClosedModel):
    """Patterns with ``{topic}``, ``{lesson}``, ``{module}``, ``{course}``, ``{audience}``, ``{other}``, ``{lab}``."""

    audience: str
    opening: list[str]
    previous: str
    explanation: list[str]
    how_heading: list[str]
    how: list[str]
    example_heading: list[str]
    example: list[str]
    code_lead: list[str]
    steps_heading: list[str]
    steps: list[str]
    table_lead: list[str]
    table_header: list[str]
    table_rows: list[list[str]]
    pitfalls_heading: list[str]
    pitfalls: list[str]
    practice_heading: list[str]
    practice: list[str]
    summary: list[str]
    """Key points."""
    questions_heading: str
    questions: list[str]
    next: str
    visuals: dict[DiagramForm, str]
    """The request for a visual of each form, with ``{items}``."""
    captions: dict[DiagramForm, str]
    diagram_items: dict[DiagramForm, list[str]]
    """The parts of a diagram of each form, in the order in which `diagram_forms` draws them."""
    alt_text: str
    lab_scenario: str
    lab_objective: str
    lab_knowledge: str
    lab_environment: str
    lab_steps: list[str]
    lab_actions: list[str]
    lab_expected: list[str]
    lab_checks: list[str]
    lab_trouble_header: list[str]
    lab_trouble: list[list[str]]
    lab_clean_up: str
    lab_reflection: list[str]
    quiz_questions: list[str]
    quiz_right: list[str]
    """The right answer to each of the questions."""
    quiz_wrong: list[str]
    quiz_explanation: str
    definitions: list[str]
    brief_voice: str
    brief_example: str
    brief_facts: list[list[str]]
    """Name, attribute and value of each fact of the running example."""
    brief_convention: list[str]
    brief_definitions: list[str]
    establishes: str
    assumed: str
    example_step: str
    term_sentence: str
    assumes_sentence: str
    example_sentence: str
    fact_sentence: str
    edit_repeated: str
    edit_defined: str
    edit_early: str
    edit_reasons: dict[FindingKind, str]

    @classmethod
    def of(cls, language: str) -> Self:
        """Return the phrases of a language: those of its base language (``es`` for ``es-MX``), else English."""
        return cls._load(written_language(language))

    @classmethod
    @cache
    def _load(cls, language: str) -> Self:
        text = files(__package__).joinpath("phrases", f"{language}.yaml").read_text(encoding="utf-8")
        return cls.model_validate(yaml.safe_load(text))


def written_language(language: str) -> str:
    """Return the language in which the author writes for a language tag."""
    base = base_language(language)
    return base if base in LANGUAGES else _FALLBACK

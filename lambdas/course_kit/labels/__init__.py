"""The book's fixed words, one YAML catalogue a language."""

from functools import cache
from importlib.resources import files
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict

LANGUAGES = ("en", "es", "pt", "fr", "de")
_FALLBACK = "en"


class LabLabels(BaseModel):
    """The fixed headings of a lab guide, which its writer is given and its check looks for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenario: str
    objectives: str
    prerequisites: str
    steps: str
    expected: str
    check: str
    troubleshooting: str
    clean_up: str
    reflection: str

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections of a guide, in order."""
        return (
            self.scenario,
            self.objectives,
            self.prerequisites,
            self.steps,
            self.troubleshooting,
            self.clean_up,
            self.reflection,
        )


class Labels(BaseModel):
    """Every word of a book that comes neither from the outline nor from its writer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contents: str
    chapter: str
    """With ``{number}``."""
    figure: str
    about: str
    level: str
    audience: str
    prerequisites: str
    outcomes: str
    minutes: str
    """With ``{minutes}``."""
    draft: str
    draft_notice: str
    gap_title: str
    gap_text: str
    """With ``{cause}``."""
    by: str
    lab: LabLabels
    lab_guide: str
    """Title of the lab guide, with ``{title}``."""
    lab_number: str
    """Names a lab where a lesson refers to it, with ``{number}``."""
    labs_of_lesson: str
    """Leads in the labs of a lesson."""
    environment: str
    tools: str
    to_validate: str
    """Stands where nobody has stated a tool's version."""
    months: tuple[str, ...]
    date: str
    """With ``{day}``, ``{month}``, ``{year}``."""

    @classmethod
    def of(cls, language: str) -> Self:
        """Return a language's catalogue: the base language's for ``es-MX``, English when there is none."""
        base = language.replace("_", "-").split("-")[0].lower()
        return cls._load(base if base in LANGUAGES else _FALLBACK)

    @classmethod
    @cache
    def _load(cls, language: str) -> Self:
        text = files(__package__).joinpath(f"{language}.yaml").read_text(encoding="utf-8")
        return cls.model_validate(yaml.safe_load(text))

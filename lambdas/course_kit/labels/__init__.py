"""The book's fixed words, one YAML catalogue a language."""

from functools import cache
from importlib.resources import files
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict

LANGUAGES = ("en", "es", "pt", "fr", "de")
_FALLBACK = "en"


class Labels(BaseModel):
    """Every word of a book that comes neither from the outline nor from its writer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contents: str
    chapter: str
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

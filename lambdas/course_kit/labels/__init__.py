"""The book's fixed words, one YAML catalogue a language."""

from functools import cache
from importlib.resources import files
from typing import Self

import yaml

from course_kit.data_models import ClosedModel
from course_kit.labels.author_labels import AuthorLabels
from course_kit.labels.reference_labels import ReferenceLabels
from course_kit.labels.study_labels import StudyLabels, TruthLabels

LANGUAGES = ("en", "es", "pt", "fr", "de", "it", "ja", "zh", "ar")
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "sd", "ug", "yi"})
_FALLBACK = "en"


class LabLabels(ClosedModel):
    """The fixed headings of a lab guide, which its writer is given and its check looks for."""

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


class WebLabels(ClosedModel):
    """What the buttons and fields of the web book say."""

    previous: str
    next: str
    search: str
    no_results: str
    menu: str
    theme: str
    """Names the switch between light and dark."""
    copy_code: str
    copied: str


class AdmonitionLabels(ClosedModel):
    """Titles of the boxes that a lesson writes as ``> [!NOTE]``."""

    note: str
    tip: str
    important: str
    warning: str
    caution: str


class Labels(ClosedModel):
    """Every word of a book that comes neither from the outline nor from its writer."""

    contents: str
    chapter: str
    """With ``{number}``."""
    figure: str
    """With ``{number}`` and ``{caption}``."""
    figure_shows: str
    """Over what a figure shows, told by the one who planned it."""
    figure_words: str
    """Over the words that stand in a figure."""
    about: str
    level: str
    audience: str
    prerequisites: str
    outcomes: str
    minutes: str
    """With ``{minutes}``, more than one."""
    one_minute: str
    draft: str
    draft_notice: str
    gap_title: str
    gap_text: str
    """With ``{cause}``."""
    part_of_one: str
    """Title page of a book of one module, with ``{chosen}`` and ``{total}``."""
    part_of_many: str
    """The same for a book of several modules."""
    by: str
    page: str
    """Short, where a reference names the page."""
    lab: LabLabels
    lab_guide: str
    """Title of the lab guide, with ``{title}``."""
    lab_number: str
    """Names a lab where a lesson refers to it, with ``{number}``."""
    labs_of_lesson: str
    """Leads in the labs of a lesson."""
    lab_goes_with: str
    """Names the lesson of a lab, with ``{section}`` and ``{title}``."""
    environment: str
    tools: str
    to_validate: str
    """Stands where nobody has stated a tool's version."""
    self_study: str
    """Heading of the open questions that end every lesson."""
    months: tuple[str, ...]
    date: str
    """With ``{day}``, ``{month}``, ``{year}``."""
    web: WebLabels
    admonitions: AdmonitionLabels
    study: StudyLabels
    truth: TruthLabels
    author: AuthorLabels
    references: ReferenceLabels

    def duration(self, minutes: int) -> str:
        """Return how long a lesson or a lab takes."""
        return self.one_minute if minutes == 1 else self.minutes.format(minutes=minutes)

    def part(self, chosen: str, total: str, count: int) -> str:
        """Return what the title page of a book of some modules says; ``count`` is the number of chosen modules."""
        return (self.part_of_one if count == 1 else self.part_of_many).format(chosen=chosen, total=total)

    @classmethod
    def of(cls, language: str) -> Self:
        """Return a language's catalogue: the base language's for ``es-MX``, English when there is none."""
        base = base_language(language)
        return cls._load(base if base in LANGUAGES else _FALLBACK)

    @classmethod
    @cache
    def _load(cls, language: str) -> Self:
        text = files(__package__).joinpath(f"{language}.yaml").read_text(encoding="utf-8")
        return cls.model_validate(yaml.safe_load(text))


def base_language(language: str) -> str:
    """Return the language without its region: ``pt`` for ``pt_BR``."""
    return language.replace("_", "-").split("-")[0].lower()


def is_right_to_left(language: str) -> bool:
    """Whether a language is written from right to left."""
    return base_language(language) in _RIGHT_TO_LEFT

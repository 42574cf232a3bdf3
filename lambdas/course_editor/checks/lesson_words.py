"""The words with which lessons define, announce and tell facts, one YAML file a language in ``lesson_words/``."""

from functools import cache
from importlib.resources import files

import yaml

from course_kit.data_models import ClosedModel
from course_kit.labels import LANGUAGES, base_language


class LessonWords(ClosedModel):
    """The words of one language. All but the mappings are regular expressions, whatever their case."""

    articles: str
    """What may stand right before a term."""
    defines: str
    """What follows the term that a sentence defines."""
    defines_before: str
    """What stands right before the term that a sentence defines."""
    names_another: str
    """Words with which a sentence names another word for something: ``also called``."""
    announces: str
    """Words with which a paragraph says that something comes later in the course."""
    links: str
    """Words between a thing, what is said of it, and a value, which is the thing's own and present one."""
    there_are: str
    """What stands right before a value at the beginning of a sentence about all that there is."""
    about: str
    """Words before a value that is not exact."""
    and_: str
    in_example: str
    """What may follow a fact: ``in the running example``."""
    supposes: str
    """Words of sentences about another time, a part or a case that is imagined."""
    numbers: dict[str, int]
    magnitudes: dict[str, int]
    """Powers of ten by the words for them."""


@cache
def lesson_words(language: str) -> LessonWords:
    """Return the words of a language tag; the English ones for a language without a file."""
    base = base_language(language)
    name = base if base in LANGUAGES else "en"
    text = files("course_editor.checks").joinpath("lesson_words", f"{name}.yaml").read_text(encoding="utf-8")
    return LessonWords.model_validate(yaml.safe_load(text))

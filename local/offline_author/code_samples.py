"""Samples of code by subject."""

from functools import cache
from importlib.resources import files

import yaml
from pydantic import TypeAdapter

from course_kit.data_models import ClosedModel


class CodeSample(ClosedModel):
    """A few lines of code or commands, and the words of the subjects that they fit."""

    words: frozenset[str]
    language: str
    code: str


@cache
def code_samples() -> tuple[CodeSample, ...]:
    """Return all samples."""
    text = files(__package__).joinpath("code_samples.yaml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[CodeSample, ...]).validate_python(yaml.safe_load(text))

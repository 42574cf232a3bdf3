"""Templates of prompts: readable Markdown files next to the function that sends them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Self

from pydantic import BaseModel


@dataclass(frozen=True)
class PromptTemplate:
    """One prompt file, with ``$name`` for each value (`string.Template`)."""

    text: str

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a prompt file."""
        return cls(path.read_text(encoding="utf-8"))

    @property
    def version(self) -> str:
        """A short digest of the text: an edited prompt changes fingerprints, so its artefacts are made again."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]

    def fill(self, **values: str | int) -> str:
        """Return the prompt with all values inserted; raises ``KeyError`` for a missing value."""
        return Template(self.text).substitute(values)


def as_prompt_data(model: BaseModel) -> str:
    """Return a model as JSON for a place between tags in a prompt.

    Outline text is data, never instruction: ``<`` is escaped, so that no text of a user can close the tag around it.
    """
    return _without_tags(json.dumps(model.model_dump(mode="json"), ensure_ascii=False, indent=1))


def as_short_prompt_data(model: BaseModel) -> str:
    """Return a model as JSON in one line, without fields that say nothing; escaped as in `as_prompt_data`."""
    return _without_tags(model.model_dump_json(exclude_defaults=True))


class SystemPrompt(str):
    """A system prompt that begins with a part which other functions send, too: providers can cache that part."""

    shared: str

    def __new__(cls, shared: str, own: str) -> Self:
        """Return the prompt of both parts."""
        prompt = super().__new__(cls, f"{shared}\n{own}")
        prompt.shared = shared
        return prompt

    @property
    def own(self) -> str:
        """The part behind the shared one."""
        return self[len(self.shared) :]


def as_prompt_list(texts: Sequence[str]) -> str:
    """Return texts as a JSON list of one line, escaped as in `as_prompt_data`."""
    return _without_tags(json.dumps(list(texts), ensure_ascii=False))


def _without_tags(data: str) -> str:
    return data.replace("<", "\\u003c")

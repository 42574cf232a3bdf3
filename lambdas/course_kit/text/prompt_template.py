"""Prompts live in readable Markdown files beside the function that sends them; this fills them in."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Self

from pydantic import BaseModel


@dataclass(frozen=True)
class PromptTemplate:
    """One prompt file. ``$name`` stands for a value (`string.Template`)."""

    text: str

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a prompt file."""
        return cls(path.read_text(encoding="utf-8"))

    @property
    def version(self) -> str:
        """A short digest of the text: an edited prompt makes new fingerprints, so what it wrote is written again."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]

    def fill(self, **values: str | int) -> str:
        """Return the prompt with every value in place; a missing one raises ``KeyError``."""
        return Template(self.text).substitute(values)


def as_prompt_data(model: BaseModel) -> str:
    """Return a model as JSON fit to stand between tags in a prompt.

    Outline text is data, never instruction: ``<`` is escaped so that no text of a user can close the tag it stands in.
    """
    data = json.dumps(model.model_dump(mode="json"), ensure_ascii=False, indent=1)
    return data.replace("<", "\\u003c")

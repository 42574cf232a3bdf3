"""The list of mutations, and applying one to a copy of the project."""

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

PROJECT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("mutations.yaml")


class Mutation(BaseModel):
    """One protection taken out of one file, and the tests that must notice."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    failure: str
    protection: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def occurrences(self, project: Path = PROJECT) -> int:
        """Return how often the text to be replaced stands in its file."""
        path = project / self.file
        return path.read_text(encoding="utf-8").count(self.old) if path.is_file() else 0

    def apply(self, project: Path) -> str:
        """Take the protection out of a copy and return the file's text as it was."""
        path = project / self.file
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(self.old, self.new, 1), encoding="utf-8")
        return text


def all_mutations() -> tuple[Mutation, ...]:
    """Return the list."""
    return TypeAdapter(tuple[Mutation, ...]).validate_python(yaml.safe_load(LIST.read_text(encoding="utf-8")))

"""Bases of this project's data models. "Closed" and "open" are JSON Schema's words for unknown fields."""

from pydantic import BaseModel, ConfigDict


class ClosedModel(BaseModel):
    """A frozen value whose unknown fields are refused: otherwise a misspelt one would be ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OpenModel(BaseModel):
    """A frozen value whose unknown fields are ignored: others, or other versions of this code, may write more."""

    model_config = ConfigDict(frozen=True, extra="ignore")

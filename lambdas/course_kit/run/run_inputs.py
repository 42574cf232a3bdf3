"""The inputs of a run that decide which texts it wants; `plan` has them before there is an execution."""

from dataclasses import dataclass

from course_kit.outline import Outline
from course_kit.run.regeneration import Regeneration
from course_kit.store.artefact_keys import ProjectKeys


@dataclass(frozen=True, kw_only=True)
class RunInputs:
    """An outline in a project, the model that writes it, and the run's options."""

    keys: ProjectKeys
    outline: Outline
    text_model_id: str
    lab_requirements: str
    regeneration: Regeneration
    books_only: bool = False
    """Whether the run asks no model."""

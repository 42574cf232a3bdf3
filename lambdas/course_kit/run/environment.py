"""Environment variables of the functions, read once into a model; logic never touches ``os.environ``."""

import os
from collections.abc import Mapping
from typing import Self

from pydantic import ConfigDict, model_validator

from course_kit.data_models import OpenModel
from course_kit.outline import Editing, Paper
from course_kit.run.chosen_models import ModelIds
from course_kit.run.events import ModelProvider


class FunctionEnvironment(OpenModel):
    """A function's settings: each field is a variable with its name in upper case, set only if needed."""

    model_config = ConfigDict(alias_generator=str.upper)

    course_bucket: str
    state_machine_arn: str = ""
    models: ModelIds
    """``TEXT_MODEL_ID`` and the other fields of `ModelIds`, each in its own variable."""
    openai_secret_name: str = ""
    openai_base_url: str = "https://api.openai.com/v1"
    guardrail_id: str = ""
    guardrail_version: str = ""
    module_max_concurrency: int = 1
    lesson_max_concurrency: int = 1
    image_max_concurrency: int = 1
    editing: Editing = Editing.OFF
    edit_max_calls: int = 0
    book_parts: str = ""
    book_paper: Paper = Paper.A4
    tokens_per_minute: int = 0
    requests_per_minute: int = 0
    functions_at_once: int = 0

    @model_validator(mode="before")
    @classmethod
    def _with_models(cls, variables: Mapping[str, object]) -> dict[str, object]:
        return {**variables, "MODELS": {name.lower(): value for name, value in variables.items()}}

    def lessons_at_once(self, wanted: int | None) -> int:
        """Return how many lessons or labs of a module to write in parallel: the run's number, within the limit."""
        return min(wanted or self.lesson_max_concurrency, self.lesson_max_concurrency)

    def images_at_once(self, wanted: int | None) -> int:
        """Return how many visuals of a module to render in parallel: the run's number, within the limit."""
        return min(wanted or self.image_max_concurrency, self.image_max_concurrency)

    def of_run(
        self, provider: ModelProvider, text_model_id: str | None, short_text_model_id: str | None = None
    ) -> Self:
        """Return the settings with the text models of one run; None leaves the deployment's."""
        models = self.models.of_run(provider, text_model_id, short_text_model_id)
        return self.model_copy(update={"models": models})

    @classmethod
    def load(cls) -> Self:
        """Read the process's environment; raises pydantic's ``ValidationError`` for a missing variable."""
        return cls.model_validate(dict(os.environ))

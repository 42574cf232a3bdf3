"""Environment variables of the functions, read once into a model; logic never touches ``os.environ``."""

import os
from typing import Self

from pydantic import BaseModel, ConfigDict

from course_kit.outline import Paper


class FunctionEnvironment(BaseModel):
    """What the stack gives a function. Names in upper case are the variables; a function has only those it needs."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=str.upper)

    course_bucket: str
    state_machine_arn: str = ""
    text_model_id: str = ""
    image_model_id: str = ""
    openai_secret_name: str = ""
    openai_base_url: str = "https://api.openai.com/v1"
    openai_text_model_id: str = ""
    openai_image_model_id: str = ""
    declared_models: str = ""
    """JSON: the models in use that the deployment vouches for (`course_kit.models`)."""
    guardrail_id: str = ""
    guardrail_version: str = ""
    service_tier: str = "default"
    module_max_concurrency: int = 1
    lesson_max_concurrency: int = 1
    image_max_concurrency: int = 1
    book_parts: str = ""
    book_paper: Paper = Paper.A4
    tokens_per_minute: int = 0
    requests_per_minute: int = 0
    functions_at_once: int = 0

    def lessons_at_once(self, wanted: int | None) -> int:
        """Return how many lessons, or labs, of a module to write at once: what the run wants, within the bound."""
        return min(wanted or self.lesson_max_concurrency, self.lesson_max_concurrency)

    def images_at_once(self, wanted: int | None) -> int:
        """Return how many visuals of a module to render at once: what the run wants, within the bound."""
        return min(wanted or self.image_max_concurrency, self.image_max_concurrency)

    @classmethod
    def load(cls) -> Self:
        """Read the process's environment; raises pydantic's ``ValidationError`` when the deployment left one out."""
        return cls.model_validate(dict(os.environ))

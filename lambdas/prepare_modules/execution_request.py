"""What a run is asked for: the execution input."""

import re
from typing import Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from course_kit.data_models import ClosedModel
from course_kit.prices import OwnPrices
from course_kit.run.events import (
    MAX_LAB_REQUIREMENTS,
    WITHOUT_EXECUTION,
    ContentSource,
    ContentType,
    ModelProvider,
    Regenerate,
    Resumes,
)
from course_kit.store.artefact_keys import ProjectFolder
from prepare_modules.module_selection import EXPECTED_SELECTOR, Selector, is_selector
from prepare_modules.run_costs import MAX_BUDGET_USD

MAX_CONCURRENCY = 40
_NOT_PLAIN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|</?[A-Za-z!]")


class ExecutionRequest(ClosedModel):
    """The execution input, as users send it; unknown fields are refused, since a misspelt one would be ignored."""

    model_config = ConfigDict(protected_namespaces=())

    outline_s3_key: str = Field(min_length=1, max_length=1024, pattern=r"\.ya?ml$")
    project_folder: ProjectFolder
    course_bucket: str | None = None
    content_type: ContentType = ContentType.THEORY
    modules_to_generate: Selector = "all"
    model_provider: ModelProvider = ModelProvider.BEDROCK
    text_model_id: str | None = Field(default=None, min_length=1, max_length=256)
    """One of the deployment's text models; None takes its first."""
    content_source: ContentSource = ContentSource.S3
    max_concurrency: int | None = Field(default=None, ge=1, le=MAX_CONCURRENCY, strict=True)
    allow_partial: bool = Field(default=False, strict=True)
    book_title: str | None = Field(default=None, min_length=1, max_length=200)
    author: str | None = Field(default=None, min_length=1, max_length=200)
    lab_requirements: str = Field(default="", max_length=MAX_LAB_REQUIREMENTS)
    budget_usd: float | None = Field(default=None, gt=0, le=MAX_BUDGET_USD, allow_inf_nan=False)
    """What the run's model calls may cost."""
    prices: OwnPrices | None = None
    """Prices of one's own; they come before the published ones."""
    regenerate: Regenerate = ()
    confirmed: bool = Field(default=False, strict=True)
    """Whether a person has confirmed that the outline may replace another course, or drop most of this one."""
    books_only: bool = Field(default=False, strict=True)
    """Whether the run makes the books from what is there, and asks no model."""
    resumes: Resumes = ()
    """Executions whose work for ``regenerate`` counts; `coursewright resume` sets it."""
    execution_name: str = WITHOUT_EXECUTION
    execution_arn: str = ""

    @field_validator("modules_to_generate", mode="before")
    @classmethod
    def _is_selector(cls, value: object) -> object:
        if not is_selector(value):
            raise ValueError(EXPECTED_SELECTOR)
        return value

    @model_validator(mode="after")
    def _asks_for_books_or_for_more(self) -> Self:
        if self.books_only and (self.regenerate or self.budget_usd is not None):
            raise ValueError("books_only without regenerate and budget_usd: such a run asks no model")
        return self

    @field_validator("lab_requirements")
    @classmethod
    def _is_plain_text(cls, value: str) -> str:
        if _NOT_PLAIN.search(value):
            raise ValueError("plain text: no control characters, no tags")
        return value.strip()

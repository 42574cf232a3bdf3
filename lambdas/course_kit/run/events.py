"""What the state machine sends to the functions, as models checked at the door."""

from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from course_kit.budget import Budget
from course_kit.errors import RequestInvalid
from course_kit.store.artefact_keys import ProjectFolder

Event = TypeVar("Event", bound=BaseModel)
MAX_LAB_REQUIREMENTS = 2000
MAX_REGENERATED = 100
WITHOUT_EXECUTION = "manual"
"""The execution name of a step that is called on its own."""


class ModelProvider(StrEnum):
    """Who writes."""

    BEDROCK = "bedrock"
    OPENAI = "openai"


class ContentType(StrEnum):
    """What a run makes."""

    THEORY = "theory"
    LABS = "labs"
    BOTH = "both"

    @property
    def has_theory(self) -> bool:
        """Whether there is a course book."""
        return self is not ContentType.LABS

    @property
    def has_labs(self) -> bool:
        """Whether there is a lab guide."""
        return self is not ContentType.THEORY


class ContentSource(StrEnum):
    """Where the outline comes from: the project's S3 key, or the sample packaged with prepare_modules."""

    S3 = "s3"
    LOCAL = "local"


Regenerate = Annotated[tuple[Annotated[str, Field(max_length=20)], ...], Field(max_length=MAX_REGENERATED)]


Resumes = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=80)], ...], Field(max_length=MAX_REGENERATED)]


class BaseParams(BaseModel):
    """What every step needs to know of the run; prepare_modules makes it, the state machine carries it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    course_bucket: str = Field(min_length=3, max_length=63)
    outline_s3_key: str = Field(min_length=1, max_length=1024, pattern=r"\.ya?ml$")
    project_folder: ProjectFolder
    model_provider: ModelProvider = ModelProvider.BEDROCK
    content_source: ContentSource = ContentSource.S3
    content_type: ContentType = ContentType.THEORY
    lab_requirements: str = Field(default="", max_length=MAX_LAB_REQUIREMENTS)
    execution_name: str = Field(default=WITHOUT_EXECUTION, min_length=1, max_length=80)
    outline_version: str | None = None
    """The S3 version of the outline that the run was prepared with; None reads the newest."""
    lesson_max_concurrency: int | None = Field(default=None, ge=1, le=50)
    """Lessons, or labs, of a module at once, within the deployment's bound; None leaves it to that."""
    planner_max_concurrency: int | None = Field(default=None, ge=1, le=40)
    """Lessons of a module whose visuals are planned at once, each by a function of its own."""
    image_max_concurrency: int | None = Field(default=None, ge=1, le=16)
    """Visuals of a module rendered at once, within the deployment's bound; None leaves it to that."""
    regenerate: Regenerate = ()
    resumes: Resumes = ()
    budget: Budget | None = None
    """What the run's model calls may cost; None: as much as it takes."""
    book_title: str | None = Field(default=None, max_length=200)
    author: str | None = Field(default=None, max_length=200)


# pydantic's kinds of error in words that do not speak of Python; others keep pydantic's.
_EXPECTED = {
    "bool_type": "true or false",
    "dict_type": "an object",
    "extra_forbidden": "no such field: check its spelling",
    "int_type": "a whole number",
    "missing": "this field",
    "model_type": "an object",
    "string_pattern_mismatch": "text of the form {pattern}",
    "string_too_long": "at most {max_length} characters",
    "string_too_short": "at least {min_length} character(s)",
    "string_type": "text",
    "too_long": "at most {max_length} items",
    "tuple_type": "a list",
}
_SHOWN_CHARACTERS = 80


def parse_event(event: object, model: type[Event]) -> Event:
    """Read an event, or raise ``RequestInvalid`` with one line a fault: field, found, expected."""
    try:
        return model.model_validate(event)
    except ValidationError as error:
        faults = []
        for detail in error.errors(include_url=False):
            field = ".".join(map(str, detail["loc"])) or "input"
            found = "nothing" if detail["type"] == "missing" else repr(detail["input"])[:_SHOWN_CHARACTERS]
            template = _EXPECTED.get(detail["type"])
            said = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
            expected = template.format(**detail.get("ctx", {})) if template else said
            faults.append(f"{field}: found {found}, expected {expected}")
        raise RequestInvalid("\n".join(faults)) from None

"""Events from the state machine to the functions, validated on arrival."""

from enum import StrEnum
from typing import Annotated, ClassVar, TypeVar

from pydantic import BaseModel, Field, ValidationError

from course_kit.budget import Budget
from course_kit.data_models import OpenModel
from course_kit.errors import RequestInvalid
from course_kit.faults import faults_in_words
from course_kit.outline import Editing
from course_kit.store.artefact_keys import ProjectFolder

Event = TypeVar("Event", bound=BaseModel)
MAX_LAB_REQUIREMENTS = 2000
MAX_REGENERATED = 100
WITHOUT_EXECUTION = "manual"
"""The execution name of a step that is called on its own."""


class ModelProvider(StrEnum):
    """The provider of the text model."""

    BEDROCK = "bedrock"
    OPENAI = "openai"


class ContentType(StrEnum):
    """The content of a run: theory, labs, or both."""

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
    """The source of the outline: the project's S3 key, or the sample packaged with prepare_modules."""

    S3 = "s3"
    LOCAL = "local"


Regenerate = Annotated[tuple[Annotated[str, Field(max_length=20)], ...], Field(max_length=MAX_REGENERATED)]


Resumes = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=80)], ...], Field(max_length=MAX_REGENERATED)]


class BaseParams(OpenModel):
    """The run's parameters for every step; prepare_modules creates them, the state machine passes them on."""

    asks: ClassVar[str] = ""
    """The step's kind of call (`CallKind`), all of which share their system prompt."""

    course_bucket: str = Field(min_length=3, max_length=63)
    outline_s3_key: str = Field(min_length=1, max_length=1024, pattern=r"\.ya?ml$")
    project_folder: ProjectFolder
    model_provider: ModelProvider = ModelProvider.BEDROCK
    content_source: ContentSource = ContentSource.S3
    content_type: ContentType = ContentType.THEORY
    lab_requirements: str = Field(default="", max_length=MAX_LAB_REQUIREMENTS)
    execution_name: str = Field(default=WITHOUT_EXECUTION, min_length=1, max_length=80)
    text_model_id: str | None = None
    """The text model of the run, whatever is deployed meanwhile; None takes the deployment's."""
    short_text_model_id: str | None = None
    """The same for the model of study parts, plans and edits."""
    cached_calls: tuple[str, ...] = ()
    """The kinds of call (`CallKind`) that get cache points: reading saves more of them than writing costs."""
    course_version: str | None = None
    """The S3 version of the project's record of its course; None reads the newest."""
    brief_version: str | None = None
    """The S3 version of the course's brief; None for a run without a brief."""
    editing: Editing | None = None
    """What is done about passages that do not go together; None is nothing."""
    outline_version: str | None = None
    """The S3 version of the outline at the start of the run; None reads the newest."""
    lesson_max_concurrency: int | None = Field(default=None, ge=1, le=50)
    """Parallel lessons or labs of a module, within the deployment's limit; None uses that limit."""
    planner_max_concurrency: int | None = Field(default=None, ge=1, le=40)
    """Lessons of a module whose visuals are planned in parallel, each by a separate function."""
    image_max_concurrency: int | None = Field(default=None, ge=1, le=16)
    """Parallel visuals of a module, within the deployment's limit; None uses that limit."""
    regenerate: Regenerate = ()
    resumes: Resumes = ()
    books_only: bool = False
    """Whether the run makes the books from what is there, and asks no model."""
    budget: Budget | None = None
    """The budget of the run's model calls in US dollars; None is no limit."""
    book_title: str | None = Field(default=None, max_length=200)
    author: str | None = Field(default=None, max_length=200)

    @property
    def caches(self) -> bool:
        """Whether the calls of the step get cache points."""
        return self.asks in self.cached_calls

    @property
    def log_keys(self) -> dict[str, str | int]:
        """The fields that every log line of the step has."""
        return {"project": self.project_folder, "execution": self.execution_name}


class ModuleParams(BaseParams):
    """The parameters of a step that works on one module."""

    module_number: int = Field(ge=1)

    @property
    def log_keys(self) -> dict[str, str | int]:
        """The fields that every log line of the step has."""
        return super().log_keys | {"module_number": self.module_number}


def parse_event(event: object, model: type[Event]) -> Event:
    """Read an event; raises ``RequestInvalid`` with one line for each fault: field, found, expected."""
    try:
        return model.model_validate(event)
    except ValidationError as error:
        raise RequestInvalid("\n".join(faults_in_words(error, whole="input"))) from None

"""The step's event and result."""

from pydantic import BaseModel, Field, model_validator

from course_kit.data_models import OpenModel
from course_kit.records.visuals import Figure
from course_kit.run.events import BaseParams


class FailedModule(OpenModel):
    """A failed module, which a book with gaps leaves out."""

    module_number: int
    error: str
    cause: str


class BookRequest(BaseParams):
    """The sources of a book: manifests from the pipeline, or lessons and figures given directly.

    ``all_image_mappings`` is an object of visual id → figure.
    """

    manifest_keys: tuple[str, ...] = ()
    lab_manifest_keys: tuple[str, ...] = ()
    study_manifest_keys: tuple[str, ...] = ()
    failed_modules: tuple[FailedModule, ...] = ()
    all_lesson_keys: tuple[str, ...] = ()
    all_image_mappings: dict[str, Figure] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_lessons(self) -> "BookRequest":
        if not (self.manifest_keys or self.lab_manifest_keys or self.all_lesson_keys):
            raise ValueError("manifest_keys, lab_manifest_keys or all_lesson_keys with at least one key")
        return self


class BookResult(BaseModel):
    """The result of the step: keys and counts only."""

    book: dict[str, str] = {}
    lab_guide: dict[str, str] = {}
    title: str
    counts: dict[str, int]

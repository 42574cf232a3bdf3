"""What a checkout remembers: the project, and each file as it was checked out.

It is a file beside the others, so that it goes along with them into git: an earlier commit has the earlier state.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from course_kit.data_models import ClosedModel
from course_kit.outline.lesson_numbers import LessonNumbers
from course_kit.outline.slots import CourseSlots
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_keys import ProjectFolder, ProjectKeys
from coursewright.checkout.file_numbers import remembered_numbers
from coursewright.checkout.folder import STATE_FOLDER, CheckoutFolder
from coursewright.checkout.kinds import Kind, kind_of
from coursewright.deployment import Target
from coursewright.errors import BadInput

_NAME = "checkout.json"
LessonNumber = Annotated[str, StringConstraints(pattern=r"^\d{1,3}\.\d{1,3}$")]


class CheckedOut(ClosedModel):
    """One file, and the object that it is."""

    key: str
    etag: str
    stored_sha256: str
    """The hash of the object's body."""
    sha256: str
    """The hash of the file."""

    @classmethod
    def of(cls, stored: Artefact, file_sha256: str) -> Self:
        """Return the entry of a file that is as the object is."""
        return cls(key=stored.key, etag=stored.etag, stored_sha256=stored.sha256, sha256=file_sha256)

    def is_as_seen(self, stored: Artefact | None) -> bool:
        """Whether the object has still the content that was checked out."""
        return stored is not None and (stored.etag == self.etag or stored.sha256 == self.stored_sha256)


class Checkout(ClosedModel):
    """The state of a checkout; ``files`` by path."""

    form: Literal[1] = 1
    """The version of this file's form."""
    project: ProjectFolder
    target: Target
    stage: str
    slots: CourseSlots
    files: dict[str, CheckedOut] = Field(default_factory=dict)
    numbers: dict[LessonNumber, LessonNumber] = Field(default_factory=dict)
    """The slot of each lesson by its number in references of the files; empty when each is its slot."""
    other_numbers: dict[str, dict[LessonNumber, LessonNumber]] = Field(default_factory=dict)
    """The same for files that a person had changed when the outline got another order, by path."""

    @model_validator(mode="after")
    def _is_within_its_project(self) -> Self:
        strange = [file.key for file in self.files.values() if self.keys.path_of(file.key) is None]
        if strange:
            raise ValueError(f"keys of project {self.project} only, found {strange[0]!r}")
        if elsewhere := [path for path in self.files if kind_of(path) is Kind.OTHER]:
            raise ValueError(f"files of a checkout only, found {elsewhere[0]!r}")
        return self

    @property
    def keys(self) -> ProjectKeys:
        """The keys of the project."""
        return ProjectKeys(self.project)

    def numbers_of(self, path: str) -> LessonNumbers:
        """Return what references of a file mean."""
        return remembered_numbers(self.other_numbers.get(path, self.numbers))

    @classmethod
    def read(cls, folder: CheckoutFolder) -> Self:
        """Return the state of a folder; raises `BadInput` for a folder that is no checkout."""
        found = cls.find(folder)
        if found is None:
            raise BadInput(
                f"DIR: found no checkout in {str(folder.root)!r}, expected a folder that "
                "`coursewright checkout PROJECT DIR` has made"
            )
        return found

    @classmethod
    def find(cls, folder: CheckoutFolder) -> Self | None:
        """Return the state of a folder; None for a folder without one. Raises `BadInput` for one that is broken."""
        place = folder.state_file(_NAME)
        if not place.is_file():
            return None
        try:
            return cls.model_validate_json(place.read_bytes())
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            where = ".".join(map(str, first["loc"])) or "all of it"
            raise BadInput(
                f"{folder.root}/{STATE_FOLDER}/{_NAME}: {where}: {first['msg']}; take the file from git, "
                "or check the project out into another folder"
            ) from None

    def save(self, folder: CheckoutFolder) -> None:
        """Write the state into its folder."""
        ordered = self.model_copy(update={"files": dict(sorted(self.files.items()))})
        without = {name for name in ("numbers", "other_numbers") if not getattr(self, name)}
        folder.write_state(_NAME, (ordered.model_dump_json(indent=1, exclude=without) + "\n").encode())

    def with_file(self, path: str, file: CheckedOut) -> Self:
        """Return the state with one file as it is now."""
        return self.model_copy(update={"files": {**self.files, path: file}})

    def without_file(self, path: str) -> Self:
        """Return the state without one file."""
        return self.model_copy(update={"files": {name: file for name, file in self.files.items() if name != path}})

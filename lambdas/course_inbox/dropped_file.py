"""One version of one file in the inbox: which project it is, and under which keys it is answered."""

import hashlib
from base64 import b64decode, b64encode
from typing import Self

from pydantic import ConfigDict, Field
from slugify import slugify

from course_kit.data_models import OpenModel
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_keys import (
    ERRORS_ENDING,
    INBOX_FOLDER,
    OUTLINE_ENDINGS,
    ProjectKeys,
    slug_of,
    unreserved,
)

# An execution's name has at most 80 characters: "inbox-", 57 of the slug, a hyphen, 16 of the hash.
_SLUG_CHARACTERS = 57
_HASH_CHARACTERS = 16
# Amazon S3 user guide, "Naming Amazon S3 objects": 1,024 bytes of UTF-8.
_KEY_BYTES = 1024
# S3 keeps 2 KB of metadata, ASCII alone: the longest key fits in base64, and does not percent-encoded.
_METADATA = "dropped"
_ENDINGS = " or ".join(OUTLINE_ENDINGS[:2])


class DroppedFile(OpenModel):
    """What an event tells of an object under ``inbox/``; its key is the key itself, nothing in it is encoded.

    In notifications to queues and functions keys are URL-encoded, in EventBridge's events they are not.
    """

    model_config = ConfigDict(populate_by_name=True)

    key: str = Field(pattern=f"^{INBOX_FOLDER}/")
    version: str | None = Field(default=None, alias="version-id")
    """None on local AWS, whose events leave it out: then the content's hash stands for it."""
    etag: str
    size: int = Field(ge=0)
    """Bytes."""

    @property
    def needs_no_answer(self) -> bool:
        """Whether it is an answer itself, which must not be answered for ever, or a folder of S3's console."""
        return self.key.endswith(ERRORS_ENDING) or (self.key.endswith("/") and self.size == 0)

    @property
    def faults_of_name(self) -> tuple[str, ...]:
        """Why no run can be started for a file of this name, whatever it holds."""
        _, _, below = self.key.partition("/")
        folder, _, name = below.rpartition("/")
        faults = []
        if "/" in below:
            faults.append(f"folder: found {folder + '/'!r}, expected the file directly under {INBOX_FOLDER}/")
        if not name.endswith(OUTLINE_ENDINGS):
            faults.append(f"name: found {name!r}, expected an outline whose name ends in {_ENDINGS}")
        elif not slugify(name.rpartition(".")[0]):
            faults.append(f"name: found {name!r}, expected a letter or a digit before the ending; it names the project")
        else:
            try:
                unreserved(self.project_folder)
            except ValueError as error:
                faults.append(f"name: found {name!r}, which names the project, expected {error}")
        return tuple(faults)

    @property
    def project_folder(self) -> str:
        """The file's name as a project folder: a file of the same name goes on with the same project."""
        return slug_of(self._stem)

    @property
    def execution_name(self) -> str:
        """The same for the same version, so that an event that comes twice starts one run."""
        digest = hashlib.sha256(f"{self.key}\n{self.version or self.etag}".encode()).hexdigest()[:_HASH_CHARACTERS]
        return f"{INBOX_FOLDER}-{self.project_folder[:_SLUG_CHARACTERS]}-{digest}"

    @property
    def outline_key(self) -> str:
        """A copy of its own: a file that is dropped again while the run goes on does not change it."""
        return ProjectKeys(self.project_folder).outline_of_run(self.execution_name)

    @property
    def errors_key(self) -> str:
        """Where whoever dropped the file is told what is wrong with it."""
        folder, _, _ = self.key.rpartition("/")
        beginning = f"{folder}/{self._stem}".encode()[: _KEY_BYTES - len(ERRORS_ENDING)]
        return beginning.decode(errors="ignore") + ERRORS_ENDING

    @property
    def _stem(self) -> str:
        name = self.key.rpartition("/")[2]
        return name.rpartition(".")[0] or name.removeprefix(".")

    def is_stored_as(self, stored: Artefact | None) -> bool:
        """Whether what lies under its key now is this version."""
        if stored is None:
            return False
        return stored.etag.strip('"') == self.etag if self.version is None else stored.version == self.version

    def as_metadata(self) -> dict[str, str]:
        """Return it as metadata of its copy and of its answer, by which the end of its run finds it again."""
        return {_METADATA: b64encode(self.model_dump_json(by_alias=True).encode()).decode()}

    @classmethod
    def of_metadata(cls, stored: Artefact) -> Self | None:
        """Return the file that an object is a copy of, or an answer to; None for what the inbox has not written."""
        kept = stored.metadata.get(_METADATA)
        return None if kept is None else cls.model_validate_json(b64decode(kept))

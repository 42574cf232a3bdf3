"""Records whose keys begin with their project's folder, as they read in a project of another name.

Each record is read as its model, so that only fields of keys change, never a text that looks like a key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from book_builder.book_model import Book
from book_builder.wanted import wanted_book
from course_kit.records.brief_manifest import BriefManifest
from course_kit.records.course_record import CourseRecord
from course_kit.records.editing_manifest import EditingManifest
from course_kit.records.manifest import LabManifest, ModuleManifest, StudyManifest
from course_kit.records.run_summary import RunSummary
from course_kit.store.artefact import FINGERPRINT, SHA256
from course_kit.store.artefact_keys import ProjectKeys, manifest_of
from coursewright.course_store import ObjectContent
from coursewright.errors import BadInput

Record = TypeVar("Record", bound=BaseModel)

_MANIFESTS: Mapping[str, type[BaseModel]] = {"": ModuleManifest, "study": StudyManifest, "labs": LabManifest}
_BOOK_DATA = "_data.json"


@dataclass(frozen=True)
class Move:
    """A project's contents under the name of another project."""

    old: ProjectKeys
    new: ProjectKeys
    book_fingerprints: Mapping[str, str]
    """New fingerprints of the books' files by their old ones: a book's data names the keys of its figures."""

    @property
    def is_needed(self) -> bool:
        """Whether the name changes at all."""
        return self.old != self.new

    def content(self, path: str, content: ObjectContent) -> ObjectContent:
        """Return an object as the other project has it.

        Raises
        ------
        BadInput
            It is a record that this version cannot read.
        """
        if not self.is_needed:
            return content
        metadata = dict(content.metadata)
        if self.old.within(path).startswith(self.old.books()):
            fingerprint = metadata.get(FINGERPRINT, "")
            metadata |= {FINGERPRINT: self.book_fingerprints.get(fingerprint, fingerprint)} if fingerprint else {}
        try:
            body = self._body(path, content.body)
        except ValidationError as error:
            raise BadInput(
                f"{path}: this version cannot read it as {error.title}, and so cannot give it another project's keys; "
                f"import the archive under its own name, {self.old.project_folder}"
            ) from None
        # The hash of the body as the pipeline wrote it; a body that somebody changed keeps the other hash.
        if metadata.get(SHA256) == content.sha256:
            metadata[SHA256] = replace(content, body=body).sha256
        return ObjectContent(body, content.content_type, metadata)

    def book_change(self, path: str, content: ObjectContent) -> Mapping[str, str]:
        """Return a book's new fingerprint by its old one; nothing for other objects, and for an outdated book."""
        key = self.old.within(path)
        if not self.is_needed or not _is_book_data(self.old, key):
            return {}
        try:
            book = Book.model_validate_json(content.body)
        except ValidationError:
            return {}
        known = content.metadata.get(FINGERPRINT, "")
        if wanted_book(book, key).fingerprint != known:
            return {}
        return {known: wanted_book(self._moved(book), self.new.within(path)).fingerprint}

    def _body(self, path: str, body: bytes) -> bytes:
        key = self.old.within(path)
        if key == self.old.brief_manifest():
            return _written(self._moved(BriefManifest.model_validate_json(body)))
        if key == self.old.editing_manifest():
            return _written(self._moved(EditingManifest.model_validate_json(body)))
        if place := manifest_of(key):
            kind = _MANIFESTS.get(place[1])
            return _written(self._moved(kind.model_validate_json(body))) if kind else body
        if key.startswith(self.old.runs()):
            return _written(self._moved_run(RunSummary.model_validate_json(body)))
        if _is_book_data(self.old, key):
            return _written(self._moved(Book.model_validate_json(body)))
        if key == self.old.course():
            return _written(self._moved_course(CourseRecord.model_validate_json(body)))
        return body

    def _moved(self, record: Record) -> Record:
        return type(record).model_validate(self._with_keys(record.model_dump(mode="json")))

    def _moved_run(self, summary: RunSummary) -> RunSummary:
        request = dict(summary.request)
        if request.get("project_folder") == self.old.project_folder:
            request["project_folder"] = self.new.project_folder
        request["outline_s3_key"] = self._key(request.get("outline_s3_key"))
        books = {
            name: {format_name: self._text(key) for format_name, key in getattr(summary, name).items()}
            for name in ("book", "lab_guide")
        }
        return summary.model_copy(update={"request": request, **books})

    def _moved_course(self, record: CourseRecord) -> CourseRecord:
        old, new = self.old.project_folder, self.new.project_folder
        editions = {language: new if project == old else project for language, project in record.editions.items()}
        return record.model_copy(update={"editions": editions})

    def _with_keys(self, value: JsonValue) -> JsonValue:
        match value:
            case dict():
                # What is stored for a module is remembered by key.
                return {
                    self._text(name): self._key(part) if _is_key(name) else self._with_keys(part)
                    for name, part in value.items()
                }
            case list():
                return [self._with_keys(part) for part in value]
        return value

    def _key(self, value: JsonValue) -> JsonValue:
        return self._text(value) if isinstance(value, str) else value

    def _text(self, key: str) -> str:
        path = self.old.path_of(key)
        return key if path is None else self.new.within(path)


def _is_key(name: str) -> bool:
    return name == "key" or name.endswith("_key")


def _is_book_data(keys: ProjectKeys, key: str) -> bool:
    return key.startswith(keys.books()) and key.endswith(_BOOK_DATA)


def _written(record: BaseModel) -> bytes:
    """Return a record as the store writes it."""
    return record.model_dump_json(indent=1).encode()

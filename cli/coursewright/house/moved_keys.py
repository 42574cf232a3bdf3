"""Records whose keys begin with their project's folder, as they read in a project of another name.

Each record is read as its model, so that only fields of keys change, never a text that looks like a key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from pydantic import BaseModel, JsonValue, TypeAdapter, ValidationError

from book_builder.book_model import Book
from book_builder.wanted import wanted_book
from course_kit.records.manifest import LabManifest, ModuleManifest, StudyManifest
from course_kit.records.run_summary import RunSummary
from course_kit.store.artefact import FINGERPRINT, SHA256
from course_kit.store.artefact_keys import ProjectKeys, manifest_of
from coursewright.errors import BadInput
from coursewright.house.archive_model import ObjectContent

Record = TypeVar("Record", bound=BaseModel)

_MANIFESTS: Mapping[str, type[BaseModel]] = {"": ModuleManifest, "study": StudyManifest, "labs": LabManifest}
_BOOK_DATA = "_data.json"
_COURSE = "course.json"
_OBJECT = TypeAdapter(dict[str, JsonValue])


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
        if self.old.within(path).startswith(self.old.book("", "")):
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
        if wanted_book(path, book, key).fingerprint != known:
            return {}
        return {known: wanted_book(path, self._moved(book), self.new.within(path)).fingerprint}

    def _body(self, path: str, body: bytes) -> bytes:
        key = self.old.within(path)
        if place := manifest_of(key):
            kind = _MANIFESTS.get(place[1])
            return _written(self._moved(kind.model_validate_json(body))) if kind else body
        if key.startswith(self.old.runs()):
            return _written(self._moved_run(RunSummary.model_validate_json(body)))
        if _is_book_data(self.old, key):
            return _written(self._moved(Book.model_validate_json(body)))
        if path == _COURSE:
            return self._moved_course(body)
        return body

    def _moved(self, record: Record) -> Record:
        return type(record).model_validate(self._with_keys(record.model_dump(mode="json")))

    def _moved_run(self, summary: RunSummary) -> RunSummary:
        request = dict(summary.request)
        if request.get("project_folder") == self.old.project_folder:
            request["project_folder"] = self.new.project_folder
        request["outline_s3_key"] = self._key(request.get("outline_s3_key"))
        books = {
            name: {format_name: str(self._key(key)) for format_name, key in getattr(summary, name).items()}
            for name in ("book", "lab_guide")
        }
        return summary.model_copy(update={"request": request, **books})

    def _moved_course(self, body: bytes) -> bytes:
        record = _OBJECT.validate_json(body)
        editions = record.get("editions")
        if not isinstance(editions, dict) or self.old.project_folder not in editions.values():
            return body
        old, new = self.old.project_folder, self.new.project_folder
        moved = {language: new if project == old else project for language, project in editions.items()}
        return _OBJECT.dump_json(record | {"editions": moved}, indent=1)

    def _with_keys(self, value: JsonValue) -> JsonValue:
        match value:
            case dict():
                return {
                    name: self._key(part) if name == "key" or name.endswith("_key") else self._with_keys(part)
                    for name, part in value.items()
                }
            case list():
                return [self._with_keys(part) for part in value]
        return value

    def _key(self, value: JsonValue) -> JsonValue:
        path = self.old.path_of(value) if isinstance(value, str) else None
        return value if path is None else self.new.within(path)


def _is_book_data(keys: ProjectKeys, key: str) -> bool:
    return key.startswith(keys.within("book/")) and key.endswith(_BOOK_DATA)


def _written(record: BaseModel) -> bytes:
    """Return a record as the store writes it."""
    return record.model_dump_json(indent=1).encode()

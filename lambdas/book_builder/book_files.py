"""The files of one book in the bucket: their keys, and those that an earlier title has left."""

from collections.abc import Mapping
from dataclasses import dataclass

from book_builder.book_formats import FORMATS
from course_kit.store.artefact_keys import ProjectKeys, part_of_book
from course_kit.store.artefact_store import ArtefactStore

_PDF = ".pdf"
"""pdf_renderer adds it, beside its source."""


@dataclass(frozen=True)
class BookFiles:
    """The course book or the lab guide of a project, for the whole course or for some modules."""

    keys: ProjectKeys
    part: str
    """The modules in file names; empty for the whole course."""
    endings: Mapping[str, str]
    """By format. The Markdown's ending tells a course book from a lab guide."""
    pdf_ending: str

    @classmethod
    def of_course(cls, keys: ProjectKeys, part: str) -> "BookFiles":
        """Return the files of the course book."""
        return cls(keys, part, _endings("", "_complete.md") | {"coverage": "_coverage.json"}, _PDF)

    @classmethod
    def of_lab_guide(cls, keys: ProjectKeys, part: str) -> "BookFiles":
        """Return the files of the lab guide."""
        return cls(keys, part, _endings("_labs", "_labs.md"), f"_labs{_PDF}")

    def under(self, title: str) -> dict[str, str]:
        """Return the key of each format of a title."""
        return {name: self.keys.book(title, ending, self.part) for name, ending in self.endings.items()}

    def all_under(self, title: str) -> set[str]:
        """Return every key of a title, with its PDF's."""
        return {*self.under(title).values(), self.keys.book(title, self.pdf_ending, self.part)}

    def drop_earlier_titles(self, store: ArtefactStore, title: str) -> None:
        """Remove this book's files of other titles; the bucket keeps their versions.

        The other book of the project stays, and so does a book of other modules.
        """
        stored = set(store.keys(self.keys.books()))
        both = (BookFiles.of_course(self.keys, self.part), BookFiles.of_lab_guide(self.keys, self.part))
        current = {key for files in both for key in files.all_under(title)}
        markdown = self.endings["md"]
        # The Markdown is dropped last: a repeated attempt finds earlier titles by it.
        endings = [*(ending for ending in self.endings.values() if ending != markdown), self.pdf_ending, markdown]
        for key in sorted(stored):
            if key.endswith(markdown) and part_of_book(key) == self.part:
                earlier = (key.removesuffix(markdown) + ending for ending in endings)
                for superseded in earlier:
                    if superseded in stored and superseded not in current:
                        store.delete(superseded)


def _endings(suffix: str, markdown: str) -> dict[str, str]:
    endings = {name: suffix + book_format.ending for name, book_format in FORMATS.items()}
    return endings | {"md": markdown, "json": f"{suffix}_data.json"}

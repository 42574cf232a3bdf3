"""What of a course its author wrote or changed, and what of that the book cannot show."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from course_kit.data_models import ClosedModel
from course_kit.records.written import Written, is_authors
from course_kit.store.artefact_store import ArtefactStore

_READERS = 16
Place = tuple[int, int]
"""Module and lesson number."""


class AuthorsPart(ClosedModel):
    """The lessons, labs, study parts and figures of an author, by the numbers that are printed."""

    lessons: tuple[str, ...] = ()
    labs: tuple[str, ...] = ()
    study: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    unseen_pictures: tuple[str, ...] = ()
    """Pictures that are missing or cannot be shown, each with its section."""
    unmade_figures: tuple[str, ...] = ()
    """Sections with figures that are not made yet."""
    remarks: tuple[str, ...] = ()
    """Lines that the book shows otherwise than they are written, each with its section and what to do."""
    remarked_lines: tuple[str, ...] = ()
    """The same without words: a section and its lines."""


def authors_of(store: ArtefactStore, keys: Iterable[str], written: Mapping[str, Written]) -> frozenset[str]:
    """Return which of these objects are the author's.

    Parameters
    ----------
    written
        What the pipeline wrote, by key.
    """
    wanted = list(keys)
    with ThreadPoolExecutor(_READERS) as readers:
        stored = list(readers.map(store.find, wanted))
    return frozenset(
        key for key, found in zip(wanted, stored, strict=True) if found and is_authors(found, written.get(key))
    )

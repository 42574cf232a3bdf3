"""What a run no longer wants: it is removed, the author's excepted; the bucket keeps its versions."""

from collections.abc import Collection, Mapping

from course_kit.records.written import Written, is_authors
from course_kit.store.artefact_store import ArtefactStore


def drop_superseded(store: ArtefactStore, prefix: str, current: Collection[str], known: Mapping[str, Written]) -> None:
    """Remove what lies under a prefix, is not current, and is not the author's.

    Parameters
    ----------
    known
        What the module's manifest remembers about each key.
    """
    for key in store.keys(prefix):
        if key not in current and (stored := store.find(key)) and not is_authors(stored, known.get(key)):
            store.delete(key)

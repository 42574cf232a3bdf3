"""The outline of a project in the bucket: who saved it and when, and whether another one is older than it."""

from datetime import UTC, datetime

from course_kit.store.artefact import Artefact
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.earlier_versions import earlier_versions
from course_kit.store.provenance import authors_provenance, maker_of

_CHANGED_AT = "changed-at"
_VERSIONS_LOOKED_AT = 100


def store_outline(
    store: ArtefactStore,
    keys: ProjectKeys,
    source: bytes,
    *,
    who: str,
    changed_at: datetime | None = None,
    seen: Artefact | None = None,
    only_seen: bool = False,
    note: str = "",
) -> str:
    """Store a project's outline unless it is stored already; return its key.

    Parameters
    ----------
    who
        The person who saves it.
    changed_at
        When its file was changed; None is now.
    seen
        The stored outline that is replaced; None replaces the one of now.
    only_seen
        Whether one that was stored since is left alone, also where there was none.
    note
        Why it was changed.

    Raises
    ------
    ArtefactConflict
        Another person has stored an outline at the same time.
    """
    key = keys.outline()
    if store.read(key) != source:
        changed = (changed_at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
        store.write(
            key,
            source,
            content_type="application/yaml",
            replacing=seen if seen or only_seen else store.find(key),
            metadata={**authors_provenance(who, note), _CHANGED_AT: changed},
        )
    return key


def newer_outline(store: ArtefactStore, keys: ProjectKeys, source: bytes, changed_at: datetime | None = None) -> str:
    """Return in words the stored outline that is newer than a file; empty when there is none.

    A file is older if it is an earlier version of the stored outline, or was changed before it.
    """
    stored = store.find(keys.outline())
    if stored is None or store.read(keys.outline()) == source:
        return ""
    by = f" of {maker_of(stored)}" if maker_of(stored) else ""
    newest = f"the outline{by} in the project"
    for position, earlier in enumerate(earlier_versions(store, keys.outline())):
        if position >= _VERSIONS_LOOKED_AT:
            break
        if store.read(earlier.key, earlier.version) == source:
            return f"{newest} is newer: the file is an earlier version of it"
    saved = stored.metadata.get(_CHANGED_AT)
    if changed_at is not None and saved and changed_at < datetime.fromisoformat(saved):
        return f"{newest} was changed on {saved[:16].replace('T', ' ')} UTC, after the file"
    return ""

"""Earlier versions of what a run wants: they are taken back before a model is asked, so nothing is bought twice."""

from collections.abc import Iterator
from itertools import islice

from course_kit.records.project_lease import ProjectLease
from course_kit.records.written import Written, is_authors
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.earlier_versions import bring_back, earlier_versions
from course_kit.work.wanted import Verdict, Wanted, is_as_asked, is_legacy, verdict

# A text that was changed more often has not been asked for in so long that it is as good as new.
_VERSIONS_LOOKED_AT = 50


def earlier_as_wanted(store: ArtefactStore, wanted: Wanted) -> Artefact | None:
    """Return the earlier version that is what a run asks for: one of the same prompt and model before any other.

    None when there is none, and for what is to be made again although it exists. A version of the author's is the
    author's to restore.
    """
    if wanted.is_forced:
        return None
    stale: Artefact | None = None
    for earlier in _as_asked(store, wanted):
        if earlier.shape == wanted.shape:
            return earlier
        stale = stale or earlier
    return None if wanted.renews_stale else stale


def take_back(store: ArtefactStore, wanted: Wanted, stored: Artefact | None) -> Artefact | None:
    """Store the earlier version that is what a run asks for again, and return it; None when there is none.

    Raises ``ArtefactConflict`` when another execution has written the key meanwhile.
    """
    earlier = earlier_as_wanted(store, wanted)
    return None if earlier is None else bring_back(store, earlier, replacing=stored)


def settled(
    store: ArtefactStore, wanted: Wanted, stored: Artefact | None, lease: ProjectLease, known: Written | None
) -> tuple[Artefact | None, Verdict]:
    """Return what a run goes on with in an artefact's place, and its verdict: what was made before is taken back.

    Parameters
    ----------
    stored
        What is there; None for nothing.
    known
        What the project's manifest says about the key.

    Raises
    ------
    ArtefactConflict
        Another execution has written the key meanwhile.
    """
    found = verdict(wanted, stored, lease, known)
    if found is Verdict.MAKE and (earlier := take_back(store, wanted, stored)):
        return earlier, verdict(wanted, earlier, lease, known)
    return stored, found


def _as_asked(store: ArtefactStore, wanted: Wanted) -> Iterator[Artefact]:
    for earlier in islice(earlier_versions(store, wanted.key), _VERSIONS_LOOKED_AT):
        is_ours = not is_legacy(earlier) and bool(earlier.fingerprint) and not is_authors(earlier, None)
        if is_ours and is_as_asked(wanted, earlier, None):
            yield earlier

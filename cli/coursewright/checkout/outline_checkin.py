"""An edited outline: it may not turn the project into another course unseen."""

import hashlib

from course_kit.errors import ArtefactConflict
from course_kit.outline import read_outline
from course_kit.records.course_record import CourseRecord
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.checkout.folder import CheckoutFolder
from coursewright.checkout.kinds import OUTLINE
from coursewright.checkout.state import Checkout
from coursewright.course_store import CourseStore
from coursewright.errors import BadInput
from coursewright.outline_upload import store_outline
from coursewright.person import person_name


def require_same_course(store: CourseStore, state: Checkout, folder: CheckoutFolder, *, is_confirmed: bool) -> None:
    """Raise `BadInput` for an outline that looks like another course than the project's, unless confirmed."""
    outline = read_outline(folder.read(OUTLINE) or b"")
    objections = [] if is_confirmed else CourseRecord.read(store, state.keys).objections(outline)
    if objections:
        raise BadInput(f"{OUTLINE}: project {state.project}: {'; '.join(objections)}. Confirm it with --yes")


def store_edited_outline(
    store: CourseStore, keys: ProjectKeys, source: bytes, *, note: str, seen: Artefact | None
) -> Artefact:
    """Store an outline as the project's, in this person's name; raises ``ArtefactConflict``.

    Parameters
    ----------
    seen
        The outline that is replaced.
    """
    key = keys.outline()
    # The outline of a run of the inbox has a key of its own, and stays.
    replaced = seen if seen is not None and seen.key == key else None
    store_outline(store, keys, source, who=person_name(), note=note, seen=replaced)
    saved = store.find(key)
    if saved is None or saved.sha256 != hashlib.sha256(source).hexdigest():
        raise ArtefactConflict(f"{key}: another person has stored it meanwhile")
    return saved

"""An edited outline: it may not turn the project into another course unseen."""

from course_kit.outline import read_outline
from course_kit.records.course_record import CourseRecord
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.provenance import authors_provenance
from coursewright.checkout.folder import CheckoutFolder
from coursewright.checkout.kinds import OUTLINE
from coursewright.checkout.state import Checkout
from coursewright.course_store import CourseStore
from coursewright.errors import BadInput


def require_same_course(store: CourseStore, state: Checkout, folder: CheckoutFolder, *, is_confirmed: bool) -> None:
    """Raise `BadInput` for an outline that looks like another course than the project's, unless confirmed."""
    outline = read_outline(folder.read(OUTLINE) or b"")
    objections = [] if is_confirmed else CourseRecord.read(store, state.keys).objections(outline)
    if objections:
        raise BadInput(f"{OUTLINE}: project {state.project}: {'; '.join(objections)}. Confirm it with --yes")


def store_edited_outline(
    store: CourseStore, keys: ProjectKeys, source: bytes, who: str, *, replacing: Artefact | None
) -> Artefact:
    """Store an outline as the project's, with the name of the person; raises ``ArtefactConflict``."""
    key = keys.outline()
    before = replacing if replacing is not None and replacing.key == key else store.find(key)
    return store.write(key, source, content_type="application/yaml", replacing=before, metadata=authors_provenance(who))

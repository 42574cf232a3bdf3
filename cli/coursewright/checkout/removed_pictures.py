"""Pictures that a person takes out of the book: the bucket keeps their versions."""

from course_kit.records.written import is_authors
from course_kit.store.artefact import Artefact
from course_kit.store.earlier_versions import bring_back, earlier_versions
from coursewright.checkout.kinds import Kind
from coursewright.course_store import CourseStore


def remove_picture(store: CourseStore, kind: Kind, stored: Artefact) -> None:
    """Remove a picture; a figure gets back the last one that the pipeline drew, if there is one.

    Raises ``ArtefactConflict`` when somebody has written a figure's picture meanwhile.
    """
    if kind is Kind.REPLACED:
        ours = (earlier for earlier in earlier_versions(store, stored.key) if not is_authors(earlier, None))
        if drawn := next(ours, None):
            bring_back(store, drawn, replacing=stored)
            return
    store.delete(stored.key)

"""Which books a run wants."""

from book_builder.book_formats import TEMPLATES_VERSION
from book_builder.book_model import Book
from course_kit.store.artefact import fingerprint_of
from course_kit.work.wanted import Derived


def wanted_book(book: Book, data_key: str) -> Derived:
    """Return a book as a run wants it. Its data counts, which is written last."""
    # Without the date, which is no reason to build a book again.
    fingerprint = fingerprint_of(
        book.model_dump(mode="json", exclude={"made_on", "figures"}),
        {
            visual_id: figure.model_dump(mode="json", exclude={"is_reused"})
            for visual_id, figure in book.figures.items()
        },
        TEMPLATES_VERSION,
    )
    return Derived(key=data_key, fingerprint=fingerprint)

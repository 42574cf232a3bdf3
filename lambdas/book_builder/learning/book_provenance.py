"""How a book was made: its models and prompts, and the automatic checks of its content."""

from collections.abc import Iterable

from book_builder.learning.authors_share import AuthorsPart
from book_builder.learning.editing_share import EditingShare
from course_kit.data_models import ClosedModel
from course_kit.records.visuals import Figure, VisualKind
from course_kit.text.code_samples import check_code_samples


class CodeCheck(ClosedModel):
    """The number of code samples, and of those that parse as their language."""

    samples: int = 0
    failures: int = 0

    @classmethod
    def of(cls, texts: Iterable[str]) -> "CodeCheck":
        """Check the samples of all texts."""
        samples = [sample for text in texts for sample in check_code_samples(text)]
        return cls(samples=len(samples), failures=sum(bool(sample.fault) for sample in samples))


class FigureCheck(ClosedModel):
    """The number of figures by origin."""

    diagrams: int = 0
    framed: int = 0
    """Diagrams whose source could not be drawn; a framed text replaces each."""
    illustrations: int = 0
    stand_ins: int = 0
    """Illustrations that an image model refused; a diagram replaces each."""

    @classmethod
    def of(cls, figures: Iterable[Figure]) -> "FigureCheck":
        """Count a book's figures, except the author's own."""
        known = [figure for figure in figures if not figure.is_authors]
        illustrations = sum(figure.kind is VisualKind.ILLUSTRATION for figure in known)
        return cls(
            diagrams=len(known) - illustrations,
            framed=sum(figure.is_fallback for figure in known),
            illustrations=illustrations,
            stand_ins=sum(figure.is_stand_in for figure in known),
        )


class BookProvenance(ClosedModel):
    """The facts on the last page of a book."""

    image_models: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    """Function and version of its prompts, such as ``content_gen 1f0c…``."""
    code: CodeCheck = CodeCheck()
    figures: FigureCheck = FigureCheck()
    questions: int = 0
    author: AuthorsPart = AuthorsPart()
    editing: EditingShare = EditingShare()
    dead_references: int = 0
    """References to lessons that the course does not have; they are printed as words."""
    dropped: int = 0
    """Questions and terms of the model that failed the checks and were removed."""


def prompts_of(function: str, versions: Iterable[str]) -> tuple[str, ...]:
    """Return a function's prompt versions in printed form, without duplicates or unknown ones."""
    return tuple(f"{function} {version}" for version in sorted({version for version in versions if version}))

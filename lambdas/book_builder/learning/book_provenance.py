"""How a book was made: by which models with which prompts, what a machine has checked of it and what nobody has."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from course_kit.records.visuals import Figure, VisualKind
from course_kit.text.code_samples import check_code_samples


class CodeCheck(BaseModel):
    """How many code samples a machine could read as their language, of how many."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    samples: int = 0
    failures: int = 0

    @classmethod
    def of(cls, texts: Iterable[str]) -> "CodeCheck":
        """Check the samples of all texts."""
        samples = [sample for text in texts for sample in check_code_samples(text)]
        return cls(samples=len(samples), failures=sum(bool(sample.fault) for sample in samples))


class FigureCheck(BaseModel):
    """How the figures came about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    diagrams: int = 0
    framed: int = 0
    """Diagrams whose source could not be drawn; a framed text stands for each."""
    illustrations: int = 0
    stand_ins: int = 0
    """Illustrations that an image model would not draw; a diagram stands for each."""

    @classmethod
    def of(cls, figures: Iterable[Figure]) -> "FigureCheck":
        """Count a book's figures."""
        known = list(figures)
        illustrations = sum(figure.kind is VisualKind.ILLUSTRATION for figure in known)
        return cls(
            diagrams=len(known) - illustrations,
            framed=sum(figure.is_fallback for figure in known),
            illustrations=illustrations,
            stand_ins=sum(figure.is_stand_in for figure in known),
        )


class BookProvenance(BaseModel):
    """What the last page of a book says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    image_models: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    """Function and version of its prompts, such as ``content_gen 1f0c…``."""
    code: CodeCheck = CodeCheck()
    figures: FigureCheck = FigureCheck()
    questions: int = 0
    dropped: int = 0
    """Questions and terms that the model gave and the checks took out."""


def prompts_of(function: str, versions: Iterable[str]) -> tuple[str, ...]:
    """Return a function's prompt versions as they are printed, each once; unknown ones are left out."""
    return tuple(f"{function} {version}" for version in sorted({version for version in versions if version}))

"""A fault that the author has put into a lesson on purpose."""

from course_kit.data_models import ClosedModel
from course_kit.records.editing import FindingKind


class SeededFault(ClosedModel):
    """One fault, as ``GET /faults`` lists it."""

    kind: FindingKind
    lesson: str
    """The number of the lesson that has it, as its writer was told."""
    other: str = ""
    """The lesson whose passage or term it is; empty for none."""
    about: str = ""
    """The term, or the name of the fact."""
    is_reworded: bool = False
    text: str
    """The paragraph of the lesson."""

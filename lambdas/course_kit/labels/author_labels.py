"""Fixed words for what the author of a course wrote, changed or added."""

from course_kit.data_models import ClosedModel


class AuthorLabels(ClosedModel):
    """Lines on the book's last page, and lines in place of what cannot be shown."""

    changed: str
    """Leads in what the author wrote or changed."""
    lessons: str
    """With ``{numbers}``, like the next three."""
    labs: str
    study: str
    figures: str
    uncovered: str
    """Leads in topics without a section of their own."""
    not_covered: str
    """Stands in the coverage table where no section covers a topic."""
    unseen_pictures: str
    unmade_figures: str
    remarks: str
    """Leads in lines that the book shows otherwise than the author wrote them."""
    picture_missing: str
    """With ``{file}``."""
    picture_refused: str
    """With ``{file}``."""
    figure_missing: str
    """With ``{description}``."""

"""The needs of an outline's run; without an outline, those of any course."""

from course_kit.forecast.course_estimate import CourseEstimate, estimate_course
from course_kit.forecast.writers import writer_of
from course_kit.outline.labs import labs_of_module
from course_kit.run.events import ContentType
from coursewright.outline_file import OutlineFile


def content_type_of(outline: OutlineFile | None) -> ContentType:
    """Return the largest content of a run: with labs, unless the outline has none."""
    if outline is None:
        return ContentType.BOTH
    has_labs = any(labs_of_module(module) for module in outline.outline.modules)
    return ContentType.BOTH if has_labs else ContentType.THEORY


def lessons_of(outline: OutlineFile | None) -> tuple[int, ...] | None:
    """Return how many lessons each module has; None without an outline."""
    return None if outline is None else tuple(len(module.lessons) for module in outline.outline.modules)


def estimate_of(outline: OutlineFile, model_id: str) -> CourseEstimate:
    """Return the model calls of a run without reuse."""
    numbers = outline.outline.module_numbers
    return estimate_course(outline.outline, numbers, content_type_of(outline), writer_of(model_id))

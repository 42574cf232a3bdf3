"""The estimated call of each artefact: what it would cost to make one."""

from collections.abc import Collection, Iterator

from course_kit.forecast.course_estimate import ModuleEstimate, estimate_course
from course_kit.forecast.estimated_calls import CallKind, EstimatedCall
from course_kit.forecast.writers import Writer
from course_kit.outline import Outline
from course_kit.outline.labs import labs_of_module
from course_kit.run.events import ContentType

Artefact = tuple[CallKind, int, int | str]
"""Kind, module, and lesson or lab; the lesson is 0 for the plan of a module's labs."""


def calls_by_artefact(
    outline: Outline, modules: Collection[int], content_type: ContentType, writer: Writer, *, book_parts: str
) -> dict[Artefact, EstimatedCall]:
    """Return the estimated calls of a run without reuse; ``book_parts`` are in the format of `estimate_course`."""
    estimate = estimate_course(outline, modules, content_type, writer, book_parts=book_parts)
    return dict(made for module in estimate.modules for made in _of_module(module, outline))


def _of_module(module: ModuleEstimate, outline: Outline) -> Iterator[tuple[Artefact, EstimatedCall]]:
    labs = iter(labs_of_module(outline.module(module.number)))
    for call in module.calls:
        # The calls for labs are in the order of the module's labs.
        what = next(labs).lab_id if call.kind is CallKind.LAB else call.lesson_number
        yield (call.kind, module.number, what), call

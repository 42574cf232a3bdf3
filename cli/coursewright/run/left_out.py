"""What a run of an outline leaves out, in one sentence for `validate`, `plan` and `generate`."""

from collections.abc import Sequence

from course_kit.outline import Outline
from course_kit.outline.labs import labs_of_module
from course_kit.run.events import ContentType


def left_out(outline: Outline, numbers: Sequence[int], content_type: ContentType) -> str:
    """Return what the content type leaves out of the chosen modules, and how to get it; empty when it is nothing."""
    modules = [outline.module(number) for number in numbers]
    if not content_type.has_labs:
        return _sentence(sum(len(labs_of_module(module)) for module in modules), "lab")
    if not content_type.has_theory:
        return _sentence(sum(len(module.lessons) for module in modules), "lesson")
    return ""


def _sentence(count: int, what: str) -> str:
    if not count:
        return ""
    are_left, them = (f"{what} is left", "it") if count == 1 else (f"{what}s are left", "them")
    return f"{count} {are_left} out; --content-type both makes {them}"

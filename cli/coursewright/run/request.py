"""What commands check of a run before they ask for it: nothing is written, and nothing started, for a wrong request."""

import re
from collections.abc import Collection, Sequence

from course_kit.errors import RequestInvalid
from course_kit.outline.labs import labs_of_module
from course_kit.run.events import ContentType
from course_kit.run.regeneration import Regeneration
from course_kit.store.artefact_keys import PROJECT_FOLDER_PATTERN, slug_of, unreserved
from coursewright.errors import BadInput
from coursewright.outline_file import OutlineFile
from prepare_modules.run_costs import MAX_BUDGET_USD


def project_of(project: str | None, outline_file: OutlineFile) -> str:
    """Return the project folder, by default from the course's title; raises `BadInput`."""
    if project is None:
        return checked_project(slug_of(outline_file.outline.course.title), "--project, by default from the title")
    return checked_project(project, "--project")


def checked_project(name: str, where: str) -> str:
    """Return a project folder's name as it is; raises `BadInput`."""
    if not re.fullmatch(PROJECT_FOLDER_PATTERN, name):
        raise BadInput(
            f"{where}: found {name!r}, expected 1 to 80 letters, digits, dots, hyphens or underscores, "
            "beginning with a letter or digit"
        )
    try:
        return unreserved(name)
    except ValueError as error:
        raise BadInput(f"{where}: found {name!r}, expected {error}") from None


def require_labs(outline_file: OutlineFile, numbers: Sequence[int], content_type: str) -> None:
    """Raise `BadInput` for labs alone of modules that have none."""
    modules = [outline_file.outline.module(number) for number in numbers]
    if content_type == ContentType.LABS and not any(labs_of_module(module) for module in modules):
        raise BadInput(
            "--content-type: found labs, but no lab in the chosen modules of the outline; "
            "add lab_activities, or ask for theory"
        )


def checked_budget(max_cost: float | None) -> None:
    """Raise `BadInput` for a budget that is none."""
    if max_cost is not None and not 0 < max_cost <= MAX_BUDGET_USD:
        raise BadInput(
            f"--max-cost: found {max_cost:g}, expected more than 0 and at most {MAX_BUDGET_USD:,.0f} dollars"
        )


def checked_regeneration(
    targets: Sequence[str],
    outline_file: OutlineFile,
    numbers: Sequence[int],
    content_type: str,
    visual_ids: Collection[str] | None = None,
) -> Regeneration:
    """Return what is to be made anew.

    Parameters
    ----------
    visual_ids
        Visuals that the project has; None: not known yet, so none is refused.

    Raises
    ------
    BadInput
        A target is none, or the run would not make it.
    """
    try:
        regeneration = Regeneration.of(targets)
        known = regeneration.visuals if visual_ids is None else visual_ids
        regeneration.check(outline_file.outline, numbers, ContentType(content_type), known)
    except RequestInvalid as error:
        raise BadInput(f"--{error}") from None
    return regeneration

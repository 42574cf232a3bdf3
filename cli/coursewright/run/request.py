"""Checks of a run's request: for a wrong one, nothing is written and nothing is started."""

import re
from collections.abc import Sequence
from dataclasses import replace

from course_kit.errors import RequestInvalid
from course_kit.outline.labs import labs_of_module
from course_kit.run.events import ContentType
from course_kit.run.regeneration import Regeneration
from course_kit.store.artefact_keys import PROJECT_FOLDER_PATTERN, slug_of, unreserved
from coursewright.errors import BadInput
from coursewright.outline_file import OutlineFile
from prepare_modules.run_costs import MAX_BUDGET_USD


def project_of(project: str | None, outline_file: OutlineFile) -> str:
    """Return the project folder, by default from the course's id or title; raises `BadInput`."""
    if project is None:
        course = outline_file.outline.course
        return checked_project(
            course.id or slug_of(course.title), "--project, by default from the course's id or title"
        )
    return checked_project(project, "--project")


def checked_project(name: str, where: str) -> str:
    """Return the given name of a project folder; raises `BadInput` for an invalid one."""
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
    """Raise `BadInput` for a run of labs only, of modules without labs."""
    modules = [outline_file.outline.module(number) for number in numbers]
    if content_type == ContentType.LABS and not any(labs_of_module(module) for module in modules):
        raise BadInput(
            "--content-type: found labs, but no lab in the chosen modules of the outline; "
            "add lab_activities, or ask for theory"
        )


def checked_budget(max_cost: float | None) -> None:
    """Raise `BadInput` for an invalid budget."""
    if max_cost is not None and not 0 < max_cost <= MAX_BUDGET_USD:
        raise BadInput(
            f"--max-cost: found {max_cost:g}, expected more than 0 and at most {MAX_BUDGET_USD:,.0f} dollars"
        )


def check_targets(
    targets: Sequence[str], outline_file: OutlineFile, numbers: Sequence[int], content_type: ContentType
) -> None:
    """Raise `BadInput` for a target of ``--regenerate`` that the run cannot make, as far as the outline alone tells.

    Ids of visuals and labs have slots, which the project knows.
    """
    try:
        regeneration = Regeneration.of(targets)
        labs = frozenset() if content_type.has_labs else regeneration.labs
        replace(regeneration, visuals=frozenset(), labs=labs).check(outline_file.outline, numbers, content_type, ())
    except RequestInvalid as error:
        raise BadInput(f"--{error}") from None

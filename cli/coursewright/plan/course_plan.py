"""The plan of a whole run, with its books."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from book_builder.book_request import BookRequest
from book_builder.book_store import BookStore
from course_kit.errors import BookIncomplete
from course_kit.outline import Outline
from course_kit.outline.book_parts import parts_of_book
from course_kit.outline.labs import labs_of_module
from course_kit.run.events import ContentType, ModelProvider
from course_kit.run.run_inputs import RunInputs
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.deployment import Deployment
from coursewright.errors import CommandFailed
from coursewright.outline_file import OutlineFile
from coursewright.plan.model import CoursePlan, ModulePlan
from coursewright.plan.module_plan import ModulePlanner
from coursewright.plan.project_state import ProjectState
from coursewright.run.request import checked_regeneration, project_of, require_labs
from prepare_modules.run_preparation import planned_visual_ids

_MODULES_AT_ONCE = 4


@dataclass(frozen=True, kw_only=True)
class PlanOptions:
    """The options of the run."""

    project: str | None
    content_type: ContentType
    lab_requirements: str
    modules: str
    provider: ModelProvider
    title: str | None
    author: str | None
    regenerate: tuple[str, ...]


def plan_course(outline_path: Path, options: PlanOptions, find_deployment: Callable[[], Deployment]) -> CoursePlan:
    """Return the plan of a run; the deployment is read only for valid input, and nothing is written.

    Raises
    ------
    BadInput
        The outline or an option is wrong.
    CommandFailed
        The deployment cannot be read, or its version does not output its models.
    """
    outline_file = OutlineFile.read(outline_path)
    numbers = outline_file.select(options.modules)
    project = project_of(options.project, outline_file)
    require_labs(outline_file, numbers, options.content_type)
    regeneration = checked_regeneration(options.regenerate, outline_file, numbers, options.content_type)
    deployment = find_deployment()
    if deployment.models is None:
        raise CommandFailed("the deployment does not output its models; deploy it again with this version")
    store, keys = deployment.store, ProjectKeys(project)
    visual_ids = planned_visual_ids(store, keys, regeneration)
    checked_regeneration(options.regenerate, outline_file, numbers, options.content_type, visual_ids)
    planner = ModulePlanner(
        state=ProjectState(store),
        run=RunInputs(
            keys=keys,
            outline=outline_file.outline,
            text_model_id=deployment.models.text(options.provider),
            lab_requirements=options.lab_requirements.strip(),
            regeneration=regeneration,
        ),
        content_type=options.content_type,
        image_model_id=deployment.models.image(options.provider),
        book_parts=parts_of_book(outline_file.outline.book, deployment.book_parts),
    )
    with ThreadPoolExecutor(_MODULES_AT_ONCE) as planners:
        modules = list(planners.map(planner.plan, [outline_file.outline.module(number) for number in numbers]))
    books = BookStore(store, keys, deployment.book_parts, deployment.book_paper)
    book, lab_guide = _books(books, outline_file.outline, options, modules)
    return CoursePlan(
        project=project, content_type=options.content_type, modules=modules, book=book, lab_guide=lab_guide
    )


_BookState = Literal["make", "reuse", "none"]


def _books(
    books: BookStore, outline: Outline, options: PlanOptions, modules: list[ModulePlan]
) -> tuple[_BookState, _BookState]:
    """Return whether course book and lab guide would be built; when every part stays, the stored book is compared."""
    store, keys, content_type = books.store, books.keys, options.content_type
    has_labs = content_type.has_labs and any(labs_of_module(outline.module(module.number)) for module in modules)
    asked: tuple[_BookState, _BookState] = (
        "make" if content_type.has_theory else "none",
        "make" if has_labs else "none",
    )
    if not all(module.is_untouched for module in modules):
        return asked
    numbers = [module.number for module in modules]
    request = BookRequest(
        course_bucket=store.bucket,
        outline_s3_key=keys.outline(),
        project_folder=keys.project_folder,
        content_type=content_type,
        book_title=options.title,
        author=options.author,
        manifest_keys=tuple(keys.manifest(number) for number in numbers) if content_type.has_theory else (),
        study_manifest_keys=tuple(keys.study_manifest(number) for number in numbers) if content_type.has_theory else (),
        lab_manifest_keys=tuple(keys.lab_manifest(number) for number in numbers) if content_type.has_labs else (),
    )
    try:
        current = books.current(outline, request)
    except BookIncomplete:
        # A manifest is missing or incomplete, so there is no book of these parts.
        return asked
    return ("reuse" if "book" in current else asked[0], "reuse" if "lab_guide" in current else asked[1])

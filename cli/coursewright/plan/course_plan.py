"""The plan of a whole run, with its books and its costs."""

from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from book_builder.book_request import BookRequest
from book_builder.book_store import BookStore
from course_kit.errors import BookIncomplete
from course_kit.forecast.artefact_calls import calls_by_artefact
from course_kit.forecast.shared_calls import SharedCalls
from course_kit.forecast.writers import writer_of
from course_kit.outline import Editing
from course_kit.outline.book_parts import parts_of_book
from course_kit.outline.labs import labs_of_module
from course_kit.price_rows import ModelPrices
from course_kit.run.run_inputs import RunInputs
from coursewright.deployment import Target
from coursewright.errors import CommandFailed
from coursewright.plan.brief_plan import plan_brief
from coursewright.plan.costs import PlanCosts
from coursewright.plan.model import CoursePlan, ModulePlan
from coursewright.plan.module_plan import ModulePlanner
from coursewright.plan.preview_store import PreviewStore
from coursewright.plan.project_state import ProjectState
from coursewright.run.bound_run import BoundRun
from coursewright.run.left_out import left_out
from prepare_modules.lesson_moves import store_course_with_moves

_MODULES_AT_ONCE = 4
_FREE = ModelPrices(usd_per_million_input=0, usd_per_million_output=0)


def plan_course(run: BoundRun) -> CoursePlan:
    """Return the plan of a run; nothing is written.

    Raises
    ------
    CommandFailed
        The deployment's version does not output its models.
    """
    deployment, options, outline = run.deployment, run.options, run.outline
    if deployment.models is None:
        raise CommandFailed("the deployment does not output its models; deploy it again with this version")
    store = PreviewStore(deployment.store.client, deployment.bucket)
    record = run.record.with_outline(run.outline_file.outline)
    store_course_with_moves(store, run.keys, run.record, record)
    state = ProjectState(store)
    brief = plan_brief(
        state,
        RunInputs(
            keys=run.keys,
            outline=outline,
            text_model_id=deployment.models.text(options.provider),
            short_text_model_id=deployment.models.short_text(options.provider),
            lab_requirements=options.lab_requirements.strip(),
            regeneration=run.regeneration,
        ),
        record,
    )
    planner = ModulePlanner(
        state=state,
        brief=brief,
        content_type=options.content_type,
        image_model_id=deployment.models.image(options.provider),
        book_parts=parts_of_book(outline.book, deployment.book_parts),
    )
    with ThreadPoolExecutor(_MODULES_AT_ONCE) as planners:
        modules = list(planners.map(planner.plan, [outline.module(slot) for slot in run.slots]))
    book, lab_guide = _books(run, modules)
    costs = _costs(run)
    is_edited = (outline.course.editing or deployment.editing) is Editing.APPLY
    has_new_lessons = any(module.lessons.make or module.lessons.unknown for module in modules)
    return CoursePlan(
        project=run.project,
        content_type=options.content_type,
        brief=brief.plan,
        modules=modules,
        most_edits=deployment.edit_max_calls if is_edited and has_new_lessons else 0,
        book=book,
        lab_guide=lab_guide,
        usd=costs and costs.of_run(modules, brief),
        usd_of_stale=costs and costs.of_stale(modules),
        usd_of_brief=costs and costs.of_new_brief(modules),
        usd_of_edit=costs and costs.of_edit(),
        dropped_lessons=run.record.dropped_lessons(run.outline_file.outline),
        objections=run.record.objections(run.outline_file.outline),
        left_out=left_out(run.outline_file.outline, run.numbers, options.content_type),
    )


def _costs(run: BoundRun) -> PlanCosts | None:
    """Return what the run's calls cost; None without a known price. On this machine, only prices of one's own count."""
    models, options = run.deployment.models, run.options
    if models is None:
        return None
    if run.deployment.target is Target.LOCAL and options.prices is None:
        prices = _FREE
    else:
        try:
            prices = models.prices(options.provider, options.prices)
        except KeyError:
            return None
    writer = writer_of(models.text(options.provider))
    calls = calls_by_artefact(
        run.outline, run.slots, options.content_type, writer, book_parts=run.deployment.book_parts
    )
    return PlanCosts(outline=run.outline, calls=calls, shared=SharedCalls(run.outline, writer), prices=prices)


_BookState = Literal["make", "reuse", "none"]


def _books(run: BoundRun, modules: list[ModulePlan]) -> tuple[_BookState, _BookState]:
    """Return whether course book and lab guide would be built; when every part stays, the stored book is compared."""
    keys, content_type = run.keys, run.options.content_type
    books = BookStore(run.deployment.store, keys, run.deployment.book_parts, run.deployment.book_paper)
    has_labs = content_type.has_labs and any(labs_of_module(run.outline.module(slot)) for slot in run.slots)
    asked: tuple[_BookState, _BookState] = (
        "make" if content_type.has_theory else "none",
        "make" if has_labs else "none",
    )
    if not all(module.is_untouched for module in modules):
        return asked
    request = BookRequest(
        course_bucket=run.deployment.bucket,
        outline_s3_key=keys.outline(),
        project_folder=keys.project_folder,
        content_type=content_type,
        editing=run.outline.course.editing or run.deployment.editing,
        book_title=run.options.title,
        author=run.options.author,
        manifest_keys=tuple(map(keys.manifest, run.slots)) if content_type.has_theory else (),
        study_manifest_keys=tuple(map(keys.study_manifest, run.slots)) if content_type.has_theory else (),
        lab_manifest_keys=tuple(map(keys.lab_manifest, run.slots)) if content_type.has_labs else (),
    )
    try:
        current = books.current(run.outline, request)
    except BookIncomplete:
        # A manifest is missing or incomplete, so there is no book of these parts.
        return asked
    return ("reuse" if "book" in current else asked[0], "reuse" if "lab_guide" in current else asked[1])

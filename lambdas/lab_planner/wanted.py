"""Which plans of labs a run wants: one for each module."""

from collections.abc import Collection

from course_kit.outline import Module
from course_kit.outline.labs import ModuleLabPlan, OutlineLab, PlannedLab
from course_kit.records.written import Written
from course_kit.run.run_inputs import RunInputs
from course_kit.store.artefact import fingerprint_of
from course_kit.work.wanted import Verdict, Wanted, sources
from lab_planner.lab_prompts import PROMPT_VERSION, lab_plan_request

_LANGUAGE, _REQUIREMENTS = "language", "requirements"


def wanted_lab_plan(run: RunInputs, module: Module) -> Wanted:
    """Return the plan of a module's labs as a run wants it.

    It asks for each lab under its id, so that a plan is only made again for the labs that have changed.
    """
    request = lab_plan_request(run.outline, module, run.lab_requirements)
    asked = sources(**{_LANGUAGE: request.language, _REQUIREMENTS: request.lab_requirements})
    # A module without labs has an empty plan, from no model.
    shaped = sources(
        prompt=PROMPT_VERSION,
        model=run.short_text_model_id,
        course=[request.course_title, request.course_level],
        audience=request.audience,
        module=[request.module_title, request.module_summary],
        shared_brief=run.brief.shared if run.brief else "",
    )
    return Wanted(
        identity=f"plan of module {module.number}",
        key=run.keys.lab_plan(module.number),
        asked=asked | {lab.lab_id: asked_of(lab) for lab in request.labs},
        shaped=shaped if request.labs else {},
        is_forced=run.regeneration.covers_lab_plan(module.number),
        renews_stale=run.regeneration.stale,
        asks_no_model=run.books_only,
    )


def kept_labs(plan: ModuleLabPlan, wanted: Wanted, known: Written | None, found: Verdict) -> dict[str, PlannedLab]:
    """Return the labs of a stored plan that stay, by id: all of a kept plan, else those that are asked for as before.

    Parameters
    ----------
    known
        What the module's manifest remembers about the plan.
    """
    planned = {lab.lab_id: lab for lab in plan.labs}
    if found is not Verdict.MAKE:
        return planned
    of_all = (_LANGUAGE, _REQUIREMENTS)
    if known is None or wanted.is_forced or any(known.asked.get(name) != wanted.asked.get(name) for name in of_all):
        return {}
    return {lab_id: lab for lab_id, lab in planned.items() if known.asked.get(lab_id, "") == wanted.asked.get(lab_id)}


def without_labs(known: Written | None, dropped: Collection[str]) -> Written:
    """Return what to remember about a plan that loses labs, by id, and stays otherwise."""
    before = known or Written()
    asked = {name: text for name, text in before.asked.items() if name not in dropped}
    return before.model_copy(update={"asked": asked, "fingerprint": fingerprint_of(asked) if asked else ""})


def asked_of(lab: OutlineLab) -> str:
    """Return what the outline asks for of one lab, wherever the lab stands."""
    return lab.model_dump_json(exclude={"lab_id", "module_number", "lesson_number", "lesson_title"})

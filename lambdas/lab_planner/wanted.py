"""Which plans of labs a run wants: one for each module."""

from course_kit.outline import Module
from course_kit.outline.labs import OutlineLab
from course_kit.run.run_inputs import RunInputs
from course_kit.work.wanted import Wanted, sources
from lab_planner.lab_prompts import PROMPT_VERSION, lab_plan_request


def wanted_lab_plan(run: RunInputs, module: Module) -> Wanted:
    """Return the plan of a module's labs as a run wants it.

    It asks for each lab under its id, so that a plan is only made again for the labs that have changed.
    """
    request = lab_plan_request(run.outline, module, run.lab_requirements)
    asked = sources(language=request.language, requirements=request.lab_requirements)
    # A module without labs has an empty plan, from no model.
    shaped = sources(
        prompt=PROMPT_VERSION,
        model=run.text_model_id,
        course=[request.course_title, request.course_level],
        audience=request.audience,
        module=[request.module_title, request.module_summary],
    )
    return Wanted(
        identity=f"plan of module {module.number}",
        key=run.keys.lab_plan(module.number),
        asked=asked | {lab.lab_id: asked_of(lab) for lab in request.labs},
        shaped=shaped if request.labs else {},
        is_forced=run.regeneration.covers_lab_plan(module.number),
        renews_stale=run.regeneration.stale,
    )


def asked_of(lab: OutlineLab) -> str:
    """Return what the outline asks for of one lab, wherever the lab stands."""
    return lab.model_dump_json(exclude={"lab_id", "module_number", "lesson_number", "lesson_title"})

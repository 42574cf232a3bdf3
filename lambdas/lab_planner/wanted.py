"""Which plans of labs a run wants: one for each module."""

from course_kit.outline import Module
from course_kit.run.run_inputs import RunInputs
from course_kit.work.wanted import Wanted
from lab_planner.lab_prompts import lab_plan_fingerprint, lab_plan_request


def wanted_lab_plan(run: RunInputs, module: Module) -> Wanted:
    """Return the plan of a module's labs as a run wants it."""
    request = lab_plan_request(run.outline, module, run.lab_requirements)
    return Wanted(
        identity=f"plan of module {module.number}",
        key=run.keys.lab_plan(module.number),
        fingerprint=lab_plan_fingerprint(request, run.text_model_id),
        is_forced=run.regeneration.covers_lab_plan(module.number),
    )

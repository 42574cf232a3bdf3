"""Which plans of visuals a run wants: one for each tag of a lesson."""

from course_kit.run.run_inputs import RunInputs
from course_kit.work.wanted import Wanted
from visual_planner.visual_plan import RequestedVisual
from visual_planner.visual_prompts import requested_visuals, visual_plan_fingerprint


def wanted_visual_plans(run: RunInputs, lesson_title: str, markdown: str) -> dict[RequestedVisual, Wanted]:
    """Return the plans of a lesson's visuals as a run wants them, in the order of the text."""
    return {
        visual: Wanted(
            identity=visual.visual_id,
            key=run.keys.prompt(visual.visual_id, visual.description),
            fingerprint=visual_plan_fingerprint(visual, lesson_title, run.outline.course.language, run.text_model_id),
            is_forced=run.regeneration.covers_visual(visual.visual_id),
        )
        for visual in requested_visuals(markdown)
    }

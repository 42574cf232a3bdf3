"""Which plans of visuals a run wants: one for each tag of a lesson."""

from collections.abc import Collection

from course_kit.run.run_inputs import RunInputs
from course_kit.store.artefact import fingerprint_of
from course_kit.work.wanted import Wanted, sources
from visual_planner.visual_plan import RequestedVisual
from visual_planner.visual_prompts import PROMPT_VERSION, requested_visuals


def wanted_visual_plans(
    run: RunInputs, lesson_title: str, markdown: str, kept_keys: Collection[str] = ()
) -> dict[RequestedVisual, Wanted]:
    """Return the plans of a lesson's visuals as a run wants them, in the order of the text.

    Parameters
    ----------
    kept_keys
        Plans that stay, such as the author's. Such a plan keeps its key when the words of its tag change.
    """
    kept = {run.keys.visual_of_prompt(key): key for key in kept_keys}
    return {
        visual: Wanted(
            identity=visual.visual_id,
            key=kept.get(visual.visual_id) or run.keys.prompt(visual.visual_id, visual.description),
            asked=sources(
                language=run.outline.course.language,
                description=visual.description,
                text=fingerprint_of(visual.context.split()),
            ),
            shaped=sources(prompt=PROMPT_VERSION, model=run.short_text_model_id, title=lesson_title),
            is_forced=run.regeneration.covers_visual(visual.visual_id),
            is_named=run.regeneration.covers_visual(visual.visual_id),
            renews_stale=run.regeneration.stale,
            asks_no_model=run.books_only,
        )
        for visual in requested_visuals(markdown)
    }

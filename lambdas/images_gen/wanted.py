"""Which figures a run wants: one for each planned visual."""

from course_kit.records.visuals import PlannedVisual
from course_kit.run.regeneration import Regeneration
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.work.wanted import Wanted
from images_gen.figure_fingerprint import figure_fingerprint


def wanted_figure(
    keys: ProjectKeys, visual: PlannedVisual, *, image_model_id: str, regeneration: Regeneration
) -> Wanted:
    """Return the figure of a visual as a run wants it. Its PNG counts, which is written last."""
    return Wanted(
        identity=visual.visual_id,
        key=keys.image(visual.visual_id, "png"),
        fingerprint=figure_fingerprint(visual, image_model_id),
        is_forced=regeneration.covers_visual(visual.visual_id),
    )

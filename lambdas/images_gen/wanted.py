"""Which figures a run wants: one for each planned visual."""

from course_kit.records.visuals import PlannedVisual, VisualKind
from course_kit.run.regeneration import Regeneration
from course_kit.store.artefact import fingerprint_of
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.work.wanted import Wanted, sources
from images_gen.diagram_renderer import RENDERER_VERSION
from images_gen.illustration_style import STYLE_VERSION


def wanted_figure(
    keys: ProjectKeys,
    visual: PlannedVisual,
    *,
    image_model_id: str,
    regeneration: Regeneration,
    books_only: bool = False,
) -> Wanted:
    """Return the figure of a visual as a run wants it. Its PNG counts, which is written last.

    Parameters
    ----------
    image_model_id
        The model that draws illustrations; empty without one, and an illustration is a diagram then.
    books_only
        Whether the run asks no model.
    """
    is_drawn_by_model = visual.kind is VisualKind.ILLUSTRATION and bool(image_model_id)
    if is_drawn_by_model:
        asked = sources(picture=visual.image_prompt or visual.description)
        shaped = sources(model=image_model_id, style=STYLE_VERSION)
    else:
        # A diagram costs nothing, so it is drawn again by a new renderer.
        words = [visual.caption, visual.alt_text]
        asked, shaped = sources(source=fingerprint_of(visual.source), words=words, renderer=RENDERER_VERSION), {}
    is_named = regeneration.covers_visual(visual.visual_id)
    return Wanted(
        identity=visual.visual_id,
        key=keys.image(visual.visual_id, "png"),
        asked=asked,
        shaped=shaped,
        is_forced=is_named,
        is_named=is_named,
        renews_stale=regeneration.stale,
        asks_no_model=books_only and is_drawn_by_model,
    )

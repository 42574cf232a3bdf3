"""What a figure is made from."""

from pathlib import Path

from course_kit.records.visuals import PlannedVisual, VisualKind
from course_kit.store.artefact import fingerprint_of
from course_kit.text.prompt_template import PromptTemplate
from images_gen.diagram_renderer import RENDERER_VERSION
from images_gen.illustration_style import STYLE_VERSION

_PROMPTS = Path(__file__).parent / "prompts"
SYSTEM = PromptTemplate.load(_PROMPTS / "system.md")
REPAIR = PromptTemplate.load(_PROMPTS / "repair.md")


def figure_fingerprint(visual: PlannedVisual, image_model_id: str) -> str:
    """Return what a figure is made from.

    Parameters
    ----------
    image_model_id
        The model that draws illustrations; empty without one, and an illustration is a diagram then.
    """
    if visual.kind is VisualKind.ILLUSTRATION and image_model_id:
        return fingerprint_of(visual, image_model_id, STYLE_VERSION, RENDERER_VERSION)
    return fingerprint_of(visual.source, visual.caption, visual.alt_text, REPAIR.version, RENDERER_VERSION)

"""One planned visual to one figure in the bucket: reused, rendered, repaired once, or framed text in the end."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from course_kit.artefact_keys import ProjectKeys
from course_kit.artefact_store import Artefact, ArtefactStore, fingerprint_of
from course_kit.errors import LessonRejected
from course_kit.model_provider import TextModel
from course_kit.prompt_template import PromptTemplate, as_prompt_data
from course_kit.usage import Usage
from course_kit.visuals import Figure, PlannedVisual, VisualKind
from images_gen.diagram_renderer import (
    RENDERER_VERSION,
    DiagramInvalid,
    RenderedImage,
    png_size,
    render_diagram,
    render_framed_text,
)
from images_gen.image_model import IllustrationRefused, ImageModel

_PROMPTS = Path(__file__).parent / "prompts"
_SYSTEM = PromptTemplate.load(_PROMPTS / "system.md")
_REPAIR = PromptTemplate.load(_PROMPTS / "repair.md")
_REPAIR_MAX_TOKENS = 2048
_WIDTH, _HEIGHT, _FALLBACK, _HAS_SVG = "width", "height", "is-fallback", "has-svg"


class DiagramRepairRequest(BaseModel):
    """Stands as JSON in the repair prompt."""

    model_config = ConfigDict(frozen=True)

    description: str
    source: str
    parser_message: str


class RepairedDiagram(BaseModel):
    """The model's answer."""

    mermaid: str = Field(min_length=1, max_length=8000, description="Mermaid 11 source that parses")


@dataclass
class VisualRenderer:
    """Renders the visuals of one project. ``usage`` adds up what repairs cost."""

    store: ArtefactStore
    keys: ProjectKeys
    text_model: TextModel
    image_model: ImageModel | None
    usage: Usage = field(default_factory=Usage)

    async def render(self, visual: PlannedVisual) -> Figure:
        """Return a visual's figure, made now or found with the same fingerprint.

        Raises
        ------
        ModelThrottled, ModelUnavailable
            From a repair or an illustration; a diagram that cannot be drawn is no error but a counted fallback.
        """
        is_illustration = visual.kind is VisualKind.ILLUSTRATION and self.image_model is not None
        fingerprint = self._fingerprint(visual)
        png_key = self.keys.image(visual.visual_id, "png")
        stored = await asyncio.to_thread(self.store.find, png_key)
        if stored and stored.fingerprint == fingerprint:
            return self._figure(visual, stored, is_reused=True)
        image, is_fallback = None, False
        if is_illustration:
            image = await self._illustrate(visual)
        if image is None:
            image, is_fallback = await self._draw(visual)
        saved = await asyncio.to_thread(self._save, visual.visual_id, image, fingerprint, is_fallback, stored)
        return self._figure(visual, saved, is_reused=False)

    async def _illustrate(self, visual: PlannedVisual) -> RenderedImage | None:
        if self.image_model is None:
            return None
        try:
            png = await asyncio.to_thread(self.image_model.draw, visual.image_prompt or visual.description)
            width, height = png_size(png)
        except (IllustrationRefused, ValueError):
            return None
        return RenderedImage(png=png, svg=None, width=width, height=height)

    async def _draw(self, visual: PlannedVisual) -> tuple[RenderedImage, bool]:
        try:
            return await asyncio.to_thread(render_diagram, visual.source), False
        except DiagramInvalid as refusal:
            message = str(refusal)
        try:
            source = await self._repair(visual, message)
            return await asyncio.to_thread(render_diagram, source), False
        except (DiagramInvalid, LessonRejected):
            text = f"{visual.caption} {visual.alt_text}"
            return await asyncio.to_thread(render_framed_text, text), True

    async def _repair(self, visual: PlannedVisual, message: str) -> str:
        request = DiagramRepairRequest(description=visual.description, source=visual.source, parser_message=message)
        decision = await self.text_model.decide(
            _REPAIR.fill(request=as_prompt_data(request)),
            RepairedDiagram,
            system=_SYSTEM.text,
            max_tokens=_REPAIR_MAX_TOKENS,
        )
        self.usage += decision.usage
        return decision.value.mermaid

    def _save(
        self, visual_id: str, image: RenderedImage, fingerprint: str, is_fallback: bool, stored: Artefact | None
    ) -> Artefact:
        # The SVG first: the PNG carries the fingerprint, so a figure counts as made only when both are there.
        if image.svg is not None:
            svg_key = self.keys.image(visual_id, "svg")
            self.store.write(svg_key, image.svg, content_type="image/svg+xml", replacing=self.store.find(svg_key))
        return self.store.write(
            self.keys.image(visual_id, "png"),
            image.png,
            content_type="image/png",
            replacing=stored,
            fingerprint=fingerprint,
            metadata={
                _WIDTH: str(image.width),
                _HEIGHT: str(image.height),
                _FALLBACK: str(int(is_fallback)),
                _HAS_SVG: str(int(image.svg is not None)),
            },
        )

    def _fingerprint(self, visual: PlannedVisual) -> str:
        if visual.kind is VisualKind.ILLUSTRATION and self.image_model is not None:
            return fingerprint_of(visual, self.image_model.model_id, RENDERER_VERSION)
        return fingerprint_of(visual.source, visual.caption, visual.alt_text, _REPAIR.version, RENDERER_VERSION)

    def _figure(self, visual: PlannedVisual, stored: Artefact, *, is_reused: bool) -> Figure:
        has_svg = stored.metadata.get(_HAS_SVG) == "1"
        return Figure(
            visual_id=visual.visual_id,
            kind=VisualKind.DIAGRAM if has_svg else VisualKind.ILLUSTRATION,
            caption=visual.caption,
            alt_text=visual.alt_text,
            png_key=stored.key,
            svg_key=self.keys.image(visual.visual_id, "svg") if has_svg else None,
            width=int(stored.metadata[_WIDTH]),
            height=int(stored.metadata[_HEIGHT]),
            is_fallback=stored.metadata.get(_FALLBACK) == "1",
            is_reused=is_reused,
        )

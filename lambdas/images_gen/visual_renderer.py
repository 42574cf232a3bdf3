"""One planned visual to one figure in the bucket: reused, rendered, repaired once, or framed text in the end."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from aws_lambda_powertools import Logger

from course_kit.errors import RequestInvalid, TextRejected
from course_kit.model.drafts import unit_of_work
from course_kit.prices import published_prices
from course_kit.records.spending import drawing_paid_by
from course_kit.records.visuals import Figure, PlannedVisual, VisualKind
from course_kit.records.written import Written, is_authors
from course_kit.step_metrics import StepMetric, count
from course_kit.store.artefact import Artefact
from course_kit.store.earlier_versions import bring_back
from course_kit.store.provenance import provenance
from course_kit.usage import Usage
from course_kit.work.earlier import earlier_as_wanted
from course_kit.work.model_step import ModelStep
from course_kit.work.wanted import Verdict, Wanted, is_as_asked, is_legacy, remembered, verdict
from images_gen.diagram_renderer import (
    DiagramInvalid,
    RenderedImage,
    png_size,
    render_diagram,
    render_framed_text,
)
from images_gen.diagram_repair import repaired_source
from images_gen.illustration import IllustrationRefused, ImageModel
from images_gen.images_request import ImagesRequest
from images_gen.own_picture import own_figure
from images_gen.wanted import wanted_figure

logger = Logger(child=True)
_WIDTH, _HEIGHT, _FALLBACK, _HAS_SVG = "width", "height", "is-fallback", "has-svg"
_IMAGE_MODEL, _STAND_IN = "image-model", "is-stand-in"


@dataclass(frozen=True)
class FigureFiles:
    """What lies in a figure's place."""

    png: Artefact | None
    svg: Artefact | None


@dataclass(frozen=True)
class StoredFigure:
    """A figure in the bucket, and what the execution that asks has paid for it."""

    figure: Figure
    usage: Usage
    written: Mapping[str, Written]
    """What the manifest has to remember about its files, by key."""


@dataclass(frozen=True)
class VisualRenderer:
    """Renders the visuals of one project."""

    step: ModelStep[ImagesRequest]
    image_model: ImageModel | None

    def find(
        self, visual: PlannedVisual, plan: Artefact, known: Mapping[str, Written]
    ) -> tuple[FigureFiles, StoredFigure | None]:
        """Return what is stored in a visual's place, and its figure if that is kept.

        Parameters
        ----------
        plan
            The visual as it is stored.
        known
            What the module's manifest remembers about each key.
        """
        wanted = replace(self._wanted(visual), has_new_source=not is_legacy(plan))
        stored = self.step.store.find(wanted.key)
        found = verdict(wanted, stored, self.step.lease, known.get(wanted.key))
        svg_key = self.step.keys.image(visual.visual_id, "svg")
        svg = self.step.store.find(svg_key)
        if svg is not None and not wanted.is_named and is_authors(svg, known.get(svg_key)):
            found = Verdict.YOURS
        if found is Verdict.MAKE and (taken_back := self._take_back(wanted, svg_key, stored, svg)):
            stored, found = taken_back, verdict(wanted, taken_back, self.step.lease, None)
            svg = self.step.store.find(svg_key)
        if stored is not None and svg is None and found not in (Verdict.MAKE, Verdict.YOURS):
            # Somebody has removed the drawing alone.
            svg = self._drawing_again(wanted, svg_key, stored)
            found = Verdict.MAKE if svg is None and _has_drawing(stored) else found
        if found is Verdict.MAKE and stored is not None and self._is_drawn_from_this(wanted, known.get(wanted.key)):
            found = Verdict.LEFT
        files = FigureFiles(stored, svg)
        if found is Verdict.MAKE:
            return files, None
        written = {
            artefact.key: _remembered(wanted, found, artefact, known.get(artefact.key))
            for artefact in (stored, svg)
            if artefact is not None
        }
        own = own_figure(self.step.store, self.step.keys, visual, known) if found is Verdict.YOURS else None
        if own is not None:
            return files, StoredFigure(own, Usage(), written)
        if stored is None:
            return files, None
        # An earlier attempt of this very execution made it as well, and paid for its repair.
        return files, StoredFigure(self._figure(visual, stored), found.usage(stored), written)

    def _is_drawn_from_this(self, wanted: Wanted, known: Written | None) -> bool:
        """Whether a diagram stays in a run without a model: its source is the same, which may have been repaired."""
        source = wanted.asked.get("source")
        return (
            self.step.request.books_only
            and known is not None
            and source is not None
            and known.asked.get("source") == source
        )

    def _take_back(
        self, wanted: Wanted, svg_key: str, stored: Artefact | None, svg: Artefact | None
    ) -> Artefact | None:
        """Store an earlier version of a figure again, which may have been paid for."""
        store = self.step.store
        earlier = earlier_as_wanted(store, wanted)
        if earlier is None:
            return None
        is_there = svg is not None and is_as_asked(wanted, svg, None) and not is_authors(svg, None)
        if _has_drawing(earlier) and not is_there:
            drawn = earlier_as_wanted(store, replace(wanted, key=svg_key))
            if drawn is None:
                return None
            bring_back(store, drawn, replacing=svg)
        return bring_back(store, earlier, replacing=stored)

    def _drawing_again(self, wanted: Wanted, svg_key: str, png: Artefact) -> Artefact | None:
        """Store the drawing that a PNG was made from again; None when there is none."""
        store = self.step.store
        drawn = earlier_as_wanted(store, replace(wanted, key=svg_key, is_forced=False)) if _has_drawing(png) else None
        return bring_back(store, drawn, replacing=None) if drawn else None

    async def render(self, visual: PlannedVisual, stored: FigureFiles) -> StoredFigure:
        """Make a visual's figure in place of what `find` saw there.

        Raises
        ------
        ArtefactConflict
            Somebody has put another file there meanwhile.
        ModelThrottled, ModelUnavailable, BudgetExceeded
            From a repair or an illustration; a diagram that cannot be drawn is no error but a counted fallback.
        """
        self._wanted(visual).require_model()
        image_model = self.image_model if visual.kind is VisualKind.ILLUSTRATION else None
        image = await self._illustrate(visual, image_model) if image_model else None
        origin = {_IMAGE_MODEL: image_model.model_id} if image_model and image else {}
        usage = Usage()
        if image is None:
            image, is_fallback, usage = await self._draw(visual)
            origin = {_FALLBACK: str(int(is_fallback)), _STAND_IN: str(int(image_model is not None))}
        saved = await asyncio.to_thread(self._save, visual, image, origin, usage, stored)
        wanted = self._wanted(visual)
        written = {file.key: remembered(wanted, Verdict.KEEP, file, None) for file in saved}
        return StoredFigure(self._figure(visual, saved[-1]), usage, written)

    async def _illustrate(self, visual: PlannedVisual, image_model: ImageModel) -> RenderedImage | None:
        # A draft of its own: that of the visual may hold the answers to a repair of its diagram.
        async with unit_of_work(self.step.lease, self.step.keys.image(visual.visual_id, "illustration")) as unit:
            drawn = await self._drawn(visual, image_model)
            await unit.done()
        return drawn

    async def _drawn(self, visual: PlannedVisual, image_model: ImageModel) -> RenderedImage | None:
        try:
            async with drawing_paid_by(self.step.spending):
                png = await asyncio.to_thread(image_model.draw, visual.image_prompt or visual.description)
            count(StepMetric.MODEL_DOLLARS, self._usd_per_image(image_model))
            width, height = png_size(png)
        except (IllustrationRefused, ValueError) as refusal:
            # The model's words, not the picture's: neither prompt nor lesson text goes into logs.
            logger.warning(
                "illustration refused", extra={"visual_id": visual.visual_id, "error": type(refusal).__name__}
            )
            return None
        return RenderedImage(png=png, svg=None, width=width, height=height)

    def _usd_per_image(self, image_model: ImageModel) -> float:
        if self.step.spending:
            return self.step.spending.budget.prices.usd_per_image
        price = published_prices().image_price(image_model.model_id)
        return price.each if price else 0.0

    async def _draw(self, visual: PlannedVisual) -> tuple[RenderedImage, bool, Usage]:
        try:
            return await asyncio.to_thread(render_diagram, visual.source), False, Usage()
        except DiagramInvalid as refusal:
            message = str(refusal)
        if self.step.request.books_only:
            raise RequestInvalid(f"figure {visual.visual_id} cannot be drawn: {message}; correct its source")
        async with unit_of_work(self.step.lease, self._wanted(visual).key) as unit:
            try:
                source = await repaired_source(self.step.short_model, visual, message)
                image, is_fallback = await asyncio.to_thread(render_diagram, source), False
            except (DiagramInvalid, TextRejected):
                text = f"{visual.caption} {visual.alt_text}"
                image, is_fallback = await asyncio.to_thread(render_framed_text, text), True
            await unit.done()
        # What was answered was paid, also when nothing of it can be drawn.
        return image, is_fallback, unit.used

    def _save(
        self,
        visual: PlannedVisual,
        image: RenderedImage,
        origin: Mapping[str, str],
        usage: Usage,
        stored: FigureFiles,
    ) -> list[Artefact]:
        store, wanted = self.step.store, self._wanted(visual)
        saved = []
        # The SVG first: the PNG carries the fingerprint, so a figure counts as made only when both are there.
        if image.svg is not None:
            svg_key = self.step.keys.image(visual.visual_id, "svg")
            svg = store.write(
                svg_key,
                image.svg,
                content_type="image/svg+xml",
                replacing=stored.svg,
                fingerprint=wanted.fingerprint,
                shape=wanted.shape,
            )
            saved.append(svg)
        png = store.write(
            wanted.key,
            image.png,
            content_type="image/png",
            replacing=stored.png,
            fingerprint=wanted.fingerprint,
            shape=wanted.shape,
            metadata={
                **provenance(self.step.lease.execution_name, usage),
                _WIDTH: str(image.width),
                _HEIGHT: str(image.height),
                **origin,
                _HAS_SVG: str(int(image.svg is not None)),
            },
        )
        return [*saved, png]

    def _wanted(self, visual: PlannedVisual) -> Wanted:
        return wanted_figure(
            self.step.keys,
            visual,
            image_model_id=self.image_model.model_id if self.image_model else "",
            regeneration=self.step.regeneration,
            books_only=self.step.request.books_only,
        )

    def _figure(self, visual: PlannedVisual, stored: Artefact) -> Figure:
        metadata = stored.metadata if _WIDTH in stored.metadata else self._measured(visual, stored)
        has_svg = metadata.get(_HAS_SVG) == "1"
        return Figure(
            visual_id=visual.visual_id,
            kind=VisualKind.DIAGRAM if has_svg else VisualKind.ILLUSTRATION,
            caption=visual.caption,
            alt_text=visual.alt_text,
            long_description=visual.long_description,
            png_key=stored.key,
            svg_key=self.step.keys.image(visual.visual_id, "svg") if has_svg else None,
            width=int(metadata[_WIDTH]),
            height=int(metadata[_HEIGHT]),
            is_fallback=metadata.get(_FALLBACK) == "1",
            model_id=metadata.get(_IMAGE_MODEL, ""),
            is_stand_in=metadata.get(_STAND_IN) == "1",
            is_reused=not self.step.lease.has_made(stored),
        )

    def _measured(self, visual: PlannedVisual, stored: Artefact) -> dict[str, str]:
        """Return what can be told of a figure of ours that lost its metadata, as in a copy by another program."""
        store = self.step.store
        width, height = png_size(store.read(stored.key) or b"")
        has_svg = store.find(self.step.keys.image(visual.visual_id, "svg")) is not None
        return {_WIDTH: str(width), _HEIGHT: str(height), _HAS_SVG: str(int(has_svg))}


def _has_drawing(png: Artefact) -> bool:
    """Whether an SVG belongs to a PNG of ours."""
    return png.metadata.get(_HAS_SVG) == "1"


def _remembered(wanted: Wanted, found: Verdict, file: Artefact, known: Written | None) -> Written:
    """Return what the manifest has to remember about one of a figure's files; the other one may be the author's."""
    if found is Verdict.YOURS and not is_authors(file, known):
        return known or Written(sha256=file.sha256)
    return remembered(wanted, found, file, known)

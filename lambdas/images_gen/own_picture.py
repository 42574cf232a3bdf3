"""A figure whose picture is the author's: what lies in its place is shown, and never drawn over."""

from collections.abc import Mapping

from course_kit.pictures.picture_files import raster_of
from course_kit.pictures.picture_refused import PictureRefused
from course_kit.pictures.safe_svg import SafeSvg, is_svg, safe_svg
from course_kit.pictures.svg_png import scale_for_print, svg_as_png
from course_kit.records.visuals import Figure, PlannedVisual, VisualKind
from course_kit.records.written import Written, is_authors
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.provenance import DRAWN_FROM


def own_figure(
    store: ArtefactStore, keys: ProjectKeys, visual: PlannedVisual, known: Mapping[str, Written]
) -> Figure | None:
    """Return the figure of a visual whose PNG or SVG is the author's; None when neither is.

    The author's PNG alone leaves out our own SVG. The author's SVG alone is drawn as PNG, in place of ours. A file that
    cannot be shown is no error: the figure then has a `refusal`, and the book a line in its place.

    Parameters
    ----------
    known
        What the module's manifest remembers about each key.
    """
    png_key, svg_key = keys.image(visual.visual_id, "png"), keys.image(visual.visual_id, "svg")
    png, svg = store.find(png_key), store.find(svg_key)
    own_png = png if png and DRAWN_FROM not in png.metadata and is_authors(png, known.get(png_key)) else None
    own_svg = svg if svg and is_authors(svg, known.get(svg_key)) else None
    if own_png is None and own_svg is None:
        return None
    figure = Figure(
        visual_id=visual.visual_id,
        # No diagram of ours, whose colours a dark page turns.
        kind=VisualKind.ILLUSTRATION,
        caption=visual.caption,
        alt_text=visual.alt_text,
        long_description=visual.long_description,
        png_key=png_key,
        svg_key=svg_key if own_svg else None,
        width=0,
        height=0,
        is_reused=True,
        is_authors=True,
        content="+".join(file.sha256 for file in (own_png, own_svg) if file),
    )
    width = height = 0
    try:
        drawing = _drawing(store, own_svg) if own_svg else None
        if own_png:
            width, height = _size(store, own_png)
        elif own_svg and drawing:
            width, height = _drawn(store, png_key, png, own_svg, drawing)
    except _FileRefused as refusal:
        refused = {"is_fallback": True, "refusal": str(refusal), "refused_file": refusal.file, "svg_key": None}
        return figure.model_copy(update=refused)
    return figure.model_copy(update={"width": width, "height": height})


class _FileRefused(Exception):
    """A file of the author's that cannot be shown; ``file`` is its name."""

    def __init__(self, stored: Artefact, refusal: Exception) -> None:
        super().__init__(str(refusal))
        self.file = stored.key.rpartition("/")[2]


def _size(store: ArtefactStore, png: Artefact) -> tuple[int, int]:
    body = store.read(png.key) or b""
    try:
        if is_svg(body):
            raise PictureRefused("found SVG, expected PNG: rename it to .svg")
        raster = raster_of(body)
        if raster.kind != "png":
            raise PictureRefused(f"found a picture of kind {raster.kind}, expected PNG: save it as PNG")
    except PictureRefused as refusal:
        raise _FileRefused(png, refusal) from refusal
    return raster.width, raster.height


def _drawing(store: ArtefactStore, svg: Artefact) -> SafeSvg:
    try:
        return safe_svg(store.read(svg.key) or b"")
    except PictureRefused as refusal:
        raise _FileRefused(svg, refusal) from refusal


def _drawn(
    store: ArtefactStore, png_key: str, png: Artefact | None, svg: Artefact, drawing: SafeSvg
) -> tuple[int, int]:
    """Store the PNG of the author's SVG, unless it is there; return its size."""
    if png and png.metadata.get(DRAWN_FROM) == svg.sha256:
        raster = raster_of(store.read(png_key) or b"")
        return raster.width, raster.height
    try:
        body = svg_as_png(drawing.text, scale_for_print(drawing.width, drawing.height))
        raster = raster_of(body)
    except ValueError as error:
        raise _FileRefused(svg, PictureRefused(f"the drawing cannot be drawn ({error}): save it as PNG")) from error
    metadata = {DRAWN_FROM: svg.sha256}
    store.write(png_key, body, content_type="image/png", replacing=png, metadata=metadata)
    return raster.width, raster.height

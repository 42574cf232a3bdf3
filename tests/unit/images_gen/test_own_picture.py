"""A figure replaced by the author's file: shown as it is, never drawn over, and told when it cannot be shown."""

import pytest

from course_kit.pictures.picture_files import raster_of
from course_kit.records.visuals import PlannedVisual, VisualKind
from course_kit.records.written import Written
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from images_gen.own_picture import own_figure
from tests.support.buckets import BUCKET
from tests.support.own_pictures import SVG, drawing, picture

KEYS = ProjectKeys("p")
PNG_KEY, SVG_KEY = "p/images/01-01-0001.png", "p/images/01-01-0001.svg"
VISUAL = PlannedVisual(
    visual_id="01-01-0001",
    kind=VisualKind.DIAGRAM,
    description="d",
    caption="A caption",
    alt_text="An alternative",
    source="flowchart LR\n a --> b",
)


@pytest.fixture
def drawn(store: ArtefactStore) -> ArtefactStore:
    """A figure of the pipeline."""
    store.write(SVG_KEY, SVG, content_type="image/svg+xml", replacing=None, fingerprint="f")
    store.write(PNG_KEY, picture("PNG"), content_type="image/png", replacing=None, fingerprint="f")
    return store


def upload(store: ArtefactStore, key: str, body: bytes) -> None:
    """Put a file in the bucket as any other program does: without metadata."""
    store.client.put_object(Bucket=BUCKET, Key=key, Body=body)


def known_of(store: ArtefactStore) -> dict[str, Written]:
    """Return what a manifest remembers of the figure as it is stored now."""
    found = {key: store.find(key) for key in (PNG_KEY, SVG_KEY)}
    return {key: Written(sha256=stored.sha256, fingerprint="f") for key, stored in found.items() if stored}


def test_a_figure_of_the_pipeline_is_not_the_authors(drawn: ArtefactStore) -> None:
    assert own_figure(drawn, KEYS, VISUAL, {}) is None
    assert own_figure(drawn, KEYS, VISUAL, known_of(drawn)) is None


def test_a_png_alone_leaves_out_the_earlier_drawing(drawn: ArtefactStore) -> None:
    known = known_of(drawn)
    upload(drawn, PNG_KEY, picture("PNG", 80, 40))
    figure = own_figure(drawn, KEYS, VISUAL, known)
    assert figure is not None
    assert (figure.png_key, figure.svg_key, figure.width, figure.height) == (PNG_KEY, None, 80, 40)
    assert (figure.caption, figure.is_authors, figure.refusal) == ("A caption", True, "")
    # And: another file of the same size is another figure, whose book is made again.
    upload(drawn, PNG_KEY, picture("PNG", 80, 40) + b"\0")
    other = own_figure(drawn, KEYS, VISUAL, known)
    assert other is not None and other.content != figure.content


def test_an_svg_alone_is_drawn_as_png_once(drawn: ArtefactStore) -> None:
    known = known_of(drawn)
    upload(drawn, SVG_KEY, drawing("<rect/>"))
    # When
    figure = own_figure(drawn, KEYS, VISUAL, known)
    # Then
    assert figure is not None
    assert (figure.svg_key, figure.width, figure.height) == (SVG_KEY, 400, 200)
    stored = drawn.find(PNG_KEY)
    raster = raster_of(drawn.read(PNG_KEY) or b"")
    assert (raster.width, raster.height) == (400, 200)
    # And: neither the author's file nor its PNG is written again.
    assert own_figure(drawn, KEYS, VISUAL, known) == figure
    assert drawn.find(PNG_KEY) == stored
    assert drawn.read(SVG_KEY) == drawing("<rect/>")
    # And: a changed drawing is drawn anew; without it, the figure is the pipeline's again.
    upload(drawn, SVG_KEY, drawing("<rect/>", 'viewBox="0 0 60 60"'))
    changed = own_figure(drawn, KEYS, VISUAL, known)
    assert changed is not None and changed.width == 120
    drawn.delete(SVG_KEY)
    assert own_figure(drawn, KEYS, VISUAL, known) is None


def test_of_two_files_both_are_shown(store: ArtefactStore) -> None:
    upload(store, SVG_KEY, drawing())
    upload(store, PNG_KEY, picture("PNG", 80, 40))
    figure = own_figure(store, KEYS, VISUAL, {})
    assert figure is not None
    assert (figure.svg_key, figure.width, figure.height) == (SVG_KEY, 80, 40)


@pytest.mark.parametrize(
    ("key", "body", "words"),
    [
        (SVG_KEY, drawing("<script>alert(1)</script>"), "found `<script>`"),
        (SVG_KEY, b"", "the file is empty"),
        (PNG_KEY, picture("JPEG"), "found a picture of kind jpg, expected PNG: save it as PNG"),
        (PNG_KEY, SVG.encode(), "found SVG, expected PNG"),
        (PNG_KEY, picture("PNG")[:-20], "damaged"),
    ],
)
def test_a_file_that_cannot_be_shown_is_told_by_its_name_and_stays(
    drawn: ArtefactStore, key: str, body: bytes, words: str
) -> None:
    known = known_of(drawn)
    upload(drawn, key, body)
    figure = own_figure(drawn, KEYS, VISUAL, known)
    assert figure is not None
    assert words in figure.refusal
    assert (figure.refused_file, figure.is_fallback, figure.is_authors) == (key.rpartition("/")[2], True, True)
    assert drawn.read(key) == body

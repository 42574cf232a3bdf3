"""A small course of all kinds of artefacts, whose diagrams are drawn at once."""

import pytest

from course_kit.store.artefact_store import ArtefactStore
from images_gen.diagram_renderer import RenderedImage
from tests.support.course_runs import CourseRuns
from tests.support.own_pictures import picture
from tests.support.writing_server import WritingServer

OUTLINE = """
course: {title: Networks, language: en}
modules:
- title: Cables
  lessons:
  - {title: Copper, duration_minutes: 15, topics: [Pairs, Plugs], labs: [Crimp a plug]}
  - {title: Fibre, duration_minutes: 15, topics: [Light]}
- title: Names
  lessons:
  - {title: Hosts, duration_minutes: 15, topics: [Files]}
"""


@pytest.fixture
def course(store: ArtefactStore, writing_server: WritingServer, monkeypatch: pytest.MonkeyPatch) -> CourseRuns:
    monkeypatch.setenv("BOOK_PARTS", "key_points,quiz,glossary")
    # How a diagram looks is the subject of other tests, and takes most of a run's time.
    monkeypatch.setattr("images_gen.visual_renderer.render_diagram", drawn_at_once)
    return CourseRuns(store, writing_server, OUTLINE)


def drawn_at_once(source: str) -> RenderedImage:
    """Return a picture whose width tells its source."""
    width = 40 + sum(source.encode()) % 200
    return RenderedImage(png=picture("PNG", width, 30), svg=f"<svg>{source}</svg>", width=width, height=30)

"""A book of an outline that was put in another order: readers see its order, and objects keep their keys."""

import re
import zipfile
from io import BytesIO

import pytest

from book_builder.book_request import BookRequest, BookResult
from book_builder.book_store import BookStore
from course_kit.outline import Outline, Paper, read_outline
from course_kit.outline.labs import ModuleLabPlan, PlannedLab
from course_kit.outline.lesson_numbers import LessonNumbers
from course_kit.outline.slots import CourseSlots
from course_kit.records.manifest import LabManifest, LabRecord
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from tests.support.book_project import EVENT, FIGURE, NOW, lesson_key, read, save_module
from tests.support.own_pictures import picture

BEFORE = """
course: {title: Networks, learning_outcomes: [Explain waves]}
book: {coverage: yes}
modules:
- title: Basics
  lessons:
  - {title: Cables, topics: [Copper], lab_activities: [Plug]}
  - {title: Radio, topics: [{title: Waves, outcomes: [1]}]}
- {title: Names, lessons: [{title: DNS}]}
"""
AFTER = """
course: {title: Networks, learning_outcomes: [Explain waves]}
book: {coverage: yes}
modules:
- {title: Names, lessons: [{title: DNS}]}
- title: Basics
  lessons:
  - {title: Radio, topics: [{title: Waves, outcomes: [1]}]}
  - {title: Cables, topics: [Copper], lab_activities: [Plug]}
"""


def reordered() -> Outline:
    """Return the second outline with the slots of the first."""
    slots = CourseSlots().with_outline(read_outline(BEFORE))
    after = read_outline(AFTER)
    return slots.with_outline(after).bind(after)


@pytest.fixture
def project(store: ArtefactStore) -> ArtefactStore:
    store.write("p/images/x.png", picture("PNG"), content_type="image/png", replacing=None)
    store.write("p/figures/plug.png", picture("PNG"), content_type="image/png", replacing=None)
    figures = {
        name: FIGURE.model_copy(update={"visual_id": name, "caption": caption, "png_key": "p/images/x.png"})
        for name, caption in (("01-01-0001", "Copper"), ("01-02-0002", "Second"), ("01-02-0001", "First"))
    }
    cables = "# Cables\n\n## Copper\n\n[VISUAL: 01-01-0001 - x]\n\n![A plug](plug.png)\n"
    radio = "# Radio\n\n## Waves\n\n[VISUAL: 01-02-0002 - moved up]\n\n[VISUAL: 01-02-0001 - x]\n"
    save_module(store, 1, [cables, radio], figures=figures)
    save_module(store, 2, ["# DNS\n\nNames.\n"], figures={})
    save_labs(store)
    return store


def save_labs(store: ArtefactStore) -> None:
    known = {"lab_id": "01-01-01", "lesson_number": 1, "title": "Plug"}
    rest = {
        "objectives": (),
        "duration_minutes": 20,
        "prerequisites": (),
        "environment": "e",
        "tools": (),
        "depends_on": (),
    }
    store.write("p/labguide/lab-01-01-01-x.md", "# Plug\n\nDo it.\n", content_type="m", replacing=None)
    plan = ModuleLabPlan(module_number=1, labs=(PlannedLab.model_validate({**known, **rest}),))
    store.write_model("p/labguide/module-01-plan.json", plan, replacing=None)
    common = {"fingerprint": "f", "is_reused": False, "started_at": NOW, "ended_at": NOW, "word_count": 9}
    lab = LabRecord.model_validate({**known, **common, "s3_key": "p/labguide/lab-01-01-01-x.md"})
    manifest = LabManifest(
        module_number=1,
        title="Basics",
        execution_name="run-1",
        plan_key="p/labguide/module-01-plan.json",
        is_plan_reused=False,
        plan_started_at=NOW,
        plan_ended_at=NOW,
        planned_ids=("01-01-01",),
        labs=(lab,),
    )
    store.write_model("p/manifests/module-01-labs.json", manifest, replacing=None)


def built(store: ArtefactStore, outline: Outline) -> BookResult:
    event = {**EVENT, "lab_manifest_keys": ["p/manifests/module-01-labs.json"]}
    return BookStore(store, ProjectKeys("p"), "", Paper.A4).build(outline, BookRequest.model_validate(event))


def test_chapters_sections_figures_and_labs_are_numbered_as_readers_meet_them(project: ArtefactStore) -> None:
    # Given
    outline = reordered()
    assert [module.number for module in outline.modules] == [2, 1]
    # When
    result = built(project, outline)
    # Then
    markdown = read(project, result.book["md"])
    assert re.findall(r"^#{1,2} (?:Chapter |)(\d.*)$", markdown, re.MULTILINE) == [
        *("1: Names", "1.1 DNS"),
        *("2: Basics", "2.1 Radio", "2.2 Cables"),
    ]
    assert re.findall(r"^\*(Figure .*)\*$", markdown, re.MULTILINE) == [
        *("Figure 2.1: Second", "Figure 2.2: First"),
        *("Figure 2.3: Copper", "Figure 2.4: A plug"),
    ]
    assert "Lab 2.2-A, Plug" in markdown
    assert "Goes with lesson 2.2: Cables" in read(project, result.lab_guide["md"])
    # And: so are the addresses within the book, and the pages of the site.
    coverage = read(project, result.book["coverage"])
    assert re.findall(r'"anchor": ?"(.*)"', coverage) == ["topic-2-1-1", "topic-2-2-1"]
    with zipfile.ZipFile(BytesIO(project.read(result.book["site"]) or b"")) as site:
        names = set(site.namelist())
        assert {"chapter-1.html", "section-1-1.html", "chapter-2.html", "section-2-1.html", "section-2-2.html"} <= names
        assert "Radio" in site.read("section-2-1.html").decode()


def test_an_outline_in_its_first_order_has_the_numbers_of_its_keys(project: ArtefactStore) -> None:
    outline = CourseSlots().with_outline(read_outline(BEFORE)).bind(read_outline(BEFORE))
    markdown = read(project, built(project, outline).book["md"])
    assert "## 1.2 Radio" in markdown and "Figure 1.1: Copper" in markdown and "Lab 1.1-A, Plug" in markdown
    assert lesson_key(1, 2) in read(project, "p/book/Networks_data.json")


def test_a_lab_has_number_and_title_in_words_since_the_lesson_is_in_another_document(store: ArtefactStore) -> None:
    # Given: a lab of an outline in another order, with slots in its references.
    save_labs(store)
    key = "p/labguide/lab-01-01-01-x.md"
    text = "# Plug\n\nAs in [[1.2]], see [[2.1|names]] and [[8.8]].\n"
    store.write(key, text, content_type="m", replacing=store.find(key))
    event = {**EVENT, "manifest_keys": [], "lab_manifest_keys": ["p/manifests/module-01-labs.json"]}
    # When
    result = BookStore(store, ProjectKeys("p"), "", Paper.A4).build(reordered(), BookRequest.model_validate(event))
    # Then
    assert result.lab_guide is not None
    markdown = " ".join(read(store, result.lab_guide["md"]).split())
    assert "As in lesson 2.1 (Radio), see names (lesson 1.1) and another lesson." in markdown
    assert "References to lessons that this course does not have: 1" in markdown
    assert "#section-" not in read(store, result.lab_guide["json"])


def test_what_a_writer_is_told_as_numbers_is_stored_as_slots() -> None:
    numbers = LessonNumbers.of(reordered())
    # Given: DNS has the slot 2.1 and is the first lesson now.
    assert numbers.in_slots("See [[1.1]], [[2.1|radio]] and [[2.2]].") == "See [[2.1]], [[1.2|radio]] and [[1.1]]."
    # And: what was stored is shown as it was written.
    assert numbers.as_shown("See [[2.1]], [[1.2|radio]] and [[1.1]].") == "See [[1.1]], [[2.1|radio]] and [[2.2]]."

"""Labs are numbered by their lessons; lesson and lab name each other, in the guide, the book and the coverage."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from book_builder.book_request import BookRequest
from book_builder.handler import lambda_handler as build_book
from book_builder.lab_guide_assembly import gather_labs
from course_kit.outline import read_outline
from course_kit.outline.labs import ModuleLabPlan, PlannedLab
from course_kit.records.manifest import LabManifest, LabRecord, LessonRecord, ModuleManifest
from course_kit.store.artefact_store import ArtefactStore
from tests.support.buckets import BUCKET
from tests.support.lambda_context import FakeLambdaContext

OUTLINE = """
course: {title: Networks, language: LANGUAGE}
modules:
- title: One
  lessons:
  - {title: Names *first*, topics: [Asking], lab_activities: [Ask, Ask again]}
  - {title: Wires, lab_activities: [Plug]}
  labs: [All of it]
"""
NOW = datetime(2026, 3, 4, tzinfo=UTC)
IDS = {"01-01-01": (1, "Ask"), "01-01-02": (1, "Ask again"), "01-02-01": (2, "Plug"), "01-00-01": (0, "All of it")}
EVENT: dict[str, object] = {
    "course_bucket": BUCKET,
    "outline_s3_key": "p/outline.yaml",
    "project_folder": "p",
    "execution_name": "run-1",
    "manifest_keys": ["p/manifests/module-01.json"],
    "lab_manifest_keys": ["p/manifests/module-01-labs.json"],
}
COMMON: dict[str, Any] = {"fingerprint": "f", "model_id": "m", "is_reused": False, "started_at": NOW, "ended_at": NOW}


def save(store: ArtefactStore, guides: dict[str, str] | None = None, language: str = "en") -> None:
    """Save a course of one module with its labs; ``guides`` are texts by lab id."""
    outline = OUTLINE.replace("LANGUAGE", language)
    store.write("p/outline.yaml", outline, content_type="y", replacing=store.find("p/outline.yaml"))
    lessons, labs, planned = [], [], []
    texts = {"Names *first*": "# N\n\nText of names.\n\n## Asking\n\nHow to ask.\n", "Wires": "# W\n\nText.\n"}
    for number, (title, text) in enumerate(texts.items(), start=1):
        key = f"p/lessons/module-1-lesson-{number}-x.md"
        store.write(key, text, content_type="m", replacing=store.find(key))
        counts = {"lesson_number": number, "title": title, "s3_key": key, "word_count": 9, "visual_count": 0}
        lessons.append(LessonRecord.model_validate({**COMMON, **counts}))
    earlier: list[str] = []
    for lab_id, (lesson, title) in IDS.items():
        key = f"p/labguide/lab-{lab_id}-x.md"
        text = (guides or {}).get(lab_id, f"# {title}\n\nDo it.\n")
        store.write(key, text, content_type="m", replacing=store.find(key))
        known = {"lab_id": lab_id, "lesson_number": lesson, "title": title}
        labs.append(LabRecord.model_validate({**COMMON, **known, "s3_key": key, "word_count": 9}))
        rest = {"objectives": (), "duration_minutes": 20, "prerequisites": (), "environment": "A shell", "tools": ()}
        planned.append(PlannedLab.model_validate({**known, **rest, "depends_on": tuple(earlier[-1:])}))
        earlier.append(lab_id)
    made = {"module_number": 1, "title": "One", "execution_name": "run-1"}
    plan_key, times = "p/labguide/module-01-plan.json", {"plan_started_at": NOW, "plan_ended_at": NOW}
    theory = ModuleManifest.model_validate({**made, "lesson_total": 2, "started_at": NOW, "lessons": lessons})
    own = {"plan_key": plan_key, "planned_ids": tuple(IDS), "is_plan_reused": False, "labs": labs}
    for key, model in (
        (plan_key, ModuleLabPlan(module_number=1, labs=tuple(planned))),
        ("p/manifests/module-01.json", theory),
        ("p/manifests/module-01-labs.json", LabManifest.model_validate({**made, **times, **own})),
    ):
        store.write_model(key, model, replacing=store.find(key))


def built(store: ArtefactStore, context: Any) -> tuple[str, str, str]:
    """Return course book, lab guide and coverage as they are stored."""
    result = build_book(EVENT, context)
    book, guide = result["book"], result["lab_guide"]
    assert isinstance(book, dict) and isinstance(guide, dict)
    texts = [(store.read(key) or b"").decode() for key in (book["md"], guide["md"], book["coverage"])]
    return texts[0], texts[1], texts[2]


@pytest.fixture
def project(store: ArtefactStore, function_environment: None, monkeypatch: pytest.MonkeyPatch) -> ArtefactStore:
    monkeypatch.setenv("BOOK_PARTS", "coverage")
    save(store)
    return store


def test_a_lab_has_the_number_of_its_lesson_and_a_letter_everywhere(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # When
    book, guide, coverage = built(project, lambda_context)
    # Then: in the guide, in the hints of the lessons, in the coverage.
    headings = re.findall(r"^## (.*)$", guide, re.MULTILINE)
    assert headings == ["1.1-A Ask", "1.1-B Ask again", "1.2-A Plug", "1-A All of it"]
    assert "**In the lab guide:** Lab 1.1-A, Ask; Lab 1.1-B, Ask again" in book
    assert "**In the lab guide:** Lab 1.2-A, Plug" in book
    assert '"number":"1.1-A"' in coverage.replace(" ", "")
    assert re.search(r"\| 1\.1 +\| Asking +\| 1\.1-A, 1\.1-B +\|", book)
    # And: none of these could be taken for a section.
    assert {"1.1", "1.2"}.isdisjoint(heading.split()[0] for heading in headings)


def test_a_lab_names_its_lesson_and_one_of_the_module_none(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    _, guide, _ = built(project, lambda_context)
    by_lab = dict(re.findall(r"^## (\S+) .*?\n(.*?)(?=^#{1,2} |\Z)", guide, re.MULTILINE | re.DOTALL))
    assert r"*Goes with lesson 1.1: Names \*first\**" in by_lab["1.1-A"]
    assert "*Goes with lesson 1.2: Wires*" in by_lab["1.2-A"]
    assert "Goes with" not in by_lab["1-A"]


def test_a_lesson_names_its_labs_behind_its_text_and_a_module_its_own_behind_the_last_lesson(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    book, _, _ = built(project, lambda_context)
    places = ["## 1.1 ", "How to ask.", "Lab 1.1-A", "## 1.2 ", "Text.", "Lab 1.2-A", "Lab 1-A, All of it", "# What"]
    found = [book.index(place) for place in places]
    assert found == sorted(found)


def test_a_guide_names_other_labs_as_its_reader_finds_them(
    store: ArtefactStore, function_environment: None, lambda_context: FakeLambdaContext
) -> None:
    # Given: a writer who has read ids in the plan; dates and code that look like them, and a lab it knows nothing of.
    text = """# Ask again

Finish lab 01-01-01 first (**lab 01-01-01**); this is 01-01-02.

| Lab | Needs |
|---|---|
| 01-01-02 | 01-01-01 |

Version 2001-01-01 of 01-01-01-x, and 01-02-01.

```bash
cat 01-01-01
```
"""
    save(store, {"01-01-02": text})
    # When
    _, guide, _ = built(store, lambda_context)
    # Then
    assert "Finish lab 1.1-A first (**lab 1.1-A**); this is 1.1-B." in guide
    assert re.search(r"\| 1\.1-B +\| 1\.1-A +\|", guide)
    assert "Version 2001-01-01 of 01-01-01-x, and 01-02-01." in guide
    assert "cat 01-01-01" in guide


def test_a_lesson_of_more_labs_than_letters_goes_on(store: ArtefactStore, function_environment: None) -> None:
    # Given: 28 labs of one lesson.
    rest: dict[str, Any] = {"objectives": (), "duration_minutes": 20, "prerequisites": (), "environment": "e"}
    rest |= {"tools": (), "depends_on": (), "title": "t", "lesson_number": 1}
    ids = [f"01-01-{number:02d}" for number in range(1, 29)]
    plan = ModuleLabPlan(module_number=1, labs=tuple(PlannedLab(lab_id=lab_id, **rest) for lab_id in ids))
    labs = [
        LabRecord.model_validate(
            {**COMMON, "lab_id": i, "lesson_number": 1, "title": "t", "s3_key": i, "word_count": 1}
        )
        for i in ids
    ]
    made = {"module_number": 1, "title": "One", "execution_name": "run-1", "plan_key": "plan", "is_plan_reused": False}
    times = {"plan_started_at": NOW, "plan_ended_at": NOW, "planned_ids": tuple(ids)}
    store.write_model("plan", plan, replacing=None)
    manifest = LabManifest.model_validate({**made, **times, "labs": labs})
    store.write_model("p/manifests/module-01-labs.json", manifest, replacing=None)
    # When
    outline = read_outline(OUTLINE.replace("LANGUAGE", "en"))
    numbers = [lab.number for lab in gather_labs(store, outline, BookRequest.model_validate(EVENT))[1].labs]
    # Then
    assert numbers[0] == "1.1-A" and numbers[25:] == ["1.1-Z", "1.1-A1", "1.1-B1"]
    assert len(set(numbers)) == len(numbers)


def test_the_guide_says_nothing_of_a_quiz_or_of_figures(
    project: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    _, guide, _ = built(project, lambda_context)
    last = guide.split("# How this book was made")[1]
    for unsaid in ("quiz", "option", "figure", "picture", "iagram", "opics", "lossary", "sample"):
        assert unsaid not in last, unsaid


@pytest.mark.parametrize("language", ["es", "ar", "ja"])
def test_lesson_and_lab_name_each_other_in_the_books_language(
    store: ArtefactStore, function_environment: None, lambda_context: FakeLambdaContext, language: str
) -> None:
    save(store, language=language)
    book, guide, _ = built(store, lambda_context)
    hint = {"es": "Laboratorio 1.1-A, Ask", "ar": "المختبر 1.1-A, Ask", "ja": "演習1.1-A, Ask"}[language]
    lesson = {"es": "Acompaña a la lección 1.2: Wires", "ar": "مرافق للدرس 1.2: Wires", "ja": "レッスン 1.2：Wires"}
    assert hint in book
    assert lesson[language] in guide

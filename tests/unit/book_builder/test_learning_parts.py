"""Study parts, coverage and provenance in the book: in every format, switchable, and nothing invented."""

import html
import re
import zipfile
from io import BytesIO

import pytest

from book_builder import handler as book_builder_handler
from book_builder.book_model import Book, BookLesson, BookModule
from book_builder.learning.coverage import Coverage
from book_builder.learning.outcome_links import OutcomeLinks
from course_kit.errors import BookIncomplete
from course_kit.labels import LANGUAGES, Labels
from course_kit.outline import read_outline
from course_kit.outline.study import GlossaryTerm, LessonStudy, QuizQuestion
from course_kit.records.manifest import LessonRecord, ModuleManifest, StudyManifest, StudyRecord
from course_kit.store.artefact_store import ArtefactStore
from pdf_renderer.pdf_rendering import render_pdf
from tests.support.book_project import EVENT, NOW, lesson_key, read, titles_of
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall

build_book: StepCall = book_builder_handler.lambda_handler

OUTLINE = """
course:
  title: Networks
  learning_outcomes: [Explain how servers resolve names, Build a cable]
  further_reading: ["A Book about Networks, https://example.org/book?a=1&b=2", A paper]
modules:
- title: One
  further_reading: [Module notes]
  lessons:
  - {title: Names, duration_minutes: 15, objectives: [Ask a name server], further_reading: [Lesson notes],
     topics: [Resolving a name, {title: Caching, outcomes: [1]}]}
  - {title: Wires, duration_minutes: 15, topics: [Name servers]}
- title: Two
  lessons: [{title: Nothing in common, duration_minutes: 15}]
"""
NAMES = """# Names

## Resolving a name

A resolver asks.

```python
x = (
```

## 2. Caching

The cache keeps answers.
"""
PARTS = "objectives,key_points,quiz,glossary,further_reading,coverage"
QUESTION = QuizQuestion(
    question="What does a resolver do? <script>alert(1)</script>",
    options=("It *asks* `dig`", "It waits", "It | sleeps"),
    right=0,
    explanation="A resolver asks, see [here](javascript:alert(1)).",
    topic="Resolving a name",
)
STUDY = LessonStudy(
    module_number=1,
    lesson_number=1,
    key_points=("A resolver asks.",),
    questions=(QUESTION, QUESTION.model_copy(update={"question": "And then?", "right": 1, "topic": ""})),
    terms=(
        GlossaryTerm(term="resolver", definition="Who asks."),
        GlossaryTerm(term="Årray", definition="Comes first."),
    ),
)


def save(store: ArtefactStore, module: int, texts: list[str], studies: dict[int, LessonStudy]) -> None:
    title, titles = titles_of(store, module)
    common = {"fingerprint": "f", "model_id": "anthropic.x", "is_reused": False, "started_at": NOW}
    common |= {"ended_at": NOW}
    lessons, records = [], []
    for number, text in enumerate(texts, start=1):
        key = lesson_key(module, number)
        store.write(key, text, content_type="text/markdown", replacing=store.find(key))
        common["title"] = titles[number]
        counts = {"word_count": 9, "visual_count": 0, "prompt_version": "0123456789ab"}
        lessons.append(LessonRecord.model_validate({**common, **counts, "lesson_number": number, "s3_key": key}))
        study = studies.get(number, LessonStudy(module_number=module, lesson_number=number))
        key = f"p/study/{module:02d}-{number:02d}.json"
        store.write_model(key, study, replacing=store.find(key))
        counts = {"key_points": 1, "questions": 2, "terms": 1, "dropped": 3, "prompt_version": "ba9876543210"}
        records.append(StudyRecord.model_validate({**common, **counts, "lesson_number": number, "s3_key": key}))
    shared = {"module_number": module, "title": title, "execution_name": "run-1", "lesson_total": len(texts)}
    for suffix, made in (
        ("", ModuleManifest.model_validate({**shared, "started_at": NOW, "lessons": lessons})),
        ("-study", StudyManifest.model_validate({**shared, "started_at": NOW, "lessons": records})),
    ):
        key = f"p/manifests/module-{module:02d}{suffix}.json"
        store.write_model(key, made, replacing=store.find(key))


@pytest.fixture
def event() -> dict[str, object]:
    studies = [f"p/manifests/module-{number:02d}-study.json" for number in (1, 2)]
    return {**EVENT, "study_manifest_keys": studies}


@pytest.fixture
def project(store: ArtefactStore, function_environment: None, monkeypatch: pytest.MonkeyPatch) -> ArtefactStore:
    monkeypatch.setenv("BOOK_PARTS", PARTS)
    store.write("p/outline.yaml", OUTLINE, content_type="y", replacing=None)
    save(store, 1, [NAMES, "# Wires\n\n## Name servers\n\nThe resolvers and arrays of a network.\n"], {1: STUDY})
    save(store, 2, ["# N\n\nText.\n"], {})
    return store


def outline(store: ArtefactStore, text: str) -> None:
    store.write("p/outline.yaml", text, content_type="y", replacing=store.find("p/outline.yaml"))


def test_answers_fold_in_html_and_stand_at_the_back_elsewhere(
    project: ArtefactStore, event: dict[str, object], lambda_context: FakeLambdaContext
) -> None:
    book = build_book(event, lambda_context)["book"]
    # Then: on the web page an answer is folded under its question, and there is no chapter of answers.
    page = read(project, book["html"])
    folded = re.findall(r"<details[^>]*>.*?</details>", page, re.DOTALL)
    assert len(folded) == 2
    assert "<strong>A.</strong> It <em>asks</em> <code>dig</code>. A resolver asks" in " ".join(folded[0].split())
    assert 'id="answers"' not in page
    # And: in print it stands at the back, and not beside the question.
    markdown = read(project, book["md"])
    body, answers = markdown.split("# Answers")
    assert "A resolver asks, see" not in body
    assert "1.1.2: **B.** It waits. A resolver asks" in answers
    typst = read(project, book["typst"])
    assert "= Answers" in typst
    assert typst.count("A resolver asks, see") == 2
    for archive in ("epub", "docx"):
        files = zipfile.ZipFile(BytesIO(project.read(book[archive]) or b""))
        whole = "".join(files.read(name).decode() for name in files.namelist() if name.endswith((".xhtml", ".xml")))
        assert whole.count("A resolver asks, see") == 2, archive
        assert "<details" not in whole


def test_a_models_questions_reach_the_reader_as_text_only(
    project: ArtefactStore, event: dict[str, object], lambda_context: FakeLambdaContext
) -> None:
    page = read(project, build_book(event, lambda_context)["book"]["html"])
    assert "<script>alert(1)" not in page
    assert "javascript:" not in re.sub(r">[^<]*<", "><", page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "It <em>asks</em> <code>dig</code>" in page
    assert "It | sleeps" in page


def test_objectives_key_points_and_readings_stand_where_they_belong(
    project: ArtefactStore, event: dict[str, object], lambda_context: FakeLambdaContext
) -> None:
    markdown = read(project, build_book(event, lambda_context)["book"]["md"])
    labels = Labels.of("en")
    lesson = markdown.split("## 1.1 Names")[1].split("## 1.2 Wires")[0]
    places = [
        labels.study.objectives,
        "Ask a name server",
        "### Resolving a name",
        labels.study.key_points,
        labels.study.quiz,
        "Lesson notes",
    ]
    assert [lesson.index(place) for place in places] == sorted(lesson.index(place) for place in places)
    # And: a lesson without objectives of its own has the outcome that its topics share words with, one without any has
    # no box at all.
    assert "Explain how servers resolve names" in markdown.split("## 1.2 Wires")[1].split("# Chapter 2")[0]
    assert labels.study.objectives not in markdown.split("## 2.1 Nothing in common")[1]
    # And: what the outline gives to read stands at the back, and nothing else.
    readings = markdown.split(f"# {labels.study.further_reading}\n")[1].split("\n# ")[0]
    assert "A Book about Networks ([example.org/book?a=1&b=2](https://example.org/book?a=1&b=2))" in readings
    assert readings.count("- ") == 3


def test_no_reading_is_in_the_book_that_the_outline_does_not_name(
    project: ArtefactStore, event: dict[str, object], lambda_context: FakeLambdaContext
) -> None:
    # Given: a lesson whose writer names a book that nobody has heard of.
    save(
        project,
        1,
        [f"{NAMES}\n## Further reading\n\n- [A Book](https://example.org/none)\n", "# W\n\n## Name servers\n"],
        {1: STUDY},
    )
    # When
    book = Book.model_validate_json(read(project, build_book(event, lambda_context)["book"]["json"]))
    # Then: what the book recommends, and links to as such, is what the outline gives.
    parts: tuple[Book | BookModule | BookLesson, ...] = (book, *book.modules, *book.lessons)
    assert [reading.title for part in parts for reading in part.further_reading] == [
        "A Book about Networks",
        "A paper",
        "Module notes",
        "Lesson notes",
    ]


def test_the_glossary_leads_back_to_every_section_where_a_term_stands(
    project: ArtefactStore, event: dict[str, object], lambda_context: FakeLambdaContext
) -> None:
    book = build_book(event, lambda_context)["book"]
    page = read(project, book["html"]).split('id="glossary"')[1].split("<h1")[0]
    assert page.index("Årray") < page.index("resolver")
    resolver = page[page.index("resolver") :]
    assert re.findall(r'href="#(section-[\d-]+)"', resolver) == ["section-1-1", "section-1-2"]
    for target in re.findall(r'href="#([\w-]+)"', read(project, book["html"])):
        assert f'id="{target}"' in read(project, book["html"]), target


def test_a_glossary_prints_code_as_code_and_the_form_that_a_reader_would_not_recognise(
    project: ArtefactStore, event: dict[str, object], lambda_context: FakeLambdaContext
) -> None:
    terms = (
        GlossaryTerm(term="`dig`", definition="Asks."),
        GlossaryTerm(term="mouse", definition="Runs.", found="mice"),
        GlossaryTerm(term="resolver", definition="Asks, too.", found="resolvers"),
    )
    texts = [NAMES + "\nRun `dig`. The mice see resolvers.\n", "# Wires\n\n## Name servers\n\nText.\n"]
    save(project, 1, texts, {1: STUDY.model_copy(update={"terms": terms})})
    book = build_book(event, lambda_context)["book"]
    glossary = read(project, book["html"]).split('id="glossary"')[1].split("<h1")[0]
    assert re.search(r"<code>dig</code>(?:</strong>)? — Asks", " ".join(glossary.split()))
    assert "`" not in glossary
    assert "<strong>mouse</strong> (mice) — Runs." in " ".join(glossary.split())
    assert "<strong>resolver</strong> — Asks, too." in " ".join(glossary.split())


def test_coverage_links_only_what_is_known(
    project: ArtefactStore, event: dict[str, object], lambda_context: FakeLambdaContext
) -> None:
    book = build_book(event, lambda_context)["book"]
    coverage = project.read_model(book["coverage"], Coverage)
    assert coverage is not None
    assert book["coverage"] == "p/book/Networks_coverage.json"
    by_topic = {topic.topic: topic for topic in coverage.topics}
    # Stated by the outline; found by shared words, which are told; not linked.
    assert [(link.number, link.words) for link in by_topic["Caching"].outcomes] == [(1, ())]
    assert [(link.number, link.words) for link in by_topic["Resolving a name"].outcomes] == [(1, ("resolving",))]
    assert by_topic["Resolving a name"].questions == ("1.1.1",)
    assert by_topic["Caching"].heading == "2. Caching"
    assert [(o.number, o.sections) for o in coverage.outcomes] == [(1, ("1.1", "1.2")), (2, ())]
    table = read(project, book["md"]).split("# What covers what")[1]
    assert re.search(r"\| 2 +\| Build a cable +\| not linked +\|", table)
    assert re.search(r"\| 1\.1 +\| Resolving a name +\| 1\\\* +\| 1\.1\.1 +\|", table)


def test_a_topic_that_no_section_covers_fails_the_book_by_its_name(
    project: ArtefactStore, event: dict[str, object], lambda_context: FakeLambdaContext
) -> None:
    save(project, 1, [NAMES.replace("## 2. Caching", "## Keeping"), "# W\n\n## Name servers\n"], {})
    with pytest.raises(BookIncomplete, match="no section covers module 1, lesson 1: Caching"):
        build_book(event, lambda_context)


def test_the_last_page_says_how_the_book_was_made_and_code_that_does_not_parse_is_marked(
    project: ArtefactStore, event: dict[str, object], lambda_context: FakeLambdaContext
) -> None:
    markdown = read(project, build_book(event, lambda_context)["book"]["md"])
    assert re.search(r"```\s+\*This sample cannot be read as Python: .*\(1:5\)\*", markdown)
    page = markdown.split("# How this book was made")[1]
    for said in (
        "`anthropic.x`",
        "4 March 2026",
        "by a language model",
        "Topics of the outline with a section of their own: 3",
        "Code samples that cannot be read as their language, marked where they stand: 1",
        "Quiz questions with exactly one option marked as right: 2",
        "Questions and terms that did not hold and were left out: 9",
        "### Not checked",
        "no review by a person is recorded",
    ):
        assert said in page, said
    # And: nothing is said of what is not there, and versions of prompts are for the data file.
    for unsaid in ("Diagrams", "Illustrations", "framed", "0123456789ab", "can be read as", ": 0", "pictures", "Words"):
        assert unsaid not in page, unsaid


def test_every_part_can_be_switched_off_by_the_outline_and_by_the_deployment(
    project: ArtefactStore,
    event: dict[str, object],
    lambda_context: FakeLambdaContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = Labels.of("en")
    titles = [words.study.objectives, words.study.key_points, words.study.quiz, "# Answers", "# Glossary"]
    titles += [words.study.further_reading, "# What covers what"]
    assert all(title in read(project, build_book(event, lambda_context)["book"]["md"]) for title in titles)
    # When: the outline wants none of them.
    choices = ", ".join(f"{part}: no" for part in PARTS.split(","))
    outline(project, OUTLINE + f"book: {{{choices}}}\n")
    plain = read(project, build_book(event, lambda_context)["book"]["md"])
    assert [title for title in titles if title in plain] == []
    # And: when the deployment has none, but the outline wants the quiz.
    monkeypatch.setenv("BOOK_PARTS", "")
    outline(project, OUTLINE + "book: {quiz: yes}\n")
    quiz = read(project, build_book(event, lambda_context)["book"]["md"])
    assert [title for title in titles if title in quiz] == [words.study.quiz, "# Answers"]


def test_a_chapter_without_its_study_parts_says_so_or_fails(
    project: ArtefactStore, event: dict[str, object], lambda_context: FakeLambdaContext
) -> None:
    # Given: module 2 has no study parts.
    alone = {**event, "study_manifest_keys": ["p/manifests/module-01-study.json"]}
    with pytest.raises(BookIncomplete, match="module 2: found no study parts of lesson 1"):
        build_book(alone, lambda_context)
    # When: it is known to have failed, and gaps are allowed.
    failed = [{"module_number": 2, "error": "TextRejected", "cause": "no quiz"}]
    book = build_book({**alone, "failed_modules": failed}, lambda_context)["book"]
    # Then: the chapter is there with its text, and tells what is missing.
    chapter = read(project, book["md"]).split("# Chapter 2: Two")[1]
    assert "Study parts are missing" in chapter
    assert "TextRejected: no quiz" in chapter
    assert "## 2.1 Nothing in common" in chapter


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_back_of_the_book_is_in_its_language_in_print_too(
    language: str, project: ArtefactStore, event: dict[str, object], lambda_context: FakeLambdaContext
) -> None:
    outline(project, OUTLINE.replace("title: Networks", f"title: Networks\n  language: {language}"))
    book = build_book(event, lambda_context)["book"]
    labels, page = Labels.of(language), " ".join(html.unescape(read(project, book["html"])).split())
    for word in (labels.study.glossary, labels.truth.coverage, labels.truth.provenance, labels.truth.facts):
        assert word in page
    if language == "es":
        from course_kit.store.artefact_keys import ProjectKeys

        assert render_pdf(project, ProjectKeys("p"), book["typst"]).endswith(".pdf")


def test_words_that_say_nothing_link_nothing() -> None:
    text = """
course: {title: T, language: es, learning_outcomes: [Explicar cómo viajan los paquetes sobre la red]}
modules: [{title: M, lessons: [{title: L, topics: [El viaje del paquete, Cómo y cuándo, Sobre los demás]}]}]
"""
    read_text = read_outline(text)
    links = OutcomeLinks(read_text)
    lesson = read_text.modules[0].lessons[0]
    found = {topic.title: [link.words for link in links.of_topic(lesson, topic)] for topic in lesson.topics}
    assert found == {"El viaje del paquete": [("paquete", "viaje")], "Cómo y cuándo": [], "Sobre los demás": []}
    assert links.of_lesson(lesson) == (1,)

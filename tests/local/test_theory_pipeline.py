"""From an outline to a book, through the deployed state machine and every function of it."""

import json
import re
import zipfile
from pathlib import Path

import pypdfium2
import pytest

from course_kit.outline import read_outline
from course_kit.records.manifest import ModuleManifest
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.deployment import Deployment
from coursewright.run.execution import Run
from tests.support.installed_command import CommandLine
from tests.support.local_author import Author
from tests.support.samples import SAMPLES
from tests.support.waiting import ended

SPANISH = SAMPLES / "redes-desde-cero.yaml"
TWELVE_MODULES = SAMPLES / "python-for-analysts-12-modules.yaml"
# Drawing diagrams is most of what a course costs here; a test that is not about them asks for none, or for a few.
NO_VISUALS: dict[str, object] = {"misbehaviour": "no_visuals"}
NO_VISUALS_BUT_IN_MODULE_1 = [NO_VISUALS | {"module_number": number} for number in (2, 3)]
THREE_MODULES = """
course: {title: Three, language: en}
modules:
- {title: One, lessons: [{title: First, duration_minutes: 15, topics: [Alpha, Beta]}]}
- {title: Two, lessons: [{title: Second, duration_minutes: 15, topics: [Gamma]}, {title: Third, duration_minutes: 15}]}
- {title: Three, lessons: [{title: Fourth, duration_minutes: 15}]}
"""


@pytest.fixture
def three_modules(tmp_path: Path) -> str:
    path = tmp_path / "three.yaml"
    path.write_text(THREE_MODULES, encoding="utf-8")
    return str(path)


def manifest(deployment: Deployment, project: str, module_number: int) -> ModuleManifest:
    key = ProjectKeys(project).manifest(module_number)
    body = deployment.s3.get_object(Bucket=deployment.bucket, Key=key)["Body"].read()
    return ModuleManifest.model_validate_json(body)


def pdf_text(path: str) -> str:
    document = pypdfium2.PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_a_spanish_outline_becomes_a_spanish_book_in_every_format(coursewright: CommandLine) -> None:
    # Given: an outline with modules under course_metadata, lab strings and compound Spanish Bloom levels.
    outline = read_outline(SPANISH.read_bytes())
    # When
    outcome = coursewright("generate", str(SPANISH), "--project", "redes", "--json")
    # Then: every lesson is there, in order, and every format opens.
    assert outcome.exit_code == 0, outcome.stderr
    report, book = outcome.report, outcome.report["book"]
    assert isinstance(book, dict)
    lessons = [lesson.title for module in outline.modules for lesson in module.lessons]
    assert (report["status"], report["lessons"], report["failed_modules"]) == ("succeeded", len(lessons), [])
    assert set(book) == {"md", "json", "coverage", "html", "site", "pdf", "epub", "docx"}
    markdown = Path(book["md"]).read_text(encoding="utf-8")
    headings = re.findall(r"^## \d+\.\d+ (.*)$", markdown, re.MULTILINE)
    assert [heading.replace("\\", "") for heading in headings] == lessons
    for archive in ("epub", "docx"):
        assert zipfile.ZipFile(book[archive]).testzip() is None
    # And: what is fixed in the book is Spanish, nothing of it English.
    html, pdf = Path(book["html"]).read_text(encoding="utf-8"), pdf_text(book["pdf"])
    assert '<html lang="es">' in html
    page = re.sub(r"<(style|script).*?</\1>|<[^>]+>", "", html, flags=re.DOTALL)
    for text in (page, pdf, markdown):
        assert re.search("Capítulo 1:? Lo que viaja", text)
        assert "Figura 1.1: " in text
        for english in ("Chapter 1", "Figure 1", "Contents", "minutes"):
            assert english not in text
    assert "Borrador sin conexión" in pdf
    # And: every lesson has its quiz, its answers at the back of what is printed and folded on the web page.
    assert report["quizzes"] == len(lessons)
    for word in ("Compruebe lo aprendido", "Ideas clave", "Glosario", "Cómo se hizo este libro"):
        assert word in html, word
        assert word in pdf, word
    assert "# Respuestas" in markdown
    assert html.count('<details class="box answer"') == report["questions"]
    # And: no tag is left, and the images that the Markdown links to are there.
    assert "[VISUAL" not in markdown + html
    images = re.findall(r"\]\((\.\./images/[^)]+)\)", markdown)
    assert len(images) == report["visuals"]
    assert all((Path(book["md"]).parent / image).is_file() for image in images)
    # And: the page needs nothing from elsewhere.
    assert not re.search(r"<(?:img|link|script)[^>]+(?:src|href)=\"(?!data:)", html)


def test_chosen_modules_of_twelve_come_in_order_and_no_others(coursewright: CommandLine, author: Author) -> None:
    # Given
    author.behave(NO_VISUALS)
    # When
    outcome = coursewright("generate", str(TWELVE_MODULES), "--project", "twelve", "--modules", "1,3-4,12", "--json")
    # Then
    assert outcome.exit_code == 0, outcome.stderr
    book = outcome.report["book"]
    assert isinstance(book, dict)
    chapters = re.findall(r"^# Chapter (\d+): ", Path(book["md"]).read_text(encoding="utf-8"), re.MULTILINE)
    assert chapters == ["1", "3", "4", "12"]


def test_modules_and_lessons_are_worked_on_side_by_side(
    coursewright: CommandLine, deployment: Deployment, author: Author, three_modules: str
) -> None:
    # Given: a writer that answers for module 1 when module 2 has begun, and for a lesson when the one beside it has.
    begun = {"kind": "lesson", "module_number": 2}
    author.behave(
        *NO_VISUALS_BUT_IN_MODULE_1,
        holds=[{"kind": "lesson", "module_number": 1, "until": begun}, {**begun, "until": begun, "until_calls": 2}],
    )
    # When
    outcome = coursewright("generate", three_modules, "--project", "overlap", "--json")
    assert outcome.exit_code == 0, outcome.stderr
    # Then: module 2's content began before module 1's images were finished.
    first, second = manifest(deployment, "overlap", 1), manifest(deployment, "overlap", 2)
    assert first.images is not None
    assert second.lessons[0].started_at < first.images.ended_at
    # And: module 2's lessons were written side by side.
    assert second.lessons[1].started_at < second.lessons[0].ended_at


def test_one_module_at_a_time_when_the_execution_says_so(
    coursewright: CommandLine, deployment: Deployment, author: Author, three_modules: str
) -> None:
    # Given
    author.behave(*NO_VISUALS_BUT_IN_MODULE_1)
    # When
    outcome = coursewright("generate", three_modules, "--project", "serial", "--max-concurrency", "1", "--json")
    assert outcome.exit_code == 0, outcome.stderr
    # Then: no module begins before the one before it is done.
    first, second = manifest(deployment, "serial", 1), manifest(deployment, "serial", 2)
    assert first.images is not None
    assert second.started_at >= first.images.ended_at


def test_a_second_run_pays_for_nothing_and_gives_the_same_book(
    coursewright: CommandLine, author: Author, three_modules: str
) -> None:
    # Given: a finished course.
    author.behave(*NO_VISUALS_BUT_IN_MODULE_1)
    first = coursewright("generate", three_modules, "--project", "again", "--json").report
    calls = len(author.calls())
    # When
    second = coursewright("generate", three_modules, "--project", "again", "--json").report
    # Then
    assert first["model_calls"] == calls > 0
    assert len(author.calls()) == calls
    made = sum(int(str(first[kind])) for kind in ("lessons", "visuals", "quizzes"))
    assert (second["model_calls"], second["reused"]) == (0, made)


def test_a_failed_module_is_named_the_others_finish_and_the_next_run_makes_only_what_is_missing(
    coursewright: CommandLine, deployment: Deployment, author: Author, three_modules: str
) -> None:
    # Given: a writer that leaves the headings of module 2's first lesson out, whatever it is told.
    author.behave(
        {"misbehaviour": "missing_headings", "module_number": 2, "lesson_number": 1, "kind": "lesson"},
        NO_VISUALS | {"module_number": 1},
    )
    # When
    failed = coursewright("generate", three_modules, "--project", "failing", "--json")
    # Then: the run fails by the module's number and cause; the other modules are complete.
    assert failed.exit_code == 1
    [line] = [line for line in failed.stderr.splitlines() if "ModulesFailed" in line]
    assert "module 2 failed with TextRejected: module 2, lesson 1 (Second)" in line
    assert (failed.report["status"], failed.report["failed_modules"], failed.report["book"]) == ("failed", [2], {})
    assert manifest(deployment, "failing", 3).images is not None
    # And: the rejected lesson was asked for twice, and the module's other lesson is kept.
    asked = [call for call in author.calls() if (call["module_number"], call["lesson_number"]) == (2, 1)]
    assert len(asked) == 2
    # When: the writer behaves again, and the same command is run.
    author.behave()
    before = len(author.calls())
    second = coursewright("generate", three_modules, "--project", "failing", "--json")
    # Then: one lesson is written, and what follows from module 2's lessons.
    assert second.exit_code == 0, second.stderr
    new_calls = author.calls()[before:]
    assert {(call["module_number"], call["kind"]) for call in new_calls} <= {
        (2, "lesson"),
        (2, "visual_plan"),
        (2, "study"),
    }
    assert [call["lesson_number"] for call in new_calls if call["kind"] == "lesson"] == [1]


def test_a_book_with_gaps_shows_them_when_it_is_asked_for(
    coursewright: CommandLine, author: Author, three_modules: str
) -> None:
    # Given: a module that cannot be written.
    author.behave({"misbehaviour": "scratchpad", "module_number": 2, "kind": "lesson"}, NO_VISUALS)
    # When
    outcome = coursewright("generate", three_modules, "--project", "gaps", "--allow-partial", "--json")
    # Then: there is a book, and it says what is missing.
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.report["failed_modules"] == [2]
    book = outcome.report["book"]
    assert isinstance(book, dict)
    markdown = Path(book["md"]).read_text(encoding="utf-8")
    assert "# Chapter 2: Two" in markdown
    assert "This module is missing" in markdown
    assert "scratchpad" in markdown.split("# Chapter 2")[1].split("# Chapter 3")[0]


def test_a_throttled_model_is_asked_again_until_it_answers(
    coursewright: CommandLine, author: Author, three_modules: str
) -> None:
    # Given: a model server that refuses the first calls of every kind.
    author.behave(
        {"misbehaviour": "unavailable", "kind": "lesson", "first_calls": 3},
        {"misbehaviour": "unavailable", "kind": "visual_plan", "first_calls": 2},
    )
    # When / Then
    outcome = coursewright("generate", three_modules, "--project", "outage", "--json")
    assert outcome.exit_code == 0, outcome.stderr


def test_diagrams_that_do_not_parse_are_repaired_and_else_framed(
    coursewright: CommandLine, deployment: Deployment, author: Author, three_modules: str
) -> None:
    # Given: module 1's diagrams cannot be parsed; the first repair cannot either, the others can.
    author.behave(
        {"misbehaviour": "invalid_mermaid", "kind": "visual_plan", "module_number": 1},
        {"misbehaviour": "invalid_mermaid", "kind": "diagram_repair", "first_calls": 1},
        *NO_VISUALS_BUT_IN_MODULE_1,
    )
    # When
    outcome = coursewright("generate", three_modules, "--project", "diagrams", "--json")
    # Then: every figure is in the book, one of them as a framed text.
    assert outcome.exit_code == 0, outcome.stderr
    figures = manifest(deployment, "diagrams", 1).figures
    assert len(figures) >= 2
    assert sum(figure.is_fallback for figure in figures.values()) == 1


def test_a_course_without_visuals_is_normal(coursewright: CommandLine, author: Author, three_modules: str) -> None:
    # Given: a writer that wants no figure.
    author.behave(NO_VISUALS)
    # When
    outcome = coursewright("generate", three_modules, "--project", "plain", "--json")
    # Then
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.report["visuals"] == 0
    assert {call["kind"] for call in author.calls()} == {"brief", "lesson", "study"}


def test_titles_of_any_script_make_a_book(coursewright: CommandLine, tmp_path: Path) -> None:
    # Given: a title that no ASCII key can hold.
    outline = tmp_path / "japanese.yaml"
    outline.write_text(
        "course: {title: 日本語}\nmodules:\n- {title: 入門, lessons: [{title: はじめに, duration_minutes: 15}]}\n",
        encoding="utf-8",
    )
    # When
    outcome = coursewright("generate", str(outline), "--json")
    # Then
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.report["project"] == "ri-ben-yu"
    book = outcome.report["book"]
    assert isinstance(book, dict)
    assert Path(book["pdf"]).name == "日本語.pdf"
    assert all(Path(path).stat().st_size > 0 for path in book.values())


def test_bad_input_ends_before_anything_is_written(
    coursewright: CommandLine, deployment: Deployment, tmp_path: Path
) -> None:
    # Given: an outline with two faults.
    outline = tmp_path / "bad.yaml"
    outline.write_text("course: {title: Bad}\nmodules:\n- {title: One, lessons: [{titel: typo}]}\n", encoding="utf-8")
    # When
    outcome = coursewright("generate", str(outline), "--project", "bad-input")
    # Then: one line a fault, and no object.
    assert outcome.exit_code == 2
    assert len(outcome.stderr.strip().splitlines()) == 2
    listing = deployment.s3.list_objects_v2(Bucket=deployment.bucket, Prefix="bad-input/")
    assert listing["KeyCount"] == 0


def test_the_state_machine_refuses_a_bad_request_by_itself(deployment: Deployment) -> None:
    # Given: an execution started without the command line, for a module that the sample does not have.
    execution_input = {
        "outline_s3_key": "direct/outline.yaml",
        "project_folder": "direct",
        "content_source": "local",
        "modules_to_generate": [1, 9],
    }
    # When
    started = deployment.step_functions.start_execution(
        stateMachineArn=deployment.state_machine_arn, input=json.dumps(execution_input)
    )
    state = ended(Run(deployment, started["executionArn"]))
    # Then: it fails at its first state, by the error's own name.
    assert (state.status, state.error) == ("FAILED", "RequestInvalid")
    assert "found module 9" in state.cause


def test_watching_a_finished_run_brings_its_book_home(
    coursewright: CommandLine, author: Author, three_modules: str
) -> None:
    # Given
    author.behave(NO_VISUALS)
    report = coursewright("generate", three_modules, "--project", "watched", "--json").report
    # When
    outcome = coursewright("watch", str(report["execution_arn"]), "--json")
    # Then
    assert outcome.exit_code == 0, outcome.stderr
    assert (outcome.report["project"], outcome.report["lessons"]) == ("watched", report["lessons"])

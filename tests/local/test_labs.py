"""Labs on the deployed app: beside the theory, alone, and missing only where they failed."""

import re
from pathlib import Path

import pytest

from course_kit.records.manifest import LabManifest, ModuleManifest
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.deployment import Deployment
from tests.support.installed_command import CommandLine
from tests.support.local_author import Author, time_of

SPANISH_LABS = """
course: {title: Prácticas de redes, language: es}
modules:
- {title: Sin prácticas, lessons: [{title: Uno, duration_minutes: 15}]}
- {title: Tampoco, lessons: [{title: Dos, duration_minutes: 15}]}
- title: Con prácticas
  lessons: [{title: Tres, duration_minutes: 15, labs: [Leer una cabecera]}]
  labs: [Capturar un paquete, {title: Medir un retardo, type: demo}]
"""
# Drawing diagrams is most of what a course costs here, and here they matter only beside labs.
NO_VISUALS: dict[str, object] = {"misbehaviour": "no_visuals"}
NO_VISUALS_BUT_BESIDE_LABS = [NO_VISUALS | {"module_number": number} for number in (1, 2)]
GUIDES = [
    "labguide/lab-03-01-01-leer-una-cabecera.md",
    "labguide/lab-03-00-01-capturar-un-paquete.md",
    "labguide/lab-03-00-02-medir-un-retardo.md",
]


@pytest.fixture
def outline(tmp_path: Path) -> str:
    path = tmp_path / "labs.yaml"
    path.write_text(SPANISH_LABS, encoding="utf-8")
    return str(path)


def read(deployment: Deployment, key: str) -> bytes:
    return deployment.s3.get_object(Bucket=deployment.bucket, Key=key)["Body"].read()


def test_labs_run_beside_the_theory_and_make_a_guide_of_their_own(
    coursewright: CommandLine, deployment: Deployment, author: Author, outline: str
) -> None:
    # Given: a writer that does not answer for the third module's lesson before its three labs are asked for.
    labs_first = {"module_number": 3, "until": {"kind": "lab", "module_number": 3}, "until_calls": 3}
    author.behave(*NO_VISUALS_BUT_BESIDE_LABS, holds=[{"kind": "lesson", **labs_first}])
    # When
    outcome = coursewright("generate", outline, "--project", "beside", "--content-type", "both", "--json")
    # Then: three labs, all of module 3, and two books in six formats each.
    assert outcome.exit_code == 0, outcome.stderr
    report = outcome.report
    assert (report["lessons"], report["labs"], report["modules"]) == (3, 3, 3)
    book, guide = report["book"], report["lab_guide"]
    assert isinstance(book, dict)
    assert isinstance(guide, dict)
    assert set(book) == {*guide, "coverage"} == {"md", "json", "coverage", "html", "site", "pdf", "epub", "docx"}
    assert Path(guide["html"]).name == "Prácticas_de_redes_labs.html"
    assert all(Path(path).stat().st_size > 0 for path in (*book.values(), *guide.values()))
    # And: a lab was written while the theory of its module was; by one clock, and by their own.
    calls = [call for call in author.calls() if call["module_number"] == 3]
    asked_for_labs = [time_of(call["started_at"]) for call in calls if call["kind"] == "lab"]
    [lesson_answered] = [time_of(call["ended_at"]) for call in calls if call["kind"] == "lesson"]
    assert max(asked_for_labs) < lesson_answered
    keys = ProjectKeys("beside")
    labs = LabManifest.model_validate_json(read(deployment, keys.lab_manifest(3)))
    theory = ModuleManifest.model_validate_json(read(deployment, keys.manifest(3)))
    assert theory.images is not None
    assert labs.plan_started_at < theory.lessons[0].ended_at
    assert labs.labs[0].started_at < theory.images.ended_at
    # And: the guide is in Spanish, a chapter for the one module with labs, its labs in the outline's order.
    guide_text = Path(guide["md"]).read_text(encoding="utf-8")
    assert re.findall(r"^# (.*)$", re.sub(r"```.*?```", "", guide_text, flags=re.DOTALL), re.MULTILINE)[-2:] == [
        "Capítulo 3: Con prácticas",
        "Cómo se hizo este libro",
    ]
    assert re.findall(r"^## (\d(?:\.\d)?-[A-Z] .*)$", guide_text, re.MULTILINE) == [
        "3.1-A Leer una cabecera",
        "3-A Capturar un paquete",
        "3-B Medir un retardo",
    ]
    assert "Resultado esperado" in guide_text
    assert "versión por validar" in guide_text
    # And: the lesson points to its lab.
    assert "**En la guía de laboratorio:** Laboratorio 3.1-A, Leer una cabecera" in Path(book["md"]).read_text(
        encoding="utf-8"
    )


def test_labs_alone_make_the_guide_alone_and_no_lesson(
    coursewright: CommandLine, deployment: Deployment, author: Author, outline: str
) -> None:
    # When
    outcome = coursewright("generate", outline, "--project", "alone", "--content-type", "labs", "--json")
    # Then
    assert outcome.exit_code == 0, outcome.stderr
    assert (outcome.report["labs"], outcome.report["lessons"]) == (3, 0)
    assert outcome.report["book"] == outcome.report["lab_guide"]
    assert {call["kind"] for call in author.calls()} == {"brief", "lab_plan", "lab"}
    # And: a module without labs cost no call.
    assert {call["module_number"] for call in author.calls() if call["kind"] != "brief"} == {3}
    for guide in GUIDES:
        assert read(deployment, f"alone/{guide}").startswith(b"# ")
    assert b"03-00-02" in read(deployment, "alone/labguide/lab-master-plan.json")


def test_a_malformed_lab_fails_by_its_name_and_the_next_run_writes_exactly_that_one(
    coursewright: CommandLine, author: Author, outline: str
) -> None:
    # Given: a writer whose second module lab is malformed, and its repair too.
    author.behave({"misbehaviour": "missing_headings", "kind": "lab", "lesson_number": 2}, NO_VISUALS)
    # When
    failed = coursewright("generate", outline, "--project", "broken", "--content-type", "both", "--json")
    # Then: named; asked for twice; everything else is kept.
    assert failed.exit_code == 1
    assert "module 3 failed with TextRejected: module 3, lab 03-00-02 (Medir un retardo)" in failed.stderr
    assert failed.report["failed_modules"] == [3]
    assert len([call for call in author.calls() if call["lesson_number"] == 2 and call["kind"] == "lab"]) == 2
    # When: the writer behaves again.
    author.behave(NO_VISUALS)
    before = len(author.calls())
    second = coursewright("generate", outline, "--project", "broken", "--content-type", "both", "--json")
    # Then: one call, for that lab.
    assert second.exit_code == 0, second.stderr
    assert [(call["kind"], call["lesson_number"]) for call in author.calls()[before:]] == [("lab", 2)]


def test_a_second_run_of_both_pays_for_nothing(coursewright: CommandLine, author: Author, outline: str) -> None:
    author.behave(NO_VISUALS)
    first = coursewright("generate", outline, "--project", "twice", "--content-type", "both", "--json").report
    calls = len(author.calls())
    second = coursewright("generate", outline, "--project", "twice", "--content-type", "both", "--json").report
    assert first["model_calls"] == calls > 0
    assert (second["model_calls"], len(author.calls())) == (0, calls)

"""What a person is asked before a run, and what needs ``--yes`` where nobody can be asked."""

import sys
from pathlib import Path

import pytest
import typer

from course_kit.store.artefact_store import ArtefactStore
from coursewright.confirmation import confirm_run
from coursewright.deployment import Target
from coursewright.errors import BadInput, CommandFailed
from coursewright.generate import GenerateOptions, generate
from coursewright.outline_upload import store_outline
from coursewright.terminal import Terminal
from tests.support.course_runs import THEORY, CourseRuns
from tests.support.planned_projects import OUTLINE, PRICES, bound
from tests.support.writing_server import WritingServer

FEWER = OUTLINE.replace("  - {title: Names, duration_minutes: 20, topics: [How a name is found, Who answers]}\n", "")


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that are asked on a terminal; the answer is no."""
    asked: list[str] = []

    def confirm(question: str, **_: object) -> bool:
        asked.append(question)
        return False

    monkeypatch.setattr(typer, "confirm", confirm)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    return asked


@pytest.fixture
def project(store: ArtefactStore, writing_server: WritingServer) -> CourseRuns:
    runs = CourseRuns(store, writing_server, OUTLINE, parts=THEORY)
    runs.run()
    return runs


def terminal() -> Terminal:
    return Terminal(force_terminal=True, width=120)


def test_a_run_that_costs_more_than_the_limit_needs_a_yes(
    store: ArtefactStore, function_environment: None, questions: list[str], tmp_path: Path
) -> None:
    # Given: a new course with known prices. When / Then
    with pytest.raises(BadInput, match="not confirmed; nothing was started"):
        confirm_run(bound(store, tmp_path, prices=PRICES), "", 0.01, terminal())
    [question] = questions
    assert question.startswith("The run costs about $0.")
    assert question.endswith("which can be above $0.01. Start it?")


def test_a_run_below_the_limit_is_not_asked_about(
    store: ArtefactStore, function_environment: None, questions: list[str], tmp_path: Path
) -> None:
    # Given / When
    confirm_run(bound(store, tmp_path, prices=PRICES), "", 1000, terminal())
    # Then
    assert questions == []


def test_the_limit_is_the_projects_setting_unless_one_is_given(
    store: ArtefactStore, function_environment: None, questions: list[str], tmp_path: Path
) -> None:
    # Given: a small course, and the setting of five dollars. When
    confirm_run(bound(store, tmp_path, prices=PRICES), "", None, terminal())
    # Then
    assert questions == []
    with pytest.raises(BadInput, match="--confirm-above: found -1"):
        confirm_run(bound(store, tmp_path, prices=PRICES), "", -1, terminal())


def test_a_dropped_lesson_needs_a_yes(
    project: CourseRuns, questions: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given / When
    with pytest.raises(BadInput, match="not confirmed"):
        confirm_run(bound(project.store, tmp_path, FEWER), "", 1000, terminal())
    # Then
    assert len(questions) == 1
    assert "lessons of the project that the outline drops: 1 (Names)" in capsys.readouterr().out


def test_an_older_outline_needs_a_yes(project: CourseRuns, questions: list[str], tmp_path: Path) -> None:
    # Given / When / Then
    with pytest.raises(BadInput, match="not confirmed"):
        confirm_run(bound(project.store, tmp_path), "the outline of Ana in the project is newer", 1000, terminal())
    assert len(questions) == 1


def test_without_a_terminal_another_course_is_refused_and_money_is_not_asked_about(
    project: CourseRuns, tmp_path: Path
) -> None:
    # Given: no terminal. When / Then
    confirm_run(bound(project.store, tmp_path, prices=PRICES), "", 0, Terminal())
    spanish = OUTLINE.replace("language: en", "language: es")
    with pytest.raises(BadInput) as refusal:
        confirm_run(bound(project.store, tmp_path, spanish), "", 0, Terminal())
    assert refusal.value.lines == (
        "project p: its language is en, and the outline's is es",
        "expected --yes to do so all the same, or another --project",
    )
    with pytest.raises(BadInput, match="newer"):
        confirm_run(bound(project.store, tmp_path), "the outline in the project is newer", 0, Terminal())


def test_the_authors_text_that_is_named_is_told_where_nobody_is_asked(
    project: CourseRuns, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given
    project.put(project.key_of("lesson-1-packets"), "# Packets\n\nMy own words.\n")
    # When
    confirm_run(bound(project.store, tmp_path, regenerate=("1.1",)), "", 0, Terminal())
    # Then
    assert "lesson 1.1 is yours and is replaced, since --regenerate names it" in capsys.readouterr().out


def test_an_outline_that_a_colleague_stores_while_a_person_decides_is_not_replaced(
    project: CourseRuns, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Given: a person who is asked about an outline that drops a lesson; a colleague stores another one meanwhile.
    store, colleagues = project.store, OUTLINE.replace("title: Nets", "title: Networks")
    run = bound(store, tmp_path, FEWER)

    def confirm(_: str, **__: object) -> bool:
        store_outline(store, run.keys, colleagues.encode(), who="Ana")
        return True

    monkeypatch.setattr(typer, "confirm", confirm)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("coursewright.generate.Deployment.started", lambda *_: run.deployment)
    monkeypatch.setattr("coursewright.generate.require_free", lambda *_: None)
    options = GenerateOptions(
        run=run.options,
        max_concurrency=None,
        allow_partial=False,
        max_cost=None,
        confirm_above=None,
        yes=False,
        target=Target.AWS,
        stage="dev",
        out=tmp_path / "out",
    )
    # When / Then
    with pytest.raises(CommandFailed, match="somebody has stored another outline meanwhile; nothing was started"):
        generate(tmp_path / "outline.yaml", options, terminal())
    assert project.text(run.keys.outline()) == colleagues

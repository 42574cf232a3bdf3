"""`coursewright build`: the books of what is in the bucket, with its edits, and no model asked."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from book_builder.learning.coverage import Coverage
from course_kit.errors import RequestInvalid
from course_kit.records.manifest import ModuleManifest, StudyManifest
from course_kit.records.run_summary import RunSummary
from course_kit.run.events import BaseParams
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.work.model_step import ModelStep
from coursewright.deployment import Deployment
from tests.support.command_line import CommandLine, Ended, assert_one_line
from tests.support.housekeeping import House
from tests.support.lambda_context import FakeLambdaContext
from tests.support.machine_runs import MACHINE, MachineRuns
from tests.support.own_pictures import picture
from tests.support.step_event import step_event
from tests.support.writing_server import WritingServer

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

OUTLINE = """\
course: {title: Networks, language: en}
modules:
- title: Basics
  lessons:
  - {title: Packets, duration_minutes: 10, topics: [Headers], lab_activities: [Look at one]}
  - {title: Names, duration_minutes: 10, topics: [Resolvers]}
- title: Safety
  lessons: [{title: Keys, duration_minutes: 10, topics: [Locks]}]
"""
KEYS = ProjectKeys("networks")


@dataclasses.dataclass(frozen=True)
class Author:
    """A person with a generated course."""

    house: House
    command_line: CommandLine
    server: WritingServer
    runs: MachineRuns
    folder: Path

    def generate(self, outline: str = OUTLINE, *options: str) -> None:
        """Generate the course without its book."""
        path = self.folder / "outline.yaml"
        path.write_text(outline, encoding="utf-8")
        words = ("generate", str(path), "--provider", "openai", "--yes", "--json", *options)
        self.runs.makes_books = False
        ended = self.command_line.run(*words)
        self.runs.makes_books = True
        assert ended.exit_code == 0, ended

    def run(self, *words: str) -> Ended:
        return self.command_line.run(*words)

    def build(self, *options: str, exit_code: int = 0) -> dict[str, object]:
        before = len(self.server.calls())
        ended = self.run("build", "networks", "--json", *options)
        assert ended.exit_code == exit_code, ended
        assert len(self.server.calls()) == before
        # Functions log on standard output, too.
        told: dict[str, object] = json.loads(ended.out.splitlines()[-1])
        return told

    def book(self, told: Mapping[str, object]) -> str:
        formats = told["book"]
        assert isinstance(formats, dict)
        return Path(formats["md"]).read_text(encoding="utf-8")

    def coverage(self) -> Coverage:
        found = self.house.store.read_model(KEYS.book("Networks", "_coverage.json"), Coverage)
        assert found is not None
        return found

    def edit(self, path: str, before: str, after: str) -> None:
        place = self.folder / "book" / path
        text = place.read_text(encoding="utf-8")
        assert before in text, text
        place.write_text(text.replace(before, after), encoding="utf-8")

    def check_out(self) -> None:
        assert self.run("checkout", "networks", "book").exit_code == 0

    def check_in(self) -> None:
        ended = self.run("checkin", "book")
        assert ended.exit_code == 0, ended


@pytest.fixture
def author(
    writing_server: WritingServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: "pytest.CaptureFixture[str]",
) -> Author:
    from course_kit.store.artefact_store import s3_client

    house = House.in_moto(s3_client())
    runs = MachineRuns()
    deployment = dataclasses.replace(
        house.deployment, step_functions=cast("SFNClient", runs), state_machine_arn=MACHINE
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Deployment, "find", lambda target, stage: deployment)
    monkeypatch.setattr("coursewright.generate.Deployment.started", lambda *_: deployment)
    monkeypatch.setattr("coursewright.person._git_name", lambda: "Ana")
    monkeypatch.setenv("BOOK_PARTS", "objectives,key_points,quiz,glossary,coverage")
    return Author(House(deployment), CommandLine(monkeypatch, capsys), writing_server, runs, tmp_path)


def test_story_k6_a_heading_renamed_by_hand_is_told_by_its_line_and_in_the_book_as_an_uncovered_topic(
    author: Author,
) -> None:
    # Given: a finished course, checked out.
    author.generate()
    author.check_out()
    # When: its author renames a heading, and asks what the book would make of it.
    author.edit("lessons/1.1-packets.md", "## Headers", "## What goes first")
    status = author.run("status", "book")
    # Then: file, line and what happens; it breaks nothing.
    assert status.exit_code == 0
    fault = "no heading has the title of the topic `Headers`: the book shows the topic as not covered"
    assert f"lessons/1.1-packets.md:1: {fault}" in status.out
    # When
    author.check_in()
    told = author.build()
    # Then: the book is there, with the heading of the author's; the topic is told as not covered.
    book = author.book(told)
    assert "What goes first" in book
    assert [topic.topic for topic in author.coverage().uncovered] == ["Headers"]
    assert told["model_calls"] == 0
    # And: the next run leaves the lesson as it is.
    author.generate()
    assert "## What goes first" in (author.house.store.read(KEYS.lesson(1, 1, "Packets")) or b"").decode()


def test_edits_of_every_kind_are_in_the_books_and_nothing_is_paid(author: Author) -> None:
    # Given: a course with its lab guide.
    author.generate(OUTLINE, "--content-type", "both")
    author.check_out()
    # When: a lesson, its quiz, a figure's words, a lab, and a picture of one's own.
    study = next((author.folder / "book" / "study").glob("1.1.yaml")).read_text(encoding="utf-8")
    question = next(line for line in study.splitlines() if line.startswith("- question: "))
    author.edit("study/1.1.yaml", question, "- question: Which of these did Ana ask?")
    figure = next((author.folder / "book" / "figures").glob("01-01-*.mmd"))
    caption = next(line for line in figure.read_text(encoding="utf-8").splitlines() if line.startswith("caption:"))
    author.edit(f"figures/{figure.name}", caption, "caption: Drawn by Ana")
    author.edit("labs/1.1-A-look-at-one.md", "# Look at one", "# Look at one\n\nA step of hers.")
    (author.folder / "book" / "figures" / "plug.png").write_bytes(picture("PNG"))
    author.edit("lessons/1.2-names.md", "## Resolvers", "## Resolvers\n\nWords of hers.\n\n![A plug](plug.png)\n")
    author.check_in()
    told = author.build()
    # Then
    book = author.book(told)
    for words in ("Which of these did Ana ask?", "Drawn by Ana", "Words of hers", "plug.png"):
        assert words in book, words
    guides = told["lab_guide"]
    assert isinstance(guides, dict)
    assert "A step of hers." in Path(guides["md"]).read_text(encoding="utf-8")
    assert (told["model_calls"], told["input_tokens"]) == (0, 0)
    # And: the run is one like others, without an estimate of what it never pays.
    newest = max(author.house.store.keys(KEYS.runs()))
    summary = author.house.store.read_model(newest, RunSummary)
    assert summary is not None
    assert (summary.request["books_only"], summary.estimate) == (True, None)


def test_what_is_asked_for_otherwise_stays_in_a_build_and_is_made_by_the_next_run(author: Author) -> None:
    # Given: the outline asks for another topic, of which nobody has paid a text.
    author.generate()
    author.check_out()
    author.edit("outline.yaml", "topics: [Resolvers]", "topics: [Resolvers, Zones]")
    author.check_in()
    lesson = author.house.store.read(KEYS.lesson(1, 2, "Names"))
    manifests = {key: author.house.store.read(key) for key in (KEYS.manifest(1),)}
    # When
    author.build()
    # Then: the text is as it was, and the book says what it lacks.
    assert author.house.store.read(KEYS.lesson(1, 2, "Names")) == lesson
    assert [topic.topic for topic in author.coverage().uncovered] == ["Zones"]
    before = ModuleManifest.model_validate_json(manifests[KEYS.manifest(1)] or b"")
    after = author.house.store.read_model(KEYS.manifest(1), ModuleManifest)
    assert after is not None
    assert after.written == before.written
    # When: a run may pay.
    author.generate(OUTLINE.replace("topics: [Resolvers]", "topics: [Resolvers, Zones]"))
    # Then
    assert b"Zones" in (author.house.store.read(KEYS.lesson(1, 2, "Names")) or b"")


def test_a_removed_lesson_is_not_in_the_books_and_stays_in_the_bucket(author: Author) -> None:
    # Given
    author.generate()
    author.check_out()
    author.edit("outline.yaml", "  - {title: Names, duration_minutes: 10, topics: [Resolvers]}\n", "")
    author.check_in()
    # When
    told = author.build()
    # Then
    assert "Resolvers" not in author.book(told)
    assert author.house.store.find(KEYS.lesson(1, 2, "Names")) is not None
    assert author.house.store.find(KEYS.study(1, 2)) is not None


def test_a_missing_lesson_is_named_before_anything_is_started(author: Author) -> None:
    # Given: a lesson that the outline has by now, and nobody has written.
    author.generate()
    author.check_out()
    author.edit("outline.yaml", "[{title: Keys, ", "[{title: Doors, topics: [Hinges]}, {title: Keys, ")
    author.check_in()
    runs = set(author.house.store.keys(KEYS.runs()))
    # When / Then
    ended = author.run("build", "networks")
    assert_one_line(ended, 1, "lesson 2.1 (Doors) missing", "--allow-partial")
    assert set(author.house.store.keys(KEYS.runs())) == runs
    # And: with gaps, the book is there; the module is told to be one.
    told = author.build("--allow-partial")
    assert told["failed_modules"] == [2]
    assert "is missing" in author.book(told)


def test_a_module_that_was_never_made_leaves_a_book_of_the_others_beside_the_whole_one(author: Author) -> None:
    # Given
    author.generate(OUTLINE, "--modules", "1")
    # When
    told = author.build()
    # Then
    formats = told["book"]
    assert isinstance(formats, dict)
    assert Path(formats["pdf"]).name == "Networks_modules-1.pdf"


def test_a_figure_of_a_new_tag_is_a_line_and_one_that_cannot_be_drawn_is_told(author: Author) -> None:
    # Given
    author.generate()
    author.check_out()
    author.edit("lessons/1.2-names.md", "## Resolvers", "## Resolvers\n\n[VISUAL: how Ana asks]\n")
    author.check_in()
    # When / Then
    assert "how Ana asks" in author.book(author.build())
    # Given: a source that somebody has broken in the bucket itself.
    store = author.house.store
    key = next(key for key in store.keys(KEYS.prompts_of_lesson(1, 1)))
    plan = json.loads(store.read(key) or b"")
    store.client.put_object(Bucket=store.bucket, Key=key, Body=json.dumps({**plan, "source": "flowchart LR\n a -->"}))
    # When / Then
    ended = author.run("build", "networks")
    assert ended.exit_code == 1
    assert f"figure {plan['visual_id']} cannot be drawn" in ended.err


def test_no_model_can_be_asked_in_a_run_of_books_only(function_environment: None) -> None:
    step = ModelStep.of(step_event(books_only=True), BaseParams, FakeLambdaContext())
    with pytest.raises(RequestInvalid, match="books_only"):
        _ = step.model


def test_resume_goes_on_with_the_run_before_the_build(author: Author) -> None:
    # Given
    author.generate(OUTLINE, "--modules", "1")
    author.build()
    before = author.house.store.read_model(KEYS.study_manifest(1), StudyManifest)
    # When
    ended = author.run("resume", "networks", "--json")
    # Then
    assert ended.exit_code == 0, ended
    newest = author.house.store.read_model(max(author.house.store.keys(KEYS.runs())), RunSummary)
    assert newest is not None
    assert "books_only" not in newest.request or not newest.request["books_only"]
    assert before is not None


@pytest.mark.parametrize(
    ("words", "code", "named"),
    [
        (["build", "../x"], 2, "PROJECT: found '../x'"),
        (["build", "nobody"], 2, "PROJECT: found 'nobody', expected a project with a run"),
        (["build", "networks", "--out", "/proc/x"], 2, "--out: found that /proc/x cannot be written"),
    ],
)
def test_bad_input_is_one_line(author: Author, words: list[str], code: int, named: str) -> None:
    assert_one_line(author.run(*words), code, named)

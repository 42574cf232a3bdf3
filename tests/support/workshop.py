"""A small project in a bucket, and a folder in which a person edits it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_kit.outline import read_outline
from course_kit.outline.labs import ModuleLabPlan, PlannedLab
from course_kit.outline.study import GlossaryTerm, LessonStudy, QuizQuestion
from course_kit.records.course_record import CourseRecord
from course_kit.records.visuals import PlannedVisual, VisualKind
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.provenance import provenance
from course_kit.usage import Usage
from coursewright.checkout.folder import CheckoutFolder
from coursewright.checkout.state import Checkout
from coursewright.course_store import CourseStore
from tests.support.command_line import CommandLine, Ended
from tests.support.housekeeping import House
from tests.support.own_pictures import picture

PROJECT = "networks"
KEYS = ProjectKeys(PROJECT)
OUTLINE = """\
course: {title: Networks, language: en}
modules:
- title: Basics
  lessons:
  - {title: Packets, duration_minutes: 15, topics: [Headers, Payload]}
  - {title: Names, duration_minutes: 15, topics: [Resolvers], lab_activities: [Ask a server]}
- title: Safety
  lessons: [{title: Keys, duration_minutes: 15}]
"""
PACKETS = (
    "# Packets\n\n## Headers\n\nA header names two ends.\n\n[VISUAL: 01-01-0001 - a packet on its way]\n\n"
    "## Payload\n\nThe payload follows.\n"
)
LESSON, LAB = "lessons/1.1-packets.md", "labs/1.2-A-ask-a-server.md"
STUDY, FIGURE = "study/1.1.yaml", "figures/01-01-0001.mmd"
STUDIED = LessonStudy(
    module_number=1,
    lesson_number=1,
    key_points=("A packet has a header.", 'It says: "to", and `from`'),
    questions=(
        QuizQuestion(
            question="What names the ends?",
            options=("The payload", "The header", "3.10"),
            right=1,
            explanation="The header does.",
            topic="Headers",
        ),
    ),
    terms=(GlossaryTerm(term="header", definition="What goes first: the names of both ends"),),
)
PLANNED = PlannedVisual(
    visual_id="01-01-0001",
    kind=VisualKind.DIAGRAM,
    description="a packet on its way",
    caption="A packet on its way",
    alt_text="One end, an arrow, another end",
    source="flowchart LR\n  a --> b",
)
_LAB = PlannedLab(
    lab_id="01-02-01",
    lesson_number=2,
    title="Ask a server",
    objectives=("Ask",),
    duration_minutes=10,
    prerequisites=(),
    environment="A shell",
    tools=(),
    depends_on=(),
)


def lesson_key(module: int, lesson: int, title: str) -> str:
    return KEYS.lesson(module, lesson, title)


@dataclass(frozen=True)
class Workshop:
    """The project, as runs and other people see it, and the folder, as its person does."""

    house: House
    command_line: CommandLine
    folder: Path

    @property
    def store(self) -> CourseStore:
        return self.house.store

    def make_project(self) -> None:
        """Put there what a run of the outline has made, and its record."""
        outline = read_outline(OUTLINE)
        self.store.write_model(KEYS.course(), CourseRecord().with_outline(outline), replacing=None)
        bodies: dict[str, str | bytes] = {
            KEYS.outline(): OUTLINE,
            lesson_key(1, 1, "Packets"): PACKETS,
            lesson_key(1, 2, "Names"): "# Names\n\n## Resolvers\n\nA resolver asks.\n",
            lesson_key(2, 1, "Keys"): "# Keys\n\nA key opens.\n",
            KEYS.study(1, 1): STUDIED.model_dump_json(indent=1),
            KEYS.prompt("01-01-0001", PLANNED.description): PLANNED.model_dump_json(indent=1),
            KEYS.image("01-01-0001", "png"): picture("PNG"),
            KEYS.lab_plan(1): ModuleLabPlan(module_number=1, labs=(_LAB,)).model_dump_json(),
            KEYS.lab_guide("01-02-01", "Ask a server"): "# Ask a server\n\nAsk.\n",
        }
        for key, body in bodies.items():
            self.run_writes(key, body)
        self.house.record_run(PROJECT, "run-1")

    def run_writes(self, key: str, body: str | bytes) -> Artefact:
        """Write an object as a run does."""
        found, metadata = self.store.find(key), provenance("run-1", Usage())
        return self.store.write(key, body, content_type="x/y", replacing=found, fingerprint="f", metadata=metadata)

    def bucket_has(self, key: str) -> str:
        """Return an object's text; it must be there."""
        body = self.store.read(key)
        assert body is not None, f"{key}: nothing there"
        return body.decode()

    def run(self, *words: str) -> Ended:
        """Run a command on the folder."""
        return self.command_line.run(words[0], str(self.folder), *words[1:])

    def told(self, *words: str, exit_code: int = 0) -> dict[str, Any]:
        """Run a command on the folder with ``--json`` and return its object."""
        ended = self.run(*words, "--json")
        assert ended.exit_code == exit_code, ended
        found: dict[str, Any] = json.loads(ended.out)
        return found

    def check_out(self, *options: str, exit_code: int = 0) -> dict[str, Any]:
        ended = self.command_line.run("checkout", PROJECT, str(self.folder), *options, "--json")
        assert ended.exit_code == exit_code, ended
        found: dict[str, Any] = json.loads(ended.out)
        return found

    def text(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def edit(self, path: str, before: str, after: str) -> None:
        """Change a text of a file, which must have it."""
        text = self.text(path)
        assert before in text, text
        (self.folder / path).write_text(text.replace(before, after), encoding="utf-8")

    def state(self) -> Checkout:
        """Return what the checkout remembers."""
        return Checkout.read(CheckoutFolder(self.folder))

    def files(self) -> dict[str, bytes]:
        """Return every file by its path, without what the checkout remembers."""
        found = (path for path in self.folder.rglob("*") if path.is_file())
        named = {path.relative_to(self.folder).as_posix(): path for path in found}
        hidden = (".coursewright/", ".git/")
        return {name: path.read_bytes() for name, path in sorted(named.items()) if not name.startswith(hidden)}

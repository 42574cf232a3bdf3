"""A project whose artefacts have several versions: of runs, of people, and deleted ones."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from course_kit.records.visuals import PlannedVisual, VisualKind
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.provenance import provenance
from course_kit.usage import Usage
from tests.support.buckets import BUCKET
from tests.support.command_line import CommandLine
from tests.support.housekeeping import House

KEYS = ProjectKeys("networks")
LESSON = KEYS.lesson(1, 1, "Packets")
USAGE = Usage(model_calls=2, input_tokens=100_000, output_tokens=50_000)


@dataclass
class Kept:
    """The project of `House.make_project`, and writes into it."""

    house: House
    monkeypatch: pytest.MonkeyPatch
    minutes: int = 0

    def run_writes(
        self, key: str, body: str | bytes, *, run: str = "run-1", usage: Usage = USAGE, **metadata: str
    ) -> Artefact:
        """Write an artefact as a run does."""
        store = self.house.store
        details = {name.replace("_", "-"): value for name, value in metadata.items()}
        return store.write(
            key,
            body,
            content_type="text/plain",
            replacing=store.find(key),
            fingerprint="asked",
            shape="shaped",
            metadata={**provenance(run, usage), **details},
        )

    def run_draws(self, visual_id: str, png: bytes, svg: bytes | None) -> None:
        """Write a figure as a run does: the SVG, then the PNG."""
        if svg is not None:
            store, key = self.house.store, KEYS.image(visual_id, "svg")
            store.write(key, svg, content_type="image/svg+xml", replacing=store.find(key), fingerprint="asked")
        self.run_writes(KEYS.image(visual_id, "png"), png, usage=Usage(), has_svg=str(int(svg is not None)))

    def run_plans(self, visual_id: str, source: str) -> None:
        """Write the plan of a figure as a run does."""
        plan = PlannedVisual(
            visual_id=visual_id, kind=VisualKind.DIAGRAM, description="A tree", caption="c", alt_text="a", source=source
        )
        self.run_writes(KEYS.prompt(visual_id, "A tree"), plan.model_dump_json())

    def person_uploads(self, key: str, body: str | bytes) -> None:
        """Write an object as the AWS console does: without metadata."""
        self.house.deployment.s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    def a_minute_later(self) -> None:
        """Let what is written from now on have been written at least one minute later."""
        self.minutes += 1
        shift = timedelta(minutes=self.minutes)
        self.monkeypatch.setattr("moto.s3.models.utcnow", lambda: datetime.now(UTC).replace(tzinfo=None) + shift)

    def read(self, key: str) -> str:
        return (self.house.store.read(key) or b"nothing").decode()


def asked(command_line: CommandLine, *words: str) -> dict[str, Any]:
    """Run a command with ``--json`` and return its object."""
    ended = command_line.run(*words, "--json")
    assert ended.exit_code == 0, ended
    found: dict[str, Any] = json.loads(ended.out)
    return found

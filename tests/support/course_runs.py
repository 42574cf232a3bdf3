"""Runs of a course at the level of its functions, each called as the state machine calls it."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from content_gen.handler import lambda_handler as write_lessons
from course_editor.handler import lambda_handler as edit_course
from course_kit.outline import read_outline
from course_kit.outline.moved_lessons import moved_lessons
from course_kit.records.brief_manifest import BriefManifest
from course_kit.records.course_record import CourseRecord
from course_kit.records.editing_manifest import EditingManifest
from course_kit.records.manifest import LabManifest, ModuleManifest, StudyManifest
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.usage import Usage
from course_planner.handler import lambda_handler as plan_course
from images_gen.handler import lambda_handler as render_images
from lab_planner.handler import lambda_handler as plan_labs
from lab_writer.handler import lambda_handler as write_labs
from offline_author.behaviour import Behaviour
from prepare_modules.handler import lambda_handler as prepare
from study_writer.handler import lambda_handler as write_study
from tests.support.first_runs import FirstRun
from tests.support.lambda_context import FakeLambdaContext
from tests.support.made import Made
from tests.support.writing_server import WritingServer
from visual_planner.handler import lambda_handler as plan_visuals

THEORY = ("lessons", "study")
EVERYTHING = ("lessons", "plans", "figures", "study", "labs")


def without_places(body: bytes) -> bytes:
    """Return an artefact without the numbers of its place in the course."""
    return re.sub(rb'\d\d-\d\d-(?=\d{4})|"(?:module|lesson)_number": ?\d+', b"", body)


@dataclass
class CourseRuns:
    """One project, its outline, and its runs so far."""

    store: ArtefactStore
    server: WritingServer
    outline: str
    parts: tuple[str, ...] = EVERYTHING
    """What a run makes; figures take most of the time."""
    folder: str = "p"
    runs: int = 0
    _params: dict[str, Any] = field(default_factory=dict)

    @property
    def keys(self) -> ProjectKeys:
        """The keys of the project."""
        return ProjectKeys(self.folder)

    def run(self, outline: str | None = None, **request: object) -> Made:
        """Run the course, with another outline from now on if one is given, and return what was made."""
        self.outline = outline or self.outline
        key = self.keys.outline()
        if self.store.read(key) != self.outline.encode():
            self.store.write(key, self.outline, content_type="application/yaml", replacing=self.store.find(key))
        self.runs += 1
        event = {
            "outline_s3_key": key,
            "project_folder": self.folder,
            "model_provider": "openai",
            "execution_name": f"run-{self.runs}",
            "content_type": "both" if "labs" in self.parts else "theory",
            **request,
        }
        is_first = self.runs == 1 and set(self.store.keys(self.keys.everything())) == {key}
        self._params = prepare(event, FakeLambdaContext())
        if not is_first or self.server.author.book.behaviour != Behaviour():
            return self.retry()
        return FirstRun.of(self.store, self.keys, (self.outline, self.parts, sorted(request.items())), self.retry)

    def retry(self) -> Made:
        """Call every step of the last run once more, as the state machine does after an outage."""
        before, drawn = len(self.server.calls()), self._drawn()
        params = {**self._params["base_params"], **self._brief_params()}
        for number in self._params["modules"]:
            self._module({**params, "module_number": number})
        if params.get("editing") in ("report", "apply") and "lessons" in self.parts:
            manifest_keys = list(map(self.keys.manifest, self._params["modules"]))
            edit_course({**params, "manifest_keys": manifest_keys}, FakeLambdaContext())
        return Made(Counter(call.kind for call in self.server.calls()[before:]), len(self._drawn() - drawn))

    def _brief_params(self) -> dict[str, str]:
        if not self._params["plans_course"]:
            return {}
        planned: Any = plan_course(self._params["base_params"], FakeLambdaContext())
        return dict(planned["brief_params"])

    def _drawn(self) -> set[tuple[str, str]]:
        """Return the pictures in the bucket by what is in them, so that one taken back is none that was drawn."""
        versions = self.store.client.get_paginator("list_object_versions")
        pages = versions.paginate(Bucket=self.store.bucket, Prefix=f"{self.keys.everything()}images/")
        return {
            (found["Key"], found["ETag"])
            for page in pages
            for found in page.get("Versions", [])
            if found["Key"].endswith(".png")
        }

    def _module(self, event: dict[str, Any]) -> None:
        context = FakeLambdaContext()
        lessons: Any = write_lessons(event, context)["lessons"] if "lessons" in self.parts else []
        plans = [
            plan_visuals({**event, "lesson_number": lesson["lesson_number"], "lesson_key": lesson["s3_key"]}, context)
            for lesson in lessons
            if "plans" in self.parts
        ]
        # As in the state machine, the keys of plans do not travel.
        plans = [{name: value for name, value in plan.items() if name != "prompt_keys"} for plan in plans]
        if "figures" in self.parts:
            render_images({**event, "visual_plans": plans}, context)
        if "study" in self.parts:
            write_study(event, context)
        if "labs" in self.parts:
            plan_labs(event, context)
            write_labs(event, context)

    def usages(self) -> list[Usage]:
        """Return what each of the manifests says that the last run has used."""
        manifests = [
            self.store.read_model(self.keys.brief_manifest(), BriefManifest),
            self.store.read_model(self.keys.editing_manifest(), EditingManifest),
        ]
        usages = [manifest.usage for manifest in manifests if manifest]
        for number in self._params["modules"]:
            of_module = (
                self.store.read_model(self.keys.manifest(number), ModuleManifest),
                self.store.read_model(self.keys.study_manifest(number), StudyManifest),
                self.store.read_model(self.keys.lab_manifest(number), LabManifest),
            )
            usages += [manifest.usage for manifest in of_module if manifest]
        return usages

    def text(self, key: str) -> str:
        """Return what is stored under a key; it must be there."""
        body = self.store.read(key)
        assert body is not None, f"{key}: nothing there"
        return body.decode()

    def key_of(self, part: str) -> str:
        """Return the one key that has a part, such as ``lesson-1-``."""
        [key] = [key for key in self.store.keys(self.keys.everything()) if part in key]
        return key

    def put(self, key: str, body: str | bytes, *, keeps_metadata: bool = True) -> None:
        """Store an object as another program does, which keeps the metadata or drops them."""
        found = self.store.find(key)
        metadata = dict(found.metadata) if found and keeps_metadata else {}
        content = body.encode() if isinstance(body, str) else body
        self.store.client.put_object(Bucket=self.store.bucket, Key=key, Body=content, Metadata=metadata)

    def moves(self) -> dict[str, str]:
        """Return the new key of each artefact whose lesson the outline has in another module than the last run had."""
        found = {}
        slots = CourseRecord.read(self.store, self.keys).slots
        after = slots.with_outline(read_outline(self.outline.encode()))
        for moved in moved_lessons(slots.modules, after.modules):
            former, new = moved.before.lesson_id, moved.after.lesson_id
            text = self.keys.lesson(former.module, former.lesson, moved.before.title)
            found[text] = self.keys.lesson(new.module, new.lesson, moved.after.title)
            place = f"{former.module:02d}-{former.lesson:02d}"
            for kind in ("study", "prompts", "images"):
                for key in self.store.keys(f"{self.keys.everything()}{kind}/{place}"):
                    found[key] = key.replace(f"/{place}", f"/{new.module:02d}-{new.lesson:02d}")
        return found

    def bodies(
        self, prefixes: Iterable[str] = ("lessons/", "study/", "prompts/", "images/", "labguide/")
    ) -> dict[str, bytes]:
        """Return the artefacts by key."""
        keys = [key for prefix in prefixes for key in self.store.keys(f"{self.keys.everything()}{prefix}")]
        return {key: self.store.read(key) or b"" for key in keys}

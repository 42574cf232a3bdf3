"""A small course under fire: what was called and stored, and what must be neither lost nor paid twice."""

import re
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import JsonValue

from course_kit.records.editing import Finding, Findings
from course_kit.records.manifest import LabManifest, ModuleManifest, StudyManifest
from course_kit.run.events import ContentType
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from coursewright.deployment import Deployment
from coursewright.run.execution import Run, RunState
from tests.support.fault_proxy_control import FaultProxyControl
from tests.support.local_author import Author, time_of
from tests.support.waiting import ended

OUTLINE = """
course: {title: Under fire, language: en}
modules:
- title: One
  lessons: [{title: A, duration_minutes: 15, topics: [Alpha]}, {title: B, duration_minutes: 15}]
  labs: [Measure it]
- title: Two
  lessons: [{title: C, duration_minutes: 15, topics: [Beta]}, {title: D, duration_minutes: 15}]
  labs: [Break it]
"""
LESSONS = ((1, 1), (1, 2), (2, 1), (2, 2))
MODULES = (1, 2)
LABS_A_MODULE = 1
_LESSON_KEY = re.compile(r"lessons/module-(\d+)-lesson-(\d+)-")
# What is paid for, by the author's name for the call, and where in the project it is stored: module, and lesson or lab
# of it. Matched from the start, since a draft (drafts/lessons/...) is not yet what is paid for.
_STORED_AT = {
    "brief": re.compile(r"brief/()()course\.json"),
    "lesson": _LESSON_KEY,
    "visual_plan": re.compile(r"prompts/(\d+)-(\d+)-\d+-"),
    "study": re.compile(r"study/(\d+)-(\d+)\.json"),
    "lab_plan": re.compile(r"labguide/module-(\d+)-()plan\.json"),
    "lab": re.compile(r"labguide/lab-(\d+)-\d+-(\d+)-"),
}
_FOLDERS = ("brief", "lessons", "prompts", "images", "study", "labguide")
# A write that met itself (412) has stored its object, too.
_STORED = (200, 412)

Work = tuple[str, int, int]
"""What is paid for: kind, module, and the lesson's number or the lab's position in the module (0: its plan of labs)."""


@dataclass
class Row:
    """One line of the table at the end."""

    fault: str
    injected: int
    runs: list[str]
    lost: int
    paid_twice: int
    unsaved: int
    """Answers that nobody lived to save: paid, and asked for again. A provider knows no way to take a call back."""


@dataclass
class Scene:
    """One project on local AWS, with the servers' own records of what happened."""

    project: str
    deployment: Deployment
    author: Author
    proxy: FaultProxyControl
    content_type: ContentType = ContentType.THEORY
    runs: list[str] = field(default_factory=list)
    _seen: dict[str, str] = field(default_factory=dict)

    def upload(self) -> None:
        """Store the outline."""
        key = f"{self.project}/outline.yaml"
        self.deployment.s3.put_object(Bucket=self.deployment.bucket, Key=key, Body=OUTLINE.encode())

    def start(self) -> Run:
        """Start an execution on the project."""
        request: dict[str, JsonValue] = {
            "outline_s3_key": f"{self.project}/outline.yaml",
            "project_folder": self.project,
            "content_type": self.content_type,
        }
        return Run.start(self.deployment, request)

    def end_of(self, run: Run) -> RunState:
        """Wait until an execution has ended, and remember what lies in the bucket then."""
        state = ended(run)
        self.runs.append(state.status.lower() + (f": {state.error}" if state.error else ""))
        self._seen |= self._artefacts()
        return state

    def saved_lessons(self) -> list[str]:
        """Return the keys of the lessons there are."""
        return sorted(key for key in self._artefacts() if _LESSON_KEY.match(self._within_project(key)))

    def saved_lab_count(self) -> int:
        """Return how many lab guides there are."""
        return sum(bool(_STORED_AT["lab"].match(self._within_project(key))) for key in self._artefacts())

    def findings(self) -> tuple[Finding, ...]:
        """Return what the newest check of the course found."""
        found = self._store.read_model(ProjectKeys(self.project).findings(), Findings)
        return found.findings if found else ()

    def row(self, fault: str, injected: int) -> Row:
        """Count, when the last run has ended."""
        paid = self._payments()
        stored = self._stored_at()
        late = [(work, at) for work, at in paid if work in stored and at > stored[work]]
        return Row(
            fault, injected, self.runs, self._lost(), len(late), len(paid) - len(late) - len({w for w, _ in paid})
        )

    @property
    def _store(self) -> ArtefactStore:
        return ArtefactStore(self.deployment.s3, self.deployment.bucket)

    def _lost(self) -> int:
        """Return the artefacts that were there after some run and are not now, and those that never came to be."""
        now = self._artefacts()
        gone = sum(now.get(key) != etag for key, etag in self._seen.items())
        return gone + sum(self._never_made(module, now) for module in MODULES)

    def _never_made(self, module: int, now: Container[str]) -> int:
        """Return how many artefacts a module should have and does not, by what its manifests say of them."""
        store, keys = self._store, ProjectKeys(self.project)
        theory = store.read_model(keys.manifest(module), ModuleManifest)
        study = store.read_model(keys.study_manifest(module), StudyManifest)
        labs = store.read_model(keys.lab_manifest(module), LabManifest)
        lesson_count = sum(m == module for m, _ in LESSONS)
        made = [record.s3_key for record in (*theory.lessons, *study.lessons)] if theory and study else []
        wanted = 2 * lesson_count
        if theory:
            made += [figure.png_key for figure in theory.figures.values()]
            wanted += sum(lesson.visual_count for lesson in theory.lessons)
        if self.content_type.has_labs:
            made += [labs.plan_key, *(lab.s3_key for lab in labs.labs)] if labs else []
            wanted += 1 + LABS_A_MODULE
        return wanted - sum(key in now for key in made)

    def _artefacts(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for folder in _FOLDERS:
            listed = self.deployment.s3.get_paginator("list_objects_v2").paginate(
                Bucket=self.deployment.bucket, Prefix=f"{self.project}/{folder}/"
            )
            for page in listed:
                found |= {entry["Key"]: entry["ETag"] for entry in page.get("Contents", [])}
        return found

    def _payments(self) -> list[tuple[Work, datetime]]:
        """Return the calls that the author answered well, by what they were for and when they began."""
        return [
            (_work(call), time_of(call["started_at"]))
            for call in self.author.calls()
            if call["kind"] in _STORED_AT and call["misbehaviour"] in (None, "slow", "no_visuals")
        ]

    def _stored_at(self) -> dict[Work, datetime]:
        """Return when each piece of work was stored: a plan of visuals, with its last one."""
        stored: dict[Work, datetime] = {}
        for call in self.proxy.calls():
            if call["operation"] != "PUT" or call["status"] not in _STORED:
                continue
            key = self._within_project(str(call["path"]))
            for kind, pattern in _STORED_AT.items():
                if found := pattern.match(key):
                    work, at = (kind, int(found[1] or 0), int(found[2] or 0)), time_of(call["ended_at"])
                    stored[work] = max(stored.get(work, at), at) if kind == "visual_plan" else stored.get(work, at)
        return stored

    def _within_project(self, key: str) -> str:
        """Return what follows the project's folder in a key or path; empty for another project's."""
        return f"/{key}".partition(f"/{self.project}/")[2]


def _work(call: dict[str, object]) -> Work:
    # A brief is of no module, and a plan of labs of no lesson.
    part = 0 if call["kind"] == "lab_plan" else int(str(call["lesson_number"] or 0))
    return str(call["kind"]), int(str(call["module_number"] or 0)), part

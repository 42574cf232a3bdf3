"""`coursewright build`: the books of what is in the bucket, without a model."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from course_kit.outline import Module, Outline
from course_kit.outline.labs import labs_of_module
from course_kit.run.events import ContentType
from course_kit.store.artefact_keys import ProjectKeys, manifest_of
from course_kit.store.artefact_kinds import ArtefactKind, place_of
from course_kit.store.ids import LabId, LessonId
from coursewright.book.out_trial import try_out
from coursewright.bound_outline import required_outline
from coursewright.deployment import Deployment, Target
from coursewright.errors import CommandFailed
from coursewright.following import follow
from coursewright.run.execution import Run
from coursewright.run.project_runs import latest_run, require_free
from coursewright.run.report import GenerateReport
from coursewright.run.request import checked_project
from coursewright.terminal import Terminal

_LABS = "labs"
_KEPT_FIELDS = ("model_provider", "book_title", "author", "lab_requirements")
"""What of the latest run's request says how its books look, and what its labs were asked for."""


@dataclass(frozen=True, kw_only=True)
class BuildOptions:
    """The user's options of `build`."""

    target: Target
    stage: str
    out: Path
    allow_partial: bool
    yes: bool


def build(project: str, options: BuildOptions, terminal: Terminal) -> GenerateReport:
    """Build a project's books and download them.

    Raises
    ------
    BadInput
        There is no such project with a run.
    CommandFailed
        Something is missing, or as `follow`.
    """
    checked_project(project, "PROJECT")
    try_out(options.out, project)
    deployment = Deployment.find(options.target, options.stage)
    made = _MadeCourse.of(deployment, project)
    require_free(deployment, project)
    if not made.modules:
        raise CommandFailed(f"project {project}: found nothing to build books of; make it with `coursewright generate`")
    if not options.allow_partial and (missing := made.missing):
        raise CommandFailed(
            f"project {project}: {'; '.join(missing)} missing; make it with `coursewright generate`, "
            "or build books with gaps with --allow-partial"
        )
    for module in made.never_made:
        terminal.tell(f"module {module.shown} ({module.title}) was never made: the books are of the other modules")
    return follow(Run.start(deployment, made.execution_input(options)), options.out, terminal, made.modules)


@dataclass(frozen=True)
class _MadeCourse:
    """What of a project's course is in the bucket."""

    keys: ProjectKeys
    outline_key: str
    outline: Outline
    listed: Collection[str]
    request: dict[str, JsonValue]
    """That of the latest run which made more than books."""

    @classmethod
    def of(cls, deployment: Deployment, project: str) -> "_MadeCourse":
        store, keys = deployment.store, ProjectKeys(project)
        request = latest_run(store, project).request
        found = required_outline(store, keys)
        return cls(keys, found.key, found.outline, frozenset(store.keys(keys.everything())), dict(request))

    @property
    def _branches(self) -> dict[str, set[int]]:
        """The modules with a manifest, by slots, for lessons (empty name) and for labs."""
        found: dict[str, set[int]] = {"": set(), _LABS: set()}
        for key in self.listed:
            if (manifest := manifest_of(key)) and manifest[1] in found:
                found[manifest[1]].add(manifest[0])
        return found

    @property
    def content_type(self) -> ContentType:
        """The books that can be built."""
        branches = self._branches
        if not branches[_LABS]:
            return ContentType.THEORY
        return ContentType.BOTH if branches[""] else ContentType.LABS

    @property
    def modules(self) -> list[Module]:
        """The modules of which something was made, in the outline's order."""
        made = set().union(*self._branches.values())
        return [module for module in self.outline.modules if module.number in made]

    @property
    def never_made(self) -> list[Module]:
        """The other modules."""
        made = self.modules
        return [module for module in self.outline.modules if module not in made]

    @property
    def missing(self) -> list[str]:
        """The lessons and labs of the made modules that are not there."""
        places = [place for key in self.listed if (place := place_of(self.keys, key))]
        lessons = {place.part for place in places if place.kind is ArtefactKind.LESSON}
        labs = {place.part for place in places if place.kind is ArtefactKind.LAB}
        found = []
        for module in self.modules:
            if self.content_type.has_theory:
                found += [
                    f"lesson {module.shown}.{lesson.shown} ({lesson.title})"
                    for lesson in module.lessons
                    if LessonId(module.number, lesson.number) not in lessons
                ]
            if self.content_type.has_labs:
                found += [
                    f"lab {lab.lab_id} ({lab.title})"
                    for lab in labs_of_module(module)
                    if LabId.parse(lab.lab_id) not in labs
                ]
        return found

    def execution_input(self, options: BuildOptions) -> dict[str, JsonValue]:
        """Return the input of the run."""
        modules: list[JsonValue] = [module.shown for module in self.modules]
        return {
            **{name: self.request[name] for name in _KEPT_FIELDS if name in self.request},
            "outline_s3_key": self.outline_key,
            "project_folder": self.keys.project_folder,
            "content_type": self.content_type,
            "modules_to_generate": modules if self.never_made else "all",
            "allow_partial": options.allow_partial,
            "confirmed": options.yes,
            "books_only": True,
        }

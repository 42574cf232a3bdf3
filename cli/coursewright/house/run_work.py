"""What runs have made and reused, by their records in a project: manifests, and drafts of unfinished texts."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from pydantic import ValidationError

from course_kit.model.drafts import DraftRecord
from course_kit.records.brief_manifest import BriefManifest
from course_kit.records.editing_manifest import EditingManifest
from course_kit.records.manifest import LabManifest, ModuleManifest, StudyManifest
from course_kit.records.run_summary import RunSummary
from course_kit.store.artefact_keys import ProjectKeys, manifest_of
from course_kit.usage import Usage
from coursewright.course_store import CourseStore

_READERS = 16
_OfModule = ModuleManifest | StudyManifest | LabManifest
_KINDS: Mapping[str, type[_OfModule]] = {
    "": ModuleManifest,
    "study": StudyManifest,
    "labs": LabManifest,
}


@dataclass(frozen=True)
class RunWork:
    """Artefacts that a run made and reused, and the usage of its calls."""

    made: int = 0
    reused: int = 0
    usage: Usage = field(default_factory=Usage)

    def __add__(self, other: "RunWork") -> "RunWork":
        return RunWork(self.made + other.made, self.reused + other.reused, self.usage + other.usage)


def work_by_run(store: CourseStore, keys: ProjectKeys) -> dict[str, RunWork]:
    """Return the work of each run by its name, as the project's current records tell it."""
    found: dict[str, RunWork] = {}
    listed = [*store.keys(keys.manifests()), *store.keys(keys.drafts())]
    with ThreadPoolExecutor(_READERS) as readers:
        bodies = list(readers.map(store.read, listed))
    for key, body in zip(listed, bodies, strict=True):
        # A record may have gone since the listing; another version's may not be readable here.
        try:
            parts = list(_work_in(keys, key, body or b""))
        except ValidationError:
            continue
        for name, work in parts:
            found[name] = found.get(name, RunWork()) + work
    return found


def is_told(summary: RunSummary, later: Iterable[RunSummary]) -> bool:
    """Whether the current records still tell a run's work: no later run has worked on one of its modules."""
    return not any(set(summary.modules) & set(each.modules) for each in later)


def _work_in(keys: ProjectKeys, key: str, body: bytes) -> Iterator[tuple[str, RunWork]]:
    if key == keys.brief_manifest():
        brief = BriefManifest.model_validate_json(body)
        yield brief.execution_name, RunWork(int(not brief.is_reused), int(brief.is_reused), brief.usage)
        return
    if key == keys.editing_manifest():
        editing = EditingManifest.model_validate_json(body)
        yield editing.execution_name, RunWork(usage=editing.usage)
        return
    place = manifest_of(key)
    if place is None:
        draft = DraftRecord.model_validate_json(body)
        yield from ((name, RunWork(usage=usage)) for name, usage in draft.spent.items())
        return
    if kind := _KINDS.get(place[1]):
        manifest = kind.model_validate_json(body)
        reuses = list(_reuses_in(manifest))
        yield manifest.execution_name, RunWork(reuses.count(False), reuses.count(True), manifest.usage)


def _reuses_in(manifest: _OfModule) -> Iterator[bool]:
    match manifest:
        case ModuleManifest():
            yield from (lesson.is_reused for lesson in manifest.lessons)
            yield from (figure.is_reused for figure in manifest.figures.values())
        case StudyManifest():
            yield from (lesson.is_reused for lesson in manifest.lessons)
        case LabManifest():
            yield from (lab.is_reused for lab in manifest.labs)

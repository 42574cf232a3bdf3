"""What a run has made and used, from the manifests of its modules: the other side of its estimate."""

from concurrent.futures import ThreadPoolExecutor

from book_builder.book_request import BookRequest
from course_kit.artefact_keys import ProjectKeys
from course_kit.artefact_store import ArtefactStore
from course_kit.course_estimate import Amounts
from course_kit.drafts import unfinished_usage
from course_kit.manifest import LabManifest, ModuleManifest, StudyManifest
from course_kit.usage import Usage

_READERS = 16


def amounts_of_run(store: ArtefactStore, request: BookRequest) -> Amounts:
    """Add up what the book's modules hold, reused or not, and what this run's calls for them used."""
    with ThreadPoolExecutor(_READERS) as readers:
        theory = list(readers.map(lambda key: store.read_model(key, ModuleManifest), request.manifest_keys))
        labs = list(readers.map(lambda key: store.read_model(key, LabManifest), request.lab_manifest_keys))
        study = list(readers.map(lambda key: store.read_model(key, StudyManifest), request.study_manifest_keys))
    modules = [manifest for manifest in theory if manifest]
    guides = [manifest for manifest in labs if manifest]
    lessons = [lesson for manifest in modules for lesson in manifest.lessons]
    written_labs = [lab for manifest in guides for lab in manifest.labs]
    used = [manifest.usage for manifest in modules] + [manifest.usage for manifest in guides]
    used += [manifest.usage for manifest in study if manifest]
    # A module that failed has paid for what was rejected or not finished, too.
    used.append(unfinished_usage(store, ProjectKeys(request.project_folder), request.execution_name))
    return Amounts(
        lessons=len(lessons),
        labs=len(written_labs),
        words=sum(lesson.word_count for lesson in lessons) + sum(lab.word_count for lab in written_labs),
        visuals=sum(len(manifest.figures) for manifest in modules),
        usage=sum(used, Usage()),
    )

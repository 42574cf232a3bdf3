"""The course of a project: another one needs a person's yes, and the newest is remembered."""

from course_kit.errors import RequestInvalid
from course_kit.outline import Outline
from course_kit.records.course_record import CourseRecord
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore


def require_same_course(record: CourseRecord, outline: Outline, keys: ProjectKeys, *, is_confirmed: bool) -> None:
    """Raise ``RequestInvalid`` for an outline that looks like another course than the project's, unless confirmed."""
    objections = [] if is_confirmed else record.objections(outline)
    if objections:
        raise RequestInvalid(
            f"project {keys.project_folder}: {'; '.join(objections)}. Name another project, or confirm it "
            "(`coursewright generate … --yes`, `confirmed` in an execution's input)"
        )


def store_course(store: ArtefactStore, keys: ProjectKeys, record: CourseRecord) -> str | None:
    """Store the record of a run's course unless it is stored, and return its version."""
    key = keys.course()
    stored = store.find(key)
    if stored is not None and store.read_model(key, CourseRecord) == record:
        return stored.version
    return store.write_model(key, record, replacing=stored).version

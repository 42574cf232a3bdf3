"""The course of a project: another one needs a person's yes, and the newest is remembered."""

from course_kit.errors import RequestInvalid
from course_kit.outline import Outline
from course_kit.records.course_record import CourseRecord
from course_kit.store.artefact_keys import ProjectKeys, is_project_folder
from course_kit.store.artefact_store import ArtefactStore


def require_same_course(record: CourseRecord, outline: Outline, keys: ProjectKeys, *, is_confirmed: bool) -> None:
    """Raise ``RequestInvalid`` for an outline that looks like another course than the project's, unless confirmed."""
    objections = [] if is_confirmed else record.objections(outline)
    if objections:
        raise RequestInvalid(
            f"project {keys.project_folder}: {'; '.join(objections)}. Name another project, or confirm it "
            "(`coursewright generate … --yes`, `confirmed` in an execution's input)"
        )


def with_editions(store: ArtefactStore, record: CourseRecord, keys: ProjectKeys) -> CourseRecord:
    """Return the record of a project named as another one's edition, ``P-es``, linked with that; both keep the link."""
    base, dash, language = keys.project_folder.rpartition("-")
    if not dash or language.casefold() != record.language.casefold() or not is_project_folder(base):
        return record
    origin_keys = ProjectKeys(base)

    def linked(origin: CourseRecord) -> CourseRecord:
        if not origin.is_other_language(record.language):
            return origin
        return origin.with_edition(record.language, keys.project_folder)

    origin = store.update(origin_keys.course(), CourseRecord, linked)
    if origin is None or record.language not in origin.editions:
        return record
    return record.with_edition(origin.language, base)


def store_course(store: ArtefactStore, keys: ProjectKeys, record: CourseRecord) -> str | None:
    """Store the record of a run's course unless it is stored, and return its version."""
    key = keys.course()
    stored = store.find(key)
    if stored is not None and store.read_model(key, CourseRecord) == record:
        return stored.version
    return store.write_model(key, record, replacing=stored).version

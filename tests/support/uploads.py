"""Outlines in a project, with the record of the course that the first state of a run keeps."""

from course_kit.outline import read_outline
from course_kit.records.course_record import CourseRecord
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from prepare_modules.course_of_project import store_course


def upload(store: ArtefactStore, outline: str, folder: str = "p") -> None:
    """Store an outline over the one that is there, as a run begins with it."""
    keys = ProjectKeys(folder)
    store.write(keys.outline(), outline, content_type="application/yaml", replacing=store.find(keys.outline()))
    store_course(store, keys, CourseRecord.read(store, keys).with_outline(read_outline(outline)))

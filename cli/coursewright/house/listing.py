"""What the bucket holds, by project, from listings."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from course_kit.store.artefact_keys import ProjectKeys, project_of
from coursewright.course_store import CourseStore
from coursewright.errors import BadInput


@dataclass(frozen=True)
class ListedObject:
    """One object as a listing tells of it."""

    key: str
    etag: str
    size: int
    written_at: datetime


def objects_under(store: CourseStore, prefix: str) -> Iterator[ListedObject]:
    """Yield every current object under a prefix, in the order of keys."""
    pages = store.client.get_paginator("list_objects_v2").paginate(Bucket=store.bucket, Prefix=prefix)
    for page in pages:
        for entry in page.get("Contents", []):
            yield ListedObject(entry["Key"], entry["ETag"], entry["Size"], entry["LastModified"])


def objects_by_project(store: CourseStore) -> dict[str, list[ListedObject]]:
    """Return every project's objects, projects in the order of their names; the inbox is none."""
    found: dict[str, list[ListedObject]] = {}
    for listed in objects_under(store, ""):
        if project := project_of(listed.key):
            found.setdefault(project, []).append(listed)
    return dict(sorted(found.items()))


def require_project(store: CourseStore, project: str) -> list[ListedObject]:
    """Return a project's objects; raises `BadInput` when there are none."""
    if found := list(objects_under(store, ProjectKeys(project).everything())):
        return found
    raise no_such_project(project)


def no_such_project(project: str) -> BadInput:
    """Return the error for a project that the bucket does not have."""
    return BadInput(
        f"PROJECT: found {project!r}, expected a project of this bucket; `coursewright projects` lists them"
    )

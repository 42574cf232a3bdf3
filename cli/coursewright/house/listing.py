"""What the bucket holds, by project, from listings."""

from course_kit.store.artefact_keys import ProjectKeys, project_of
from coursewright.course_store import CourseStore, ListedObject
from coursewright.errors import BadInput


def objects_by_project(store: CourseStore) -> dict[str, list[ListedObject]]:
    """Return every project's objects, projects in the order of their names; the inbox is none."""
    found: dict[str, list[ListedObject]] = {}
    for listed in store.listed(""):
        if project := project_of(listed.key):
            found.setdefault(project, []).append(listed)
    return dict(sorted(found.items()))


def require_project(store: CourseStore, project: str) -> list[ListedObject]:
    """Return a project's objects; raises `BadInput` when there are none."""
    if found := list(store.listed(ProjectKeys(project).everything())):
        return found
    raise no_such_project(project)


def no_such_project(project: str) -> BadInput:
    """Return the error for a project that the bucket does not have."""
    return BadInput(
        f"PROJECT: found {project!r}, expected a project of this bucket; `coursewright projects` lists them"
    )

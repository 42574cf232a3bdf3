"""A course under a new title: by default it would be a new project, and all of it would be paid for again.

The default name of a project follows the course's ``id``, or its title. So before a run begins a project, those of the
bucket are looked at. If one has this course already, its author says which of the two is meant.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from botocore.exceptions import ClientError
from pydantic import TypeAdapter, ValidationError

from course_kit.outline import Outline
from course_kit.outline.field_types import Identifier
from course_kit.records.course_record import CourseRecord
from course_kit.store.artefact_keys import ProjectKeys
from coursewright.course_store import CourseStore
from coursewright.errors import BadInput
from coursewright.failures import DENIED

_READERS = 8
_NAMED = 3
# A course that shares less of its lessons with a project is rather another course.
_SHARED_SHARE = 2 / 3
# YAML reads it as nothing, so it is no id unless it is quoted.
_NOTHING_IN_YAML = "null"


@dataclass(frozen=True, kw_only=True)
class CourseHolder:
    """A project that has the course of an outline."""

    project: str
    title: str
    """The course's title there; empty in a project of an earlier version, which kept none."""
    course_id: str
    shared: int
    """How many of the outline's lessons it has."""

    @property
    def offered_id(self) -> str:
        """The ``id`` of a course with which an outline goes on in this project by default; empty for none."""
        is_offered = self.course_id in ("", self.project) and self.project.casefold() != _NOTHING_IN_YAML
        return self.project if is_offered and _is_id(self.project) else ""


def refuse_renamed_course(store: CourseStore, project: str, outline: Outline) -> None:
    """Refuse to begin a project for a course that other projects of the bucket have already.

    Parameters
    ----------
    project
        The outline's default project, which has nothing yet.
    outline
        The outline of the run.

    Raises
    ------
    BadInput
        Such a project was found. The line says how to go on there, and how to make a course of its own.
    """
    if holders := holders_of(store, outline):
        raise BadInput(_refusal(project, outline, holders))


def holders_of(store: CourseStore, outline: Outline) -> list[CourseHolder]:
    """Return the projects that have an outline's course, those with most of its lessons first.

    A project has it if it meets no objection to the outline, and has the course's ``id``. Of a course without one, it
    has two thirds of the outline's lessons. What may not be listed or read, or cannot be understood, counts as another
    course: nobody is kept from a run by it.
    """
    try:
        projects = store.projects()
    except ClientError as error:
        if error.response["Error"]["Code"] in DENIED:
            return []
        raise
    with ThreadPoolExecutor(_READERS) as readers:
        found = readers.map(lambda project: _holder(store, project, outline), projects)
        return sorted(filter(None, found), key=lambda holder: (-holder.shared, holder.project))


def _holder(store: CourseStore, project: str, outline: Outline) -> CourseHolder | None:
    try:
        record = CourseRecord.read(store, ProjectKeys(project))
    except ClientError as error:
        if error.response["Error"]["Code"] in DENIED:
            return None
        raise
    except ValueError:
        # A record or a manifest of another version, or one that an edit has broken.
        return None
    if record.is_other_language(outline.course.language) or record.objections(outline):
        return None
    shared = len(record.lessons) - len(record.dropped_lessons(outline))
    course_id = outline.course.id
    is_this = record.course_id == course_id if course_id else shared >= _SHARED_SHARE * _lesson_total(outline)
    if not shared or not is_this:
        return None
    return CourseHolder(project=project, title=record.title, course_id=record.course_id, shared=shared)


def _lesson_total(outline: Outline) -> int:
    return sum(len(module.lessons) for module in outline.modules)


def _is_id(name: str) -> bool:
    try:
        TypeAdapter(Identifier).validate_python(name)
    except ValidationError:
        return False
    return True


def _refusal(project: str, outline: Outline, holders: list[CourseHolder]) -> str:
    total = _lesson_total(outline)
    own = f"--project {project} for a course of its own"
    if len(holders) == 1:
        [holder] = holders
        name = f'{holder.project} ("{holder.title}")' if holder.title else holder.project
        shared = f"{holder.shared} of the outline's {total} lessons" if total > 1 else "the outline's lesson"
        way = f"`id: {holder.offered_id}` below `course`" if holder.offered_id else f"--project {holder.project}"
        return f"project {project}: it is new, and project {name} has {shared}; expected {way} to go on there, or {own}"
    named = [_told(holder) for holder in holders[:_NAMED]]
    if len(holders) > _NAMED:
        named.append(f"{len(holders) - _NAMED} more")
    lessons = f"most of the outline's {total} lessons" if total > 1 else "the outline's lesson"
    return (
        f"project {project}: it is new, and other projects have {lessons}: {', '.join(named[:-1])} and {named[-1]}; "
        f"expected --project with one of their names to go on there, or {own}"
    )


def _told(holder: CourseHolder) -> str:
    """Return a project's name with what it has, such as ``networks ("Networks", 11)``."""
    title = f'"{holder.title}", ' if holder.title else ""
    return f"{holder.project} ({title}{holder.shared})"

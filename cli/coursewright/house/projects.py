"""Every project of the bucket: its course, how far it is, its last run and its size."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from course_kit.data_models import ClosedModel
from course_kit.store.artefact_keys import lesson_of
from coursewright.course_store import CourseStore, ListedObject
from coursewright.deployment import Deployment
from coursewright.house.course_facts import CourseFacts, course_facts
from coursewright.house.executions import known_execution, status_of
from coursewright.house.listing import objects_by_project
from coursewright.house.runs import newest_first
from coursewright.house.tables import NOTHING, Column, print_table, size_cell, time_cell
from coursewright.terminal import Terminal

_READERS = 8
_COLUMNS = (
    Column("Project"),
    Column("Course", from_width=70),
    Column("Language", from_width=100),
    Column("Lessons", justify="right"),
    Column("Last run (UTC)", from_width=60),
    Column("Status"),
    Column("Size", from_width=90, justify="right"),
)


class LastRun(ClosedModel):
    """The run of a project that began last."""

    name: str
    started_at: datetime
    status: str


class ProjectRow(ClosedModel):
    """One project; title and language are empty when neither its record nor its outline tells them."""

    project: str
    title: str
    language: str
    editions: dict[str, str]
    """Projects of the same course in other languages, by language."""
    lessons: int
    last_run: LastRun | None
    objects: int
    bytes: int


class ProjectList(ClosedModel):
    """The projects of a bucket, by name."""

    projects: tuple[ProjectRow, ...]


def list_projects(deployment: Deployment) -> ProjectList:
    """Return every project of the deployment's bucket."""
    found = objects_by_project(deployment.store)
    with ThreadPoolExecutor(_READERS) as readers:
        rows = readers.map(lambda project: _row(deployment, project, found[project]), found)
        return ProjectList(projects=tuple(rows))


def _row(deployment: Deployment, project: str, objects: Sequence[ListedObject]) -> ProjectRow:
    store = deployment.store
    summaries = newest_first(store, project)
    facts = _facts(store, project, objects, [summary.request.get("outline_s3_key") for summary in summaries[:1]])
    last = None
    if summaries:
        newest = summaries[0]
        status = status_of(newest, known_execution(deployment, newest.execution_name))
        last = LastRun(name=newest.execution_name, started_at=newest.started_at, status=status)
    return ProjectRow(
        project=project,
        title=facts.title,
        language=facts.language,
        editions=facts.editions,
        lessons=sum(lesson_of(listed.key) is not None for listed in objects),
        last_run=last,
        objects=len(objects),
        bytes=sum(listed.size for listed in objects),
    )


def _facts(store: CourseStore, project: str, objects: Sequence[ListedObject], asked: Sequence[object]) -> CourseFacts:
    written = {listed.key: listed.written_at for listed in objects}
    return course_facts(store, project, written, [key for key in asked if isinstance(key, str)])


def print_projects(terminal: Terminal, found: ProjectList) -> None:
    """Print the projects as a table."""
    if not found.projects:
        terminal.tell("no projects yet; `coursewright generate OUTLINE` makes one")
        return
    print_table(terminal, "Projects", _COLUMNS, (_cells(row) for row in found.projects))


def _cells(row: ProjectRow) -> tuple[str, ...]:
    return (
        row.project,
        row.title or NOTHING,
        row.language or NOTHING,
        str(row.lessons),
        time_cell(row.last_run.started_at if row.last_run else None),
        row.last_run.status if row.last_run else NOTHING,
        size_cell(row.bytes),
    )

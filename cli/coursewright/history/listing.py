"""`coursewright history`: the changes of one artefact, or the newest ones of a project."""

from course_kit.data_models import ClosedModel
from coursewright.artefact_names import ArtefactName
from coursewright.history.changes import changes_of
from coursewright.history.events import StoredEvent, events_under
from coursewright.history.rows import ChangeRow, Rows, What
from coursewright.history.versions import ProjectVersions, short_ids
from coursewright.house.tables import NOTHING, Column, money_cell, print_table, time_cell
from coursewright.terminal import Terminal

_NEWEST = 50
_COLUMNS = (
    Column("When (UTC)"),
    Column("What"),
    Column("By"),
    Column("Words", from_width=80, justify="right"),
    Column("US$", from_width=70, justify="right"),
    Column("Note", from_width=60),
    Column("Model", from_width=120),
    Column("Prompt", from_width=140),
)


class History(ClosedModel):
    """Changes, newest first; of one artefact all, of a project the newest."""

    project: str
    what: str
    """Empty for the whole project."""
    title: str
    changes: tuple[ChangeRow, ...]
    total: int
    """How many there are, with those that are not listed."""


def artefact_history(project: ProjectVersions, what: str) -> History:
    """Return an artefact's history; raises `BadInput` for one that there is not."""
    versions = project.of_artefact(what)
    newest_first = tuple(reversed(versions.changes))
    return History(
        project=project.keys.project_folder,
        what=versions.artefact.name,
        title=versions.artefact.title,
        changes=tuple(versions.rows(newest_first)),
        total=len(newest_first),
    )


def project_history(project: ProjectVersions) -> History:
    """Return what changed in a project lately."""
    artefacts: dict[ArtefactName, dict[str, list[StoredEvent]]] = {}
    events = events_under(project.store, [project.keys.everything()])
    for key, found in events.items():
        if artefact := project.names.of_key(key):
            artefacts.setdefault(artefact, {})[key] = found
    changes = [change for artefact, own in artefacts.items() for change in changes_of(artefact, own)]
    newest_first = list(reversed(changes))
    newest_first.sort(key=lambda change: change.at, reverse=True)
    return History(
        project=project.keys.project_folder,
        what="",
        title="",
        changes=tuple(Rows(project.store, project.keys, events, changes).of(newest_first[:_NEWEST])),
        total=len(changes),
    )


def print_history(terminal: Terminal, history: History) -> None:
    """Print a history as a table."""
    first = Column("Version") if history.what else Column("Artefact")
    ids = short_ids([row.id for row in history.changes if row.version])
    columns = (first, *((Column("Id", from_width=100),) if history.what else (Column("Version"),)), *_COLUMNS)
    about = f"{history.what} of {history.project}" if history.what else f"Changes of {history.project}"
    title = f"{about}: {history.title}" if history.title else about
    print_table(terminal, title, columns, (_cells(row, history, ids) for row in history.changes))
    if history.total > len(history.changes):
        terminal.tell(
            f"the newest {len(history.changes)} of {history.total:,} changes; name an artefact to see all of its"
        )
    if any(row.usd is None for row in history.changes):
        terminal.tell("unknown: the run's record or its model's price is not there")


def _cells(row: ChangeRow, history: History, ids: dict[str, str]) -> tuple[str, ...]:
    version = row.version or NOTHING
    named = (version, ids.get(row.id, NOTHING)) if history.what else (row.artefact, version)
    return (
        *named,
        time_cell(row.at),
        f"{row.what} ({row.restored})" if row.restored else row.what,
        row.by or NOTHING,
        NOTHING if row.words is None else f"{row.words:,}",
        NOTHING if row.what is What.DELETED else money_cell(row.usd),
        row.note or NOTHING,
        row.model or NOTHING,
        row.prompt or NOTHING,
    )

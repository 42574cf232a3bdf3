"""`coursewright diff`: what two versions of an artefact differ in."""

import difflib
from collections.abc import Sequence

from course_kit.data_models import ClosedModel
from coursewright.errors import BadInput
from coursewright.history.changes import Change
from coursewright.history.readable import readable
from coursewright.history.rows import ChangeRow
from coursewright.history.versions import ArtefactVersions, ProjectVersions
from coursewright.house.tables import time_cell
from coursewright.terminal import Terminal

_STYLES = (("+++", "bold"), ("---", "bold"), ("@@", "cyan"), ("+", "green"), ("-", "red"))


class Difference(ClosedModel):
    """Two versions, and a unified diff from the old one to the new one; no lines when they are equal."""

    project: str
    what: str
    old: ChangeRow
    new: ChangeRow
    are_equal: bool
    lines: tuple[str, ...]


def difference(project: ProjectVersions, what: str, chosen: Sequence[str]) -> Difference:
    """Compare two versions.

    Parameters
    ----------
    chosen
        The versions; one of them is compared with the newest, none compares the newest with the one before.

    Raises
    ------
    BadInput
        There is no such artefact, no such version, or only one version.
    """
    versions = project.of_artefact(what)
    old, new = _pair(versions, chosen)
    old_row, new_row = versions.rows([old, new])
    before, after = readable(versions, old), readable(versions, new)
    name = versions.artefact.name
    told = list(
        difflib.unified_diff(
            before.lines, after.lines, f"{name} {_label(old_row)}", f"{name} {_label(new_row)}", lineterm=""
        )
    )
    if before.pictures != after.pictures:
        told.append("the pictures differ")
    return Difference(
        project=project.keys.project_folder,
        what=versions.artefact.name,
        old=old_row,
        new=new_row,
        are_equal=not told,
        lines=tuple(told),
    )


def _pair(versions: ArtefactVersions, chosen: Sequence[str]) -> tuple[Change, Change]:
    named = [versions.chosen(version) for version in chosen]
    if len(named) > 1:
        return named[0], named[1]
    newest = versions.written[-1]
    if named:
        return named[0], newest
    if len(versions.written) == 1:
        raise BadInput(f"WHAT: found one version of {versions.artefact.name}, v1, expected two to compare")
    return versions.written[-2], newest


def _label(row: ChangeRow) -> str:
    return ", ".join(filter(None, (f"{row.version} ({time_cell(row.at)}", row.what, row.by))) + ")"


def print_difference(terminal: Terminal, found: Difference) -> None:
    """Print a difference, in colours on a terminal."""
    if found.are_equal:
        terminal.tell(f"{found.what}: no difference between {found.old.version} and {found.new.version}")
    for line in found.lines:
        terminal.tell(line, next((style for start, style in _STYLES if line.startswith(start)), None))

"""The findings of a project's newest check, by lesson as readers see them."""

from collections.abc import Mapping
from typing import Self

from course_kit.brief.places import shown_places
from course_kit.data_models import ClosedModel
from course_kit.records.editing import Finding, FindingKind, Findings, FindingState
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.edited import read_edited
from coursewright.bound_outline import bound_outline
from coursewright.course_store import CourseStore
from coursewright.errors import CommandFailed
from coursewright.house.listing import no_such_project
from coursewright.house.tables import NOTHING, Column, print_table
from coursewright.terminal import Terminal

KIND_IN_WORDS: Mapping[FindingKind, str] = {
    FindingKind.REPEATED_PASSAGE: "repeated passage",
    FindingKind.SECOND_DEFINITION: "explained twice",
    FindingKind.EARLY_USE: "used before its lesson",
    FindingKind.AVOIDED_WORD: "word to avoid",
    FindingKind.CHANGED_FACT: "another fact",
    FindingKind.TWO_SPELLINGS: "two spellings",
    FindingKind.DEAD_REFERENCE: "dead reference",
}
"""Each kind of finding for people."""
_NOT_TRIED = "not tried yet"
_COLUMNS = (
    Column("Lesson"),
    Column("What"),
    Column("About"),
    Column("Beside", from_width=70),
    Column("State"),
    Column("Why", from_width=90),
)


class FindingRow(ClosedModel):
    """One finding."""

    lesson: str
    """The lesson that should change, by its number in the outline; the slot of one that has gone."""
    kind: FindingKind
    what: str
    about: str
    expected: str
    beside: tuple[str, ...]
    """The other lessons that it is about."""
    state: FindingState
    why_open: str
    passages: tuple[str, ...]

    @classmethod
    def of(cls, finding: Finding, places: Mapping[str, str]) -> Self:
        """Return a finding, with the number that readers see for each lesson's slot."""
        shown = [places.get(passage.lesson, passage.lesson) for passage in finding.passages]
        # The first of several passages is the one that stays.
        lesson = shown[1] if len(shown) > 1 else shown[0] if shown else ""
        owner = [places[finding.owner]] if finding.owner in places else []
        return cls(
            lesson=lesson,
            kind=finding.kind,
            what=KIND_IN_WORDS[finding.kind],
            about=finding.about,
            expected=finding.expected,
            beside=tuple(other for other in dict.fromkeys([*shown, *owner]) if other != lesson),
            state=finding.state,
            why_open=finding.why_open,
            passages=tuple(passage.text for passage in finding.passages),
        )


class ListedFindings(ClosedModel):
    """The findings of the newest check, in the order of the book."""

    project: str
    execution: str
    """The run that has checked the lessons."""
    found: int
    mended: int
    findings: tuple[FindingRow, ...]


def listed_findings(store: CourseStore, project: str) -> ListedFindings:
    """Return the findings of a project.

    Raises
    ------
    BadInput
        There is no such project.
    CommandFailed
        No run has checked its lessons yet.
    """
    keys = ProjectKeys(project)
    stored = read_edited(store, keys.findings(), Findings)
    if stored is None:
        if not any(store.keys(keys.everything())):
            raise no_such_project(project)
        raise CommandFailed(
            f"project {project}: its lessons were not checked against each other yet; "
            "a run of generate does so, unless its editing is off"
        )
    bound = bound_outline(store, keys)
    places = shown_places(bound.outline) if bound else {}
    return ListedFindings(
        project=project,
        execution=stored.execution_name,
        found=len(stored.findings),
        mended=stored.count(FindingState.MENDED),
        findings=tuple(FindingRow.of(finding, places) for finding in stored.findings),
    )


def print_findings(terminal: Terminal, listed: ListedFindings) -> None:
    """Print findings as a table, and their number."""
    if not listed.findings:
        terminal.tell(f"{listed.project}: the lessons go together, as run {listed.execution} has found")
        return
    title = f"Passages of {listed.project} that do not go together"
    print_table(terminal, title, _COLUMNS, (_cells(row) for row in listed.findings))
    terminal.tell(
        f"{listed.found} found, {listed.mended} replaced in the book, {listed.found - listed.mended} left "
        f"(run {listed.execution})"
    )


def _cells(row: FindingRow) -> tuple[str, ...]:
    is_mended = row.state is FindingState.MENDED
    about = f"{row.about} → {row.expected}" if row.expected and row.kind in _WITH_EXPECTED else row.about
    return (
        row.lesson or NOTHING,
        row.what,
        about or NOTHING,
        ", ".join(row.beside) or NOTHING,
        "replaced" if is_mended else "open",
        NOTHING if is_mended else row.why_open or _NOT_TRIED,
    )


# A definition would fill the table; JSON has it.
_WITH_EXPECTED = frozenset({FindingKind.AVOIDED_WORD, FindingKind.CHANGED_FACT, FindingKind.TWO_SPELLINGS})

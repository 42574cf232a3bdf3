"""Changes of an artefact, from what a listing tells: order, files that belong together, numbers that stay."""

from datetime import UTC, datetime, timedelta

import pytest

from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_kinds import ArtefactKind
from coursewright.artefact_names import ArtefactName
from coursewright.history.changes import Change, changes_of
from coursewright.history.events import StoredEvent
from coursewright.history.versions import short_ids

KEYS = ProjectKeys("P")
SVG, PNG = KEYS.image("01-01-0001", "svg"), KEYS.image("01-01-0001", "png")
FIGURE = ArtefactName(ArtefactKind.FIGURE, "01-01-0001", (SVG, PNG))
LESSON = ArtefactName(ArtefactKind.LESSON, "1.1", (KEYS.lesson(1, 1, "New"),), KEYS.texts_of_lesson(1, 1))
NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)


def events(*told: tuple[int, str, str]) -> dict[str, list[StoredEvent]]:
    """Return events by key: each its second, its key, and its version; one with a minus is a deletion."""
    found: dict[str, list[StoredEvent]] = {}
    for second, key, version in told:
        at = NOON + timedelta(seconds=second)
        found.setdefault(key, []).append(
            StoredEvent(key, version.strip("-"), at, 1, is_latest=False, is_deletion=version.startswith("-"))
        )
    return found


def in_short(changes: list[Change]) -> list[tuple[str, str, dict[str, str]]]:
    return [(change.name, " ".join(change.ids), dict(change.files)) for change in changes]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            # A listing of whole seconds: two drawings in the same one.
            ((0, PNG, "p1"), (0, PNG, "p2"), (0, SVG, "s1"), (0, SVG, "s2")),
            [("v1", "s1 p1", {SVG: "s1", PNG: "p1"}), ("v2", "s2 p2", {SVG: "s2", PNG: "p2"})],
        ),
        (
            # The author's SVG an hour later; the PNG stays.
            ((0, SVG, "s1"), (1, PNG, "p1"), (3600, SVG, "s2")),
            [("v1", "s1 p1", {SVG: "s1", PNG: "p1"}), ("v2", "s2", {SVG: "s2", PNG: "p1"})],
        ),
        (
            # Both removed, in the order of keys, and drawn again.
            ((0, SVG, "s1"), (1, PNG, "p1"), (9, PNG, "-d1"), (9, SVG, "-d2"), (99, SVG, "s2"), (99, PNG, "p2")),
            [
                ("v1", "s1 p1", {SVG: "s1", PNG: "p1"}),
                ("", "d2 d1", {}),
                ("v2", "s2 p2", {SVG: "s2", PNG: "p2"}),
            ],
        ),
        (
            # An illustration in place of a diagram, as a restore writes it.
            ((0, SVG, "s1"), (1, PNG, "p1"), (70, SVG, "-d1"), (70, PNG, "p2")),
            [("v1", "s1 p1", {SVG: "s1", PNG: "p1"}), ("v2", "d1 p2", {PNG: "p2"})],
        ),
        (
            # A PNG and, within the minute, another: no file is twice in a change.
            ((0, PNG, "p1"), (5, PNG, "p2")),
            [("v1", "p1", {PNG: "p1"}), ("v2", "p2", {PNG: "p2"})],
        ),
    ],
)
def test_files_of_a_figure_that_were_written_together_are_one_change(
    told: tuple[tuple[int, str, str], ...], expected: list[tuple[str, str, dict[str, str]]]
) -> None:
    assert in_short(changes_of(FIGURE, events(*told))) == expected


def test_a_new_title_is_a_version_and_the_removal_of_the_old_one_is_none() -> None:
    # Given: written under the new title and removed under the old one, in one second; much later removed as a whole.
    old, new = KEYS.lesson(1, 1, "Old"), KEYS.lesson(1, 1, "New")
    told = events((0, old, "a"), (60, old, "-d"), (60, new, "b"), (900, new, "-e"), (999, new, "c"))
    other = events((30, KEYS.lesson(1, 10, "Old"), "x"))
    # When / Then
    assert in_short(changes_of(LESSON, told | other)) == [
        ("v1", "a", {old: "a"}),
        ("v2", "b", {new: "b"}),
        ("", "e", {}),
        ("v3", "c", {new: "c"}),
    ]


def test_what_is_typed_of_an_id_is_as_long_as_it_must_be() -> None:
    assert short_ids(["abcdefgh1", "abcdefgh2", "xyz", "null", "qrstuvwxyz"]) == {
        "abcdefgh1": "abcdefgh1",
        "abcdefgh2": "abcdefgh2",
        "null": "null",
        "qrstuvwxyz": "qrstuv",
        "xyz": "xyz",
    }

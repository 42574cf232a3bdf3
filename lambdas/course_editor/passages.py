"""Where the passages of findings stand, and which of them belong together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from course_editor.patched_lesson import Span
from course_kit.records.editing import Finding


@dataclass(frozen=True, order=True)
class Region:
    """A stretch of one lesson, by the lesson's slot."""

    lesson: str
    span: Span

    def overlaps(self, other: "Region") -> bool:
        """Whether two regions have a character in common."""
        return self.lesson == other.lesson and self.span.overlaps(other.span)


@dataclass(frozen=True)
class PlacedFinding:
    """A finding with the places of its passages, in their order. The first of several stays."""

    finding: Finding
    regions: tuple[Region, ...]

    @property
    def to_change(self) -> tuple[Region, ...]:
        """The regions that should change: the only one, or all after the one that stays."""
        return self.regions[1:] if len(self.regions) > 1 else self.regions

    def concerns(self, region: Region) -> bool:
        """Whether a passage of the finding stands in a region."""
        return any(region.overlaps(own) for own in self.regions)


def placed(finding: Finding, texts: Mapping[str, str]) -> PlacedFinding | None:
    """Return a finding with its places in the texts of lessons by slot; None for one whose text is not there.

    Equal passages of one lesson are found one after the other.
    """
    regions: list[Region] = []
    for passage in finding.passages:
        text = texts.get(passage.lesson, "")
        earlier = [own.span.end for own in regions if own.lesson == passage.lesson and _text(own, text) == passage.text]
        start = text.find(passage.text, max(earlier, default=0)) if passage.text else -1
        if start < 0:
            return None
        regions.append(Region(passage.lesson, Span(start, start + len(passage.text))))
    return PlacedFinding(finding, tuple(regions)) if regions else None


def connected(findings: Sequence[PlacedFinding]) -> Iterator[list[PlacedFinding]]:
    """Yield the findings in groups: two that have a place in common are in one group."""
    groups: list[list[PlacedFinding]] = []
    for finding in findings:
        near = [
            group for group in groups if any(other.concerns(region) for other in group for region in finding.regions)
        ]
        groups = [group for group in groups if group not in near]
        groups.append([*(one for group in near for one in group), finding])
    yield from groups


def _text(region: Region, text: str) -> str:
    return text[region.span.start : region.span.end]

"""Groups of findings that one call is about: those that touch the same passages, in a size that one answer can hold."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from course_editor.passages import PlacedFinding, Region, connected
from course_kit.records.editing import FindingKind
from course_kit.text.text_faults import word_count

MOST_PASSAGES = 6
_MOST_WORDS = 2500
IMPORTANCE = (
    FindingKind.CHANGED_FACT,
    FindingKind.REPEATED_PASSAGE,
    FindingKind.SECOND_DEFINITION,
    FindingKind.DEAD_REFERENCE,
    FindingKind.TWO_SPELLINGS,
    FindingKind.AVOIDED_WORD,
    FindingKind.EARLY_USE,
)
"""Kinds of finding; the first are mended first where not all can be."""


@dataclass(frozen=True)
class EditGroup:
    """The findings of one call, and the passages that they are about, which do not overlap."""

    findings: tuple[PlacedFinding, ...]
    passages: tuple[Region, ...]

    @property
    def name(self) -> str:
        """Names the group, as long as the text of its first finding is the same."""
        return self.findings[0].finding.fingerprint

    @property
    def rank(self) -> int:
        """Its place among the groups, by its most important finding."""
        return min(IMPORTANCE.index(placed.finding.kind) for placed in self.findings)

    def widened(self, covering: Callable[[Region], Region]) -> "EditGroup":
        """Return the group with wider passages, after replacements that reach over their borders."""
        return _group([replace(one, regions=tuple(map(covering, one.regions))) for one in self.findings])

    def passage_of(self, region: Region) -> Region:
        """Return the passage that a region of a finding is in."""
        return next(passage for passage in self.passages if passage.overlaps(region))


def chains_of(
    findings: Sequence[PlacedFinding], covering: Callable[[Region], Region], text_of: Callable[[Region], str]
) -> list[list[EditGroup]]:
    """Return the groups. Those of one chain share passages, so that each begins with what the one before has left.

    Parameters
    ----------
    covering
        Widens a region over the replacements that reach over its border.
    text_of
        Returns what stands in a region now.
    """
    wide = [replace(one, regions=tuple(map(covering, one.regions))) for one in findings]
    return [list(_groups(chain, text_of)) for chain in connected(wide)]


def joined(regions: Sequence[Region]) -> tuple[Region, ...]:
    """Return regions in order, those that overlap as one."""
    passages: list[Region] = []
    for region in sorted(regions):
        if passages and passages[-1].overlaps(region):
            passages[-1] = replace(region, span=passages[-1].span.joined(region.span))
        else:
            passages.append(region)
    return tuple(passages)


def _groups(chain: Sequence[PlacedFinding], text_of: Callable[[Region], str]) -> Iterator[EditGroup]:
    ordered = sorted(chain, key=lambda one: IMPORTANCE.index(one.finding.kind))
    taken: list[PlacedFinding] = []
    for part in (part for one in ordered for part in _parts(one)):
        passages = joined([region for one in (*taken, part) for region in one.regions])
        words = sum(word_count(text_of(passage)) for passage in passages)
        if taken and (len(passages) > MOST_PASSAGES or words > _MOST_WORDS):
            yield _group(taken)
            taken = []
        taken.append(part)
    yield _group(taken)


def _parts(one: PlacedFinding) -> Iterator[PlacedFinding]:
    """Yield a finding in parts of a few passages, each with the passage that stays."""
    first, others = one.regions[:1], one.regions[1:]
    if len(one.regions) <= MOST_PASSAGES:
        yield one
        return
    for start in range(0, len(others), MOST_PASSAGES - 1):
        yield replace(one, regions=(*first, *others[start : start + MOST_PASSAGES - 1]))


def _group(findings: Sequence[PlacedFinding]) -> EditGroup:
    return EditGroup(tuple(findings), joined([region for one in findings for region in one.regions]))

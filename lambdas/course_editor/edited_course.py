"""The lessons of a course with their replacements, and what a further replacement would mend or break."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from course_editor.checks.course_checks import findings_of
from course_editor.checks.lesson_texts import LessonText
from course_editor.passages import PlacedFinding, Region, placed
from course_editor.patched_lesson import Patch, PatchedLesson
from course_kit.brief.course_brief import CourseBrief
from course_kit.outline.lesson_numbers import LessonNumbers
from course_kit.records.editing import Finding, FindingKind
from course_kit.text.lesson_references import dead_references


@dataclass(frozen=True)
class CourseCheck:
    """What the checks of a course need beside its lessons."""

    brief: CourseBrief | None
    language: str
    numbers: LessonNumbers

    def findings(self, lessons: Sequence[LessonText]) -> list[Finding]:
        """Return what does not go together in lessons."""
        return [one for one in findings_of(lessons, self.brief, self.language) if not self._leads_somewhere(one)]

    def _leads_somewhere(self, finding: Finding) -> bool:
        """Whether the reference of a finding leads to a lesson that has moved, or that another run has made."""
        if finding.kind is not FindingKind.DEAD_REFERENCE:
            return False
        return not any(dead_references(passage.text, self.numbers.known) for passage in finding.passages)


@dataclass(frozen=True)
class EditedCourse:
    """The lessons, by slot, in reading order. Those that are locked are the author's, or have edits of the author's."""

    check: CourseCheck
    lessons: Mapping[str, PatchedLesson]
    locked: frozenset[str]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What does not go together in the lessons without their replacements."""
        return tuple(self.check.findings([patched.lesson for patched in self.lessons.values()]))

    @cached_property
    def placed(self) -> tuple[PlacedFinding, ...]:
        """The findings with the places of their passages."""
        texts = {slot: patched.lesson.markdown for slot, patched in self.lessons.items()}
        return tuple(found for finding in self.findings if (found := placed(finding, texts)))

    def text_of(self, region: Region) -> str:
        """Return what stands in a region now."""
        return self.lessons[region.lesson].stretch(region.span)

    def covering(self, region: Region) -> Region:
        """Return a region, widened over the replacements that reach over its border."""
        return replace(region, span=self.lessons[region.lesson].covering(region.span))

    def with_patches(self, patches: Mapping[Region, Patch]) -> "EditedCourse":
        """Return the course with further replacements."""
        lessons = dict(self.lessons)
        for region, patch in patches.items():
            lessons[region.lesson] = lessons[region.lesson].with_patch(patch)
        return EditedCourse(self.check, lessons, self.locked)

    def as_first_asked(self, findings: Collection[PlacedFinding]) -> "EditedCourse":
        """Return the course without the replacements of these findings, as a killed attempt asked about them."""
        names = {one.finding.fingerprint for one in findings}
        regions = [region for one in findings for region in one.regions if region.lesson not in self.locked]
        lessons = dict(self.lessons)
        for slot in {region.lesson for region in regions}:
            spans = [region.span for region in regions if region.lesson == slot]
            patches = tuple(
                patch
                for patch in lessons[slot].patches
                if names.isdisjoint(patch.findings) or not any(patch.span.overlaps(span) for span in spans)
            )
            lessons[slot] = replace(lessons[slot], patches=patches)
        return EditedCourse(self.check, lessons, self.locked)

    def unchanged(self, one: PlacedFinding) -> list[Region]:
        """Return the regions of a finding that no replacement has mended."""
        fingerprint = one.finding.fingerprint
        return [
            region
            for region in one.regions
            if not any(
                patch.span.overlaps(region.span) and fingerprint in patch.findings
                for patch in self.lessons[region.lesson].patches
            )
        ]

    def is_mended(self, one: PlacedFinding) -> bool:
        """Whether replacements have mended a finding: at most one passage of several stays."""
        left = self.unchanged(one)
        if one.finding.kind is FindingKind.REPEATED_PASSAGE and len(one.regions) > 1:
            return len(left) <= 1
        return not set(left) & set(one.to_change)

    def may_change(self, one: PlacedFinding) -> list[Region]:
        """Return the regions of a finding that a replacement may still change."""
        if self.is_mended(one):
            return []
        is_free = one.finding.kind is FindingKind.REPEATED_PASSAGE
        wanted = one.regions if is_free else one.to_change
        return [region for region in self.unchanged(one) if region in wanted and region.lesson not in self.locked]

    def mended_by(
        self, patches: Mapping[Region, Patch], findings: Collection[PlacedFinding]
    ) -> tuple[list[PlacedFinding], list[Finding]]:
        """Return which findings some patches would mend, and what they would bring into these lessons."""
        after = self.with_patches(patches)
        touched = {region.lesson for one in findings for region in (*one.regions, *patches)}
        touched |= {one.finding.owner for one in findings}
        # The others stand by their numbers only: to read a course of 40 lessons again for each group takes a minute.
        lessons = [
            one.printed if slot in touched else replace(one.lesson, markdown="") for slot, one in after.lessons.items()
        ]
        texts = {slot: one.text for slot, one in after.lessons.items()}
        found = [one for finding in self.check.findings(lessons) if (one := placed(finding, texts))]
        gone = [one for one in findings if not any(after._is_still(one, other) for other in found)]
        changed = {after._place(region) for region in patches}
        known = {_topic(one.finding) for one in self.placed if any(one.concerns(region) for region in patches)}
        new = [
            other.finding
            for other in found
            if _topic(other.finding) not in known and any(other.concerns(place) for place in changed)
        ]
        return gone, new

    def _place(self, region: Region) -> Region:
        patched = self.lessons[region.lesson]
        return replace(region, span=patched.place_of(patched.covering(region.span)))

    def _is_still(self, one: PlacedFinding, other: PlacedFinding) -> bool:
        if _topic(one.finding) != _topic(other.finding):
            return False
        concerned = sum(other.concerns(self._place(region)) for region in one.regions)
        return concerned >= min(len(one.regions), 2)


def _topic(finding: Finding) -> tuple[FindingKind, str]:
    """Return what a finding is about, where that is the same after a change of its text."""
    return finding.kind, "" if finding.kind is FindingKind.REPEATED_PASSAGE else finding.about

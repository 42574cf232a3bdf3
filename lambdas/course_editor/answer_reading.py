"""A model's answer for one group, read edit by edit: what may be taken, and why the rest may not."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from course_editor.edit_answer import EditedPassage, PassageEdits
from course_editor.edit_checks import SHORTENED, EditedText, EditTerms, edit_faults, in_usual_form
from course_editor.edit_groups import EditGroup
from course_editor.edit_prompts import AskedPassage
from course_editor.edited_course import EditedCourse
from course_editor.passages import PlacedFinding, Region
from course_editor.patched_lesson import Patch
from course_kit.records.editing import FindingKind
from course_kit.store.ids import LessonId


@dataclass(frozen=True)
class ReadAnswer:
    """The patches of an answer that mend something, the findings that they mend, and the faults of the rest."""

    patches: Mapping[Region, Patch]
    mended: tuple[PlacedFinding, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True)
class AnswerReader:
    """Reads the answers about one group."""

    course: EditedCourse
    group: EditGroup
    passages: Sequence[AskedPassage]
    language: str | None

    def read(self, answer: PassageEdits) -> ReadAnswer:
        """Return what of an answer may be taken."""
        by_name = {passage.name: passage for passage in self.passages}
        times = Counter(edit.passage for edit in answer.edits)
        faults: list[str] = []
        edits: dict[Region, EditedPassage] = {}
        for edit in answer.edits:
            passage = by_name.get(edit.passage)
            if passage is None:
                faults.append(f"passage {edit.passage}: there is no such passage")
            elif not passage.may_change:
                faults.append(f"passage {edit.passage}: it may not change")
            elif times[edit.passage] > 1:
                faults.append(f"passage {edit.passage}: it is replaced more than once")
            else:
                edits[passage.region] = edit
        patches: dict[Region, Patch] = {}
        for region, edit in edits.items():
            found = self._patch(region, edit, frozenset(edits))
            if isinstance(found, Patch):
                patches[region] = found
            else:
                faults += [f"passage {edit.passage}: {fault}" for fault in found]
        return self._settled(patches, faults)

    def _patch(self, region: Region, edit: EditedPassage, changed: frozenset[Region]) -> Patch | list[str]:
        lesson = self.course.lessons[region.lesson]
        numbers = self.course.check.numbers
        asked = EditedText(lesson.text, lesson.place_of(region.span), numbers.in_slots(edit.text))
        edited = in_usual_form(asked)
        if edited is None:
            return ["it changes the text around it"]
        problems = [one for one in self.group.findings if self._is_about(one, region)]
        refers_to = list(self._staying(problems, region, changed))
        if None in refers_to:
            return ["no other passage that says the same stays"]
        terms = EditTerms(
            region=region,
            problems=tuple(one.finding for one in problems),
            refers_to=tuple(filter(None, refers_to)),
            numbers=numbers,
            language=self.language,
            course_language=self.course.check.language,
            known_texts=self._known_texts,
        )
        faults = edit_faults(edited, terms)
        return faults or Patch(region.span, edited.put, edit.reason, ())

    @property
    def _known_texts(self) -> tuple[str, ...]:
        """All that a replacement may take something from."""
        findings = [one.finding for one in self.group.findings]
        said = [text for finding in findings for text in (finding.about, finding.expected)]
        return (*(passage.text for passage in self.passages), *said)

    def _is_about(self, one: PlacedFinding, region: Region) -> bool:
        """Whether a finding asks for a change of a passage."""
        wanted = one.regions if one.finding.kind is FindingKind.REPEATED_PASSAGE else one.to_change
        return any(region.overlaps(own) for own in wanted)

    def _staying(
        self, problems: Sequence[PlacedFinding], region: Region, changed: frozenset[Region]
    ) -> Iterator[frozenset[LessonId] | None]:
        """Yield, for each problem that a reference mends, the lessons that it may refer to; None where nothing stays.

        None have to be referred to when the same lesson says it elsewhere.
        """
        for one in problems:
            if one.finding.kind not in SHORTENED:
                continue
            staying = [own for own in one.regions if self.group.passage_of(own) not in changed | {region}]
            lessons = {own.lesson for own in staying}
            if one.finding.kind is FindingKind.SECOND_DEFINITION:
                lessons = {one.finding.owner or one.regions[0].lesson}
            if not lessons:
                yield None
            yield frozenset() if region.lesson in lessons else frozenset(map(LessonId.parse, lessons))

    def _settled(self, patches: dict[Region, Patch], faults: list[str]) -> ReadAnswer:
        """Return the patches that mend something, with the findings that they mend."""
        mended: list[PlacedFinding] = []
        while patches:
            named = self._named(patches, self.group.findings)
            gone, new = self.course.mended_by(named, self.group.findings)
            if new:
                faults.append(f"with the replacements there would be another finding: {new[0].kind}, {new[0].about!r}")
                patches = {}
                break
            after = self.course.with_patches(named)
            mended = [one for one in gone if after.is_mended(one)]
            useful = {
                region: patch for region, patch in patches.items() if any(self._is_about(one, region) for one in mended)
            }
            if useful == patches:
                break
            patches = useful
        if not patches:
            mended = []
        faults += [
            f"{one.finding.kind}, {one.finding.about!r}: it is still there"
            for one in self.group.findings
            if one not in mended
        ]
        return ReadAnswer(self._named(patches, mended), tuple(mended), tuple(faults))

    def _named(self, patches: Mapping[Region, Patch], findings: Sequence[PlacedFinding]) -> dict[Region, Patch]:
        """Return patches with the findings that each mends, and the passages that it refers its reader to."""
        named: dict[Region, Patch] = {}
        for region, patch in patches.items():
            own = [one for one in findings if self._is_about(one, region)]
            needs = dict.fromkeys(text for one in own for text in self._needs(one, patches))
            fingerprints = tuple(one.finding.fingerprint for one in own)
            named[region] = replace(patch, findings=fingerprints, needs=tuple(needs))
        return named

    def _needs(self, one: PlacedFinding, patches: Collection[Region]) -> Iterator[str]:
        """Yield the passages that stay, of a finding whose other passages are shortened, as they were written.

        A group may have a part of the finding's passages only.
        """
        if one.finding.kind not in SHORTENED:
            return
        for region in one.regions:
            is_wanted = one.finding.kind is FindingKind.REPEATED_PASSAGE or region in one.to_change
            if is_wanted and any(region.overlaps(changed) for changed in patches):
                continue
            own = self.course.lessons[region.lesson].lesson.markdown[region.span.start : region.span.end]
            for passage in one.finding.passages:
                if passage.lesson == region.lesson and passage.text in own:
                    yield passage.text

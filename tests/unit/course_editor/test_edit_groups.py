"""Which findings one call is about, and where replacements stand in a lesson."""

from course_editor.checks.lesson_texts import LessonText
from course_editor.edit_groups import MOST_PASSAGES, chains_of
from course_editor.passages import PlacedFinding, Region, placed
from course_editor.patched_lesson import Patch, PatchedLesson, Span
from course_editor.plain_mends import plainly_mended
from course_kit.records.editing import Finding, FindingKind, LessonEdits, Passage, Replacement
from course_kit.store.ids import LessonId

TEXT = "# A\n\nOne.\n\nTwice.\n\nThree.\n\nTwice.\n\nFive.\n"


def lesson(text: str = TEXT) -> LessonText:
    return LessonText(LessonId(1, 1), "1.1", "A", (), text, is_authors=False, is_placeholder=False)


def finding(kind: FindingKind, *passages: tuple[str, str], about: str = "x", expected: str = "") -> Finding:
    return Finding(
        kind=kind,
        about=about,
        expected=expected,
        passages=tuple(Passage(lesson=at, text=text) for at, text in passages),
    )


def at(place: str, start: int, end: int) -> Region:
    return Region(place, Span(start, end))


def one(kind: FindingKind, *regions: Region) -> PlacedFinding:
    return PlacedFinding(finding(kind, *((region.lesson, "t") for region in regions)), regions)


def groups_of(*findings: PlacedFinding, words: str = "word") -> list[list[tuple[int, int]]]:
    """Return, for each chain, how many findings and passages each of its groups has."""
    chains = chains_of(findings, lambda region: region, lambda _: words)
    return [[(len(group.findings), len(group.passages)) for group in chain] for chain in chains]


def test_findings_that_touch_the_same_passage_are_one_group() -> None:
    first = one(FindingKind.REPEATED_PASSAGE, at("1.1", 0, 10), at("2.1", 0, 10))
    second = one(FindingKind.AVOIDED_WORD, at("2.1", 5, 8))
    third = one(FindingKind.AVOIDED_WORD, at("2.1", 20, 30))
    assert groups_of(first, second, third) == [[(2, 2)], [(1, 1)]]


def test_a_group_that_is_too_large_is_asked_about_in_parts() -> None:
    # Given: a passage that stands in nine lessons, and one with very many words.
    nine = one(FindingKind.REPEATED_PASSAGE, *(at(f"{number}.1", 0, 10) for number in range(1, 10)))
    # Then: each part has the passage that stays.
    assert groups_of(nine) == [[(1, MOST_PASSAGES), (1, 4)]]
    long = [one(FindingKind.AVOIDED_WORD, at("1.1", 0, 10), at("1.1", 20 * n, 20 * n + 5)) for n in (1, 2)]
    assert groups_of(*long, words="word " * 1300) == [[(1, 2), (1, 2)]]


def test_equal_passages_of_one_lesson_are_found_one_after_the_other() -> None:
    found = placed(finding(FindingKind.REPEATED_PASSAGE, ("1.1", "Twice."), ("1.1", "Twice.")), {"1.1": TEXT})
    assert found is not None
    assert [region.span.start for region in found.regions] == [TEXT.index("Twice."), TEXT.rindex("Twice.")]
    assert placed(finding(FindingKind.AVOIDED_WORD, ("1.1", "Gone.")), {"1.1": TEXT}) is None


def test_a_passage_that_is_not_unique_is_stored_with_its_neighbour() -> None:
    # Given
    start = TEXT.rindex("Twice.")
    patched = PatchedLesson(lesson()).with_patch(Patch(Span(start, start + 6), "Once.", "r", ("f",)))
    # When
    edits = patched.edits()
    # Then: the stored text is unique, and gives the same lesson.
    assert edits is not None
    assert edits.replacements[0].found == "Three.\n\nTwice."
    assert edits.applied_to(TEXT) == (patched.text, 0)
    assert PatchedLesson.of(lesson(), edits).text == patched.text


def test_a_later_replacement_takes_over_those_within_it() -> None:
    first = PatchedLesson(lesson()).with_patch(Patch(Span(5, 9), "1.", "r", ("f",)))
    both = first.with_patch(Patch(Span(5, 17), "1 and 2.", "r", ("g",)))
    assert [(patch.put, patch.findings) for patch in both.patches] == [("1 and 2.", ("f", "g"))]
    assert both.text.startswith("# A\n\n1 and 2.\n\nThree.")


def test_a_replacement_whose_text_is_gone_or_not_unique_is_left_out() -> None:
    edits = LessonEdits(
        lesson="1.1",
        replacements=(
            Replacement(found="Gone.", put="x", reason="r", findings=("f",)),
            Replacement(found="Twice.", put="x", reason="r", findings=("f",)),
        ),
    )
    assert PatchedLesson.of(lesson(), edits).patches == ()
    assert edits.applied_to(TEXT) == (TEXT, 2)


def test_code_mends_dead_references_with_words_and_spellings_in_code() -> None:
    dead = finding(FindingKind.DEAD_REFERENCE, ("1.1", ""), about="[[9.9]]")
    text = "See [[9.9|the end]], [[1.1|here]] and [[9.9]]; `[[9.9|code]]` stays."
    assert plainly_mended(text, dead, {LessonId(1, 1)}) == (
        "See the end, [[1.1|here]] and [[9.9]]; `[[9.9|code]]` stays."
    )
    spelt = finding(FindingKind.TWO_SPELLINGS, ("1.1", ""), about="job_queue", expected="jobs")
    assert plainly_mended("`job_queue` of job_queue, my_job_queue", spelt, set()) == "`jobs` of jobs, my_job_queue"
    # A word of the language is only mended in code.
    word = finding(FindingKind.TWO_SPELLINGS, ("1.1", ""), about="state", expected="status")
    assert plainly_mended("The state is `state`.\n\n```sql\nSELECT state;\n```", word, set()) == (
        "The state is `status`.\n\n```sql\nSELECT status;\n```"
    )
    avoided = finding(FindingKind.AVOIDED_WORD, ("1.1", ""), about="tuple", expected="row version")
    assert plainly_mended("A tuple.", avoided, set()) == "A tuple."

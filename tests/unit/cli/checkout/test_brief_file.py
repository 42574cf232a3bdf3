"""The brief in a checkout: a YAML file with the outline's numbers, told by line what nobody could follow."""

from course_kit.brief.course_brief import CourseBrief, ExampleFact, LessonSlice, Link, RunningExample, Term
from course_kit.store.provenance import is_marked_as_authors
from tests.support.workshop import KEYS, OUTLINE, Workshop

BRIEF = CourseBrief(
    voice="It speaks to you.",
    example=RunningExample(
        description="A bakery: three shops.", facts=(ExampleFact(name="orders", attribute="rows", value="3.10"),)
    ),
    terms=(Term(term="header", definition="What goes first", owner="1.1", instead_of=("head",)),),
    lessons=(
        LessonSlice(lesson="1.1", establishes=("What a packet is",), example_step="An order is sent."),
        LessonSlice(lesson="1.2", assumes=(Link(lesson="1.1", what="What a packet is"),)),
    ),
)
FIRST, SECOND = OUTLINE.splitlines(keepends=True)[4:6]
REORDERED = OUTLINE.replace(FIRST + SECOND, SECOND + FIRST)


def with_brief(workshop: Workshop, outline: str = OUTLINE) -> Workshop:
    workshop.run_writes(KEYS.brief(), BRIEF.model_dump_json(indent=1))
    workshop.run_writes(KEYS.outline(), outline)
    workshop.check_out()
    return workshop


def stored(workshop: Workshop) -> CourseBrief:
    return CourseBrief.model_validate_json(workshop.bucket_has(KEYS.brief()))


def test_a_brief_is_a_file_and_comes_back_as_the_authors(workshop: Workshop) -> None:
    # Given
    with_brief(workshop)
    assert workshop.told("status")["changed"] == []
    # When
    workshop.edit("brief.yaml", "three shops", "four shops")
    workshop.told("checkin")
    # Then
    example = BRIEF.example.model_copy(update={"description": "A bakery: four shops."})
    assert stored(workshop) == BRIEF.model_copy(update={"example": example})
    found = workshop.store.find(KEYS.brief())
    assert found is not None and is_marked_as_authors(found)


def test_lessons_have_the_numbers_of_the_outline_in_the_file_and_slots_in_the_bucket(workshop: Workshop) -> None:
    # Given: two lessons that have changed places.
    with_brief(workshop, REORDERED)
    assert "introduced_in: '1.2'" in workshop.text("brief.yaml")
    # When
    workshop.edit("brief.yaml", "An order is sent.", "Two orders are sent.")
    workshop.told("checkin")
    # Then
    first, second = stored(workshop).lessons
    assert (first.lesson, first.example_step) == ("1.1", "Two orders are sent.")
    assert second == BRIEF.lessons[1]


def test_what_nobody_can_follow_is_told_by_its_line_and_nothing_is_written(workshop: Workshop) -> None:
    # Given
    before = workshop.run_writes(KEYS.brief(), BRIEF.model_dump_json(indent=1))
    workshop.check_out()
    whole = workshop.text("brief.yaml")
    faults = {
        ("introduced_in: '1.1'", "introduced_in: the first"): (
            "terms[0].introduced_in: found 'the first', expected the number of a lesson, such as 2.1",
            True,
        ),
        ("- lesson: '1.2'\n", "- lesson: '9.9'\n"): ("lessons[1].lesson: the outline has no lesson 9.9", True),
        ("- lesson: '1.2'\n", "- lesson: '1.1'\n"): ("lessons[1].lesson: lesson 1.1 stands twice", True),
        ("introduced_in: '1.1'", "introduced_in: '9.9'"): (
            "terms[0].introduced_in: the outline has no lesson 9.9",
            False,
        ),
        ("voice:", "tone:"): ("tone: expected no such field: check its spelling", True),
    }
    for (good, bad), (text, is_blocking) in faults.items():
        workshop.edit("brief.yaml", good, bad)
        # When
        told = [
            (one["text"], one["is_blocking"]) for one in workshop.told("status", exit_code=int(is_blocking))["faults"]
        ]
        # Then
        assert (text, is_blocking) in told
        (workshop.folder / "brief.yaml").write_text(whole, encoding="utf-8")
    assert workshop.store.find(KEYS.brief()) == before

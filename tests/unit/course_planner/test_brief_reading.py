"""A model's answers as a brief: nothing in it contradicts the outline."""

from course_kit.brief.course_brief import CourseBrief, Term
from course_kit.brief.places import shown_places, slots_by_place
from course_kit.outline import read_outline
from course_kit.outline.model import TermRule
from course_planner.brief_answer import CourseBriefing, LinkDesign, SliceDesign, TermDesign
from course_planner.brief_reading import frame_of, under_rules, with_slices, with_terms

OUTLINE = read_outline(b"""
course: {title: Databases}
modules:
- title: One
  lessons: [{title: Tables}, {title: Tuples and rows}]
- title: Two
  lessons: [{title: Vacuum}]
""")
SLOTS, ORDER = slots_by_place(OUTLINE), list(shown_places(OUTLINE))


def briefing(*terms: TermDesign) -> CourseBriefing:
    return CourseBriefing(voice="You.", running_example="A bakery.", terms=list(terms))


def test_a_word_that_the_outline_itself_uses_is_never_one_to_avoid() -> None:
    # Given: a model that forbids a word of a lesson's title
    term = TermDesign(
        term="row version", definition="A state of a row.", introduced_in="1.2", instead_of=["tuples", "copy"]
    )
    # When
    [read] = frame_of(briefing(term), SLOTS, OUTLINE).terms
    # Then
    assert read.instead_of == ("copy",)


def test_a_word_that_is_a_term_itself_is_none_to_avoid() -> None:
    terms = [
        TermDesign(term="dead row", definition="Unseen.", instead_of=["row version", "corpse"]),
        TermDesign(term="Row version", definition="A state."),
    ]
    dead, _ = frame_of(briefing(*terms), SLOTS, OUTLINE).terms
    assert dead.instead_of == ("corpse",)


def test_numbers_are_read_however_the_model_writes_them_and_unknown_ones_own_nothing() -> None:
    terms = [
        TermDesign(term="a", definition="A.", introduced_in="Lesson 2.1"),
        TermDesign(term="b", definition="B.", introduced_in="7.7"),
    ]
    a, b = frame_of(briefing(*terms), SLOTS, OUTLINE).terms
    assert (a.owner, b.owner) == ("2.1", "")


def test_a_lesson_assumes_nothing_of_itself_or_of_later_lessons() -> None:
    # Given
    links = [LinkDesign(lesson=number, what="x") for number in ("1.1", "1.2", "2.1", "9.9")]
    design = SliceDesign(lesson="1.2", establishes=["y"], assumes=links, leaves=links)
    # When
    brief = with_slices(frame_of(briefing(), SLOTS, OUTLINE), [design], SLOTS, ORDER)
    # Then: it may leave things to any other lesson
    [read] = brief.lessons
    assert [link.lesson for link in read.assumes] == ["1.1"]
    assert [link.lesson for link in read.leaves] == ["1.1", "2.1"]


def test_slices_stand_in_the_order_of_the_course() -> None:
    designs = [SliceDesign(lesson=number, establishes=["y"]) for number in ("2.1", "1.1", "1.2")]
    brief = with_slices(frame_of(briefing(), SLOTS, OUTLINE), designs, SLOTS, ORDER)
    assert [one.lesson for one in brief.lessons] == ["1.1", "1.2", "2.1"]


def test_terms_that_stand_are_not_defined_again() -> None:
    # Given
    brief = frame_of(briefing(TermDesign(term="Vacuum", definition="First.")), SLOTS, OUTLINE)
    # When
    brief = with_terms(brief, [TermDesign(term="vacuum", definition="Second.")], SLOTS, OUTLINE)
    # Then
    assert [term.definition for term in brief.terms] == ["First."]


def test_a_lesson_that_stands_introduces_nothing_new() -> None:
    # Given: a brief that gets the slice of 2.1, and a model that gives another lesson a term, too
    brief = frame_of(briefing(), SLOTS, OUTLINE)
    terms = [
        TermDesign(term="vacuum", definition="Cleaning.", introduced_in="2.1"),
        TermDesign(term="page", definition="A block.", introduced_in="1.1"),
    ]
    # When
    brief = with_terms(brief, terms, {"2.1": "2.1"}, OUTLINE)
    # Then: 1.1 is asked for as before
    assert [(term.term, term.owner) for term in brief.terms] == [("vacuum", "2.1"), ("page", "")]


def test_the_outlines_term_keeps_the_owner_that_the_model_found() -> None:
    # Given
    brief = frame_of(
        briefing(TermDesign(term="dead row", definition="Of a model.", introduced_in="1.2")), SLOTS, OUTLINE
    )
    # When
    brief = under_rules(brief, [TermRule(term="Dead row", definition="Of the author.")], OUTLINE)
    # Then
    [term] = brief.terms
    assert (term.term, term.definition, term.owner) == ("Dead row", "Of the author.", "1.2")


def test_a_version_that_nobody_gave_is_no_fact() -> None:
    # Given: a model that invents one, and one that the outline states
    stated = read_outline(
        b"course: {title: PostgreSQL 18}\nmodules: [{title: M, lessons: [{title: L, duration_minutes: 172}]}]"
    )
    facts = [
        {"name": "PostgreSQL", "attribute": "version", "value": "17.2"},
        {"name": "PostgreSQL", "attribute": "version", "value": "17"},
        {"name": "PostgreSQL", "attribute": "version", "value": "18"},
        {"name": "orders", "attribute": "rows", "value": "1.2 million"},
    ]
    answer = CourseBriefing.model_validate({"voice": "You.", "running_example": "A bakery.", "facts": facts})
    # When
    brief = frame_of(answer, {}, stated)
    # Then
    assert [fact.value for fact in brief.example.facts] == ["18", "1.2 million"]


def test_words_that_the_briefs_author_forbids_stay_when_a_lesson_is_added() -> None:
    # Given: an author's brief that forbids a word, which a lesson's title has
    own = Term(term="row version", definition="A state.", owner="1.2", instead_of=("tuples",))
    brief = CourseBrief(terms=(own,))
    # When: a lesson is added
    added = TermDesign(term="vacuum", definition="Cleaning.", introduced_in="2.1", instead_of=["rows", "broom"])
    brief = with_terms(brief, [added], {"2.1": "2.1"}, OUTLINE)
    # Then: only the model's words are looked at
    assert [term.instead_of for term in brief.terms] == [("tuples",), ("broom",)]

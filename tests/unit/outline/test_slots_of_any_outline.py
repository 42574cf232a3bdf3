"""What holds of slots after any outlines of a project, in any order."""

from collections.abc import Sequence

from hypothesis import example, given
from hypothesis import strategies as st

from course_kit.outline import Outline
from course_kit.outline.slots import MAX_SLOT, CourseSlots
from tests.support.slot_outlines import after, of_one, outline_of

TITLES = st.sampled_from(["Copper", "Fibre", "Radio", "Waves", "Hosts"])
IDS = st.sampled_from(["", "", "", "a", "b", "c"])
TOPICS = st.sampled_from(["", "", "Pairs", "Light"])


@st.composite
def lessons(draw: st.DrawFn) -> str:
    name, topic = draw(IDS), draw(TOPICS)
    own = (f"id: {name}, " if name else "") + (f"topics: [{topic}], " if topic else "")
    return f"{{{own}title: {draw(TITLES)}}}"


def has_own_ids(items: Sequence[str]) -> bool:
    ids = [item.partition(",")[0] for item in items if item.startswith("{id")]
    return len(ids) == len(set(ids))


LESSONS = st.lists(lessons(), min_size=1, max_size=6).filter(has_own_ids)
OUTLINES = st.lists(st.tuples(TITLES, LESSONS), min_size=1, max_size=4).map(lambda modules: outline_of(*modules))


# A module that comes back with a lesson of its own id, whose title another module's lesson had.
BACK_WITH_ITS_ID = [
    outline_of(("Copper", ["{title: Copper}"]), ("Fibre", ["{id: a, title: Copper}"])),
    outline_of(("Copper", ["{title: Fibre}"])),
    outline_of(("Fibre", ["{title: Copper}", "{id: a, title: Fibre}"])),
]


@example(history=BACK_WITH_ITS_ID)
@given(history=st.lists(OUTLINES, min_size=1, max_size=5))
def test_slots_are_unique_and_in_range_and_the_same_outline_changes_nothing(history: list[Outline]) -> None:
    # When
    slots = CourseSlots()
    for outline in history:
        slots = slots.with_outline(outline)
        bound = slots.bind(outline)
        # Then: no two parts of one place share a key.
        modules = [module.number for module in bound.modules]
        assert len(modules) == len(set(modules))
        for module in bound.modules:
            numbers = [lesson.number for lesson in module.lessons]
            assert len(numbers) == len(set(numbers))
            assert all(1 <= number <= MAX_SLOT for number in (*numbers, module.number))
        # And: what readers see is the outline as it stands in the file.
        assert [module.shown for module in bound.modules] == [module.number for module in outline.modules]
        # And: another run of it, from the record as it is stored, has the same slots.
        stored = CourseSlots.model_validate_json(slots.model_dump_json())
        assert stored == slots
        assert stored.with_outline(outline) == slots


@given(outline=OUTLINES)
def test_the_first_outline_of_a_project_has_its_own_numbers(outline: Outline) -> None:
    bound = CourseSlots().with_outline(outline).bind(outline)
    assert [module.number for module in bound.modules] == [module.shown for module in bound.modules]
    assert all(lesson.number == lesson.shown for module in bound.modules for lesson in module.lessons)


@given(data=st.data())
def test_any_order_of_the_same_lessons_leaves_each_its_slot(data: st.DataObject) -> None:
    # Given: lessons of different titles.
    titles = ["Copper", "Fibre", "Radio", "Waves", "Hosts"]
    before = of_one(*(f"{{title: {title}}}" for title in titles))
    # When: they are put in any order, some left out, and a new one among them.
    kept = data.draw(st.permutations(titles).flatmap(lambda order: st.integers(1, 5).map(lambda n: order[:n])))
    place = data.draw(st.integers(0, len(kept)))
    now = [*kept[:place], "Zones", *kept[place:]]
    bound = after(before, of_one(*(f"{{title: {title}}}" for title in now)))
    # Then
    found = {lesson.title: lesson.number for lesson in bound.modules[0].lessons}
    assert {title: found[title] for title in kept} == {title: titles.index(title) + 1 for title in kept}

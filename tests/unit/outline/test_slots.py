"""Slots: the numbers in keys and ids, which stay when an outline is put in another order."""

import pytest

from course_kit.outline import Outline, read_outline
from course_kit.outline.labs import labs_of_module
from course_kit.outline.part_slots import LessonSlot, ModuleSlot
from course_kit.outline.slots import MAX_SLOT, CourseSlots
from tests.support.slot_outlines import after, lessons_of, of_one, outline_of

COPPER = "{title: Copper, topics: [Pairs]}"
FIBRE = "{title: Fibre, topics: [Light]}"
RADIO = "{title: Radio}"


def test_a_course_that_was_never_put_in_another_order_has_its_numbers_as_slots() -> None:
    bound = after(outline_of(("Cables", [COPPER, FIBRE]), ("Air", [RADIO])))
    assert [(module.number, module.shown) for module in bound.modules] == [(1, 1), (2, 2)]
    assert lessons_of(bound) == [("Copper", 1, 1), ("Fibre", 2, 2)]


def test_lessons_in_another_order_keep_their_slots() -> None:
    assert lessons_of(after(of_one(COPPER, FIBRE, RADIO), of_one(RADIO, COPPER, FIBRE))) == [
        ("Radio", 3, 1),
        ("Copper", 1, 2),
        ("Fibre", 2, 3),
    ]


def test_modules_in_another_order_keep_their_slots_and_those_of_their_lessons() -> None:
    # When
    cables, air = ("Cables", [COPPER, FIBRE]), ("Air", [RADIO])
    bound = after(outline_of(cables, air), outline_of(air, cables))
    # Then
    assert [(module.title, module.number, module.shown) for module in bound.modules] == [
        ("Air", 2, 1),
        ("Cables", 1, 2),
    ]
    assert lessons_of(bound, 1) == [("Copper", 1, 1), ("Fibre", 2, 2)]


def test_a_lesson_at_the_front_has_a_slot_that_none_has_had() -> None:
    assert lessons_of(after(of_one(COPPER, FIBRE), of_one(RADIO, COPPER, FIBRE))) == [
        ("Radio", 3, 1),
        ("Copper", 1, 2),
        ("Fibre", 2, 3),
    ]


def test_titles_that_count_modules_move_on_with_a_module_at_the_front() -> None:
    # When: the titles say only where a module stands.
    before = outline_of(("Week 1", [COPPER, FIBRE]), ("Week 2", [RADIO]))
    bound = after(before, outline_of(("Week 1", ["{title: Hosts}"]), ("Week 2", [COPPER, FIBRE]), ("Week 3", [RADIO])))
    # Then
    assert [(module.title, module.number) for module in bound.modules] == [("Week 1", 3), ("Week 2", 1), ("Week 3", 2)]
    # And: a module of the same title with other lessons is the same where no other one claims it.
    bound = after(before, outline_of(("Week 1", ["{title: Hosts}"]), ("Week 2", [RADIO])))
    assert [module.number for module in bound.modules] == [1, 2]


def test_a_module_at_the_front_has_a_slot_that_none_has_had() -> None:
    cables, air = ("Cables", [COPPER]), ("Air", [RADIO])
    bound = after(outline_of(cables), outline_of(air, cables))
    assert [(module.title, module.number) for module in bound.modules] == [("Air", 2), ("Cables", 1)]


def test_a_renamed_lesson_is_known_by_its_topics_and_keeps_the_title_in_its_key() -> None:
    # When: it is renamed twice, and moved.
    renamed = COPPER.replace("Copper", "Copper wire")
    again = COPPER.replace("Copper", "Wire")
    bound = after(of_one(COPPER, FIBRE), of_one(renamed, FIBRE), of_one(FIBRE, again))
    # Then
    assert lessons_of(bound) == [("Fibre", 2, 1), ("Wire", 1, 2)]
    assert bound.modules[0].lessons[1].stored_title == "Copper"


def test_a_renamed_lesson_that_says_nothing_else_is_another_one() -> None:
    # Then: in its predecessor's place, but not in its slot, where the author may have a quiz or a picture of her own.
    bound = after(of_one(COPPER, RADIO), of_one(COPPER, "{title: Waves}"))
    assert lessons_of(bound) == [("Copper", 1, 1), ("Waves", 3, 2)]
    assert bound.modules[0].lessons[1].stored_title == "Waves"


def test_a_renamed_module_is_known_by_most_of_its_lessons() -> None:
    # When: renamed and moved; another one has another title and other lessons; half of a third one's are gone.
    names = ("Names", ["{title: Hosts}", "{title: Zones}"])
    before = outline_of(("Cables", [COPPER, FIBRE]), ("Air", [RADIO]), names)
    bound = after(
        before,
        outline_of(("Wave", ["{title: Waves}"]), ("Wires", [FIBRE, COPPER]), ("DNS", ["{title: Hosts}", "{title: A}"])),
    )
    # Then
    assert [(module.title, module.number) for module in bound.modules] == [("Wave", 4), ("Wires", 1), ("DNS", 5)]


def test_an_id_says_more_than_a_title() -> None:
    # When: two lessons swap their titles.
    before = of_one("{id: wires, title: Copper}", "{id: light, title: Fibre}")
    bound = after(before, of_one("{id: light, title: Copper}", "{id: wires, title: Fibre}"))
    # Then
    assert lessons_of(bound) == [("Copper", 2, 1), ("Fibre", 1, 2)]


def test_an_id_names_a_removed_lesson_before_a_title_names_another_one() -> None:
    # Given: a lesson with an id, then another one without, then the id under the other one's title.
    bound = after(
        of_one("{id: light, title: Fibre}"), of_one(RADIO), of_one("{title: Fibre}", "{id: light, title: Radio}")
    )
    # Then: no two lessons have the id, so the next run finds the same.
    assert lessons_of(bound) == [("Fibre", 3, 1), ("Radio", 1, 2)]


def test_another_id_under_the_same_title_is_another_lesson() -> None:
    bound = after(of_one("{id: wires, title: Copper}"), of_one("{id: ores, title: Copper}"))
    assert bound.modules[0].lessons[0].stored_title == "Copper"
    assert lessons_of(after(of_one("{id: a, title: Copper}", FIBRE), of_one(FIBRE, "{id: b, title: Copper}"))) == [
        ("Fibre", 2, 1),
        ("Copper", 3, 2),
    ]


def test_an_id_that_is_added_later_is_the_lessons_from_then_on() -> None:
    # When: the id is added under the old title; then the title changes; then the id is left out again.
    bound = after(
        of_one(RADIO, FIBRE),
        of_one("{id: air, title: Radio}", FIBRE),
        of_one(FIBRE, "{id: air, title: Waves}"),
        of_one(FIBRE, "{title: Waves}"),
    )
    # Then
    assert lessons_of(bound) == [("Fibre", 2, 1), ("Waves", 1, 2)]


def test_a_lesson_that_comes_back_has_its_slot_again() -> None:
    # When: it was gone for two runs, in which its place was not taken.
    bound = after(of_one(COPPER, FIBRE, RADIO), of_one(COPPER, RADIO), of_one(COPPER, RADIO), of_one(FIBRE, RADIO))
    # Then
    assert lessons_of(bound) == [("Fibre", 2, 1), ("Radio", 3, 2)]


def test_a_lesson_whose_place_was_taken_meanwhile_comes_back_to_its_slot_all_the_same() -> None:
    # Given: a lesson in the place of one that was dropped.
    waves = "{title: Waves, topics: [Light and air]}"
    outlines = (of_one(COPPER, FIBRE), of_one(COPPER, waves))
    assert lessons_of(after(*outlines)) == [("Copper", 1, 1), ("Waves", 3, 2)]
    # When / Then
    assert lessons_of(after(*outlines, of_one(FIBRE, COPPER, waves))) == [
        ("Fibre", 2, 1),
        ("Copper", 1, 2),
        ("Waves", 3, 3),
    ]


def test_lessons_of_one_title_are_told_apart_by_their_order() -> None:
    # When: one more of the same title, at the end.
    same = "{title: Review}"
    assert lessons_of(after(of_one(same, COPPER, same), of_one(COPPER, same, same, same))) == [
        ("Copper", 2, 1),
        ("Review", 1, 2),
        ("Review", 3, 3),
        ("Review", 4, 4),
    ]


def test_lessons_of_one_title_are_known_by_what_they_ask_for() -> None:
    # Given
    first, second = "{title: Exercise, topics: [Alpha]}", "{title: Exercise, topics: [Beta]}"
    # When: the first of them is gone / Then: the other one is still the other one.
    assert lessons_of(after(of_one(first, second), of_one(second))) == [("Exercise", 2, 1)]
    assert lessons_of(after(of_one(first, second), of_one(second, first))) == [("Exercise", 2, 1), ("Exercise", 1, 2)]
    # And: modules with one title, by their lessons.
    bound = after(outline_of(("Week", [first]), ("Week", [second])), outline_of(("Week", [second]), ("Week", [first])))
    assert [module.number for module in bound.modules] == [2, 1]


def test_modules_whose_titles_and_lessons_are_all_renamed_are_known_by_what_lessons_ask_for() -> None:
    # When
    renamed = outline_of(("Wires", ["{title: Wire, topics: [Pairs]}", "{title: Glass, topics: [Light]}"]))
    bound = after(of_one(COPPER, FIBRE), renamed)
    # Then
    assert [module.number for module in bound.modules] == [1]
    assert lessons_of(bound) == [("Wire", 1, 1), ("Glass", 2, 2)]
    # And: with a lesson of its own and one of another it is new, which is no likeness.
    other = outline_of(("Wires", ["{title: Wire, topics: [Pairs]}", RADIO]))
    assert [module.number for module in after(of_one(COPPER, FIBRE), other).modules] == [2]


def test_numbers_of_the_outline_are_slots_until_another_lesson_has_them() -> None:
    # Given
    before = of_one("{number: 5, title: Copper}", "{number: 7, title: Fibre}")
    assert lessons_of(after(before)) == [("Copper", 5, 5), ("Fibre", 7, 7)]
    # When: a new lesson has the number of one that goes on under another.
    bound = after(
        before, of_one("{number: 5, title: Radio}", "{number: 6, title: Copper}", "{number: 7, title: Fibre}")
    )
    # Then
    assert lessons_of(bound) == [("Radio", 8, 5), ("Copper", 5, 6), ("Fibre", 7, 7)]


def test_when_every_number_has_been_used_one_that_is_free_now_is_taken() -> None:
    # Given: a lesson with the highest number there is.
    before = of_one(f"{{number: {MAX_SLOT}, title: Copper}}", "{number: 2, title: Fibre}")
    # When
    bound = after(
        before, of_one("{number: 2, title: Radio}", "{number: 3, title: Copper}", "{number: 4, title: Fibre}")
    )
    # Then
    assert [lesson.number for lesson in bound.modules[0].lessons] == [1, MAX_SLOT, 2]


def test_when_every_number_has_been_a_lessons_one_of_a_removed_lesson_is_taken() -> None:
    # Given: every number was used.
    used = [LessonSlot(slot=slot, title=f"{slot}", known_as=f"{slot}") for slot in range(1, MAX_SLOT + 1)]
    lessons = (
        used[1].model_copy(update={"is_current": True, "known_as": "Copper"}),
        *(slot.model_copy(update={"is_current": False}) for slot in used if slot.slot != 2),
    )
    slots = CourseSlots(modules=(ModuleSlot(slot=1, title="Cables", known_as="Cables", lessons=lessons),))
    # When
    outline = of_one(RADIO, COPPER, FIBRE)
    # Then
    bound = slots.with_outline(outline).bind(outline)
    assert lessons_of(bound) == [("Radio", 1, 1), ("Copper", 2, 2), ("Fibre", 3, 3)]


def test_labs_keep_their_ids_wherever_they_stand() -> None:
    # Given
    def outline(*labs: str) -> Outline:
        return of_one(f"{{title: Copper, labs: [{', '.join(labs)}]}}")

    # When
    bound = after(outline("Crimp", "Measure"), outline("Splice", "Measure", "Crimp"))
    # Then
    assert [(lab.title, lab.lab_id) for lab in labs_of_module(bound.modules[0])] == [
        ("Splice", "01-01-03"),
        ("Measure", "01-01-02"),
        ("Crimp", "01-01-01"),
    ]


def test_labs_of_a_module_and_of_a_moved_lesson_go_with_them() -> None:
    # Given
    source = """course: {title: C}
modules:
- title: Air
  lessons: [{title: Radio}]
- title: Cables
  labs: [Rack]
  lessons:
  - {title: Copper, labs: [Crimp]}
  - {title: Fibre, labs: [Splice]}
"""
    before = read_outline(source)
    air, cables = before.modules
    copper, fibre = cables.lessons
    swapped = cables.model_copy(update={"lessons": (fibre.bound(1, "Fibre"), copper.bound(2, "Copper"))})
    # When
    bound = after(before, before.model_copy(update={"modules": (swapped, air)}))
    # Then: ids of the slots of lesson and module.
    assert [lab.lab_id for lab in labs_of_module(bound.modules[0])] == ["02-02-01", "02-01-01", "02-00-01"]


@pytest.mark.parametrize("slots", [CourseSlots(), CourseSlots().with_outline(of_one(COPPER, FIBRE))])
def test_slots_that_do_not_have_an_outline_are_no_silent_mismatch(slots: CourseSlots) -> None:
    with pytest.raises(ValueError, match="argument"):
        slots.bind(outline_of(("Cables", [COPPER, FIBRE]), ("Air", [RADIO])))

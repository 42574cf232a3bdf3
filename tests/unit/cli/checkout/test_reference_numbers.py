"""References to lessons in a checkout: the outline's numbers in files, slots in the bucket, nothing else changed."""

import pytest

from course_kit.outline.study import LessonStudy
from coursewright.checkout.contents import file_of
from coursewright.checkout.file_numbers import shown_in_file, slots_in_object
from coursewright.checkout.kinds import Kind
from tests.support.workshop import KEYS, OUTLINE, STUDIED, Workshop, lesson_key

NAMES_KEY = lesson_key(1, 2, "Names")
LAB_KEY = KEYS.lab_guide("01-02-01", "Ask a server")
NAMES = "# Names\r\n\r\n## Resolvers\r\n\r\nSee [[1.1|packets]], [[ 2.1 ]] and [[1.2]]; `[[1.1]]`, [[7.7]].  \r\n"
FIRST, SECOND = OUTLINE.splitlines(keepends=True)[4:6]
REORDERED = OUTLINE.replace(FIRST + SECOND, SECOND + FIRST)


def with_references(workshop: Workshop) -> Workshop:
    workshop.run_writes(NAMES_KEY, NAMES)
    workshop.run_writes(LAB_KEY, "# Ask a server\n\nAs in [[1.1]].\n")
    study = STUDIED.model_copy(update={"key_points": ("A packet, see [[1.2]].",)})
    workshop.run_writes(KEYS.study(1, 1), study.model_dump_json(indent=1))
    return workshop


def test_files_of_an_outline_in_its_first_order_are_the_objects_to_the_byte(workshop: Workshop) -> None:
    # When
    with_references(workshop).check_out()
    # Then
    assert workshop.files()["lessons/1.2-names.md"] == NAMES.encode()
    # And: the checkout remembers nothing of numbers.
    assert "numbers" not in (workshop.folder / ".coursewright" / "checkout.json").read_text()


def test_files_have_the_numbers_of_the_outline_and_the_bucket_keeps_slots(workshop: Workshop) -> None:
    # Given: two lessons that have changed places.
    with_references(workshop).run_writes(KEYS.outline(), REORDERED)
    workshop.check_out()
    # Then
    text = workshop.files()["lessons/1.1-names.md"].decode()
    assert text == NAMES.replace("[[1.1|packets]]", "[[1.2|packets]]").replace("and [[1.2]]", "and [[1.1]]")
    assert "As in [[1.2]]." in workshop.text("labs/1.1-A-ask-a-server.md")
    assert "A packet, see [[1.1]]." in workshop.text("study/1.2.yaml")
    assert workshop.told("status")["changed"] == []
    # When: the person refers to the lesson that is the second one now, and to one that is not there.
    (workshop.folder / "lessons/1.1-names.md").write_bytes(text.replace("See", "In [[1.2]] and [[1.9]], see").encode())
    told = workshop.told("checkin")
    # Then
    assert workshop.bucket_has(NAMES_KEY) == NAMES.replace("See", "In [[1.1]] and [[1.9]], see")
    assert [(fault["line"], fault["text"]) for fault in told["faults"]] == [
        (5, "the reference `[[1.9]]` leads to no lesson of the course: only its words are printed"),
        (5, "the reference `[[7.7]]` leads to no lesson of the course: only its words are printed"),
    ]


def test_a_file_that_a_person_is_changing_keeps_the_numbers_that_it_was_checked_out_with(workshop: Workshop) -> None:
    # Given: an edited file, and then an outline in another order.
    with_references(workshop).check_out()
    workshop.edit("lessons/1.2-names.md", "See", "Now see")
    workshop.run_writes(KEYS.outline(), REORDERED)
    # When: the folder is renewed around it.
    assert workshop.check_out()["kept"] == ["lessons/1.2-names.md"]
    workshop.told("checkin")
    # Then: its references mean the lessons that they meant.
    assert "[[1.1|packets]], [[ 2.1 ]] and [[1.2]]" in workshop.bucket_has(NAMES_KEY)
    # And: once it is in the bucket, the next checkout brings the numbers of now.
    workshop.check_out()
    assert "[[1.2|packets]], [[ 2.1 ]] and [[1.1]]" in workshop.text("lessons/1.1-names.md")


@pytest.mark.parametrize("body", ["Caf\xe9 [[1.1]]".encode("cp1252"), "Café [[1.1]]".encode("utf-16"), b"\x81 [[1.1]]"])
def test_the_encoding_of_a_file_stays(workshop: Workshop, body: bytes) -> None:
    with_references(workshop).run_writes(KEYS.outline(), REORDERED)
    workshop.run_writes(NAMES_KEY, body)
    workshop.check_out()
    numbers = workshop.state().numbers_of("lessons/1.1-names.md")
    file = workshop.files()["lessons/1.1-names.md"]
    assert slots_in_object(Kind.LESSON, file, numbers) == body
    assert (file == body) == body.startswith(b"\x81")


def test_study_parts_that_an_edit_has_broken_are_told_by_who_reads_them(workshop: Workshop) -> None:
    workshop.check_out()
    numbers = workshop.state().numbers_of("study/1.1.yaml")
    assert shown_in_file(Kind.STUDY, b'{"a": "[[1.1]]"', numbers) == b'{"a": "[[1.1]]"'
    study = STUDIED.model_dump_json(indent=1).encode()
    assert LessonStudy.model_validate_json(shown_in_file(Kind.STUDY, study, numbers)) == STUDIED
    assert file_of(Kind.STUDY, "study", study)

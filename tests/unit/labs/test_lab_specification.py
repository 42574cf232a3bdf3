"""What the writer of a lab's guide is told of it."""

from course_kit.outline import read_outline
from course_kit.outline.labs import PlannedLab
from lab_writer.lab_specification import LabSpecification, lab_prompt

OUTLINE = """
course: {title: Networks, language: en}
modules:
- title: One
  lessons:
  - title: A
    labs:
    - {title: Trace a packet, description: Use two hosts and no router.}
    - Read a header
"""


def planned(position: int, title: str) -> PlannedLab:
    return PlannedLab(
        lab_id=f"01-01-{position:02d}",
        lesson_number=1,
        title=title,
        objectives=("Name the hops",),
        duration_minutes=30,
        prerequisites=(),
        environment="two hosts",
        tools=(),
        depends_on=(),
    )


def test_the_guides_writer_is_told_what_the_outline_says_of_its_lab_and_of_no_other() -> None:
    # Given
    outline = read_outline(OUTLINE)
    traced, read = (
        LabSpecification.of(outline, outline.modules[0], planned(position, title), "")
        for position, title in enumerate(("Trace a packet", "Read a header"), start=1)
    )
    # Then
    assert "Use two hosts and no router." in lab_prompt(traced)
    assert "no router" not in lab_prompt(read)

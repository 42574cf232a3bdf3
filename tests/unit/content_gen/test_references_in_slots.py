"""What writers refer to by the outline's numbers is stored by slots, so that another order changes no text."""

from typing import Any

import pytest

from content_gen import handler as content_gen_handler
from content_gen import lesson_writer
from course_kit.outline import read_outline
from course_kit.records.course_record import CourseRecord
from course_kit.store.artefact_store import ArtefactStore
from lab_planner import handler as lab_planner_handler
from lab_writer import handler as lab_writer_handler
from lab_writer import lab_guide_writer
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall
from tests.support.step_event import step_event
from tests.support.writing_server import WritingServer

write_lessons: StepCall = content_gen_handler.lambda_handler
plan_labs: StepCall = lab_planner_handler.lambda_handler
write_labs: StepCall = lab_writer_handler.lambda_handler

FIRST = "- {title: Cables, lessons: [{title: Copper, topics: [Wires], labs: [Plug]}]}\n"
SECOND = "- {title: Names, lessons: [{title: DNS, topics: [Resolvers]}]}\n"
COURSE = "course: {title: Networks, language: en}\nmodules:\n"
WRITTEN = "\n\nSee [[1.1]], [[2.1|words]] and [[7.7]]; `[[1.1]]`.\n"
STORED = "See [[2.1]], [[1.1|words]] and [[7.7]]; `[[1.1]]`.\n"


@pytest.fixture
def reordered(store: ArtefactStore, writing_server: WritingServer, monkeypatch: pytest.MonkeyPatch) -> ArtefactStore:
    """Return a project whose modules have changed places, and whose writer ends each text with references."""
    record = CourseRecord().with_outline(read_outline(COURSE + FIRST + SECOND))
    record = record.with_outline(read_outline(COURSE + SECOND + FIRST))
    store.write_model("p/course.json", record, replacing=None)
    store.write("p/outline.yaml", COURSE + SECOND + FIRST, content_type="application/yaml", replacing=None)
    for module in (lesson_writer, lab_guide_writer):
        write = module.write_checked

        async def referring(*args: Any, write: Any = write, **named: Any) -> Any:
            text, usage = await write(*args, **named)
            return text.rstrip() + WRITTEN, usage

        monkeypatch.setattr(module, "write_checked", referring)
    return store


def test_a_lesson_and_a_lab_are_stored_with_slots_and_code_stays(
    reordered: ArtefactStore, lambda_context: FakeLambdaContext
) -> None:
    # When: the first module by slot, the second by number, is written.
    lesson = write_lessons(step_event(), lambda_context)["lesson_keys"][0]
    plan_labs(step_event(), lambda_context)
    lab = write_labs(step_event(), lambda_context)["lab_guide_keys"][0]
    # Then
    for key in (lesson, lab):
        assert (reordered.read(key) or b"").decode().endswith(STORED), key

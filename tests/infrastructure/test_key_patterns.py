"""The key patterns of the functions' rights, beside the keys that the functions make."""

from fnmatch import fnmatchcase

import pytest

from course_constructs import function_table as table
from course_constructs.function_plan import FunctionPlan
from course_kit.store.artefact_keys import ProjectKeys

KEYS = ProjectKeys("my-course")


@pytest.mark.parametrize(
    ("plan", "written"),
    [
        (table.PREPARE_MODULES, (KEYS.outline(), KEYS.run("r"), KEYS.lease(), KEYS.spending("r"))),
        (table.COURSE_PLANNER, (KEYS.brief(), KEYS.brief_manifest(), KEYS.run("r"), KEYS.draft(KEYS.brief()))),
        (table.COURSE_EDITOR, (KEYS.edits(1, 2), KEYS.findings(), KEYS.editing_manifest(), KEYS.run("r"))),
        (table.CONTENT_GEN, (KEYS.lesson(1, 2, "T"), KEYS.manifest(1), KEYS.spending("r"))),
        (table.VISUAL_PLANNER, (KEYS.prompt("01-02-0001", "d"), KEYS.draft(KEYS.prompt("01-02-0001", "d")))),
        (table.IMAGES_GEN, (KEYS.image("01-02-0001", "svg"), KEYS.manifest(1), KEYS.spending("r"))),
        (table.STUDY_WRITER, (KEYS.study(1, 2), KEYS.study_manifest(1), KEYS.draft(KEYS.study(1, 2)))),
        (table.LAB_PLANNER, (KEYS.lab_plan(1), KEYS.lab_manifest(1))),
        (table.LAB_WRITER, (KEYS.lab_guide("01-02-01", "T"), KEYS.lab_manifest(1))),
        (table.BOOK_BUILDER, (KEYS.book("T", "_complete.md"), KEYS.run("r"), KEYS.lab_master_plan())),
        (table.PDF_RENDERER, (KEYS.book("T", ".pdf"), KEYS.run("r"))),
        (table.COURSE_INBOX, (KEYS.outline_of_run("inbox-a-1"),)),
    ],
    ids=lambda value: getattr(value, "package", ""),
)
def test_a_function_may_write_the_keys_that_it_makes(plan: FunctionPlan, written: tuple[str, ...]) -> None:
    unmatched = [key for key in written if not any(fnmatchcase(key, pattern) for pattern in plan.writes)]
    assert unmatched == []

"""What the author made for a part that the outline no longer has: it stays, is told, and is in no book."""

import json
from io import StringIO
from pathlib import Path

from book_builder.book_request import BookRequest
from book_builder.lab_guide_assembly import gather_labs
from course_kit.outline import read_outline
from course_kit.records.course_record import CourseRecord
from course_kit.run.events import ContentType
from coursewright.plan.course_plan import plan_course
from coursewright.plan.model import ModulePlan
from coursewright.plan.view import print_plan
from coursewright.terminal import Terminal
from tests.support.course_runs import CourseRuns
from tests.support.planned_projects import bound

GUIDE, PLAN = "labguide/lab-01-01-01", "labguide/module-01-plan"


def planned(course: CourseRuns, folder: Path) -> tuple[ModulePlan, str]:
    """Return what `plan` says of the first module, and the whole of it in words."""
    run = bound(course.store, folder, course.outline, content_type=ContentType.BOTH)
    plan, printed = plan_course(run), StringIO()
    print_plan(Terminal(file=printed, width=300), plan)
    return plan.modules[0], printed.getvalue()


def lab_guide(course: CourseRuns) -> list[str]:
    """Return the labs of the lab guide, as the book builder finds them."""
    record = CourseRecord.read(course.store, course.keys)
    request = BookRequest(
        course_bucket=course.store.bucket,
        outline_s3_key=course.keys.outline(),
        project_folder=course.folder,
        content_type=ContentType.BOTH,
        lab_manifest_keys=(course.keys.lab_manifest(1),),
    )
    guides = gather_labs(course.store, record.slots.bind(read_outline(course.outline.encode())), request)
    return [lab.plan.title for lab in guides[1].labs]


def test_a_text_of_the_authors_that_the_outline_dropped_is_told(course: CourseRuns, tmp_path: Path) -> None:
    # Given: an edited lesson with an edited quiz, and the lab guide of another.
    course.outline += "book: {key_points: yes, quiz: yes, glossary: yes}\n"
    course.run()
    lesson, quiz, guide = "lessons/module-1-lesson-2-", "study/01-02", GUIDE
    keys = [course.key_of(part) for part in (lesson, quiz, guide)]
    course.put(keys[0], course.text(keys[0]) + "\nMine.\n")
    course.put(keys[1], json.dumps({**json.loads(course.text(keys[1])), "key_points": ["Mine"]}))
    course.put(keys[2], course.text(keys[2]) + "\nMine.\n")
    course.run()
    # When: the outline drops the lesson, and gives the lab another title.
    [line] = [line for line in course.outline.splitlines(keepends=True) if "Fibre" in line]
    course.outline = course.outline.replace(line, "").replace("Crimp a plug", "Crimp the plug")
    module, words = planned(course, tmp_path)
    # Then
    assert [module.lessons.left_behind, module.study.left_behind, module.labs.left_behind] == [[key] for key in keys]
    assert f"yours, of nothing in the outline any more: {', '.join(keys)}" in words
    # And: a run leaves them where they are.
    before = {key: course.store.read(key) for key in keys}
    course.run()
    assert {key: course.store.read(key) for key in keys} == before
    assert planned(course, tmp_path)[0].lessons.left_behind == keys[:1]


def test_a_lab_that_the_outline_dropped_is_in_no_lab_guide_though_the_authors_plan_has_it(
    course: CourseRuns, tmp_path: Path
) -> None:
    # Given: two labs in an edited plan.
    two = course.outline.replace("topics: [Light]", "topics: [Light], labs: [Splice]")
    course.parts = ("lessons", "labs")
    course.run(two)
    plan = json.loads(course.text(course.key_of(PLAN)))
    plan["labs"][0]["environment"] = "the rack in room 2"
    course.put(course.key_of(PLAN), json.dumps(plan))
    course.run()
    assert lab_guide(course) == ["Crimp a plug", "Splice"]
    # When: the lesson of one of them is gone.
    [line] = [line for line in two.splitlines(keepends=True) if "Fibre" in line]
    course.outline = two.replace(line, "")
    assert planned(course, tmp_path)[0].labs.drop == [course.key_of("labguide/lab-01-02-01")]
    made = course.run()
    # Then: as `plan` says, and the plan stays as it was.
    assert made.is_nothing
    assert lab_guide(course) == ["Crimp a plug"]
    assert not list(course.store.keys("p/labguide/lab-01-02-01"))
    assert json.loads(course.text(course.key_of(PLAN))) == plan
    # And: when the lesson comes back, so does its lab.
    assert course.run(two).is_nothing
    assert lab_guide(course) == ["Crimp a plug", "Splice"]

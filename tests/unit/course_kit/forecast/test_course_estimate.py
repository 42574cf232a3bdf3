"""What a course will take: in step with the prompts and the bounds that the functions really use."""

from collections import Counter
from pathlib import Path

import pytest

from content_gen import lesson_prompts
from course_kit.forecast import course_estimate, shared_calls
from course_kit.forecast.course_estimate import estimate_course
from course_kit.forecast.estimated_calls import CallKind
from course_kit.forecast.writers import MODEL, OFFLINE_AUTHOR
from course_kit.outline import Editing, read_outline
from course_kit.outline.call_sizes import (
    max_tokens_for_brief,
    max_tokens_for_lab_designs,
    max_tokens_for_visuals,
    max_tokens_for_words,
    words_for_lesson,
)
from course_kit.outline.labs import PlannedLab, labs_of_module
from course_kit.outline.lesson_specification import LessonSpecification
from course_kit.run.events import ContentType
from lab_writer.lab_specification import LabSpecification
from offline_author.chat import estimate_tokens
from offline_author.lesson_draft import draft_lesson
from tests.support.briefed_courses import BriefedCourse

PROJECT = Path(__file__).resolve().parents[4]
SOURCE = (PROJECT / "samples" / "kubernetes-foundations.yaml").read_bytes()
OUTLINE = read_outline(SOURCE)
OF_LESSONS = {CallKind.LESSON: 12, CallKind.VISUALS: 12, CallKind.STUDY: 12}
OF_LABS = {CallKind.LAB_PLAN: 4, CallKind.LAB: 7}


def prompt_tokens(package: str, *names: str) -> int:
    folder = PROJECT / "lambdas" / package / "prompts"
    return estimate_tokens("".join((folder / f"{name}.md").read_text(encoding="utf-8") for name in names))


@pytest.mark.parametrize(
    ("content_type", "calls"),
    [
        (ContentType.THEORY, {CallKind.BRIEF: 1, **OF_LESSONS, CallKind.EDIT: 3}),
        (ContentType.LABS, {CallKind.BRIEF: 1, **OF_LABS}),
        (ContentType.BOTH, {CallKind.BRIEF: 1, **OF_LESSONS, **OF_LABS, CallKind.EDIT: 3}),
    ],
)
def test_every_call_that_a_run_makes_is_counted(content_type: ContentType, calls: dict[CallKind, int]) -> None:
    estimate = estimate_course(OUTLINE, OUTLINE.module_numbers, content_type)
    assert Counter(call.kind for call in estimate.calls) == calls
    assert estimate.amounts.usage.model_calls == sum(calls.values())


@pytest.mark.parametrize(
    ("choices", "editing", "calls"),
    [
        ("", Editing.APPLY, (1, 3)),
        ("", Editing.REPORT, (1, 0)),
        ("brief: no, ", Editing.OFF, (0, 0)),
        ("editing: off, ", Editing.APPLY, (1, 0)),
        ("editing: apply, ", Editing.OFF, (1, 3)),
    ],
)
def test_the_outline_decides_on_brief_and_edits_and_else_the_deployment(
    choices: str, editing: Editing, calls: tuple[int, int]
) -> None:
    # Given
    lessons = ", ".join(["{title: L}"] * 12)
    outline = read_outline(f"course: {{{choices}title: C}}\nmodules: [{{title: M, lessons: [{lessons}]}}]")
    # When
    estimate = estimate_course(outline, (1,), ContentType.THEORY, editing=editing)
    # Then
    assert (len(estimate.brief), len(estimate.edits)) == calls


def test_a_large_course_is_briefed_by_its_frame_and_groups_of_lessons() -> None:
    # Given
    lessons = ", ".join(["{title: L}"] * 50)
    outline = read_outline(f"course: {{title: C}}\nmodules: [{{title: M, lessons: [{lessons}]}}]")
    # When
    frame, *groups = estimate_course(outline, (1,), ContentType.LABS).brief
    # Then
    assert frame.max_tokens == max_tokens_for_brief(0, has_frame=True)
    assert [call.max_tokens for call in groups] == [max_tokens_for_brief(count, has_frame=False) for count in (40, 10)]
    assert all(call.output_tokens < call.max_tokens for call in (frame, *groups))


def test_chosen_modules_alone_are_counted() -> None:
    whole = estimate_course(OUTLINE, OUTLINE.module_numbers, ContentType.BOTH).amounts
    parts = [estimate_course(OUTLINE, (number,), ContentType.BOTH) for number in OUTLINE.module_numbers]
    assert sum(part.amounts.words for part in parts) == whole.words
    # And: the brief is that of the whole course, whatever modules are chosen.
    assert {part.brief for part in parts} == {estimate_course(OUTLINE, (), ContentType.BOTH).brief}


def test_a_lesson_is_estimated_from_its_prompt_and_its_word_target() -> None:
    # Given: the brief that the offline author drafts.
    course = BriefedCourse.of(SOURCE)
    for module in OUTLINE.modules:
        estimate = estimate_course(OUTLINE, (module.number,), ContentType.THEORY, OFFLINE_AUTHOR)
        estimated = estimate.modules[0].of_kind(CallKind.LESSON)
        for lesson, call in zip(module.lessons, estimated, strict=True):
            specification = LessonSpecification.of(OUTLINE, module, lesson)
            assignment = course.assignment(f"{module.shown}.{lesson.shown}")
            prompt = lesson_prompts.system_prompt(course.context) + lesson_prompts.lesson_prompt(
                specification, assignment
            )
            assert call.input_tokens == pytest.approx(estimate_tokens(prompt), rel=0.1)
            assert call.max_tokens == max_tokens_for_words(words_for_lesson(module, lesson))
            assert call.output_tokens < call.max_tokens


def test_a_brief_is_estimated_as_the_offline_author_writes_it() -> None:
    # Given
    briefing = BriefedCourse.of(SOURCE).briefing
    # When
    [call] = estimate_course(OUTLINE, OUTLINE.module_numbers, ContentType.THEORY, OFFLINE_AUTHOR).brief
    # Then
    assert call.output_tokens == pytest.approx(estimate_tokens(briefing.model_dump_json()), rel=0.1)
    assert call.max_tokens == max_tokens_for_brief(12, has_frame=True)


def test_the_offline_author_is_estimated_as_it_writes() -> None:
    written = [
        estimate_tokens(draft_lesson(LessonSpecification.of(OUTLINE, module, lesson)))
        for module in OUTLINE.modules
        for lesson in module.lessons
    ]
    estimate = estimate_course(OUTLINE, OUTLINE.module_numbers, ContentType.THEORY, OFFLINE_AUTHOR)
    lessons = [call.output_tokens for call in estimate.calls if call.kind is CallKind.LESSON]
    assert sum(lessons) == pytest.approx(sum(written), rel=0.1)
    assert sum(lessons) < estimate_course(OUTLINE, OUTLINE.module_numbers, ContentType.THEORY, MODEL).amounts.words


@pytest.mark.parametrize(
    ("package", "names", "constant"),
    [
        ("content_gen", ("system", "lesson"), "_LESSON_PROMPT"),
        ("visual_planner", ("system", "plan"), "_VISUAL_PROMPT"),
        ("study_writer", ("system", "study"), "_STUDY_PROMPT"),
        ("lab_planner", ("system", "plan"), "_LAB_PLAN_PROMPT"),
        ("lab_writer", ("system", "lab"), "_LAB_PROMPT"),
    ],
)
def test_prompts_are_as_long_as_estimates_think(package: str, names: tuple[str, ...], constant: str) -> None:
    # Within what the course's own data adds to the shortest of them; an edited prompt moves the constant along.
    assert getattr(course_estimate, constant) == pytest.approx(prompt_tokens(package, *names), abs=130)


@pytest.mark.parametrize(
    ("folder", "names", "constant"),
    [
        ("content_gen/prompts", ("brief",), "_SLICE_PROMPT"),
        ("course_planner/prompts", ("system", "course"), "_BRIEF_PROMPT"),
        ("course_planner/prompts", ("system", "lessons"), "_SLICES_PROMPT"),
        ("course_editor/prompts", ("system", "edit"), "_EDIT_PROMPT"),
        ("course_kit/brief", ("course",), "_COURSE_PROMPT"),
        ("course_kit/brief", ("shared_brief",), "_SHARED_BRIEF"),
    ],
)
def test_prompts_of_the_whole_course_are_as_long_as_estimates_think(
    folder: str, names: tuple[str, ...], constant: str
) -> None:
    texts = ((PROJECT / "lambdas" / folder / f"{name}.md").read_text(encoding="utf-8") for name in names)
    assert getattr(shared_calls, constant) == pytest.approx(estimate_tokens("".join(texts)), abs=40)


def test_a_call_is_estimated_with_the_max_tokens_that_its_writer_asks_for() -> None:
    # Given: a course in German, whose texts take more tokens a word.
    german = OUTLINE.model_copy(update={"course": OUTLINE.course.model_copy(update={"language": "de"})})
    module = german.modules[0]
    estimated = estimate_course(german, (module.number,), ContentType.BOTH).modules[0]
    # When
    labs = [
        LabSpecification.of(german, module, planned_lab(lab.lab_id, lab.minutes), "") for lab in labs_of_module(module)
    ]
    # Then
    assert [call.max_tokens for call in estimated.of_kind(CallKind.LAB)] == [
        max_tokens_for_words(lab.word_target, lab.language) for lab in labs
    ]
    assert [call.max_tokens for call in estimated.of_kind(CallKind.LAB_PLAN)] == [max_tokens_for_lab_designs(len(labs))]
    assert {call.max_tokens for call in estimated.of_kind(CallKind.VISUALS)} == {max_tokens_for_visuals(2)}


def planned_lab(lab_id: str, minutes: int | None) -> PlannedLab:
    return PlannedLab(
        lab_id=lab_id,
        lesson_number=1,
        title="T",
        objectives=(),
        duration_minutes=minutes or 30,
        prerequisites=(),
        environment="",
        tools=(),
        depends_on=(),
    )

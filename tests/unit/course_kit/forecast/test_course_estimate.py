"""What a course will take: in step with the prompts and the bounds that the functions really use."""

from pathlib import Path

import pytest

from content_gen import lesson_prompts
from course_kit.forecast import course_estimate
from course_kit.forecast.course_estimate import estimate_course
from course_kit.forecast.estimated_calls import CallKind
from course_kit.forecast.writers import MODEL, OFFLINE_AUTHOR
from course_kit.outline import read_outline
from course_kit.outline.call_sizes import (
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

PROJECT = Path(__file__).resolve().parents[4]
OUTLINE = read_outline((PROJECT / "samples" / "kubernetes-foundations.yaml").read_bytes())


def prompt_tokens(package: str, *names: str) -> int:
    folder = PROJECT / "lambdas" / package / "prompts"
    return estimate_tokens("".join((folder / f"{name}.md").read_text(encoding="utf-8") for name in names))


@pytest.mark.parametrize(
    ("content_type", "calls"),
    [
        (ContentType.THEORY, {CallKind.LESSON: 12, CallKind.VISUALS: 12, CallKind.STUDY: 12}),
        (ContentType.LABS, {CallKind.LAB_PLAN: 4, CallKind.LAB: 7}),
        (
            ContentType.BOTH,
            {CallKind.LESSON: 12, CallKind.VISUALS: 12, CallKind.STUDY: 12, CallKind.LAB_PLAN: 4, CallKind.LAB: 7},
        ),
    ],
)
def test_every_call_that_a_run_makes_is_counted(content_type: ContentType, calls: dict[CallKind, int]) -> None:
    estimate = estimate_course(OUTLINE, OUTLINE.module_numbers, content_type)
    assert {kind: sum(call.kind is kind for call in estimate.calls) for kind in calls} == calls
    assert estimate.amounts.usage.model_calls == sum(calls.values())


def test_chosen_modules_alone_are_counted() -> None:
    whole = estimate_course(OUTLINE, OUTLINE.module_numbers, ContentType.BOTH).amounts
    parts = [estimate_course(OUTLINE, (number,), ContentType.BOTH).amounts for number in OUTLINE.module_numbers]
    assert sum(part.words for part in parts) == whole.words
    assert sum(part.usage.output_tokens for part in parts) == whole.usage.output_tokens


def test_a_lesson_is_estimated_from_its_prompt_and_its_word_target() -> None:
    for module in OUTLINE.modules:
        estimated = estimate_course(OUTLINE, (module.number,), ContentType.THEORY).modules[0].of_kind(CallKind.LESSON)
        for lesson, call in zip(module.lessons, estimated, strict=True):
            specification = LessonSpecification.of(OUTLINE, module, lesson)
            prompt = lesson_prompts.SYSTEM_PROMPT + lesson_prompts.lesson_prompt(specification)
            assert call.input_tokens == pytest.approx(estimate_tokens(prompt), rel=0.1)
            assert call.max_tokens == max_tokens_for_words(words_for_lesson(module, lesson))
            assert call.output_tokens < call.max_tokens


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

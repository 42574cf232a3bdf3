"""The graph as it runs: what every function is sent, and how an execution ends when functions fail."""

import json
from collections.abc import Callable

import pytest
from aws_cdk.assertions import Template

from book_builder.book_request import BookRequest
from course_editor.editing_request import EditingRequest
from course_kit.forecast.course_estimate import estimate_course
from course_kit.outline import Editing, read_outline
from course_kit.run.events import ContentType
from coursewright.estimate.run_estimate import STAGE_FUNCTIONS, STAGE_GIB, state_transitions
from images_gen.images_request import ImagesRequest
from prepare_modules.run_size import EVENTS_FOR_RETRIES, MAX_EVENTS, expected_events
from tests.support.course_run import BRIEF_VERSION, BUCKET, FOLDER, REQUEST, Course
from tests.support.definition_run import PAYLOAD_BYTES, DefinitionRun, Missing, StateFailed
from tests.support.json_values import Json

LAMBDA_CAUSE = json.dumps({"errorMessage": "module 2, lesson 1: no headings\nat all", "errorType": "TextRejected"})
CAUSES = {
    "as Lambda gives it": (LAMBDA_CAUSE, "module 2, lesson 1: no headings at all"),
    "none, as for a timeout": (Missing.CAUSE, "no cause was given"),
    "null": (None, "no cause was given"),
    "an empty one": ("", "no cause was given"),
    "an empty message": (json.dumps({"errorMessage": " "}), "no cause was given"),
    "a service's words": ("Rate exceeded", "Rate exceeded"),
    "cut in its middle": (LAMBDA_CAUSE[:50], "module 2, lesson 1: no headings"),
    "cut within a character": ('{"errorMessage": "caf\\u00e9 caf\\u00', "café caf"),
    "cut before its message": ('{"errorMessage', '{"errorMessage'),
    "without a message": ('{"errorMessage": null}', '{"errorMessage": null}'),
    "all that may be escaped": (
        json.dumps({"errorMessage": 'a "quote" \\ / \b\f\n\t é 😀'}),
        'a "quote" \\ / \b\f é 😀',
    ),
    "with quotes around its name": (json.dumps({"errorType": '"errorMessage": "x"', "errorMessage": "y"}), "y"),
    "spread over lines": (json.dumps({"errorType": "E", "errorMessage": "m"}, indent=2), "m"),
    "looks like JSON, is none": ('{"errorMessage": "a" and "b"}', "a"),
    "looks like JSON, with a bad escape": ('{"errorMessage": "C:\\Users\\x"}', "C:"),
    "looks like JSON, with a line break": ('{"errorMessage": "one\ntwo"}', "one"),
    "braces of another kind": ("{{ name }} is undefined", "{{ name }} is undefined"),
    "ends with a line break": ("Rate exceeded\n", "Rate exceeded"),
    "longer than people read": (json.dumps({"errorMessage": "x" * 9_000}), "x" * 300),
    "longer than any regular expression likes": (json.dumps({"errorMessage": '"\n' * 15_000}), '" ' * 150),
}


Run = Callable[[Course], DefinitionRun]


@pytest.fixture
def run(template: Template, definition: Json) -> Run:
    """Return the run of a course; its functions stand where the deployed definition names the real ones."""
    packages = {
        id: function["Properties"]["Handler"].split(".")[0]
        for id, function in template.find_resources("AWS::Lambda::Function").items()
    }

    def prepare(course: Course) -> DefinitionRun:
        functions = course.functions()
        return DefinitionRun(definition, {id: functions[name] for id, name in packages.items() if name in functions})

    return prepare


def test_a_course_ends_with_its_book_and_every_function_is_told_which_course(run: Run) -> None:
    # Given: modules of several lessons and of one, which JSONata likes to take out of its list.
    course = Course({1: 3, 3: 1})
    # When
    running = run(course)
    output = running.execute({**REQUEST, "book_title": "Networks", "max_concurrency": 7})
    # Then
    assert (
        output.items()
        >= {
            "status": "succeeded",
            "project_folder": FOLDER,
            "modules": [1, 3],
            "failed_modules": [],
            "book": {"pdf": f"{FOLDER}/book/B.pdf"},
            "lab_guide": {},
            "counts": {"modules": 2},
        }.items()
    )
    # And: no step lost bucket, folder, title or run on the way.
    assert [package for package, _ in course.sent].count("visual_planner") == 4
    for package, params in course.sent:
        told = (params.course_bucket, params.project_folder, params.book_title, params.execution_name)
        assert told == (BUCKET, FOLDER, "Networks", "run-1"), package
    # And: as many modules at once as the execution says.
    [side_by_side] = [n for name, n in running.max_concurrency.items() if name.endswith("ProcessModulesInParallel")]
    assert side_by_side == 7


def test_a_course_of_one_module_and_one_lesson_keeps_its_lists(run: Run) -> None:
    course = Course({5: 1})
    output = run(course).execute(REQUEST)
    assert output["modules"] == [5]
    [book] = course.sent_as(BookRequest)
    assert book.manifest_keys == (course.keys.manifest(5),)
    assert book.study_manifest_keys == (course.keys.study_manifest(5),)


@pytest.mark.parametrize("package", ["content_gen", "visual_planner", "images_gen", "study_writer"])
@pytest.mark.parametrize(("cause", "told"), CAUSES.values(), ids=CAUSES)
def test_a_module_that_fails_is_named_and_the_others_are_finished(
    run: Run, package: str, cause: str | Missing | None, told: str
) -> None:
    # Given: module 2 fails, with a Cause as AWS may give it.
    course = Course({1: 2, 2: 2, 3: 1})
    course.failures[package, 2] = StateFailed("TextRejected", cause)
    # When
    with pytest.raises(StateFailed) as ended:
        run(course).execute(REQUEST)
    # Then
    assert ended.value.error == "ModulesFailed"
    assert ended.value.cause == f"module 2 failed with TextRejected: {told}"
    finished = {params.module_number for params in course.sent_as(ImagesRequest)}
    assert {1, 3} <= finished


def test_an_expression_that_two_engines_read_differently_fails() -> None:
    # Given: to Python's regular expressions a last line break is no end; to JavaScript's it is.
    state = {"Type": "Pass", "Output": "{% $contains($states.input, /e$/) %}", "End": True}
    once = DefinitionRun({"StartAt": "Once", "States": {"Once": state}}, {})
    # When / Then
    assert once.execute("Rate") is True
    with pytest.raises(AssertionError, match="by the reference False"):
        once.execute("Rate\n")


def test_a_book_with_gaps_is_told_what_is_missing(run: Run) -> None:
    # Given
    course = Course({1: 1, 2: 1, 3: 1})
    course.failures["visual_planner", 2] = StateFailed("ModelThrottled", "quota")
    # When
    output = run(course).execute({**REQUEST, "allow_partial": True})
    # Then: the gap stands in the request for the book and in the output.
    gap = {"module_number": 2, "error": "ModelThrottled", "cause": "quota"}
    [book] = course.sent_as(BookRequest)
    assert book.manifest_keys == (course.keys.manifest(1), course.keys.manifest(3))
    assert [failed.model_dump() for failed in book.failed_modules] == [gap] == output["failed_modules"]


@pytest.mark.parametrize(("package", "kept"), [("study_writer", ("manifest",)), ("images_gen", ("study_manifest",))])
def test_visuals_and_study_parts_do_not_lose_each_other(run: Run, package: str, kept: tuple[str, ...]) -> None:
    # Given: module 2 loses one of the two.
    course = Course({1: 1, 2: 1})
    course.failures[package, 2] = StateFailed("TextRejected", "no quiz")
    # When
    output = run(course).execute({**REQUEST, "allow_partial": True})
    # Then: the module is named, and the book is told of the other one.
    assert output["failed_modules"] == [{"module_number": 2, "error": "TextRejected", "cause": "no quiz"}]
    [book] = course.sent_as(BookRequest)
    keys = {"manifest": book.manifest_keys, "study_manifest": book.study_manifest_keys}
    for name, given in keys.items():
        numbers = (1, 2) if name in kept else (1,)
        assert given == tuple(getattr(course.keys, name)(number) for number in numbers), name


def test_gaps_alone_are_no_book(run: Run) -> None:
    course = Course({1: 1})
    course.failures["images_gen", 1] = StateFailed("ModelUnavailable", "down")
    with pytest.raises(StateFailed, match="ModulesFailed: module 1 failed with ModelUnavailable: down"):
        run(course).execute({**REQUEST, "allow_partial": True})


def test_every_step_of_a_module_and_of_the_book_is_told_which_brief_the_run_has(run: Run) -> None:
    # Given / When
    course = Course({1: 2, 2: 1}, content_type="both")
    run(course).execute(REQUEST)
    # Then: the brief was made before the modules, and all that came after it had its version
    assert next(package for package, _ in course.sent) == "course_planner"
    assert {params.brief_version for _, params in course.sent[1:]} == {BRIEF_VERSION}


def test_a_course_without_a_brief_passes_its_state_by(run: Run) -> None:
    # Given
    course = Course({1: 1})
    course.plans_course = False
    # When
    run(course).execute(REQUEST)
    # Then
    assert "course_planner" not in [package for package, _ in course.sent]
    assert {params.brief_version for _, params in course.sent} == {None}


@pytest.mark.parametrize("editing", list(Editing))
def test_a_course_is_edited_between_its_modules_and_its_book_unless_that_is_off(run: Run, editing: Editing) -> None:
    # Given
    course = Course({1: 1, 2: 1})
    course.editing = editing
    # When
    run(course).execute(REQUEST)
    # Then
    packages = [package for package, _ in course.sent]
    assert packages[-3:].count("course_editor") == packages.count("course_editor") == int(editing is not Editing.OFF)
    # And: it is told which lessons there are
    for edited in course.sent_as(EditingRequest):
        assert edited.manifest_keys == (course.keys.manifest(1), course.keys.manifest(2))


def test_labs_alone_and_books_alone_are_not_edited(run: Run) -> None:
    # Given / When
    labs, books = Course({1: 1}, content_type="labs"), Course({1: 1})
    run(labs).execute(REQUEST)
    run(books).execute({**REQUEST, "books_only": True})
    # Then
    for course in (labs, books):
        assert "course_editor" not in [package for package, _ in course.sent]


def test_a_course_that_cannot_be_edited_has_its_book(run: Run) -> None:
    # Given: a model that has gone away when the lessons are there
    course = Course({1: 1})
    course.failures["course_editor", 0] = StateFailed("ModelUnavailable", "down")
    # When
    output = run(course).execute(REQUEST)
    # Then
    assert output["status"] == "succeeded"
    assert output["book"] == {"pdf": f"{FOLDER}/book/B.pdf"}


def test_a_failing_book_fails_the_run_by_its_own_name(run: Run) -> None:
    course = Course({1: 1})
    course.failures["book_builder", 0] = StateFailed("BookIncomplete", "lesson 1 is missing")
    with pytest.raises(StateFailed, match=r"^BookIncomplete: lesson 1 is missing$"):
        run(course).execute(REQUEST)


def test_a_content_type_that_no_branch_makes_is_refused(run: Run) -> None:
    with pytest.raises(StateFailed, match="RequestInvalid: content_type: found poster, expected theory, labs or both"):
        run(Course({1: 1}, content_type="poster")).execute(REQUEST)


def test_two_hundred_failed_modules_are_all_named_within_what_a_cause_may_hold(run: Run) -> None:
    # Given: a model that nobody may use, and words about it as long as they come.
    course = Course(dict.fromkeys(range(1, 201), 1))
    for number in course.lessons_by_module:
        course.failures["content_gen", number] = StateFailed("ModelUnavailable", "y" * 1_000)
    # When
    with pytest.raises(StateFailed) as ended:
        run(course).execute(REQUEST)
    # Then
    assert isinstance(ended.value.cause, str)
    parts = ended.value.cause.split("; ")
    assert [part.split(" failed with ")[0] for part in parts] == [f"module {number}" for number in range(1, 201)]


def test_the_largest_course_stays_far_within_what_states_may_pass_on(run: Run) -> None:
    # Given: as many modules and, in one, as many lessons as an outline may have.
    course = Course({**dict.fromkeys(range(1, 201), 1), 200: 50})
    # When
    running = run(course)
    running.execute(REQUEST)
    # Then: 39 kB of 256 KiB, the list of records.
    assert running.largest_payload < 100_000


@pytest.mark.parametrize("content_type", ["theory", "labs", "both"])
def test_two_hundred_modules_of_ten_lessons_fit_into_one_execution(run: Run, content_type: str) -> None:
    # Given: titles as long as they may be, what is to be made anew as much as may be asked for.
    course = Course(dict.fromkeys(range(1, 201), 10), content_type=content_type)
    anew = [f"{module}.{lesson}" for module in range(1, 11) for lesson in range(1, 11)]
    # When
    running = run(course)
    running.execute({**REQUEST, "book_title": "B" * 200, "regenerate": anew})
    # Then
    print(  # noqa: T201 - the figures of docs/performance.md; pytest -s shows them
        f"\n200 modules x 10 lessons, {content_type}: {running.events:,} events of {MAX_EVENTS:,}; largest payload "
        f"{running.largest_payload:,} bytes of {PAYLOAD_BYTES:,}"
    )
    assert running.largest_payload < 65_536
    assert running.events < MAX_EVENTS - EVENTS_FOR_RETRIES


@pytest.mark.parametrize("content_type", ContentType)
@pytest.mark.parametrize("lessons_by_module", [{1: 1}, {1: 3, 2: 1}, dict.fromkeys(range(1, 41), 5)])
def test_the_first_state_counts_no_fewer_events_than_a_run_takes(
    run: Run, content_type: ContentType, lessons_by_module: dict[int, int]
) -> None:
    # When: the whole selection is made.
    running = run(Course(lessons_by_module, content_type=content_type))
    running.execute(REQUEST)
    # Then: what the first state reckons with is enough, and hardly more.
    expected = expected_events(len(lessons_by_module), sum(lessons_by_module.values()), content_type)
    assert running.events <= expected <= running.events + 20


def test_both_make_a_book_and_a_lab_guide_of_every_module(run: Run) -> None:
    course = Course({1: 2, 2: 1}, content_type="both")
    output = run(course).execute({**REQUEST, "lab_requirements": "Kubernetes 1.31"})
    # Then: both halves of each module are told to the book, the requirements to whoever makes labs.
    [book] = course.sent_as(BookRequest)
    assert book.manifest_keys == (course.keys.manifest(1), course.keys.manifest(2))
    assert book.lab_manifest_keys == (course.keys.lab_manifest(1), course.keys.lab_manifest(2))
    assert {params.lab_requirements for package, params in course.sent if package.startswith("lab_")} == {
        "Kubernetes 1.31"
    }
    assert output["book"] == {"pdf": f"{FOLDER}/book/B.pdf"}
    assert output["lab_guide"] == {"pdf": f"{FOLDER}/book/B_labs.pdf"}


def test_labs_alone_ask_for_no_lesson(run: Run) -> None:
    course = Course({4: 1}, content_type="labs")
    output = run(course).execute(REQUEST)
    labs = {"lab_planner", "lab_writer", "book_builder", "pdf_renderer"}
    assert {package for package, _ in course.sent} == {"course_planner", *labs}
    assert (output["book"], output["lab_guide"]) == ({}, {"pdf": f"{FOLDER}/book/B_labs.pdf"})


@pytest.mark.parametrize("package", ["lab_planner", "lab_writer", "content_gen", "images_gen"])
def test_a_half_that_fails_names_its_module_and_the_other_half_is_finished(run: Run, package: str) -> None:
    # Given
    course = Course({1: 1, 2: 1}, content_type="both")
    course.failures[package, 2] = StateFailed("TextRejected", "no headings")
    # When
    with pytest.raises(StateFailed, match="ModulesFailed: module 2 failed with TextRejected: no headings"):
        run(course).execute(REQUEST)
    # Then
    other = "images_gen" if package.startswith("lab_") else "lab_writer"
    assert (other, 2) in {(name, getattr(params, "module_number", 0)) for name, params in course.sent}


def test_a_guide_with_gaps_keeps_the_half_that_was_made(run: Run) -> None:
    course = Course({1: 1, 2: 1}, content_type="both")
    course.failures["lab_writer", 2] = StateFailed("TextRejected", "no headings")
    run(course).execute({**REQUEST, "allow_partial": True})
    [book] = course.sent_as(BookRequest)
    assert book.manifest_keys == (course.keys.manifest(1), course.keys.manifest(2))
    assert book.lab_manifest_keys == (course.keys.lab_manifest(1),)
    assert [failed.module_number for failed in book.failed_modules] == [2]


@pytest.mark.parametrize("content_type", ["theory", "labs", "both"])
def test_a_run_goes_through_as_many_states_as_its_estimate_says(run: Run, content_type: str) -> None:
    # Given
    lessons = {1: 3, 2: 1, 3: 5}
    running = run(Course(lessons, content_type=content_type))
    # When
    running.execute({**REQUEST, "content_type": content_type})
    # Then
    modules = "".join(
        f"\n- {{title: M, lessons: [{', '.join('{title: L}' for _ in range(count))}], lab_activities: [a]}}"
        for count in lessons.values()
    )
    outline = read_outline(f"course: {{title: C}}\nmodules:{modules}\n".encode())
    estimate = estimate_course(outline, outline.module_numbers, ContentType(content_type))
    assert running.transitions == state_transitions(estimate, ContentType(content_type))


def test_functions_have_the_memory_that_estimates_count_with(template: Template) -> None:
    sizes = {
        function["Properties"]["Handler"].split(".")[0]: function["Properties"]["MemorySize"] / 1024
        for function in template.find_resources("AWS::Lambda::Function").values()
        if str(function["Properties"].get("Handler", "")).endswith(".handler.lambda_handler")
    }
    assert {stage: sizes[package] for stage, package in STAGE_FUNCTIONS.items()} == STAGE_GIB

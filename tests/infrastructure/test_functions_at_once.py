"""How many functions a run has going at once, and courses in an account that has ten of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from aws_cdk.assertions import Template

from course_kit.forecast.course_estimate import estimate_course
from course_kit.forecast.course_work import MODEL_PACE, Pace, module_work
from course_kit.forecast.functions_at_once import FEWEST_FUNCTIONS, functions_at_once
from course_kit.forecast.scheduling import Concurrency, CourseWork, ModuleWork, schedule
from course_kit.outline import Outline, read_outline
from course_kit.run.events import ContentType
from course_kit.store.artefact_store import ArtefactStore
from prepare_modules import handler as prepare_modules_handler
from prepare_modules.run_size import EVENTS_FOR_RETRIES
from tests.support.course_run import FOLDER, REQUEST, Course
from tests.support.definition_run import Function
from tests.support.function_fixtures import function_environment, no_real_aws, store
from tests.support.json_values import Json
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall
from tests.support.timed_run import Account, TimedRun

prepare_modules: StepCall = prepare_modules_handler.lambda_handler

__all__ = ["function_environment", "no_real_aws", "store"]

pytestmark = pytest.mark.usefixtures("function_environment")
PROJECT = Path(__file__).resolve().parents[2]
SAMPLE = (PROJECT / "samples" / "python-for-analysts-12-modules.yaml").read_bytes()
OPERATIONS = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
# In an account without other applications, before AWS raises it (Lambda developer guide, "Lambda quotas").
OF_A_NEW_ACCOUNT = 10
# About a quarter of what the estimates assume: functions hold their places four times as long.
SLOW = replace(MODEL_PACE, tokens_per_second=15.0)
EVENTS_A_RETRY = 3
_ORDER = {"prepare_modules": 0.5, "course_planner": 1.0, "course_editor": 1.0, "book_builder": 5.0, "pdf_renderer": 5.0}


def outline_of(lessons_by_module: Mapping[int, int], labs: int = 1) -> bytes:
    """A course of lessons and labs of different lengths, so that they end apart."""
    modules = ""
    for module, lessons in lessons_by_module.items():
        own = ", ".join(f"{{title: L{n}, duration_minutes: {15 + 5 * n}, topics: [T]}}" for n in range(1, lessons + 1))
        activities = ", ".join(f"{{title: Lab {n}, duration_minutes: {20 * n}}}" for n in range(1, labs + 1))
        modules += f"- {{title: M{module}, lab_activities: [{activities}], lessons: [{own}]}}\n"
    return f"course: {{title: C}}\nmodules:\n{modules}".encode()


# Twelve modules that want all that the defaults allow, and more: six lessons each, and labs as long.
WIDE = outline_of(dict.fromkeys(range(1, 13), 6), labs=3)


@dataclass
class Deployment:
    """The deployed definition over functions that take their time; the first one is the real one."""

    definition: Json
    packages: Mapping[str, str]
    store: ArtefactStore
    events: list[tuple[str, Json]] = field(default_factory=list)
    """What each function was called with."""

    def run(
        self,
        outline: bytes,
        content_type: ContentType,
        account: Account,
        *,
        seconds: Callable[[str, Json], float] | None = None,
        pace: Pace = MODEL_PACE,
        seed: int = 0,
    ) -> TimedRun:
        """Return the run of a course that is asked for; without ``seconds`` the estimate says how long steps take."""
        key = f"{FOLDER}/outline.yaml"
        self.store.write(key, outline, content_type="application/yaml", replacing=self.store.find(key))
        course = read_outline(outline)
        stubs = Course({module.number: len(module.lessons) for module in course.modules}).functions()
        stubs["prepare_modules"] = lambda event: prepare_modules(event, FakeLambdaContext())
        time = seconds or estimated_seconds(course, content_type, pace)
        return TimedRun(
            self.definition,
            {id: self._noting(name, stubs[name]) for id, name in self.packages.items() if name in stubs},
            seconds=lambda id, event: time(self.packages[id], event),
            account=account,
            seed=seed,
        )

    def _noting(self, package: str, function: Function) -> Function:
        def noted(event: Json) -> object:
            self.events.append((package, event))
            return function(event)

        return noted


def estimated_seconds(outline: Outline, content_type: ContentType, pace: Pace) -> Callable[[str, Json], float]:
    """Return how long a function takes for an event, by the course's estimate and the bounds in the event."""
    course = estimate_course(outline, outline.module_numbers, content_type)
    work = {module.number: module_work(module, pace) for module in course.modules}

    def seconds(package: str, event: Json) -> float:
        if package in _ORDER:
            return _ORDER[package]
        module = work[event["module_number"]]
        own = {
            "content_gen": ModuleWork(number=1, content=module.content),
            "visual_planner": ModuleWork(number=1, content=module.visuals[: event.get("lesson_number", 0)][-1:]),
            "images_gen": ModuleWork(number=1, images=module.images),
            "study_writer": ModuleWork(number=1, study=module.study),
            "lab_planner": ModuleWork(number=1, lab_plan=module.lab_plan),
            "lab_writer": ModuleWork(number=1, labs=module.labs),
        }[package]
        at_once = Concurrency(modules=1, lessons=event["lesson_max_concurrency"], images=event["image_max_concurrency"])
        return schedule(CourseWork(modules=(own,)), at_once).makespan

    return seconds


@pytest.fixture
def deployment(template: Template, definition: Json, store: ArtefactStore) -> Deployment:
    packages = {
        id: function["Properties"]["Handler"].split(".")[0]
        for id, function in template.find_resources("AWS::Lambda::Function").items()
    }
    return Deployment(definition, packages, store)


@pytest.fixture
def account_has(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Deploy with other bounds than those of cdk.json."""

    def has(**variables: int) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name.upper(), str(value))

    return has


@pytest.mark.parametrize("content_type", ContentType)
@pytest.mark.parametrize(
    ("lessons_by_module", "modules", "lessons"),
    [
        ({1: 6, 2: 6, 3: 6, 4: 6}, 3, 5),  # the defaults
        ({1: 2, 2: 2, 3: 2, 4: 2}, 3, 5),
        ({1: 1}, 3, 5),
        ({1: 7, 2: 1, 3: 3}, 3, 4),
        ({1: 4, 2: 4}, 1, 1),
        ({1: 48}, 1, 50),  # an inline Map has 40 iterations at most
    ],
)
def test_a_run_has_as_many_functions_at_once_as_is_said(
    deployment: Deployment,
    account_has: Callable[..., None],
    *,
    lessons_by_module: dict[int, int],
    modules: int,
    lessons: int,
    content_type: ContentType,
) -> None:
    # Given: steps that all meet, as long planners, study parts and labs do.
    account_has(module_max_concurrency=modules, lesson_max_concurrency=lessons)
    seconds = {"visual_planner": 100.0, "study_writer": 100.0, "lab_writer": 100.0}
    account = Account()
    running = deployment.run(
        outline_of(lessons_by_module), content_type, account, seconds=lambda package, _: seconds.get(package, 1.0)
    )
    # When
    running.execute({**REQUEST, "content_type": content_type.value})
    # Then: for this course, and for any within the bounds.
    concurrency = Concurrency(modules=modules, lessons=lessons, images=4)
    assert account.peak == functions_at_once(concurrency, content_type, tuple(lessons_by_module.values()))
    assert account.peak <= functions_at_once(concurrency, content_type)


def test_the_defaults_are_twenty_one_functions_with_labs_and_eighteen_without() -> None:
    defaults = Concurrency(modules=3, lessons=5, images=4)
    assert [functions_at_once(defaults, content_type) for content_type in ContentType] == [18, 3, 21]
    # And: nothing does with less than one module and one lesson at a time.
    assert functions_at_once(Concurrency(modules=1, lessons=1, images=1), ContentType.BOTH) == FEWEST_FUNCTIONS


@pytest.mark.parametrize("functions", [0, OF_A_NEW_ACCOUNT])
@pytest.mark.parametrize("outline", [SAMPLE, WIDE], ids=["sample", "wide"])
def test_twelve_modules_get_through_a_new_account_of_ten_functions(
    deployment: Deployment, account_has: Callable[..., None], outline: bytes, functions: int
) -> None:
    # Given: the defaults, and an account that refuses the eleventh function.
    account_has(functions_at_once=functions)
    account = Account(OF_A_NEW_ACCOUNT)
    running = deployment.run(outline, ContentType.BOTH, account)
    # When
    output = running.execute({**REQUEST, "content_type": "both"})
    # Then: every module, and what was refused came back in time.
    assert (output["status"], output["failed_modules"], len(output["modules"])) == ("succeeded", [], 12)
    assert account.peak <= OF_A_NEW_ACCOUNT
    assert account.throttles * EVENTS_A_RETRY < EVENTS_FOR_RETRIES
    if functions:
        assert account.throttles == 0
    print(  # noqa: T201 - the figures of docs/operations.md; pytest -s shows them
        f"\nfunctions_at_once {functions}, {len(outline):,} bytes: {account.peak} at once at most, "
        f"{account.throttles} throttles, {account.throttles_of_one_step} of one step, {running.duration:.0f} s"
    )


def test_the_guides_figures_are_those_of_a_run(deployment: Deployment, account_has: Callable[..., None]) -> None:
    # Given: the three accounts of the guide's table.
    rows = {
        "1,000 functions | ": (1000, 0),
        "10 functions | ": (OF_A_NEW_ACCOUNT, 0),
        "10 functions | `functions_at_once` 10": (OF_A_NEW_ACCOUNT, OF_A_NEW_ACCOUNT),
    }
    for told, (functions, setting) in rows.items():
        account_has(functions_at_once=setting)
        accounts, minutes = [], []
        # When: each is run; where jitter decides, with three seeds of it.
        for seed in range(3 if functions == OF_A_NEW_ACCOUNT and not setting else 1):
            accounts.append(Account(functions))
            running = deployment.run(WIDE, ContentType.BOTH, accounts[-1], seed=seed)
            running.execute({**REQUEST, "content_type": "both"})
            minutes.append(round(running.duration / 60, 1))
        # Then
        refused = _span(sorted(account.throttles for account in accounts))
        peak = max(account.peak for account in accounts)
        assert f"| {told} | {peak} | {refused} | {_span(sorted(minutes))} |" in OPERATIONS


def _span(values: Sequence[float]) -> str:
    return str(values[0]) if values[0] == values[-1] else f"{values[0]} to {values[-1]}"


def test_a_course_that_wants_far_too_many_functions_of_a_slow_model_waits_for_them(
    deployment: Deployment, account_has: Callable[..., None]
) -> None:
    # Given: all twelve modules at once, each of whose functions takes minutes.
    account = Account(OF_A_NEW_ACCOUNT)
    running = deployment.run(WIDE, ContentType.BOTH, account, pace=SLOW)
    # When
    output = running.execute({**REQUEST, "content_type": "both", "max_concurrency": 12})
    # Then: it was refused more often than a model's throttle is waited out, and nothing failed.
    assert (output["status"], output["failed_modules"]) == ("succeeded", [])
    assert account.throttles_of_one_step > 8
    # And: told what the account has, a run keeps to it by itself.
    account_has(functions_at_once=OF_A_NEW_ACCOUNT)
    keeping = Account(OF_A_NEW_ACCOUNT)
    deployment.run(WIDE, ContentType.BOTH, keeping, pace=SLOW).execute(
        {**REQUEST, "content_type": "both", "max_concurrency": 12}
    )
    assert keeping.throttles == 0


@pytest.mark.parametrize(
    ("limits", "planners"),
    [
        ({"tokens_per_minute": 10_000}, 1),
        ({"requests_per_minute": 1}, 1),
        ({"functions_at_once": OF_A_NEW_ACCOUNT}, 1),
        ({"functions_at_once": 15}, 3),
        ({}, 5),
    ],
    ids=str,
)
def test_what_the_account_has_narrows_every_step_of_a_run(
    deployment: Deployment, account_has: Callable[..., None], limits: dict[str, int], planners: int
) -> None:
    # Given
    account_has(**limits)
    account = Account()
    running = deployment.run(WIDE, ContentType.BOTH, account)
    # When
    running.execute({**REQUEST, "content_type": "both"})
    # Then: the Maps over modules and lessons have the run's own bounds.
    by_state = {name.split(": ")[1]: at_once for name, at_once in running.max_concurrency.items()}
    assert by_state["ProcessVisualsForModule"] == planners
    # And: those who ask a model within one function are told them.
    lessons = 1 if "minute" in str(limits) else 5
    told = {
        package: (event["lesson_max_concurrency"], event["image_max_concurrency"])
        for package, event in deployment.events
        if "module_number" in event
    }
    assert told == dict.fromkeys(
        ("content_gen", "study_writer", "visual_planner", "images_gen", "lab_planner", "lab_writer"),
        (lessons, min(lessons, 4)),
    )
    if functions := limits.get("functions_at_once"):
        assert account.peak <= functions

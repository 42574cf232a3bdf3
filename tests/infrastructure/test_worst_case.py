"""How often a model is asked at most: counted at the model's door, the state machine's own retries around the function.

docs/architecture.md states the numbers; a layer that begins to multiply another one changes them.
"""

from pathlib import Path

import pytest

from content_gen.handler import lambda_handler as write_lessons
from course_kit.errors import CourseError, ModelThrottled, ModelUnavailable, TextRejected
from course_kit.model.model_retries import OUTAGE_ATTEMPTS, THROTTLE_ATTEMPTS
from course_kit.store.artefact_store import ArtefactStore
from tests.support.buckets import BUCKET
from tests.support.definitions import all_states
from tests.support.function_fixtures import function_environment, lambda_context, no_real_aws, store, writing_server
from tests.support.json_values import Json
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall
from tests.support.writing_server import WritingServer
from visual_planner.handler import lambda_handler as plan_visuals

__all__ = ["function_environment", "lambda_context", "no_real_aws", "store", "writing_server"]

ARCHITECTURE = Path(__file__).resolve().parents[2] / "docs" / "architecture.md"
OUTLINE = "course: {title: C}\nmodules:\n- {title: M, lessons: [{title: L, duration_minutes: 15, topics: [T]}]}\n"
EVENT = {
    "course_bucket": BUCKET,
    "outline_s3_key": "p/outline.yaml",
    "project_folder": "p",
    "model_provider": "openai",
    "module_number": 1,
}


class StateMachine:
    """Calls a function as the deployed state does: again, as often as the definition's retriers say."""

    def __init__(self, definition: Json, state: str) -> None:
        self.retriers = dict(all_states(definition))[state]["Retry"]

    def run(self, function: StepCall, event: Json, context: FakeLambdaContext) -> None:
        used = [0] * len(self.retriers)
        while True:
            try:
                function(event, context)
            except CourseError as error:
                name = type(error).__name__
                matching = [n for n, retrier in enumerate(self.retriers) if name in retrier["ErrorEquals"]]
                if not matching or used[matching[0]] == self.retriers[matching[0]]["MaxAttempts"]:
                    raise
                used[matching[0]] += 1
            else:
                return


@pytest.fixture
def content_step(
    definition: Json, store: ArtefactStore, writing_server: WritingServer, monkeypatch: pytest.MonkeyPatch
) -> StateMachine:
    store.write("p/outline.yaml", OUTLINE, content_type="application/yaml", replacing=None)
    # What is counted is how often, not how long.
    monkeypatch.setattr("course_kit.model.model_retries.random.uniform", lambda *_: 0.0)
    return StateMachine(definition, "TheoryOnlyBranch: GenerateModuleContent")


@pytest.mark.parametrize(
    ("misbehaviour", "error", "counts"),
    [("throttled", ModelThrottled, (THROTTLE_ATTEMPTS, 9)), ("unavailable", ModelUnavailable, (OUTAGE_ATTEMPTS, 5))],
)
def test_a_call_that_never_gets_through_is_tried_a_known_number_of_times(
    content_step: StateMachine,
    writing_server: WritingServer,
    misbehaviour: str,
    error: type[Exception],
    counts: tuple[int, int],
) -> None:
    attempts, steps = counts
    # Given
    writing_server.behave({"misbehaviour": misbehaviour})
    # When
    with pytest.raises(error):
        content_step.run(write_lessons, EVENT, FakeLambdaContext())
    # Then: function and state machine multiply, and nothing else does.
    assert len(writing_server.calls()) == attempts * steps
    assert f"{attempts} × {steps} = {attempts * steps}" in ARCHITECTURE.read_text(encoding="utf-8")


def test_a_text_is_answered_four_times_at_most(content_step: StateMachine, writing_server: WritingServer) -> None:
    # Given: cut off, its continuation faulty; the repair cut off, its continuation faulty, too.
    writing_server.behave(
        {"misbehaviour": "truncated", "first_calls": 1},
        {"misbehaviour": "scratchpad", "first_calls": 1},
        {"misbehaviour": "truncated", "first_calls": 1},
        {"misbehaviour": "scratchpad"},
    )
    # When
    with pytest.raises(TextRejected):
        content_step.run(write_lessons, EVENT, FakeLambdaContext())
    # Then: and no step retries what no retry mends.
    assert len(writing_server.calls()) == 4
    assert "a text 4" in ARCHITECTURE.read_text(encoding="utf-8")


def test_a_structured_answer_takes_three_turns_and_one_more_round_at_most(
    definition: Json, content_step: StateMachine, store: ArtefactStore, writing_server: WritingServer
) -> None:
    # Given: a lesson with two visuals, and a planner that gets one of them right, in its third turn, and none after.
    text = "# L\n\n[VISUAL: 01-01-0001 - one]\n\n[VISUAL: 01-01-0002 - two]\n"
    store.write("p/lessons/l.md", text, content_type="text/markdown", replacing=None)
    writing_server.behave(
        {"misbehaviour": "malformed", "first_calls": 2},
        {"misbehaviour": "incomplete_plan", "first_calls": 1},
        {"misbehaviour": "malformed"},
    )
    planning = StateMachine(definition, "TheoryOnlyBranch: InvokeVisualPlanner")
    # When
    with pytest.raises(TextRejected):
        planning.run(plan_visuals, {**EVENT, "lesson_number": 1, "lesson_key": "p/lessons/l.md"}, FakeLambdaContext())
    # Then
    assert len(writing_server.calls()) == 6
    assert "a structured answer 6" in ARCHITECTURE.read_text(encoding="utf-8")

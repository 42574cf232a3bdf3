"""Every kind of finding, by the real checks, mended through the model's provider or by code."""

import pytest

from course_editor import handler as course_editor_handler
from course_kit.brief.course_brief import CourseBrief, ExampleFact, RunningExample, Term
from course_kit.records.editing import FindingKind, FindingState
from course_kit.store.artefact_store import ArtefactStore
from tests.support.edited_courses import EDITING, REPEATED, findings_in, save_course
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall
from tests.support.writing_server import WritingServer

edit_course: StepCall = course_editor_handler.lambda_handler

BRIEF = CourseBrief(
    example=RunningExample(
        description="A bakery with three shops",
        facts=(ExampleFact(name="orders", attribute="rows", value="1.2 million"),),
    ),
    terms=(
        Term(term="row version", definition="A copy of a row that one transaction has written.", owner="1.1"),
        Term(term="visibility map", definition="A map of the pages whose rows all can see.", owner="2.1"),
        Term(term="dead row", definition="A row version that nobody can see.", owner="1.1", instead_of=("zombie row",)),
    ),
)
LESSONS = {
    (1, 1): (
        f"# Versions\n\n{REPEATED}\n\nA *dead row* is a row version that nobody can see.\n\n"
        "The table `orders` of the bakery has 1.2 million rows, and each sale in a shop adds one to it.\n"
    ),
    (1, 2): (
        "# Tables\n\nThe planner reads the visibility map before it decides on a scan of the index alone.\n\n"
        "The table `orders` has 3 million rows. A scan of all of them takes a minute.\n\n"
        "Each zombie row takes up room in its page until the vacuum comes along and removes it.\n"
    ),
    (2, 1): (
        f"# Trees\n\nThe *visibility map* is a map of the pages whose rows all can see.\n\n{REPEATED}\n\n"
        "A leaf points to rows, as [[9.9|another lesson]] shows, and as the example has it.\n"
    ),
}


@pytest.fixture
def project(store: ArtefactStore, writing_server: WritingServer) -> ArtefactStore:
    save_course(store, LESSONS)
    return store


def test_every_kind_is_found_mended_and_not_paid_for_again(
    project: ArtefactStore, lambda_context: FakeLambdaContext, writing_server: WritingServer
) -> None:
    # Given
    brief = project.write_model("p/brief/course.json", BRIEF, replacing=None)
    event = {**EDITING, "model_provider": "openai", "brief_version": brief.version}
    # When
    counts = edit_course(event, lambda_context)["counts"]
    # Then
    findings = findings_in(project).findings
    assert {finding.kind for finding in findings} >= {
        FindingKind.REPEATED_PASSAGE,
        FindingKind.CHANGED_FACT,
        FindingKind.EARLY_USE,
        FindingKind.AVOIDED_WORD,
        FindingKind.DEAD_REFERENCE,
    }
    assert all(finding.state is FindingState.MENDED for finding in findings)
    calls = len(writing_server.calls())
    assert calls == counts["calls"]
    # And
    assert edit_course({**event, "execution_name": "run-2"}, lambda_context)["counts"]["calls"] == 0
    assert len(writing_server.calls()) == calls

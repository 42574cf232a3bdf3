"""A shorter passage keeps what only it says; a passage that is nothing but the repetition may become one sentence."""

from collections.abc import Sequence

import pytest

from course_editor import handler as course_editor_handler
from course_editor.checks.lesson_texts import LessonText
from course_editor.kept_words import lost_words
from course_kit.brief.course_brief import CourseBrief
from course_kit.records.editing import Finding, FindingKind, Passage
from course_kit.store.artefact_store import ArtefactStore
from tests.support.edited_courses import (
    EDITING,
    REPEATED,
    edits_of,
    in_place_of_the_repeated,
    save_course,
    scripted,
    why_open,
)
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall

edit_course: StepCall = course_editor_handler.lambda_handler

OWN = (
    "In the bakery, the evening shop writes forty orders a minute, so its table grows until the owner runs the vacuum "
    "by hand, which takes the whole night and blocks nobody."
)
SHORT = "Row versions are explained in [[1.1]]."
NEARLY = REPEATED.replace("Old versions", "Older copies").replace("removes them", "takes them out")
DEFINING = "A *checkpoint* is the moment when every changed page has been written to disk. It ends the work on them."
TERM = "checkpoint", "A moment at which all changed pages have been written to the disk."


def lost(found: str, put: str, *kinds: FindingKind) -> int:
    """Return the lost words of a passage of lesson 2.1."""
    passages = (Passage(lesson="1.1", text=REPEATED), Passage(lesson="2.1", text=found))
    problems = [Finding(kind=kind, about=TERM[0], expected=TERM[1], owner="1.1", passages=passages) for kind in kinds]
    return lost_words(found, put, "2.1", problems, "en")


def plainly_repeated(lessons: Sequence[LessonText], brief: CourseBrief | None, language: str) -> list[Finding]:
    """Find paragraphs with the repeated sentences, whatever else they say."""
    found = [lesson.passage(block) for lesson in lessons for block in lesson.blocks if REPEATED in block.source]
    return [Finding(kind=REPEATS, about="row versions", passages=tuple(found))] if len(found) > 1 else []


REPEATS, DEFINES = FindingKind.REPEATED_PASSAGE, FindingKind.SECOND_DEFINITION


@pytest.mark.parametrize(
    ("found", "put", "kinds"),
    [
        (f"{REPEATED} {OWN}", SHORT, [REPEATS]),
        (f"{NEARLY} {OWN}", SHORT, [REPEATS]),
        (f"{OWN} {DEFINING}", "What a checkpoint is stands in [[1.1]].", [DEFINES]),
        (f"{OWN} {DEFINING} {REPEATED}", SHORT, [DEFINES, REPEATS]),
        (f"- {REPEATED}\n- {OWN}\n", f"- {SHORT}\n", [REPEATS]),
        (f"{REPEATED} {OWN}", f"{SHORT} In the bakery, the evening shop writes orders.", [REPEATS]),
    ],
)
def test_what_only_a_passage_says_is_not_left_out(found: str, put: str, kinds: list[FindingKind]) -> None:
    assert lost(found, put, *kinds) > 0


@pytest.mark.parametrize(
    ("found", "put", "kinds"),
    [
        (REPEATED, SHORT, [REPEATS]),
        (NEARLY, SHORT, [REPEATS]),
        (f"{REPEATED} So it is here.", SHORT, [REPEATS]),
        (DEFINING, "What a checkpoint is stands in [[1.1]].", [DEFINES]),
        (f"{OWN} {DEFINING}", f"{OWN} See [[1.1]].", [DEFINES]),
        (f"{REPEATED} {OWN}", f"{SHORT} {OWN}", [REPEATS]),
        (f"{OWN} {DEFINING} {REPEATED}", f"{OWN} See [[1.1]].", [DEFINES, REPEATS]),
        (
            f"{REPEATED} {OWN}",
            f"{SHORT} The evening shop of the bakery writes forty orders a minute. So its table grows until the owner "
            "runs the vacuum, by hand, the whole night, which blocks nobody.",
            [REPEATS],
        ),
        ("そのため夜に動きます。", "[[1.1]]を参照。", [DEFINES]),
    ],
)
def test_a_shorter_text_with_all_that_is_its_own_is_taken(found: str, put: str, kinds: list[FindingKind]) -> None:
    assert lost(found, put, *kinds) == 0


@pytest.mark.parametrize(("put", "is_taken"), [(SHORT, False), (f"{SHORT} {OWN}", True)])
@pytest.mark.usefixtures("function_environment")
def test_an_answer_that_leaves_out_too_much_is_refused_by_name(
    put: str,
    is_taken: bool,
    store: ArtefactStore,
    lambda_context: FakeLambdaContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given: a paragraph that repeats another one, and goes on.
    scripted(monkeypatch).answer = in_place_of_the_repeated(put)
    monkeypatch.setattr("course_editor.edited_course.findings_of", plainly_repeated)
    save_course(store, {(2, 1): f"# Trees\n\n{REPEATED} {OWN}\n"})
    # When
    edit_course(EDITING, lambda_context)
    # Then
    assert (edits_of(store, 2, 1) is not None) is is_taken
    assert is_taken or "words that no other passage says" in why_open(store, REPEATS)

"""A replacement that sends its reader to another lesson stands only while that lesson says what it leaves out."""

from course_kit.records.editing import LessonEdits, Replacement, supported_edits

_SAID = "A row version is a copy of a row."


def shortened(found: str, needs: str = _SAID) -> LessonEdits:
    return LessonEdits(
        lesson="2.1",
        replacements=(Replacement(found=found, put="See [[1.1]].", reason="r", findings=(), needs=(needs,)),),
    )


def kept(edits: dict[str, LessonEdits], texts: dict[str, str]) -> list[str]:
    return [key for key, one in supported_edits(edits, texts).items() if one.replacements]


def test_it_stands_while_another_lesson_says_the_passage() -> None:
    assert kept({"b": shortened(_SAID)}, {"a": f"Before. {_SAID}", "b": _SAID}) == ["b"]


def test_its_own_passage_is_no_reason_to_leave_it_out() -> None:
    assert kept({"b": shortened(_SAID)}, {"a": "Something else.", "b": _SAID}) == []


def test_two_shortened_passages_are_no_reason_for_each_other() -> None:
    edits = {"b": shortened(_SAID), "c": shortened(_SAID)}
    assert kept(edits, {"a": "Something else.", "b": _SAID, "c": _SAID}) == []
    assert kept(edits, {"a": _SAID, "b": _SAID, "c": _SAID}) == ["b", "c"]


def test_a_passage_that_another_replacement_changes_is_said_all_the_same() -> None:
    # Given: the passage that stays has a word replaced, or is shortened for what a third lesson says.
    for needs in ((), ("A third passage.",)):
        spelling = Replacement(found=_SAID, put="A tuple.", reason="r", findings=(), needs=needs)
        edits = {"a": LessonEdits(lesson="1.1", replacements=(spelling,)), "b": shortened("Nearly the same.")}
        # When / Then
        texts = {"a": _SAID, "b": "Nearly the same.", "c": "A third passage."}
        assert kept(edits, texts) == ["a", "b"]


def test_two_passages_that_are_nearly_the_same_never_send_their_readers_to_each_other() -> None:
    nearly = "A row version is the copy of one row."
    edits = {"a": shortened(nearly, needs=_SAID), "b": shortened(_SAID, needs=nearly)}
    # Given: nobody else says either / Then
    assert kept(edits, {"a": nearly, "b": _SAID}) == []
    # Given: a third lesson says one of them / Then: both lead to it.
    assert kept(edits, {"a": nearly, "b": _SAID, "c": _SAID}) == ["a", "b"]

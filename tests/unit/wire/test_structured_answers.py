"""What is unmistakable of a structured answer is read, and nothing is guessed."""

import json
from typing import Literal

import pytest
from pydantic import BaseModel, Field, JsonValue

from course_kit.model.lenient_json import json_in_text, read_json
from course_kit.model.model_answer import ModelAnswer, ToolCall
from course_kit.model.structured_answers import Read, as_said, read_answer
from course_kit.outline.labs import LabTool
from images_gen.diagram_repair import RepairedDiagram
from lab_planner.lab_plan import LabPlan
from study_writer.study_answer import StudyParts

QUESTION: dict[str, JsonValue] = {
    "question": "Which one drops packets?",
    "options": [{"text": "A full queue", "is_right": True}, {"text": "`\\n`", "is_right": False}],
    "explanation": "It has no room.",
    "topic": "Loss",
}
LAB: dict[str, JsonValue] = {
    "lab_id": "01-01-01",
    "title": "Cut a cable",
    "objectives": ["Cut it"],
    "duration_minutes": 20,
    "environment": "A bench",
}


class Settings(BaseModel):
    """A shape with fields of other kinds than the product's."""

    size: Literal["small", "very large"] = "small"
    name: str | None = None
    ratio: float = 1
    count: int = 0
    tags: list[str] = Field(default_factory=list)


def call(arguments: str, name: str) -> ModelAnswer:
    return ModelAnswer(calls=(ToolCall(name=name, arguments=arguments),), stop_reason="tool_calls")


def diagram(source: str) -> str:
    read = read_answer(call(json.dumps({"mermaid": source}), "RepairedDiagram"), RepairedDiagram)
    assert read.value is not None
    return read.value.mermaid


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("```mermaid\nflowchart LR\n a --> b\n```", "flowchart LR\n a --> b"),
        ("```\nflowchart LR\n a --> b\n```\n", "flowchart LR\n a --> b"),
        ("~~~mermaid\nflowchart LR\n a --> b\n~~~", "flowchart LR\n a --> b"),
        (r"flowchart LR\n a --> b\n b --> c", "flowchart LR\n a --> b\n b --> c"),
        (r"flowchart LR\n a[\"one\"] --> b", 'flowchart LR\n a["one"] --> b'),
        # A line break inside a label is the label's own.
        (r'flowchart LR\n a["one\ntwo"] --> b', 'flowchart LR\n a["one\\ntwo"] --> b'),
        (r"flowchart LR; a[one\ntwo] --> b", r"flowchart LR; a[one\ntwo] --> b"),
        ('flowchart LR\n a["C:\\new"] --> b', 'flowchart LR\n a["C:\\new"] --> b'),
        ("flowchart LR\n a[`code`] --> b", "flowchart LR\n a[`code`] --> b"),
    ],
)
def test_source_is_taken_out_of_its_fence_and_its_double_escapes_and_else_left_alone(sent: str, meant: str) -> None:
    assert diagram(sent) == meant


def test_backslashes_and_fences_in_other_texts_stay() -> None:
    option: JsonValue = {"text": "```python\nprint('\\n')\n```", "is_right": True}
    options: JsonValue = [option, {"text": r"a\nb", "is_right": False}]
    parts = {"questions": [{**QUESTION, "options": options}]}
    read = read_answer(call(json.dumps(parts), "StudyParts"), StudyParts)
    assert read.value is not None
    assert [option.text for option in read.value.questions[0].options] == ["```python print('\\n') ```", r"a\nb"]


@pytest.mark.parametrize("version", ["1.30", "3.10", "2", "1.10.0"])
def test_a_number_for_a_text_is_kept_as_it_was_written(version: str) -> None:
    number = version if version.count(".") < 2 else f'"{version}"'
    lab = json.dumps(LAB)[:-1] + f', "tools": [{{"name": "kubectl", "version": {number}}}]}}'
    read = read_answer(call(f'{{"labs": [{lab}]}}', "LabPlan"), LabPlan)
    assert read.value is not None
    assert read.value.labs[0].tools == [LabTool(name="kubectl", version=version)]


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ({"size": "Very Large"}, Settings(size="very large")),
        ({"size": "very_large", "NAME": "x"}, Settings(size="very large", name="x")),
        ({"size": None, "tags": None, "count": None, "name": None}, Settings()),
        ({"tags": '["a", "b"]'}, Settings(tags=["a", "b"])),
        ({"ratio": 1.5, "count": 2.0}, Settings(ratio=1.5, count=2)),
        ({"name": "null"}, Settings(name="null")),
        ({"name": '{"a": 1}'}, Settings(name='{"a": 1}')),
        ({"name": "MEDIUM"}, Settings(name="MEDIUM")),
    ],
)
def test_fields_are_brought_to_their_types_where_they_can_mean_nothing_else(
    sent: dict[str, JsonValue], meant: Settings
) -> None:
    assert read_answer(call(json.dumps(sent), "Settings"), Settings).value == meant


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        ({"size": "big"}, "`size`"),
        ({"tags": "a, b"}, "`tags`"),
        ({"count": "two"}, "`count`"),
        ({"count": None, "ratio": []}, "`ratio`"),
        ({}, "found {}"),
        ({"weight": 3}, "expected an object with `size`, `name`"),
        ("just words", "no JSON"),
        ('{"size": "small"', "no JSON"),
        ([1, 2], "found [1, 2]"),
    ],
)
def test_what_may_mean_several_things_is_a_fault_by_its_place(sent: JsonValue, fault: str) -> None:
    read = read_answer(call(sent if isinstance(sent, str) else json.dumps(sent), "Settings"), Settings)
    assert read.value is None
    assert fault in "; ".join(read.faults)
    assert fault in read.asking_again(Settings)


def test_null_for_what_has_to_be_said_is_a_fault() -> None:
    read = read_answer(call(json.dumps({"labs": [{**LAB, "environment": None}]}), "LabPlan"), LabPlan)
    assert read.value is None
    assert "`labs.0.environment`: found null" in read.faults[0]


@pytest.mark.parametrize("name", ["StudyParts", "study_parts", "functions.StudyParts:0", "STUDYPARTS", "StudyParts_1"])
def test_the_tool_is_known_by_its_name(name: str) -> None:
    assert read_answer(call(json.dumps({"questions": [QUESTION]}), name), StudyParts).value is not None


def test_another_tools_arguments_are_not_read_though_every_field_may_be_missing() -> None:
    # A shape whose fields all have defaults takes anything.
    read = read_answer(call("{}", "web_search"), StudyParts)
    assert (read.value, read.faults) == (None, ("there is no tool `web_search`",))


@pytest.mark.parametrize(
    ("sent", "meant"), [(r"A \ud83d\ude00 face", "A 😀 face"), (r"A \ud83d face", "A \ufffd face")]
)
def test_half_a_character_in_arguments_becomes_a_mark(sent: str, meant: str) -> None:
    read = read_answer(call(f'{{"key_points": ["{sent}"]}}', "StudyParts"), StudyParts)
    assert read.value is not None
    assert read.value.key_points == [meant]


@pytest.mark.parametrize("wrapper", ["StudyParts", "study_parts", "arguments", "parameters", "input", "args"])
def test_a_wrapper_is_taken_off(wrapper: str) -> None:
    wrapped = {wrapper: {"questions": [QUESTION]}}
    for sent in (wrapped, {wrapper: json.dumps(wrapped[wrapper])}, {"name": "StudyParts", **wrapped}):
        read = read_answer(call(json.dumps(sent), "StudyParts"), StudyParts)
        assert read.value is not None
        assert len(read.value.questions) == 1


def two_calls(first: JsonValue, second: JsonValue) -> Read[StudyParts]:
    calls = tuple(ToolCall(name="StudyParts", arguments=json.dumps(one)) for one in (first, second))
    return read_answer(ModelAnswer(calls=calls, stop_reason="tool_calls"), StudyParts)


def test_calls_that_complement_each_other_are_one() -> None:
    other: JsonValue = {**QUESTION, "question": "Why?"}
    read = two_calls({"questions": [QUESTION], "key_points": ["One."]}, {"questions": [QUESTION, other], "terms": []})
    assert read.value is not None
    assert [question.question for question in read.value.questions] == ["Which one drops packets?", "Why?"]
    assert read.value.key_points == ["One."]


def test_of_a_call_and_its_correction_the_correction_counts() -> None:
    read = two_calls({"questions": [{"question": "?"}]}, {"questions": [QUESTION]})
    assert read.value is not None
    assert len(read.value.questions) == 1


def test_items_that_do_not_validate_are_left_out_and_named_where_that_is_allowed() -> None:
    sent = json.dumps({"questions": [QUESTION, {"question": "?"}, QUESTION], "terms": [{"term": ""}]})
    assert read_answer(call(sent, "StudyParts"), StudyParts).value is None
    read = read_answer(call(sent, "StudyParts"), StudyParts, keeps_valid_items=True)
    assert read.value is not None
    assert (len(read.value.questions), read.value.terms) == (2, [])
    assert any("`questions.1.options`" in fault for fault in read.faults)
    # But not all of them.
    sent = json.dumps({"questions": [{"question": "?"}]})
    assert read_answer(call(sent, "StudyParts"), StudyParts, keeps_valid_items=True).value is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('{"a": 1}', [{"a": 1}]),
        ('Here: {"a": {"b": [1]}} - good?', [{"a": {"b": [1]}}]),
        ('```json\n{"a": 1}\n```', [{"a": 1}]),
        ('A list [1] and ```code``` first.\n\n```\n{"a": 1}\n```\n', [{"a": 1}]),
        ('<think>{"a": 0}</think>{"a": 1}', [{"a": 1}]),
        ("Sets {x | x > 1} and f(x) = [a, b) are no JSON.", []),
        ('{"a": "the text ends here', []),
        pytest.param("[" * 100_000, [], id="brackets without end"),
    ],
)
def test_json_is_found_in_a_text_and_only_where_it_is_whole(text: str, values: list[JsonValue]) -> None:
    assert list(json_in_text(text)) == values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": "x,}", "b": [1, 2,],}', {"a": "x,}", "b": [1, 2]}),
        ("{'a': True, 'b': None, 'c': 'it\\'s'}", {"a": True, "b": None, "c": "it's"}),
        ('"{\\"a\\": 1}"', {"a": 1}),
        ('{"a": "one\ntwo"}', {"a": "one\ntwo"}),
        ('\ufeff{"a": 1}', {"a": 1}),
    ],
)
def test_json_with_the_slips_of_models_is_read(text: str, value: JsonValue) -> None:
    assert read_json(text) == value


@pytest.mark.parametrize("text", ["", "7", '"words"', "{1, 2}", "b'x'", "open('x')", '{"a": 1} {"a": 2}', "(" * 5000])
def test_what_is_no_object_and_no_list_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(text)


def test_a_call_stands_in_the_conversation_as_what_it_said() -> None:
    assert as_said(call('{"a": 1}', "X")) == '{"a": 1}'
    assert as_said(ModelAnswer(text="I call.", calls=(ToolCall(name="X", arguments="{}"),))) == "I call.\n\n{}"

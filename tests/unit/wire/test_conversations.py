"""What is sent to a server, turn by turn, and what is never sent."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

import pytest

from course_kit.errors import CourseError, ModelUnavailable, TextRejected
from course_kit.model.checked_text import write_checked
from course_kit.model.model_answer import Ending, usage_on_the_wire
from course_kit.model.model_errors import ServerError, typed
from course_kit.model.model_provider import TextModel
from course_kit.usage import Usage
from tests.support.serving import serving
from tests.support.wire.cases import BEDROCK, HALF, JSON, OPENAI, REST, WHOLE, Asked, Case
from tests.support.wire.outcomes import text_model
from tests.support.wire.servers import Answer, ScriptedServer, called, chat, said, tool_call, used_tool
from visual_planner.visual_plan import VisualPlan

Serve = Callable[[str, Sequence[Answer]], AbstractContextManager[tuple[ScriptedServer, TextModel]]]


@pytest.fixture
def serve() -> Serve:
    @contextmanager
    def started(api: str, answers: Sequence[Answer]) -> Iterator[tuple[ScriptedServer, TextModel]]:
        server = ScriptedServer(answers)
        with serving(server.app) as url, text_model(Case(api, Asked.TEXT, "", answers), url) as model:
            yield server, model

    return started


def write(model: TextModel, *faults: str) -> tuple[str, Usage]:
    """Have a text written whose first version has these faults."""
    told = [list(faults), []]
    return asyncio.run(
        write_checked(
            model.conversation(system="You write.", max_tokens=700),
            "Write.",
            faults_of=lambda _: told.pop(0),
            repair_prompt=lambda found: f"Mend: {found[0]}",
            subject="lesson 7",
        )
    )


def test_a_repair_goes_on_with_the_conversation(serve: Serve) -> None:
    with serve(OPENAI, [chat(HALF, "length"), chat(REST), chat(WHOLE)]) as (server, model):
        text, usage = write(model, "no questions")
    # Then
    assert (text, usage.model_calls, usage.output_tokens) == (WHOLE, 3, 600)
    last = server.asked[-1]
    messages = [(message["role"], _text_of(message["content"])) for message in last["messages"]]
    assert [role for role, _ in messages] == ["system", *["user", "assistant"] * 2, "user"]
    assert [text for _, text in messages][2::2] == [HALF, REST]
    assert messages[-1][1] == "Mend: no questions"
    assert last["max_completion_tokens"] == 700
    # And: no tools, not even an empty list, which some servers refuse.
    assert "tools" not in last


def _text_of(content: object) -> str:
    return content if isinstance(content, str) else "".join(part["text"] for part in content)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("api", "answers"),
    [
        (OPENAI, [chat("I would draw two nodes."), called(tool_call(JSON))]),
        (BEDROCK, [said("I would draw two nodes."), used_tool(JSON)]),
    ],
)
def test_a_model_that_talked_is_made_to_call(serve: Serve, api: str, answers: Sequence[Answer]) -> None:
    with serve(api, answers) as (server, model):
        decision = asyncio.run(model.decide("Plan.", VisualPlan, system="You plan.", max_tokens=900))
    assert decision.usage == Usage(model_calls=2, input_tokens=200, output_tokens=400)
    choices = [asked.get("tool_choice") or asked.get("toolConfig", {}).get("toolChoice") for asked in server.asked]
    assert choices[0] in (None, {"auto": {}})
    assert "VisualPlan" in json.dumps(choices[1])


def test_faulty_arguments_are_told_by_their_places(serve: Serve) -> None:
    wrong = JSON.replace('"Two nodes."', "7.5", 1).replace('"kind": "diagram"', '"kind": "chart"', 1)
    with serve(OPENAI, [called(tool_call(wrong)), called(tool_call(JSON))]) as (server, model):
        asyncio.run(model.decide("Plan.", VisualPlan, system="You plan.", max_tokens=900))
    messages = server.asked[-1]["messages"]
    told = _text_of(messages[-1]["content"])
    assert '`visuals.0.kind`: found "chart"' in told
    # And: what it wrote stands before it.
    assert '"chart"' in _text_of(messages[-2]["content"])


def test_three_hundred_tool_calls_are_two(serve: Serve) -> None:
    with (
        serve(OPENAI, [called(tool_call("{}", "write_file"), text=WHOLE)]) as (server, model),
        pytest.raises(TextRejected, match=r"lesson 7: the answer calls a tool \(`write_file`\)"),
    ):
        write(model)
    assert len(server.asked) == 2


def test_what_was_answered_before_a_call_failed_is_counted(serve: Serve) -> None:
    with serve(OPENAI, [chat("")]) as (_, model):
        conversation = model.conversation(system="You write.", max_tokens=700)
        with pytest.raises(ModelUnavailable):
            asyncio.run(conversation.say("Write."))
    assert conversation.used == Usage(model_calls=3, input_tokens=300, output_tokens=600)


@pytest.mark.parametrize(
    ("counts", "used"),
    [
        ({"prompt_tokens": 7, "completion_tokens": 9}, (7, 9)),
        ({"inputTokens": 7.0, "outputTokens": "9"}, (7, 9)),
        ({"prompt_eval_count": 7, "eval_count": 9}, (7, 9)),
        ({"prompt_tokens": 0, "input_tokens": 7, "completion_tokens": None, "output_tokens": 9}, (7, 9)),
        ({"prompt_tokens": -1, "completion_tokens": True}, (0, 0)),
        ({"prompt_tokens": "many", "completion_tokens": float("nan")}, (0, 0)),
        ({"prompt_tokens": [7], "completion_tokens": 10**400}, (0, 0)),
        (None, (0, 0)),
        ("7 tokens", (0, 0)),
        ([7, 9], (0, 0)),
    ],
)
def test_counts_are_read_in_any_words_and_else_are_none(counts: object, used: tuple[int, int]) -> None:
    usage = usage_on_the_wire(counts)
    assert (usage.model_calls, usage.input_tokens, usage.output_tokens) == (1, *used)


@pytest.mark.parametrize(
    ("reasons", "ending"),
    [
        (["stop", "end_turn", "END-TURN", "stop_sequence", "eos_token", "COMPLETE"], Ending.WHOLE),
        (["length", "LENGTH", "max_tokens", "model_length", "model_context_window_exceeded"], Ending.CUT_OFF),
        (["content_filter", "content_filtered", "guardrail_intervened", "refusal", "SAFETY"], Ending.REFUSED),
        ([None, "", "error", "malformed_model_output", "pause_turn", "cancelled", "nonstop"], Ending.BROKEN),
    ],
)
def test_a_stop_reason_is_read_as_it_stands(reasons: list[str | None], ending: Ending) -> None:
    assert {Ending.of(reason) for reason in reasons} == {ending}


@pytest.mark.parametrize(
    ("message", "size"),
    [
        ("This model's maximum context length is 4096 tokens. However, you requested 9000 tokens.", "4096"),
        ("prompt is too long: 216000 tokens > 200000 maximum", "200000"),
        ("the request exceeds the available context size (8192 tokens), try increasing it", "8192"),
        ("This model's maximum context length is 16,384 tokens", "16,384"),
        ("Input is too long for requested model.", ""),
    ],
)
def test_a_context_that_is_too_short_is_named_with_what_to_set(message: str, size: str) -> None:
    error = typed(ServerError({"message": message, "code": 400}), "my-model")
    text = str(error)
    assert type(error).__name__ == "RequestInvalid"
    assert (
        f"context of {size} tokens of the model my-model" in text if size else "context of the model my-model" in text
    )
    assert "text_model_id" in text
    assert "duration_minutes" in text


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (
            {"message": "Too many tokens, please wait before trying again.", "type": "rate_limit_error"},
            "ModelThrottled",
        ),
        ({"message": "slow down", "code": 429}, "ModelThrottled"),
        ({"message": "overloaded", "code": 529}, "ModelUnavailable"),
        ("something broke", "ModelUnavailable"),
        ({"message": "no such model", "type": "invalid_request_error"}, "RequestInvalid"),
        ({"message": "x", "code": "insufficient_quota"}, "RequestInvalid"),
        ({"message": "withheld", "code": "content_filter"}, "TextRejected"),
    ],
)
def test_an_error_inside_an_answer_is_told_by_its_words(error: object, name: str) -> None:
    told = typed(ServerError(error))  # type: ignore[arg-type]
    assert isinstance(told, CourseError)
    assert type(told).__name__ == name

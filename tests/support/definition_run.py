"""Runs a state machine's definition as Step Functions does, with Python functions in place of the Lambda functions.

`tests/local` runs it for real. Here it takes the ways that local AWS never goes: an error without a Cause, a Cause that
was cut, two hundred modules failing at once; and every input, output and argument is measured against the limit.
Each expression is evaluated by two engines, jsonata-python and the reference implementation, and a difference fails.
Retriers are left out: a function that raises here has had all its attempts. The events that a history would hold are
counted as Step Functions writes them (developer guide, "Execution history events").
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import Enum, auto
from functools import partial
from typing import Any

from jsonata import Jsonata

from tests.support.json_values import Json
from tests.support.reference_jsonata import evaluated_by_reference

PAYLOAD_BYTES = 262_144
"""What a state may take or give (AWS Step Functions quotas, "Quotas related to task executions")."""
FAIL_CAUSE_CHARACTERS = 32_768
EXECUTION_ARN = "arn:aws:states:us-east-1:123456789012:execution:Coursewright-dev-Course:run-1"
EVENTS_OF_AN_EXECUTION = 2
"""ExecutionStarted; ExecutionSucceeded or ExecutionFailed."""
EVENTS_BY_STATE = {
    "Task": 5,  # entered, TaskScheduled, TaskStarted, TaskSucceeded (or TaskFailed), exited
    "Map": 4,  # entered, MapStateStarted, MapStateSucceeded, exited
    "Parallel": 4,  # entered, ParallelStateStarted, ParallelStateSucceeded, exited
    "Pass": 2,
    "Choice": 2,
    "Fail": 1,  # entered
}
EVENTS_OF_AN_ITERATION = 2
"""MapIterationStarted, MapIterationSucceeded."""
NOT_CAUGHT_BY_ALL = {"States.DataLimitExceeded", "States.Runtime"}

Function = Callable[[Json], object]


class Missing(Enum):
    """What AWS leaves out, as the Cause of a timeout; None is a null."""

    CAUSE = auto()


class StateFailed(Exception):
    """A state's error."""

    def __init__(self, error: str, cause: str | Missing | None = Missing.CAUSE) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause

    @property
    def output(self) -> dict[str, str | None]:
        """What a catcher sees."""
        return {"Error": self.error} | ({} if isinstance(self.cause, Missing) else {"Cause": self.cause})


class DefinitionRun:
    """One definition over functions by the name in their ARN."""

    def __init__(self, definition: Json, functions: Mapping[str, Function]) -> None:
        self._definition = definition
        self._functions = functions
        self.largest_payload = 0
        self.transitions = 0
        self.events = EVENTS_OF_AN_EXECUTION
        self.max_concurrency: dict[str, object] = {}

    def execute(self, execution_input: object) -> Any:
        """Return the execution's output, or raise the `StateFailed` that ended it."""
        return asyncio.run(self.run(execution_input))

    async def run(self, execution_input: object) -> Any:
        """As `execute`, in a loop of one's own."""
        context: Json = {"Execution": {"Name": "run-1", "Id": EXECUTION_ARN}}
        return await self._run(self._definition, execution_input, {}, context)

    async def invoke(self, function: str, payload: Json, state: Json) -> object:
        """Return what a task's function returns; it is called at once, and once."""
        return self._functions[function](payload)

    async def side_by_side(self, parts: Sequence[Callable[[], Awaitable[object]]], at_once: int) -> list[object]:
        """Return the results of a Map's iterations or a Parallel's branches; here one is run after the other."""
        return [await part() for part in parts]

    async def _run(self, machine: Json, value: object, variables: Json, context: Json) -> object:
        variables, name = dict(variables), machine["StartAt"]
        while True:
            state = machine["States"][name]
            scope = _Scope({"input": self._measured(value), "context": context}, variables)
            self.transitions += 1
            try:
                value, assigned, name = await self._pass_through(name, state, scope)
            except StateFailed as failure:
                catcher = _catcher(state, failure)
                scope = scope.with_states(errorOutput=failure.output)
                value, assigned, name = scope.read(catcher["Output"]), catcher.get("Assign", {}), catcher["Next"]
            variables.update(assigned)
            self._measured(value)
            if name is None:
                return value

    async def _pass_through(self, name: str, state: Json, scope: "_Scope") -> tuple[object, Json, str | None]:
        """Return the state's output, what it assigns, and the state after it (None: the end)."""
        following = state.get("Next")
        self.events += EVENTS_BY_STATE[state["Type"]]
        if state["Type"] == "Fail":
            cause = scope.read(state["Cause"])
            assert len(cause) <= FAIL_CAUSE_CHARACTERS, f"{name}: a Cause of {len(cause)} characters"
            raise StateFailed(scope.read(state["Error"]), cause)
        if state["Type"] == "Choice":
            rules = (rule["Next"] for rule in state["Choices"] if scope.read(rule["Condition"]) is True)
            return scope.states["input"], {}, next(rules, state["Default"])
        if state["Type"] == "Task":
            arguments = scope.read(state["Arguments"])
            function = arguments["FunctionName"].rpartition(":")[2]
            payload = json.loads(json.dumps(await self.invoke(function, self._measured(arguments["Payload"]), state)))
            result: object = self._measured({"Payload": payload, "StatusCode": 200})
        elif state["Type"] == "Map":
            self.max_concurrency[name] = at_once = scope.read(state["MaxConcurrency"])
            items = [partial(self._iterate, state, scope, item, n) for n, item in enumerate(scope.read(state["Items"]))]
            result = await self.side_by_side(items, at_once)
        elif state["Type"] == "Parallel":
            given = (scope.states["input"], scope.variables, scope.states["context"])
            branches = [partial(self._run, branch, *given) for branch in state["Branches"]]
            result = await self.side_by_side(branches, len(branches))
        else:
            assert state["Type"] == "Pass", f"{name}: a {state['Type']} is new here"
            result = scope.states["input"]
        scope = scope.with_states(result=result)
        output = scope.read(state["Output"]) if "Output" in state else result
        return output, {key: scope.read(value) for key, value in state.get("Assign", {}).items()}, following

    async def _iterate(self, state: Json, scope: "_Scope", item: object, index: int) -> object:
        self.events += EVENTS_OF_AN_ITERATION
        context = {**scope.states["context"], "Map": {"Item": {"Index": index, "Value": item}}}
        selected = scope.with_states(context=context).read(state["ItemSelector"])
        return await self._run(state["ItemProcessor"], selected, scope.variables, context)

    def _measured(self, value: Any) -> Any:
        size = len(json.dumps(value, ensure_ascii=False).encode())
        self.largest_payload = max(self.largest_payload, size)
        if size > PAYLOAD_BYTES:
            raise StateFailed("States.DataLimitExceeded", f"{size} bytes")
        return value


class _Scope:
    """What an expression sees: ``$states`` and the variables."""

    def __init__(self, states: Json, variables: Json) -> None:
        self.states = states
        self.variables = variables

    def with_states(self, **changes: object) -> "_Scope":
        return _Scope({**self.states, **changes}, self.variables)

    def read(self, template: object) -> Any:
        """Evaluate every expression within a template."""
        if isinstance(template, dict):
            return {key: self.read(value) for key, value in template.items()}
        if isinstance(template, list):
            return [self.read(value) for value in template]
        if isinstance(template, str) and (match := re.fullmatch(r"\{%(.*)%\}", template, re.DOTALL)):
            return self._evaluate(match[1])
        return template

    def _evaluate(self, text: str) -> Any:
        variables = {**self.variables, "states": self.states}
        reference = evaluated_by_reference(text, variables)
        try:
            value = _by_python(text, variables)
            # The library gives None for null and for undefined; Step Functions refuses what is undefined.
            is_defined = value is not None or _by_python(f"$exists(({text}))", variables)
        except Exception as error:
            assert reference.error, f"{text}: {error}, but by the reference {reference.value!r}"
            raise StateFailed("States.QueryEvaluationError", f"{text}: {error}") from error
        assert (reference.error, reference.is_defined) == (None, is_defined), f"{text}: {value!r}, but {reference!r}"
        assert reference.value == value, f"{text}: {value!r}, but by the reference {reference.value!r}"
        if not is_defined:
            raise StateFailed("States.QueryEvaluationError", f"{text}: undefined")
        return value


def _by_python(text: str, variables: Json) -> Any:
    expression = Jsonata.jsonata(text)
    expression.register_lambda("parse", json.loads)  # one of the functions that Step Functions adds
    return expression.evaluate(None, variables)


def _catcher(state: Json, failure: StateFailed) -> Json:
    catchers: list[Json] = state.get("Catch", [])
    for catcher in catchers:
        if failure.error in catcher["ErrorEquals"] or (
            "States.ALL" in catcher["ErrorEquals"] and failure.error not in NOT_CAUGHT_BY_ALL
        ):
            return catcher
    raise failure

"""The definition of the state machine, state by state."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Template

from course_constructs.module_pipeline import ModulePipeline, TheorySteps
from tests.support.definitions import all_states
from tests.support.json_values import Json

PROJECT = Path(__file__).resolve().parents[2]
JSONPATH_FIELDS = {
    "InputPath",
    "OutputPath",
    "ResultPath",
    "ResultSelector",
    "Parameters",
    "ItemsPath",
    "MaxConcurrencyPath",
}
# statelint wants 2.0 where JSON has 2, which CDK cannot write, and does not know that MaxConcurrency may be JSONata
# (Step Functions developer guide, "Map state fields"). To Step Functions both are right.
STATELINT_CANNOT_READ = re.compile(
    r"BackoffRate is \d but should be a Float|MaxConcurrency is \"\{%.*should be numeric"
)
# What Lambda calls a function whose time or memory is used up.
KILLED = ("Sandbox.Timedout", "Runtime.ExitError", "Lambda.Unknown")
MADE_WITHOUT_A_MODEL = ("InvokeBookBuilder", "RenderPdf")
PLAN_VOCABULARY = [
    "PrepareModulesList",
    "PlanCourse",
    "ChooseContentType",
    "TheoryOnlyBranch: ProcessModulesInParallel",
    "TheoryOnlyBranch: GenerateModuleContent",
    "TheoryOnlyBranch: ProcessVisualsForModule",
    "TheoryOnlyBranch: InvokeVisualPlanner",
    "TheoryOnlyBranch: GenerateImagesForModule",
    "TheoryOnlyBranch: WriteModuleStudyParts",
    "BothTheoryAndLabsBranch: ProcessModulesInParallel",
    "BothTheoryAndLabsBranch: PlanModuleLabs",
    "BothTheoryAndLabsBranch: WriteModuleLabs",
    "LabsOnlyBranch: PlanModuleLabs",
    "CombineAndBuildBook",
    "EditCourse",
    "InvokeBookBuilder",
    "RenderPdf",
]


def test_states_are_named_as_the_plan_names_them(definition: Json) -> None:
    names = [name for name, _ in all_states(definition)]
    assert set(PLAN_VOCABULARY) <= set(names)
    assert len(names) == len(set(names))


def test_no_field_of_the_other_query_language_is_left(definition: Json) -> None:
    assert definition["QueryLanguage"] == "JSONata"
    for name, state in all_states(definition):
        assert not JSONPATH_FIELDS & state.keys(), name
        assert state.get("QueryLanguage", "JSONata") == "JSONata"
        assert not re.search(r'"[\w.]+\.\$":', json.dumps(state)), name


def test_modules_run_side_by_side_as_many_as_the_execution_says(definition: Json) -> None:
    states = dict(all_states(definition))
    for branch in ("TheoryOnlyBranch", "BothTheoryAndLabsBranch", "LabsOnlyBranch"):
        modules = states[f"{branch}: ProcessModulesInParallel"]
        assert modules["MaxConcurrency"] == "{% $states.input.max_concurrency %}"


def test_every_task_has_a_timeout_and_retries_by_cause(definition: Json) -> None:
    tasks = {name: state for name, state in all_states(definition) if state["Type"] == "Task"}
    assert len(tasks) == 5 + 4 + 6 + 2
    for name, task in tasks.items():
        assert task["TimeoutSeconds"] > 900, name
        retriers = {error: retrier for retrier in task["Retry"] for error in retrier["ErrorEquals"]}
        throttles = ("ModelThrottled", "Lambda.TooManyRequestsException")
        lambdas_own = ("Lambda.ClientExecutionTimeoutException", "Lambda.ServiceException")
        killed = KILLED if name not in MADE_WITHOUT_A_MODEL else ()
        for error in (*throttles, *lambdas_own, *killed, "ModelUnavailable", "StorageUnavailable"):
            assert retriers[error]["JitterStrategy"] == "FULL", name
            assert retriers[error]["MaxDelaySeconds"] <= 300, name
        assert retriers["WorkRemaining"]["MaxAttempts"] >= 50, name
        for never in ("OutlineInvalid", "RequestInvalid", "TextRejected", "ArtefactConflict", "States.ALL"):
            assert never not in retriers, name


def test_a_book_that_took_all_time_or_memory_is_not_built_again_to_the_same_end(definition: Json) -> None:
    states = dict(all_states(definition))
    for name in MADE_WITHOUT_A_MODEL:
        retried = {error for retrier in states[name]["Retry"] for error in retrier["ErrorEquals"]}
        assert not retried & {*KILLED, "States.ALL", "States.TaskFailed", "States.Timeout"}, name


def test_every_step_of_a_module_catches_into_a_record_and_no_other_step_hides_an_error(definition: Json) -> None:
    states = dict(all_states(definition))
    # The book's steps give another name to what they refuse, and end the run by it.
    renaming = {"InvokeBookBuilder", "RenderPdf"}
    for name in renaming:
        [catcher] = states[name]["Catch"]
        assert catcher["ErrorEquals"] == ["OutlineInvalid", "RequestInvalid"]
        assert states[catcher["Next"]]["Type"] == "Fail"
    # A course that could not be edited has its book as it was written.
    [catcher] = states["EditCourse"]["Catch"]
    assert (catcher["ErrorEquals"], catcher["Next"]) == (["States.ALL"], "InvokeBookBuilder")
    assert catcher["Output"] == "{% $states.input %}"
    catching = {name for name, state in states.items() if "Catch" in state} - renaming - {"EditCourse"}
    theory = {
        *("GenerateModuleContent", "ProcessVisualsForModule", "GenerateImagesForModule"),
        "WriteModuleStudyParts",
    }
    labs = {"PlanModuleLabs", "WriteModuleLabs"}
    assert catching == {
        *(f"TheoryOnlyBranch: {step}" for step in theory),
        *(f"BothTheoryAndLabsBranch: {step}" for step in theory | labs),
        *(f"LabsOnlyBranch: {step}" for step in labs),
    }
    for name in catching:
        [catcher] = states[name]["Catch"]
        assert catcher["ErrorEquals"] == ["States.ALL"]
        assert catcher["Output"].keys() == {"module_number", "status", "error", "cause"}


def test_a_tasks_result_never_replaces_what_later_steps_need(definition: Json) -> None:
    """Walk the states: each variable that one reads, an earlier one in its scope has assigned."""

    def walk(machine: Json, known: set[str]) -> None:
        states = machine["States"]
        name = machine["StartAt"]
        pending, seen = [(name, set(known))], set()
        while pending:
            name, variables = pending.pop()
            if name in seen:
                continue
            seen.add(name)
            state = states[name]
            body = json.dumps(
                {key: value for key, value in state.items() if key not in ("ItemProcessor", "Branches", "Catch")}
            )
            expressions = " ".join(re.findall(r"\{%.*?%\}", body))
            # Functions are called; an expression's own names are declared in it, as parameters or by :=.
            declared = set(re.findall(r"\$(\w+)", " ".join(re.findall(r"function\(([^)]*)\)", expressions))))
            declared |= set(re.findall(r"\$(\w+)\s*:=", expressions))
            used = set(re.findall(r"\$(\w+)(?!\w|\()", expressions)) - {"states"} - declared
            assert used <= variables, f"{name} reads {used - variables}, known are {variables}"
            if "ItemProcessor" in state:
                walk(state["ItemProcessor"], variables)
            for branch in state.get("Branches", []):
                walk(branch, variables)
            after = variables | set(state.get("Assign", {}))
            targets = [
                state.get("Next"),
                state.get("Default"),
                *(choice["Next"] for choice in state.get("Choices", [])),
            ]
            pending += [(target, after) for target in targets if target]
            pending += [(catcher["Next"], variables) for catcher in state.get("Catch", [])]

    walk(definition, set())


def test_the_first_step_of_a_module_knows_its_number_even_when_it_fails_at_once(definition: Json) -> None:
    states = dict(all_states(definition))
    [catcher] = states["TheoryOnlyBranch: GenerateModuleContent"]["Catch"]
    assert catcher["Output"]["module_number"] == "{% $states.input.module_number %}"


def test_two_pipelines_fit_into_one_state_machine() -> None:
    # Given: two instances side by side in one definition.
    stack = Stack(App(analytics_reporting=False), "Stack")
    functions = [
        lambda_.Function.from_function_arn(stack, name, f"arn:aws:lambda:us-east-1:123456789012:function:{name}")
        for name in ("Content", "Visuals", "Images", "Study")
    ]
    branches = [
        ModulePipeline(
            stack,
            id,
            theory=TheorySteps(
                content_gen=functions[0],
                visual_planner=functions[1],
                images_gen=functions[2],
                study_writer=functions[3],
            ),
        )
        for id in ("First", "Second")
    ]
    # When
    sfn.StateMachine(
        stack,
        "Machine",
        query_language=sfn.QueryLanguage.JSONATA,
        definition_body=sfn.DefinitionBody.from_chainable(sfn.Chain.start(branches[0]).next(branches[1])),
    )
    text = json.dumps(Template.from_stack(stack).to_json())
    # Then: both are there, alike but for their names.
    for name in ("ProcessModulesInParallel", "GenerateModuleContent", "InvokeVisualPlanner", "TheoryFailed"):
        assert f"First: {name}" in text
        assert f"Second: {name}" in text


def test_branches_differ_in_their_prefix_and_the_labs_part_only(definition: Json) -> None:
    # Given: the one branch with both halves, and those with one.
    states = definition["States"]

    def steps(branch: str, processor: dict[str, object]) -> str:
        return json.dumps(processor["States"], sort_keys=True).replace(f"{branch}: ", "")

    theory_only = states["TheoryOnlyBranch: ProcessModulesInParallel"]
    both = states["BothTheoryAndLabsBranch: ProcessModulesInParallel"]
    labs_only = states["LabsOnlyBranch: ProcessModulesInParallel"]
    theory, labs = both["ItemProcessor"]["States"]["BothTheoryAndLabsBranch: TheoryBesideLabs"]["Branches"]
    # Then: each half of it is what the other branches do alone.
    assert steps("BothTheoryAndLabsBranch", theory) == steps("TheoryOnlyBranch", theory_only["ItemProcessor"])
    assert steps("BothTheoryAndLabsBranch", labs) == steps("LabsOnlyBranch", labs_only["ItemProcessor"])
    # And: the Maps around them are the same.
    for field in ("Items", "ItemSelector", "MaxConcurrency", "Next"):
        assert theory_only[field] == both[field] == labs_only[field]


def test_a_pipeline_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="neither theory nor labs"):
        ModulePipeline(Stack(App(), "S"), "Empty")


def test_logs_hold_no_course_text(template: Template) -> None:
    template.has_resource_properties(
        "AWS::StepFunctions::StateMachine",
        {
            "LoggingConfiguration": {"IncludeExecutionData": False, "Level": "ALL"},
            "TracingConfiguration": {"Enabled": True},
        },
    )


@pytest.fixture(scope="session")
def definition_file(definition: Json, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("asl") / "definition.asl.json"
    path.write_text(json.dumps(definition), encoding="utf-8")
    return path


def _installed(command: str) -> str:
    return str(Path(sys.executable).with_name(command))


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT, encoding="utf-8")


def test_statelint_accepts_the_definition(definition_file: Path) -> None:
    linted = run(_installed("statelint"), str(definition_file))
    findings = linted.stdout.strip().splitlines()[1:]
    assert [finding for finding in findings if not STATELINT_CANNOT_READ.search(finding)] == []
    assert linted.stderr == ""


def test_asl_validator_accepts_the_definition(definition_file: Path) -> None:
    validator = PROJECT / "node_modules/.bin/asl-validator"
    validated = run(str(validator), "--json-path", str(definition_file))
    assert validated.returncode == 0, validated.stdout + validated.stderr

"""Each function of the pipeline as a state: what the function is told, and what of its answer goes on.

`CourseStateMachine` and the sequential design of the measurements put the same states together, each in its own way.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from course_constructs.lambda_step import lambda_step


@dataclass(frozen=True, kw_only=True)
class ModuleScope:
    """Where a state finds its module, as JSONata."""

    params: str
    """What a function is told of run and module."""
    number: str


OF_INPUT = ModuleScope(
    params="$merge([$states.input.base_params, {'module_number': $states.input.module_number}])",
    number="$states.input.module_number",
)
"""The state's input is ``{"base_params", "module_number"}``."""
OF_VARIABLES = ModuleScope(params="$module_params", number="$module_number")
"""The state comes after `write_lessons`, which keeps both."""


def study_manifest_keys(records: str) -> str:
    """Return the keys of the study parts' manifests, as JSONata over the records of modules."""
    return (
        f"[{records}[has_study_parts].($base_params.project_folder & '/manifests/module-' & "
        "$pad($string(module_number), -2, '0') & '-study.json')]"
    )


def prepare_modules(
    scope: Construct, function: lambda_.IFunction, *, assign: Mapping[str, str] | None = None
) -> sfn.TaskStateBase:
    """Check the request; keep ``$base_params``, ``$modules`` and what ``assign`` asks for as variables."""
    return lambda_step(
        scope,
        "PrepareModulesList",
        function=function,
        payload="{% $merge([$states.input, {'execution_name': $states.context.Execution.Name, "
        "'execution_arn': $states.context.Execution.Id}]) %}",
        assign={
            "base_params": "{% $states.result.Payload.base_params %}",
            "modules": "{% $states.result.Payload.modules %}",
            **(assign or {}),
        },
    )


def plan_course(scope: Construct, function: lambda_.IFunction) -> sfn.TaskStateBase:
    """Make the brief that all lessons share; the input goes on, and ``base_params`` name the brief."""
    params = "$merge([$states.input.base_params, $states.result.Payload.brief_params])"
    return lambda_step(
        scope,
        "PlanCourse",
        function=function,
        payload="{% $states.input.base_params %}",
        assign={"base_params": _expression(params)},
        outputs=_expression(f"$merge([$states.input, {{'base_params': {params}}}])"),
    )


def write_lessons(scope: Construct, name: str, function: lambda_.IFunction) -> sfn.TaskStateBase:
    """Write one module's lessons; ``lessons`` goes on, and `OF_VARIABLES` holds from here on."""
    return lambda_step(
        scope,
        name,
        function=function,
        payload=_expression(OF_INPUT.params),
        assign={"module_number": _expression(OF_INPUT.number), "module_params": _expression(OF_INPUT.params)},
        outputs={"lessons": "{% $states.result.Payload.lessons %}"},
    )


def plan_visuals(
    scope: Construct, name: str, function: lambda_.IFunction, *, params: str = OF_VARIABLES.params
) -> sfn.TaskStateBase:
    """Plan one lesson's visuals; the input names the lesson."""
    return lambda_step(
        scope,
        name,
        function=function,
        payload=_expression(f"$merge([{params}, $states.input])"),
        # The keys of the plans stay behind: images_gen finds them under its module's prefix.
        outputs="{% $sift($states.result.Payload, function($value, $field) { $field != 'prompt_keys' }) %}",
    )


def generate_images(
    scope: Construct,
    name: str,
    function: lambda_.IFunction,
    *,
    of: ModuleScope = OF_VARIABLES,
    visual_plans: str = "$states.input",
) -> sfn.TaskStateBase:
    """Draw one module's visuals; a module's record goes on."""
    return lambda_step(
        scope,
        name,
        function=function,
        payload=_expression(f"$merge([{of.params}, {{'visual_plans': [{visual_plans}]}}])"),
        outputs={
            "module_number": _expression(of.number),
            "status": "succeeded",
            "manifest_key": "{% $states.result.Payload.manifest_key %}",
            "counts": "{% $states.result.Payload.counts %}",
        },
    )


def write_study_parts(
    scope: Construct, name: str, function: lambda_.IFunction, *, of: ModuleScope = OF_VARIABLES
) -> sfn.TaskStateBase:
    """Write one module's study parts; a module's record goes on."""
    return lambda_step(
        scope,
        name,
        function=function,
        payload=_expression(of.params),
        outputs={
            "module_number": _expression(of.number),
            "status": "succeeded",
            # A flag and not the key, which follows from the module's number: 200 records travel together.
            "has_study_parts": True,
        },
    )


def plan_labs(scope: Construct, name: str, function: lambda_.IFunction) -> sfn.TaskStateBase:
    """Plan one module's labs; the input goes on."""
    return lambda_step(
        scope,
        name,
        function=function,
        payload=_expression(OF_INPUT.params),
        outputs="{% $states.input %}",
    )


def write_labs(scope: Construct, name: str, function: lambda_.IFunction) -> sfn.TaskStateBase:
    """Write one module's lab guides; a module's record goes on."""
    return lambda_step(
        scope,
        name,
        function=function,
        payload=_expression(OF_INPUT.params),
        outputs={
            "module_number": _expression(OF_INPUT.number),
            "status": "succeeded",
            "lab_manifest_key": "{% $states.result.Payload.manifest_key %}",
            "counts": {"labs": "{% $states.result.Payload.counts.labs %}"},
        },
    )


def edit_course(scope: Construct, function: lambda_.IFunction) -> sfn.TaskStateBase:
    """Check the finished lessons against each other and have passages replaced; the input goes on."""
    return lambda_step(
        scope,
        "EditCourse",
        function=function,
        payload="{% $merge([$base_params, {'manifest_keys': $states.input.manifest_keys}]) %}",
        outputs="{% $states.input %}",
    )


def build_book(scope: Construct, function: lambda_.IFunction) -> sfn.TaskStateBase:
    """Build the book from manifests; the input has their keys and ``failed_modules``."""
    return lambda_step(
        scope,
        "InvokeBookBuilder",
        function=function,
        payload="{% $merge([$base_params, $states.input, {'modules': $modules}]) %}",
        is_deterministic=True,
    )


def render_pdf(scope: Construct, function: lambda_.IFunction) -> sfn.TaskStateBase:
    """Make the PDF of what `build_book` gave; the run's output goes on."""
    return lambda_step(
        scope,
        "RenderPdf",
        function=function,
        payload="{% $merge([$base_params, $states.input]) %}",
        is_deterministic=True,
        outputs={
            "status": "succeeded",
            "project_folder": "{% $base_params.project_folder %}",
            "modules": "{% $modules %}",
            "failed_modules": "{% $failed_modules %}",
            "book": "{% $states.result.Payload.book %}",
            "lab_guide": "{% $states.result.Payload.lab_guide %}",
            "counts": "{% $states.result.Payload.counts %}",
        },
    )


def _expression(jsonata: str) -> str:
    return "{% " + jsonata + " %}"

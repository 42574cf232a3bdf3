"""The synthesised app, once for all tests of this folder."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from aws_cdk import App
from aws_cdk.assertions import Template

from course_constructs.settings import PipelineSettings
from course_kit.models import known_models
from stacks.course_stack import CourseStack

CDK_JSON = Path(__file__).resolve().parents[2] / "cdk.json"
CONTEXT: dict[str, object] = json.loads(CDK_JSON.read_text(encoding="utf-8"))["context"]


def settings_with(**changes: object) -> PipelineSettings:
    """The settings of cdk.json with some of them changed, as ``-c`` does, on the day of the table of models.

    Models come to their end of life; no test does with them.
    """
    return PipelineSettings.from_context({**CONTEXT, **changes}.get, today=known_models().as_of)


def synthesise(settings: PipelineSettings) -> Template:
    """A template without bundling, which needs the network and gives the same hashes."""
    app = App(context={**CONTEXT, "aws:cdk:bundling-stacks": []}, analytics_reporting=False)
    return Template.from_stack(CourseStack(app, f"Coursewright-{settings.stage}", settings=settings))


# Every resource that some setting brings stands in one of these.
VARIANTS: dict[str, dict[str, object]] = {
    "as in cdk.json": {},
    "everything on": {
        "kms_key": "create",
        "alarm_email": "courses@example.com",
        "rollout": "canary",
        "inbox_enabled": "true",
        "openai_secret_name": "coursewright/openai",
        "image_model_id": "stability.stable-image-ultra-v1:1",
        "guardrail_id": "gr4a1b2c3d4e",
        "guardrail_version": "1",
    },
    "a key by name": {
        "kms_key": "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef",
        "rollout": "linear",
        "removal_policy": "destroy",
    },
    "local": {"target": "local", "stage": "local", "inbox_enabled": "true"},
}


@pytest.fixture(scope="session")
def variant_templates() -> dict[str, Template]:
    return {name: synthesise(settings_with(**changes)) for name, changes in VARIANTS.items()}


@pytest.fixture(scope="session")
def template(variant_templates: dict[str, Template]) -> Template:
    return variant_templates["as in cdk.json"]


@pytest.fixture(scope="session")
def definition(template: Template) -> dict[str, object]:
    """The state machine's definition, references replaced by names."""
    [machine] = template.find_resources("AWS::StepFunctions::StateMachine").values()
    parts = machine["Properties"]["DefinitionString"]["Fn::Join"][1]
    functions = {
        id: version["Properties"]["FunctionName"]["Ref"]
        for id, version in template.find_resources("AWS::Lambda::Version").items()
    }
    return json.loads("".join(part if isinstance(part, str) else _reference_name(part, functions) for part in parts))


def _reference_name(reference: Mapping[str, object], functions: Mapping[str, str]) -> str:
    """An ARN that ends in the function's name, also where its version is meant."""
    [target] = reference.values()
    name = target if isinstance(target, str) else target[0]
    name = functions.get(name, name)
    return "aws" if name == "AWS::Partition" else f"arn:aws:lambda:us-east-1:123456789012:function:{name}"


State = Mapping[str, object]


def all_states(definition: Mapping[str, object]) -> Iterator[tuple[str, State]]:
    """Every state of a definition by name, those inside Maps and Parallels too."""
    states: Mapping[str, State] = definition["States"]
    for name, state in states.items():
        yield name, state
        if "ItemProcessor" in state:
            yield from all_states(state["ItemProcessor"])
        for branch in state.get("Branches", []):
            yield from all_states(branch)

"""Reading the definition of the state machine."""

import json
from collections.abc import Iterator, Mapping

from aws_cdk.assertions import Template

from tests.support.json_values import Json


def definition_of(template: Template) -> Json:
    """The state machine's definition, references replaced by names."""
    [machine] = template.find_resources("AWS::StepFunctions::StateMachine").values()
    parts = machine["Properties"]["DefinitionString"]["Fn::Join"][1]
    functions = {
        id: version["Properties"]["FunctionName"]["Ref"]
        for id, version in template.find_resources("AWS::Lambda::Version").items()
    }
    text = "".join(part if isinstance(part, str) else _reference_name(part, functions) for part in parts)
    definition: Json = json.loads(text)
    return definition


def _reference_name(reference: Json, functions: Mapping[str, str]) -> str:
    """An ARN that ends in the function's name, also where its version is meant."""
    [target] = reference.values()
    name = target if isinstance(target, str) else target[0]
    name = functions.get(name, name)
    return "aws" if name == "AWS::Partition" else f"arn:aws:lambda:us-east-1:123456789012:function:{name}"


def all_states(definition: Json) -> Iterator[tuple[str, Json]]:
    """Every state of a definition by name, those inside Maps and Parallels too."""
    states: dict[str, Json] = definition["States"]
    for name, state in states.items():
        yield name, state
        if "ItemProcessor" in state:
            yield from all_states(state["ItemProcessor"])
        for branch in state.get("Branches", []):
            yield from all_states(branch)

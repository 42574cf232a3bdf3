"""What `coursewright doctor` takes for granted is what the app is deployed with."""

import json

from aws_cdk.assertions import Template

from coursewright.deployment_settings import DeploymentSettings
from coursewright.doctor.bootstrap import LEAST_BOOTSTRAP_VERSION
from coursewright.doctor.stack import EXPECTED_OUTPUTS
from tests.support.stacks import settings_with, synthesise


def test_the_bootstrap_is_looked_for_where_the_template_looks_and_in_the_same_version(template: Template) -> None:
    # Given: the rule by which CloudFormation refuses a deployment.
    rule = json.dumps(template.to_json()["Rules"]["CheckBootstrapVersion"])
    parameter = template.to_json()["Parameters"]["BootstrapVersion"]
    # Then
    refused = [version for version in range(1, 100) if f'"{version}"' in rule]
    assert refused == list(range(1, LEAST_BOOTSTRAP_VERSION))
    assert parameter["Default"] == "/cdk-bootstrap/hnb659fds/version"


def test_a_deployment_tells_the_doctor_how_its_runs_are_set() -> None:
    # Given: settings unlike those of cdk.json.
    changes = {
        "module_max_concurrency": 7,
        "lesson_max_concurrency": 2,
        "image_max_concurrency": 3,
        "tokens_per_minute": 50_000,
        "functions_at_once": 10,
        "openai_secret_name": "coursewright/openai",
    }
    # When
    outputs = synthesise(settings_with(**changes)).to_json()["Outputs"]
    # Then
    assert set(EXPECTED_OUTPUTS) <= outputs.keys()
    read = DeploymentSettings.of({name: outputs[name]["Value"] for name in ("Models", "Settings")})
    assert {name: getattr(read, name) for name in changes} == changes

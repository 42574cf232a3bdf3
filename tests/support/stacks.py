"""Templates of the stack, made of the settings of cdk.json and of changes to them."""

import json
from pathlib import Path

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

"""The CDK app: context → settings → stack."""

import sys

import aws_cdk as cdk

from course_constructs.settings import PipelineSettings, SettingsInvalid
from stacks.course_stack import CourseStack

app = cdk.App()
try:
    settings = PipelineSettings.from_context(app.node.try_get_context)
except SettingsInvalid as error:
    print(error, file=sys.stderr)
    sys.exit(2)
CourseStack(app, f"Coursewright-{settings.stage}", settings=settings)
app.synth()

"""The CDK app: context → settings → stack."""

import os
import sys

import aws_cdk as cdk

from course_constructs.settings import PipelineSettings, SettingsInvalid
from stacks.course_stack import CourseStack

# CDK's own validation of the template takes half of every synth, and only settings that `PipelineSettings` has checked
# differ from the templates that the tests validate. CDK_VALIDATION=true asks for it all the same.
app = cdk.App(builtin_cloud_formation_validation=os.environ.get("CDK_VALIDATION") == "true")
try:
    settings = PipelineSettings.from_context(app.node.try_get_context)
except SettingsInvalid as error:
    print(error, file=sys.stderr)
    sys.exit(2)
CourseStack(app, f"Coursewright-{settings.stage}", settings=settings)
app.synth()

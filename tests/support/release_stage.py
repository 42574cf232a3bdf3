"""A stack of its own beside the one of the other tests: versions are deployed to it, and it has an inbox."""

import dataclasses
import json
from dataclasses import dataclass

import local_aws
from coursewright.deployment import Deployment, Target
from coursewright.run.execution import Run
from local_aws import deployment as local_deployment
from tests.support.local_client import client_of

ONE_LESSON = "course: {title: One, language: en}\nmodules:\n- {title: M, lessons: [{title: L, duration_minutes: 15}]}\n"
STAGE = "release"


@dataclass
class ReleaseStage:
    """The stack; ``deployed`` leads to it."""

    connection: local_aws.LocalConnection
    deployed: Deployment

    @classmethod
    def make(cls, connection: local_aws.LocalConnection) -> "ReleaseStage":
        """Deploy it and give it the alias that CloudFormation of local AWS cannot make."""
        found = Deployment.find(Target.LOCAL, "local")
        cls(connection, found).deploy()
        cloudformation = client_of(connection, "cloudformation")
        [stack] = cloudformation.describe_stacks(StackName=f"Coursewright-{STAGE}")["Stacks"]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        deployed = dataclasses.replace(
            found, bucket=outputs["CourseBucketName"], state_machine_arn=outputs["StateMachineArn"]
        )
        alias: str = found.step_functions.create_state_machine_alias(
            name="live",
            routingConfiguration=[{"stateMachineVersionArn": cls(connection, deployed).publish(), "weight": 100}],
        )["stateMachineAliasArn"]
        return cls(connection, dataclasses.replace(deployed, alias_arn=alias))

    def deploy(self, **changes: str) -> None:
        """Deploy; a changed setting makes another version of the functions that it goes to, and of the machine."""
        context = {"target": "local", "stage": STAGE, "removal_policy": "destroy", "inbox_enabled": "true"}
        context |= {"text_model_id": local_aws.OFFLINE_MODEL_ID, **changes}
        local_deployment.deploy(self.connection, context)

    def publish(self) -> str:
        arn: str = self.deployed.step_functions.publish_state_machine_version(
            stateMachineArn=self.deployed.state_machine_arn
        )["stateMachineVersionArn"]
        return arn

    def of_version(self, number: int) -> Deployment:
        """A state machine that is what a version was, under the role of today."""
        client = self.deployed.step_functions
        version = client.describe_state_machine(stateMachineArn=f"{self.deployed.state_machine_arn}:{number}")
        machine = client.create_state_machine(
            name=f"release-{number}", definition=version["definition"], roleArn=version["roleArn"]
        )
        return dataclasses.replace(self.deployed, state_machine_arn=machine["stateMachineArn"], alias_arn=None)

    def start(self, project: str) -> Run:
        key = f"{project}/outline.yaml"
        self.deployed.s3.put_object(Bucket=self.deployed.bucket, Key=key, Body=ONE_LESSON.encode())
        return Run.start(self.deployed, {"outline_s3_key": key, "project_folder": project})

    def versions_used(self, run: Run) -> set[str]:
        """The versions of functions that worked for a run, as their logs say."""
        logs = client_of(self.connection, "logs")
        pages = logs.get_paginator("describe_log_groups").paginate(
            logGroupNamePrefix=f"/aws/cloudformation/Coursewright-{STAGE}/Functions"
        )
        lines = [
            event["message"]
            for page in pages
            for group in page["logGroups"]
            for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
        ]
        entries = [json.loads(line) for line in lines if line.startswith("{") and f'"execution":"{run.name}"' in line]
        return {
            f"{entry['function_arn'].split(':')[6].removeprefix(f'Coursewright-{STAGE}-Functions').split('Function')[0]}"
            f":{entry['function_arn'].rpartition(':')[2]}"
            for entry in entries
        }

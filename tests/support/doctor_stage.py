"""A stack with what the doctor looks at in an account, and the app's own CDK does not deploy to local AWS."""

import json
from dataclasses import dataclass
from typing import Any, Self

import local_aws
from tests.support.local_client import client_of

STAGE = "doctor"
STACK = f"Coursewright-{STAGE}"
MODEL = "us.meta.llama3-1-70b-instruct-v1:0"
FOUNDATION = "meta.llama3-1-70b-instruct-v1:0"
_BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"


@dataclass
class DoctorStage:
    """The stack, with its alias, its topic's subscriber, and an account that may use its model: all is right."""

    connection: local_aws.LocalConnection
    machine: str
    topic: str

    @classmethod
    def make(cls, connection: local_aws.LocalConnection) -> Self:
        maker = cls(connection, "", "")
        role = maker.client("iam").create_role(RoleName=STACK, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        maker.machine = maker.client("stepfunctions").create_state_machine(
            name=f"{STACK}-Course", definition=_definition("one"), roleArn=role
        )["stateMachineArn"]
        maker.topic = maker.client("sns").create_topic(Name=f"{STACK}-Topic")["TopicArn"]
        maker.client("sns").subscribe(TopicArn=maker.topic, Protocol="sqs", Endpoint=maker._queue())
        maker.client("stepfunctions").create_state_machine_alias(
            name="live", routingConfiguration=[{"stateMachineVersionArn": maker.publish(), "weight": 100}]
        )
        maker.client("cloudwatch").put_metric_alarm(
            AlarmName=f"{STACK}-RunFailed",
            Namespace="AWS/States",
            MetricName="ExecutionsFailed",
            Period=300,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            Statistic="Sum",
        )
        maker.client("cloudwatch").set_alarm_state(AlarmName=f"{STACK}-RunFailed", StateValue="OK", StateReason="none")
        maker.client("secretsmanager").create_secret(Name="coursewright/openai", SecretString="{}")
        maker.client("bedrock").create_foundation_model_agreement(
            modelId=FOUNDATION,
            offerToken=maker.client("bedrock").list_foundation_model_agreement_offers(modelId=FOUNDATION)["offers"][0][
                "offerToken"
            ],
        )
        maker.client("cloudformation").create_stack(StackName=STACK, TemplateBody=json.dumps(maker._template()))
        maker.client("cloudformation").get_waiter("stack_create_complete").wait(StackName=STACK)
        return maker

    def client(self, service: str) -> Any:
        return client_of(self.connection, service)

    def publish(self, definition: str = "one") -> str:
        """Publish a version of another definition; the alias stays where it is."""
        client = self.client("stepfunctions")
        client.update_state_machine(stateMachineArn=self.machine, definition=_definition(definition))
        arn: str = client.publish_state_machine_version(stateMachineArn=self.machine)["stateMachineVersionArn"]
        return arn

    def break_six_things(self) -> None:
        """Break the bootstrap, the functions' quota, the model's access, the alias, the subscription and an alarm."""
        self.client("ssm").put_parameter(Name=_BOOTSTRAP, Value="5", Type="String", Overwrite=True)
        limit = self.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
        self.client("lambda").put_function_concurrency(
            FunctionName=self._any_function(), ReservedConcurrentExecutions=limit - 10
        )
        self.client("bedrock").delete_foundation_model_agreement(modelId=FOUNDATION)
        self.publish("another")
        for subscription in self.client("sns").list_subscriptions_by_topic(TopicArn=self.topic)["Subscriptions"]:
            self.client("sns").unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
        self.client("cloudwatch").set_alarm_state(
            AlarmName=f"{STACK}-RunFailed", StateValue="ALARM", StateReason="a run ended without a book"
        )

    def mend_what_others_use(self, bootstrap_version: str) -> None:
        """Give back what the account's other tests have a share in."""
        self.client("ssm").put_parameter(Name=_BOOTSTRAP, Value=bootstrap_version, Type="String", Overwrite=True)
        self.client("lambda").delete_function_concurrency(FunctionName=self._any_function())

    def bootstrap_version(self) -> str:
        version: str = self.client("ssm").get_parameter(Name=_BOOTSTRAP)["Parameter"]["Value"]
        return version

    def _any_function(self) -> str:
        name: str = self.client("lambda").list_functions()["Functions"][0]["FunctionName"]
        return name

    def _queue(self) -> str:
        queues = self.client("sqs")
        url = queues.create_queue(QueueName=f"{STACK}-Queue")["QueueUrl"]
        arn: str = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        return arn

    def _template(self) -> dict[str, Any]:
        models = {"text_model_id": MODEL, "image_model_id": "", "openai_text_model_id": "", "openai_image_model_id": ""}
        settings = {
            "module_max_concurrency": 3,
            "lesson_max_concurrency": 5,
            "image_max_concurrency": 4,
            "tokens_per_minute": 0,
            "functions_at_once": 0,
            "openai_secret_name": "coursewright/openai",
        }
        outputs = {
            "CourseBucketName": {"Ref": "Bucket"},
            "StateMachineArn": self.machine,
            "StateMachineAliasArn": f"{self.machine}:live",
            "NotificationTopicArn": self.topic,
            "Models": json.dumps(models),
            "Settings": json.dumps(settings),
        }
        bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": f"{STACK.lower()}-bucket"}}
        return {
            "Resources": {"Bucket": bucket},
            "Outputs": {name: {"Value": value} for name, value in outputs.items()},
        }


def _definition(comment: str) -> str:
    return json.dumps({"Comment": comment, "StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})

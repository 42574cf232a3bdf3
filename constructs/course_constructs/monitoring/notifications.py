"""One topic for everything that people should hear of, and a message for every run that ends."""

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from course_constructs.accepted_findings import accept_checkov

ENDINGS = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")


class CourseNotifications(Construct):
    """``topic`` gets every alarm and one line for every run that ended; ``alarm_email``, if any, is subscribed."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        stage: str,
        alarm_email: str,
        encryption_key: kms.IKey | None,
        state_machine: sfn.IStateMachine,
    ) -> None:
        """Make the topic, the subscription and the rule."""
        super().__init__(scope, id)
        self.topic = sns.Topic(self, "Topic", enforce_ssl=True, master_key=encryption_key)
        if encryption_key is None:
            # AWS's own key for topics lets neither CloudWatch nor EventBridge publish.
            accept_checkov(
                self.topic,
                {"CKV_AWS_26": "names of runs and alarms only, which mails hold anyway; -c kms_key=…"},
            )
        if alarm_email:
            self.topic.add_subscription(subscriptions.EmailSubscription(alarm_email))
        self.rule = self._tell_how_runs_end(stage, state_machine)

    def _tell_how_runs_end(self, stage: str, state_machine: sfn.IStateMachine) -> events.Rule:
        status, name = events.EventField.from_path("$.detail.status"), events.EventField.from_path("$.detail.name")
        return events.Rule(
            self,
            "RunEnded",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={"stateMachineArn": [state_machine.state_machine_arn], "status": list(ENDINGS)},
            ),
            targets=[
                targets.SnsTopic(
                    self.topic,
                    message=events.RuleTargetInput.from_text(f"Coursewright {stage}: run {name} ended as {status}"),
                )
            ],
        )

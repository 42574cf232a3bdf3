"""One topic for all notifications, with a message for every run that ends."""

from aws_cdk import Aws
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from course_constructs.accepted_findings import accept_checkov
from course_constructs.monitoring.run_events import ended_otherwise


class CourseNotifications(Construct):
    """``topic`` receives every alarm and one line for every ended run; ``alarm_email``, if any, is subscribed."""

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
        """Create the topic, the subscription and the rule."""
        super().__init__(scope, id)
        self.topic = sns.Topic(self, "Topic", enforce_ssl=True, master_key=encryption_key)
        self._alarms: list[cloudwatch.Alarm] = []
        self._let_alarms_publish: iam.PolicyStatement | None = None
        if encryption_key is None:
            # With AWS's own key for topics, CloudWatch and EventBridge cannot publish.
            accept_checkov(
                self.topic,
                {"CKV_AWS_26": "names of runs and alarms only, which mails hold anyway; -c kms_key=…"},
            )
        if alarm_email:
            self.topic.add_subscription(subscriptions.EmailSubscription(alarm_email))
        self.rule = self._tell_how_runs_end(stage, state_machine)

    def tell(self, alarm: cloudwatch.Alarm) -> None:
        """Send an alarm to the topic, and allow it to publish."""
        alarm.add_alarm_action(actions.SnsAction(self.topic))
        self._alarms.append(alarm)
        if self._let_alarms_publish is None:
            # The topic's own policy replaces SNS's default one, which would allow the account's alarms to publish. The
            # action adds no permission (CloudWatch user guide, "Permissions required to use Amazon SNS topics").
            self._let_alarms_publish = iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
            self.topic.add_to_resource_policy(self._let_alarms_publish)
        arns = [each.alarm_arn for each in self._alarms]
        self._let_alarms_publish.add_condition("ArnEquals", {"aws:SourceArn": arns})

    def _tell_how_runs_end(self, stage: str, state_machine: sfn.IStateMachine) -> events.Rule:
        status, name = events.EventField.from_path("$.detail.status"), events.EventField.from_path("$.detail.name")
        return events.Rule(
            self,
            "RunEnded",
            event_pattern=ended_otherwise(state_machine),
            targets=[
                targets.SnsTopic(
                    self.topic,
                    message=events.RuleTargetInput.from_text(f"Coursewright {stage}: run {name} ended as {status}"),
                )
            ],
        )

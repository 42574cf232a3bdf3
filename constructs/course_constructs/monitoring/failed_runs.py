"""Counts the runs that failed: by a rule of EventBridge, since it alone knows a run's error and its version."""

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from constructs import Construct

from course_constructs.monitoring.course_metrics import PERIOD


class FailedRuns(Construct):
    """Tells the topic of each run that failed, with its error; ``metric`` counts them."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        stage: str,
        topic: sns.ITopic,
        pattern: events.EventPattern,
        rule_name: str | None = None,
    ) -> None:
        """Make the rule; ``pattern`` is one of ``run_events.failed``, ``rule_name`` by default CloudFormation's."""
        super().__init__(scope, id)
        name, error = events.EventField.from_path("$.detail.name"), events.EventField.from_path("$.detail.error")
        message = f"Coursewright {stage}: run {name} failed with {error}. What to do: docs/operations.md, RunFailed."
        self.rule = events.Rule(
            self,
            "Rule",
            rule_name=rule_name,
            event_pattern=pattern,
            targets=[targets.SnsTopic(topic, message=events.RuleTargetInput.from_text(message))],
        )
        # Invocations of the one target, failed ones too (EventBridge user guide, "EventBridge metrics").
        self.metric = cloudwatch.Metric(
            namespace="AWS/Events",
            metric_name="Invocations",
            dimensions_map={"RuleName": self.rule.rule_name},
            statistic=cloudwatch.Stats.SUM,
            period=PERIOD,
            label="failed runs",
        )

"""Count of failed runs by an EventBridge rule: only EventBridge knows a run's error and its version."""

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from constructs import Construct

from course_constructs.monitoring.course_metrics import PERIOD


class FailedRuns(Construct):
    """Sends a message to the topic for each failed run, with its error; ``metric`` counts them."""

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
        """Create the rule; ``pattern`` comes from ``run_events.failed``; ``rule_name`` is optional."""
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
        # Invocations of the only target, with failed ones (EventBridge user guide, "EventBridge metrics").
        self.metric = cloudwatch.Metric(
            namespace="AWS/Events",
            metric_name="Invocations",
            dimensions_map={"RuleName": self.rule.rule_name},
            statistic=cloudwatch.Stats.SUM,
            period=PERIOD,
            label="failed runs",
        )

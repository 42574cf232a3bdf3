"""Alarms: each one goes to the topic and has a section in docs/operations.md."""

from collections.abc import Sequence

from aws_cdk import Aws, Duration, Fn
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from course_constructs.course_function import CourseFunction
from course_constructs.monitoring.course_metrics import (
    RunMetric,
    StepMetric,
    function_metric,
    run_metric,
    step_metric,
)
from course_constructs.monitoring.failed_runs import FailedRuns
from course_constructs.monitoring.notifications import CourseNotifications
from course_constructs.monitoring.run_events import failed


class CourseAlarms(Construct):
    """Alarms for failed and timed-out runs, throttles, functions near their time limit, and runs without progress."""

    # A throttle or two are retried and take seconds; this number in five minutes means that a quota is too small. A
    # good run in a new account of ten functions has up to 34 (tests/infrastructure/test_functions_at_once.py).
    FUNCTION_THROTTLES = 50
    MODEL_THROTTLES = 20
    # A function that continues by WorkRemaining stops 5 s before its time limit; after this point Lambda kills it.
    CARRYING_ON_MARGIN = Duration.seconds(3)
    NEAR_TIMEOUT_SHARE = 0.8
    # The longest single step is a function's 15 minutes, so half an hour without a result is a fault.
    NO_PROGRESS = Duration.minutes(30)

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        stage: str,
        notifications: CourseNotifications,
        state_machine: sfn.IStateMachine,
        functions: Sequence[CourseFunction],
        new_version_arn: str | None,
    ) -> None:
        """Create all alarms; the attribute ``all`` lists them.

        Parameters
        ----------
        new_version_arn
            The state machine's version in a gradual rollout. ``new_version_failed`` counts its failed runs, and
            ``RunFailed`` does not, so that each failed run triggers one alarm.
        """
        super().__init__(scope, id)
        self._stage = stage
        self._machine = state_machine
        self._notifications = notifications
        self.new_version_failed = self._new_version_failed(new_version_arn) if new_version_arn else None
        self.all: list[cloudwatch.Alarm] = [
            self._run_failed(new_version_arn),
            *([self.new_version_failed] if self.new_version_failed else []),
            self._run_timed_out(),
            self._model_throttled(),
            self._no_progress(),
            *(self._function_throttled(function) for function in functions),
            *(self._near_timeout(function) for function in functions),
        ]
        for alarm in self.all:
            notifications.tell(alarm)

    def _run_failed(self, new_version_arn: str | None) -> cloudwatch.Alarm:
        runs = FailedRuns(
            self,
            "FailedRuns",
            stage=self._stage,
            topic=self._notifications.topic,
            pattern=failed(self._machine, but_of=new_version_arn),
        )
        return self._alarm("RunFailed", runs.metric, threshold=1, meaning="A run ended without a book.")

    def _new_version_failed(self, version_arn: str) -> cloudwatch.Alarm:
        # The name has the version's number, so that each version has its own rule, metric and alarm. An alarm of the
        # version before would roll the next version back in its first minute.
        number = Fn.select(7, Fn.split(":", version_arn))
        name = f"{Aws.STACK_NAME}-NewVersion-{number}"
        runs = FailedRuns(
            self,
            "FailedRunsOfNewVersion",
            stage=self._stage,
            topic=self._notifications.topic,
            pattern=failed(self._machine, only_of=version_arn),
            rule_name=name,
        )
        return self._alarm(
            "NewVersionFailed",
            runs.metric,
            threshold=1,
            meaning="A run of the newest version ended without a book; a rollout in progress is rolled back.",
            name=name,
        )

    def _run_timed_out(self) -> cloudwatch.Alarm:
        metric = run_metric(self._machine, RunMetric.TIMED_OUT)
        return self._alarm("RunTimedOut", metric, threshold=1, meaning="A run took too long and has no book.")

    def _model_throttled(self) -> cloudwatch.Alarm:
        return self._alarm(
            "ModelThrottled",
            step_metric(self._stage, StepMetric.MODEL_THROTTLES),
            threshold=self.MODEL_THROTTLES,
            meaning="Parallel model calls exceed the model's quota.",
        )

    def _no_progress(self) -> cloudwatch.Alarm:
        def total(name: StepMetric) -> cloudwatch.Metric:
            return step_metric(self._stage, name, period=self.NO_PROGRESS)

        return self._alarm(
            "NoProgress",
            cloudwatch.MathExpression(
                expression="IF(attempts > refused AND successes + made == 0, 1, 0)",
                using_metrics={
                    "attempts": total(StepMetric.ATTEMPTS),
                    "refused": total(StepMetric.REFUSALS),
                    "successes": total(StepMetric.SUCCESSES),
                    "made": total(StepMetric.ARTEFACTS_MADE),
                },
                period=self.NO_PROGRESS,
                label="steps were tried, none succeeded, nothing was made",
            ),
            threshold=1,
            meaning="Steps are retried again and again without a result.",
        )

    def _function_throttled(self, function: CourseFunction) -> cloudwatch.Alarm:
        return self._alarm(
            f"{function.node.id}Throttled",
            function_metric(function.function, function.plan.package, "Throttles", cloudwatch.Stats.SUM),
            threshold=self.FUNCTION_THROTTLES,
            meaning=f"Lambda refuses to run {function.plan.package}: the account's concurrency limit is reached.",
        )

    def _near_timeout(self, function: CourseFunction) -> cloudwatch.Alarm:
        limit = function.plan.size.timeout.to_seconds()
        seconds = (
            limit - self.CARRYING_ON_MARGIN.to_seconds()
            if function.plan.carries_on
            else limit * self.NEAR_TIMEOUT_SHARE
        )
        return self._alarm(
            f"{function.node.id}NearTimeout",
            function_metric(function.function, function.plan.package, "Duration", cloudwatch.Stats.MAXIMUM),
            threshold=seconds * 1000,
            meaning=f"{function.plan.package} came close to the {limit:.0f} s after which Lambda kills it.",
        )

    def _alarm(
        self, id: str, metric: cloudwatch.IMetric, *, threshold: float, meaning: str, name: str | None = None
    ) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            id,
            alarm_name=name,
            metric=metric,
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            # Most of the time there are no runs.
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"{meaning} What to do: docs/operations.md, {id}.",
        )

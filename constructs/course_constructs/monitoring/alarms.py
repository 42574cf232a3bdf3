"""When people should look: every alarm goes to the topic, and has its part in docs/operations.md."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
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


class CourseAlarms(Construct):
    """Runs that failed or timed out, throttles, functions near their time limit, runs that make nothing."""

    # A throttle or two are retried and cost seconds; these many in five minutes are a quota that does not fit.
    FUNCTION_THROTTLES = 10
    MODEL_THROTTLES = 20
    # A function that carries on by WorkRemaining stops 5 s before its end; nearer than this it is being killed.
    CARRYING_ON_MARGIN = Duration.seconds(3)
    NEAR_TIMEOUT_SHARE = 0.8
    # The longest single step is a function's 15 minutes, so half an hour without any result is no patience but a fault.
    NO_PROGRESS = Duration.minutes(30)

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        stage: str,
        topic: sns.ITopic,
        state_machine: sfn.IStateMachine,
        functions: Sequence[CourseFunction],
    ) -> None:
        """Make every alarm; ``all`` has them, ``run_failed`` also takes a gradual rollout back."""
        super().__init__(scope, id)
        self._stage = stage
        self._machine = state_machine
        self.run_failed = self._run_ended_badly("RunFailed", RunMetric.FAILED)
        self.all: list[cloudwatch.Alarm] = [
            self.run_failed,
            self._run_ended_badly("RunTimedOut", RunMetric.TIMED_OUT),
            self._model_throttled(),
            self._no_progress(),
            *(self._function_throttled(function) for function in functions),
            *(self._near_timeout(function) for function in functions),
        ]
        for alarm in self.all:
            alarm.add_alarm_action(actions.SnsAction(topic))

    def _run_ended_badly(self, name: str, metric: RunMetric) -> cloudwatch.Alarm:
        return self._alarm(name, run_metric(self._machine, metric), threshold=1, meaning="A run ended without a book.")

    def _model_throttled(self) -> cloudwatch.Alarm:
        return self._alarm(
            "ModelThrottled",
            step_metric(self._stage, StepMetric.MODEL_THROTTLES),
            threshold=self.MODEL_THROTTLES,
            meaning="The model's quota is smaller than what runs ask for at once.",
        )

    def _no_progress(self) -> cloudwatch.Alarm:
        def total(name: StepMetric) -> cloudwatch.Metric:
            return step_metric(self._stage, name, period=self.NO_PROGRESS)

        return self._alarm(
            "NoProgress",
            cloudwatch.MathExpression(
                expression="IF(attempts > 0 AND successes + made == 0, 1, 0)",
                using_metrics={
                    "attempts": total(StepMetric.ATTEMPTS),
                    "successes": total(StepMetric.SUCCESSES),
                    "made": total(StepMetric.ARTEFACTS_MADE),
                },
                period=self.NO_PROGRESS,
                label="steps were tried, none succeeded, nothing was made",
            ),
            threshold=1,
            meaning="Steps are tried again and again, and nothing comes of it.",
        )

    def _function_throttled(self, function: CourseFunction) -> cloudwatch.Alarm:
        return self._alarm(
            f"{function.node.id}Throttled",
            function_metric(function.function, function.package, "Throttles", cloudwatch.Stats.SUM),
            threshold=self.FUNCTION_THROTTLES,
            meaning=f"Lambda refuses to run {function.package}: the account's functions at once are used up.",
        )

    def _near_timeout(self, function: CourseFunction) -> cloudwatch.Alarm:
        limit = function.size.timeout.to_seconds()
        seconds = (
            limit - self.CARRYING_ON_MARGIN.to_seconds() if function.carries_on else limit * self.NEAR_TIMEOUT_SHARE
        )
        return self._alarm(
            f"{function.node.id}NearTimeout",
            function_metric(function.function, function.package, "Duration", cloudwatch.Stats.MAXIMUM),
            threshold=seconds * 1000,
            meaning=f"{function.package} came near the {limit:.0f} s after which Lambda kills it.",
        )

    def _alarm(self, id: str, metric: cloudwatch.IMetric, *, threshold: float, meaning: str) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            id,
            metric=metric,
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            # Nothing runs most of the time.
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"{meaning} What to do: docs/operations.md, {id}.",
        )

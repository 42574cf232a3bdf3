"""The dashboard of a deployment."""

from collections.abc import Sequence

from aws_cdk import Aws
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
from course_constructs.settings import PipelineSettings

_HALF = 12
_QUARTER = 6


class CourseDashboard(Construct):
    """Runs and their durations, concurrent modules and their limit, functions, model calls, tokens, money, alarms."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: PipelineSettings,
        state_machine: sfn.IStateMachine,
        functions: Sequence[CourseFunction],
        module_writer: CourseFunction,
        alarms: Sequence[cloudwatch.Alarm],
    ) -> None:
        """Create the dashboard; ``module_writer`` runs once for each module in progress."""
        super().__init__(scope, id)
        self._stage = settings.stage
        self._machine = state_machine
        self._functions = functions
        # A dashboard's name is unique over all regions of an account.
        name = f"{Aws.STACK_NAME}-{Aws.REGION}"
        self.dashboard = cloudwatch.Dashboard(self, "Dashboard", dashboard_name=name, default_interval=None)
        self.dashboard.add_widgets(cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms), width=24))
        self.dashboard.add_widgets(self._runs(), self._run_time())
        self.dashboard.add_widgets(
            self._modules_at_once(module_writer, settings.module_max_concurrency), self._retries()
        )
        self.dashboard.add_widgets(self._model_calls(), *self._money())
        self.dashboard.add_widgets(
            self._of_functions("Functions: seconds, longest", "Duration", cloudwatch.Stats.MAXIMUM),
            self._of_functions("Functions: at once", "ConcurrentExecutions", cloudwatch.Stats.MAXIMUM),
        )
        self.dashboard.add_widgets(
            self._of_functions("Functions: throttles", "Throttles", cloudwatch.Stats.SUM),
            self._of_functions("Functions: errors, WorkRemaining among them", "Errors", cloudwatch.Stats.SUM),
        )

    def _runs(self) -> cloudwatch.GraphWidget:
        shown = (RunMetric.STARTED, RunMetric.SUCCEEDED, RunMetric.FAILED, RunMetric.TIMED_OUT, RunMetric.ABORTED)
        return self._graph("Runs", [run_metric(self._machine, name) for name in shown])

    def _run_time(self) -> cloudwatch.GraphWidget:
        return self._graph(
            "Time of a run (ms)",
            [
                run_metric(self._machine, RunMetric.TIME, statistic=cloudwatch.Stats.AVERAGE),
                run_metric(self._machine, RunMetric.TIME, statistic=cloudwatch.Stats.MAXIMUM),
            ],
        )

    def _modules_at_once(self, module_writer: CourseFunction, limit: int) -> cloudwatch.GraphWidget:
        function = module_writer.function
        return cloudwatch.GraphWidget(
            title="Modules being written at once, and the limit of one run",
            left=[function_metric(function, "modules", "ConcurrentExecutions", cloudwatch.Stats.MAXIMUM)],
            left_annotations=[cloudwatch.HorizontalAnnotation(value=limit, label="module_max_concurrency")],
            width=_HALF,
        )

    def _retries(self) -> cloudwatch.GraphWidget:
        return self._of_steps(
            "Steps that are tried again, or ended a module",
            StepMetric.MODEL_THROTTLES,
            StepMetric.MODEL_OUTAGES,
            StepMetric.WORK_REMAINING,
            StepMetric.TEXTS_REJECTED,
            StepMetric.FAILURES,
            StepMetric.DIAGRAM_FALLBACKS,
        )

    def _model_calls(self) -> cloudwatch.GraphWidget:
        return cloudwatch.GraphWidget(
            title="Model calls, artefacts (left), tokens (right)",
            left=[
                step_metric(self._stage, name)
                for name in (StepMetric.MODEL_CALLS, StepMetric.ARTEFACTS_MADE, StepMetric.ARTEFACTS_REUSED)
            ],
            right=[
                step_metric(self._stage, name)
                for name in (
                    *(StepMetric.INPUT_TOKENS, StepMetric.OUTPUT_TOKENS),
                    *(StepMetric.CACHE_READ_TOKENS, StepMetric.CACHE_WRITE_TOKENS),
                )
            ],
            width=_HALF,
        )

    def _money(self) -> tuple[cloudwatch.IWidget, cloudwatch.IWidget]:
        # The functions count the money from the price table and the model, so the dashboard needs no prices.
        spent = step_metric(self._stage, StepMetric.MODEL_DOLLARS)
        return (
            cloudwatch.GraphWidget(title="US$ for models, in five minutes", left=[spent], width=_QUARTER),
            cloudwatch.SingleValueWidget(
                title="US$ for models, in the time shown",
                metrics=[spent],
                set_period_to_time_range=True,
                full_precision=True,
                width=_QUARTER,
            ),
        )

    def _of_functions(self, title: str, name: str, statistic: str) -> cloudwatch.GraphWidget:
        return self._graph(
            title, [function_metric(f.function, f.plan.package, name, statistic) for f in self._functions]
        )

    def _of_steps(self, title: str, *names: StepMetric) -> cloudwatch.GraphWidget:
        return self._graph(title, [step_metric(self._stage, name) for name in names])

    @staticmethod
    def _graph(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.GraphWidget:
        return cloudwatch.GraphWidget(title=title, left=list(metrics), width=_HALF)

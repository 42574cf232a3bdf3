"""The sequential design that the pipeline replaces, over the same functions: what it is measured against."""

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from course_constructs.course_functions import CourseFunctions
from course_constructs.lambda_step import lambda_step

_OF_MODULE = "'module_number': $states.input.module_number"


class SequentialStateMachine(Construct):
    """One stage after the other over the whole course, one task at a time. ``state_machine`` is the resource.

    ::

        PrepareModulesList ─► GenerateAllContent (the array form of content_gen) ─► PlanVisualsOneByOne
            ─► GenerateImagesOneByOne ─► AnyLabs ─┬ yes ─► MakeLabsOneByOne ─┐
                                                  └ no ─────────────────────┴► InvokeBookBuilder ─► RenderPdf

    Input and output are those of `course_constructs.course_state_machine.CourseStateMachine`.
    """

    def __init__(self, scope: Construct, id: str, *, functions: CourseFunctions) -> None:
        """Make the state machine over functions that work on one lesson and one visual at a time."""
        super().__init__(scope, id)
        self._functions = functions
        self.state_machine = sfn.StateMachine(
            self,
            "StateMachine",
            definition_body=sfn.DefinitionBody.from_chainable(self._build_definition()),
            query_language=sfn.QueryLanguage.JSONATA,
            timeout=Duration.hours(1),
        )

    def _build_definition(self) -> sfn.IChainable:
        book = self._invoke_book_builder().next(self._render_pdf())
        has_labs = sfn.Condition.jsonata("{% $base_params.content_type = 'both' %}")
        any_labs = (
            sfn.Choice.jsonata(self, "AnyLabs").when(has_labs, self._make_labs_one_by_one().next(book)).otherwise(book)
        )
        return (
            self._prepare_modules_list()
            .next(self._generate_all_content())
            .next(self._plan_visuals_one_by_one())
            .next(self._generate_images_one_by_one())
            .next(any_labs)
        )

    def _prepare_modules_list(self) -> sfn.TaskStateBase:
        return lambda_step(
            self,
            "PrepareModulesList",
            function=self._functions.prepare_modules.version,
            payload="{% $merge([$states.input, {'execution_name': $states.context.Execution.Name, "
            "'execution_arn': $states.context.Execution.Id}]) %}",
            assign={
                "base_params": "{% $states.result.Payload.base_params %}",
                "modules": "{% $states.result.Payload.modules %}",
            },
        )

    def _generate_all_content(self) -> sfn.TaskStateBase:
        return lambda_step(
            self,
            "GenerateAllContent",
            function=self._functions.content_gen.version,
            payload="{% $merge([$base_params, {'modules_to_generate': $modules}]) %}",
            outputs={"lessons": "{% $states.result.Payload.lessons %}"},
        )

    def _plan_visuals_one_by_one(self) -> sfn.Map:
        plan = lambda_step(
            self,
            "PlanVisuals",
            function=self._functions.visual_planner.version,
            payload="{% $merge([$base_params, $states.input]) %}",
            outputs="{% $sift($states.result.Payload, function($value, $field) { $field != 'prompt_keys' }) %}",
        )
        return self._one_by_one(
            "PlanVisualsOneByOne",
            plan,
            items="{% $states.input.lessons %}",
            item={
                "module_number": "{% $states.context.Map.Item.Value.module_number %}",
                "lesson_number": "{% $states.context.Map.Item.Value.lesson_number %}",
                "lesson_key": "{% $states.context.Map.Item.Value.s3_key %}",
            },
            assign={"visual_plans": "{% [$states.result] %}"},
        )

    def _generate_images_one_by_one(self) -> sfn.Map:
        images = self._of_each_module(
            "GenerateImages",
            self._functions.images_gen.version,
            payload=(
                "{% ($number := $states.input.module_number; $merge([$base_params, {'module_number': $number, "
                "'visual_plans': [$visual_plans[module_number = $number]]}])) %}"
            ),
        )
        return self._over_modules(
            "GenerateImagesOneByOne", images, {"manifest_keys": "{% [$states.result.manifest_key] %}"}
        )

    def _make_labs_one_by_one(self) -> sfn.Map:
        payload = "{% $merge([$base_params, {" + _OF_MODULE + "}]) %}"
        plan = lambda_step(
            self,
            "PlanLabs",
            function=self._functions.lab_planner.version,
            payload=payload,
            outputs="{% $states.input %}",
        )
        write = self._of_each_module("WriteLabs", self._functions.lab_writer.version, payload=payload)
        return self._over_modules(
            "MakeLabsOneByOne", plan.next(write), {"lab_manifest_keys": "{% [$states.result.manifest_key] %}"}
        )

    def _of_each_module(self, id: str, function: lambda_.IFunction, *, payload: str) -> sfn.TaskStateBase:
        return lambda_step(
            self,
            id,
            function=function,
            payload=payload,
            outputs={"manifest_key": "{% $states.result.Payload.manifest_key %}"},
        )

    def _over_modules(self, id: str, steps: sfn.IChainable, assign: dict[str, str]) -> sfn.Map:
        item = {"module_number": "{% $states.context.Map.Item.Value %}"}
        return self._one_by_one(id, steps, items="{% $modules %}", item=item, assign=assign)

    def _one_by_one(
        self, id: str, steps: sfn.IChainable, *, items: str, item: dict[str, str], assign: dict[str, str]
    ) -> sfn.Map:
        each = sfn.Map.jsonata(
            self,
            id,
            items=sfn.ProvideItems.jsonata(items),
            item_selector=item,
            max_concurrency=1,
            assign=assign,
        )
        return each.item_processor(steps)

    def _invoke_book_builder(self) -> sfn.TaskStateBase:
        return lambda_step(
            self,
            "InvokeBookBuilder",
            function=self._functions.book_builder.version,
            payload=(
                "{% $merge([$base_params, {'manifest_keys': $manifest_keys, 'modules': $modules, "
                "'lab_manifest_keys': $exists($lab_manifest_keys) ? $lab_manifest_keys : []}]) %}"
            ),
        )

    def _render_pdf(self) -> sfn.TaskStateBase:
        return lambda_step(
            self,
            "RenderPdf",
            function=self._functions.pdf_renderer.version,
            payload="{% $merge([$base_params, $states.input]) %}",
        )

"""The sequential design that the pipeline replaces, over the same functions: what it is measured against."""

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from course_constructs import course_steps
from course_constructs.course_functions import CourseFunctions
from course_constructs.lambda_step import lambda_step

_VISUAL_PLANS = "$visual_plans[module_number = $states.input.module_number]"


class SequentialStateMachine(Construct):
    """One stage after the other over the whole course, one task at a time. ``state_machine`` is the resource.

    ::

        PrepareModulesList ─► GenerateAllContent (the array form of content_gen) ─► PlanVisualsOneByOne
            ─► GenerateImagesOneByOne ─► WriteStudyPartsOneByOne ─► AnyLabs ─┬ yes ─► MakeLabsOneByOne ─┐
            ┌────────────────────────────────────────────────────────────────┴ no ──────────────────────┘
            └► Combine ─► InvokeBookBuilder ─► RenderPdf

    Its states are those of the pipeline (`course_constructs.course_steps`), as are its input and output; only all
    content is one call.
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
        functions = self._functions
        book = (
            self._combine()
            .next(course_steps.build_book(self, functions.book_builder.version))
            .next(course_steps.render_pdf(self, functions.pdf_renderer.version))
        )
        has_labs = sfn.Condition.jsonata("{% $base_params.content_type = 'both' %}")
        any_labs = (
            sfn.Choice.jsonata(self, "AnyLabs").when(has_labs, self._make_labs_one_by_one().next(book)).otherwise(book)
        )
        return (
            course_steps.prepare_modules(
                self, functions.prepare_modules.version, assign={"lab_manifest_keys": "{% [] %}"}
            )
            .next(self._generate_all_content())
            .next(self._plan_visuals_one_by_one())
            .next(self._generate_images_one_by_one())
            .next(self._write_study_parts_one_by_one())
            .next(any_labs)
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
        plan = course_steps.plan_visuals(
            self, "PlanVisuals", self._functions.visual_planner.version, params="$base_params"
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
        images = course_steps.generate_images(
            self,
            "GenerateImages",
            self._functions.images_gen.version,
            of=course_steps.OF_INPUT,
            visual_plans=_VISUAL_PLANS,
        )
        return self._over_modules(
            "GenerateImagesOneByOne", images, {"manifest_keys": "{% [$states.result.manifest_key] %}"}
        )

    def _write_study_parts_one_by_one(self) -> sfn.Map:
        write = course_steps.write_study_parts(
            self, "WriteStudyParts", self._functions.study_writer.version, of=course_steps.OF_INPUT
        )
        keys = course_steps.study_manifest_keys("$states.result")
        return self._over_modules("WriteStudyPartsOneByOne", write, {"study_manifest_keys": "{% " + keys + " %}"})

    def _make_labs_one_by_one(self) -> sfn.Map:
        plan = course_steps.plan_labs(self, "PlanLabs", self._functions.lab_planner.version)
        write = course_steps.write_labs(self, "WriteLabs", self._functions.lab_writer.version)
        return self._over_modules(
            "MakeLabsOneByOne", plan.next(write), {"lab_manifest_keys": "{% [$states.result.lab_manifest_key] %}"}
        )

    def _over_modules(self, id: str, steps: sfn.IChainable, assign: dict[str, str]) -> sfn.Map:
        item = {"module_number": "{% $states.context.Map.Item.Value %}", "base_params": "{% $base_params %}"}
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

    def _combine(self) -> sfn.Pass:
        return sfn.Pass.jsonata(
            self,
            "Combine",
            # A task that fails ends the run here.
            assign={"failed_modules": "{% [] %}"},
            outputs={
                "manifest_keys": "{% $manifest_keys %}",
                "study_manifest_keys": "{% $study_manifest_keys %}",
                "lab_manifest_keys": "{% $lab_manifest_keys %}",
                "failed_modules": "{% [] %}",
            },
        )

"""ModulePipeline: what is done for every module, several modules side by side."""

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from course_constructs.lambda_step import lambda_step

# A cause is for people; the whole of it stands in the function's log.
_CAUSE_CHARACTERS = 300
# A Lambda error's Cause is JSON with an errorMessage; a service's is plain text; a timeout's may be missing, and a long
# one is cut. An expression that is undefined, or that throws, would fail the whole run from within the catcher.
_CAUSE = (
    "$substring($replace($exists($states.errorOutput.Cause) and $states.errorOutput.Cause != '' "
    '? ($contains($states.errorOutput.Cause, /^\\{.*"errorMessage" *: *".*\\}$/) '
    "? $parse($states.errorOutput.Cause).errorMessage : $states.errorOutput.Cause) "
    ": 'no cause was given', /\\s+/, ' '), 0, " + str(_CAUSE_CHARACTERS) + ")"
)


class ModulePipeline(sfn.StateMachineFragment):
    """Works on the modules of a course side by side; a branch of the state machine is one instance of it.

    ::

        ProcessModulesInParallel  (Map over modules, max_concurrency at once)
        │
        │   GenerateModuleContent ──► ProcessVisualsForModule ──► GenerateImagesForModule ──► module's record
        │          │                  (Map over lessons:                  │
        │          │                   InvokeVisualPlanner)               │
        │          │                        │                             │
        │          └────────────────────────┴──── any error ──────────────┴──► ModuleFailed
        ▼
        list of records, in the order of the modules

    The fragment may be instantiated several times in one state machine: every state's name begins with its id. It reads
    no variables of its surroundings and leaves none behind.

    Input (the state's input)
        ``{"modules": [1, 3], "base_params": {…}, "max_concurrency": 3}`` as prepare_modules returns it. ``base_params``
        is passed on to every function unread.

    Output
        One record a module, in the order of ``modules``:
        ``{"module_number": 1, "status": "succeeded", "manifest_key": "P/manifests/module-01.json", "counts": {…}}`` or
        ``{"module_number": 3, "status": "failed", "error": "LessonRejected", "cause": "module 3, lesson 2 …"}``.
        Keys and counts only, about 200 bytes each: 200 modules stay far below 256 KiB.

    Errors
        None of a module's own: after its retries (`add_step_retries`) a failing module becomes a record with status
        ``failed`` and the others go on. What the fragment's surroundings do wrong (input without ``modules``) fails
        the Map with ``States.QueryEvaluationError``.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        content_gen: lambda_.IFunction,
        visual_planner: lambda_.IFunction,
        images_gen: lambda_.IFunction,
        lesson_max_concurrency: int,
    ) -> None:
        """Build the fragment.

        Parameters
        ----------
        content_gen, visual_planner, images_gen
            The functions of the three stages.
        lesson_max_concurrency
            Lessons of one module whose visuals are planned at once.
        """
        super().__init__(scope, id)
        self._content_gen = content_gen
        self._visual_planner = visual_planner
        self._images_gen = images_gen
        self._lesson_max_concurrency = lesson_max_concurrency
        modules = self._process_modules_in_parallel()
        modules.item_processor(self._theory_of_one_module())
        self._modules = modules

    @property
    def start_state(self) -> sfn.State:
        """The Map over modules."""
        return self._modules

    @property
    def end_states(self) -> list[sfn.INextable]:
        """The Map over modules."""
        return [self._modules]

    def _process_modules_in_parallel(self) -> sfn.Map:
        return sfn.Map.jsonata(
            self,
            self._name("ProcessModulesInParallel"),
            items=sfn.ProvideItems.jsonata("{% $states.input.modules %}"),
            item_selector={
                "module_number": "{% $states.context.Map.Item.Value %}",
                "base_params": "{% $states.input.base_params %}",
            },
            jsonata_max_concurrency="{% $states.input.max_concurrency %}",
        )

    def _theory_of_one_module(self) -> sfn.Chain:
        content = self._generate_module_content()
        visuals = self._process_visuals_for_module()
        images = self._generate_images_for_module()
        failed = self._module_failed()
        # Nothing is assigned yet when the very first step fails, so that one takes the number from its input.
        self._catch(content, failed, module_number="$states.input.module_number")
        self._catch(visuals, failed, module_number="$module_number")
        self._catch(images, failed, module_number="$module_number")
        return content.next(visuals).next(images)

    def _generate_module_content(self) -> sfn.TaskStateBase:
        return lambda_step(
            self,
            self._name("GenerateModuleContent"),
            function=self._content_gen,
            payload="{% $merge([$states.input.base_params, {'module_number': $states.input.module_number}]) %}",
            assign={
                "module_number": "{% $states.input.module_number %}",
                "module_params": (
                    "{% $merge([$states.input.base_params, {'module_number': $states.input.module_number}]) %}"
                ),
            },
            outputs={"lessons": "{% $states.result.Payload.lessons %}"},
        )

    def _process_visuals_for_module(self) -> sfn.Map:
        lessons = sfn.Map.jsonata(
            self,
            self._name("ProcessVisualsForModule"),
            items=sfn.ProvideItems.jsonata("{% $states.input.lessons %}"),
            item_selector={
                "lesson_number": "{% $states.context.Map.Item.Value.lesson_number %}",
                "lesson_key": "{% $states.context.Map.Item.Value.s3_key %}",
            },
            max_concurrency=self._lesson_max_concurrency,
        )
        plan = lambda_step(
            self,
            self._name("InvokeVisualPlanner"),
            function=self._visual_planner,
            payload="{% $merge([$module_params, $states.input]) %}",
            # The keys of the plans stay behind: images_gen finds them under its module's prefix.
            outputs="{% $sift($states.result.Payload, function($value, $field) { $field != 'prompt_keys' }) %}",
        )
        return lessons.item_processor(plan)

    def _generate_images_for_module(self) -> sfn.TaskStateBase:
        return lambda_step(
            self,
            self._name("GenerateImagesForModule"),
            function=self._images_gen,
            payload="{% $merge([$module_params, {'visual_plans': [$states.input]}]) %}",
            outputs={
                "module_number": "{% $module_number %}",
                "status": "succeeded",
                "manifest_key": "{% $states.result.Payload.manifest_key %}",
                "counts": "{% $states.result.Payload.counts %}",
            },
        )

    def _module_failed(self) -> sfn.Pass:
        return sfn.Pass.jsonata(self, self._name("ModuleFailed"), comment="The record that the catchers made goes on")

    def _catch(self, step: sfn.TaskStateBase | sfn.Map, handler: sfn.Pass, *, module_number: str) -> None:
        step.add_catch(
            handler,
            errors=[sfn.Errors.ALL],
            outputs={
                "module_number": "{% " + module_number + " %}",
                "status": "failed",
                "error": "{% $states.errorOutput.Error %}",
                "cause": "{% " + _CAUSE + " %}",
            },
        )

    def _name(self, state: str) -> str:
        # prefix_states() does not reach into Maps (aws-cdk#23320), so states are named with the id from the start.
        return f"{self.node.id}: {state}"

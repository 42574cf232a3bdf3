"""ModulePipeline: what is done for every module, several modules side by side."""

from dataclasses import dataclass

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from course_constructs import course_steps

# A cause is for people; the whole of it stands in the function's log.
_CAUSE_CHARACTERS = 300
# A Lambda error's Cause is JSON with an errorMessage; a service's is plain text; a timeout's may be missing or null, a
# long one is cut, and anybody's may look like JSON. An expression that is undefined, or that throws, would fail the
# whole run from within the catcher, and JSONata catches nothing. So only what must parse is parsed: the beginning of a
# JSON string (RFC 8259, section 7), of whole characters and escapes, as long as people read on.
_CHARACTER_OF_A_JSON_STRING = r'(?:[^"\x5c\x00-\x1f]|\x5c(?:["\x5c\x2fbfnrt]|u[0-9a-fA-F]{4}))'
_MESSAGE = r'/^\x7b[^\x00]*?"errorMessage"\s*:\s*"(' + _CHARACTER_OF_A_JSON_STRING + f"{{0,{2 * _CAUSE_CHARACTERS}}})/"
_CAUSE = (
    "($given := $states.errorOutput.Cause; "
    "$cause := $type($given) = 'string' ? $given : ''; "
    f"$message := $match($cause, {_MESSAGE}, 1)[0].groups[0]; "
    "$said := $trim($exists($message) ? $parse('\"' & $message & '\"') : $cause); "
    f"$said = '' ? 'no cause was given' : $substring($said, 0, {_CAUSE_CHARACTERS}))"
)


@dataclass(frozen=True, kw_only=True)
class TheorySteps:
    """The functions that make a module's chapters."""

    content_gen: lambda_.IFunction
    visual_planner: lambda_.IFunction
    images_gen: lambda_.IFunction
    study_writer: lambda_.IFunction


@dataclass(frozen=True, kw_only=True)
class LabSteps:
    """The functions that make a module's lab guides."""

    lab_planner: lambda_.IFunction
    lab_writer: lambda_.IFunction


class ModulePipeline(sfn.StateMachineFragment):
    """Works on the modules of a course side by side; a branch of the state machine is one instance of it.

    ::

        ProcessModulesInParallel  (Map over modules, max_concurrency at once)
        │
        │  with theory:  GenerateModuleContent ─► VisualsBesideStudyParts ─► JoinVisualsAndStudyParts ─► record
        │                                         ├ ProcessVisualsForModule ─► GenerateImagesForModule
        │                                         │ (Map over lessons: InvokeVisualPlanner,
        │                                         │  planner_max_concurrency of base_params at once)
        │                                         └ WriteModuleStudyParts
        │  with labs:    PlanModuleLabs ─► WriteModuleLabs ─► record
        │
        │  with both:    TheoryBesideLabs (Parallel of the two) ─► JoinTheoryAndLabs ─► record
        │
        │  any error of a step ─► TheoryFailed / VisualsFailed / StudyPartsFailed / LabsFailed ─► record
        ▼
        list of records, in the order of the modules

    The fragment may be instantiated several times in one state machine: every state's name begins with its id. It reads
    no variables of its surroundings and leaves none behind.

    Input (the state's input)
        ``{"modules": [1, 3], "base_params": {…}, "max_concurrency": 3}`` as prepare_modules returns it. ``base_params``
        is passed on to every function unread.

    Output
        One record for each module, in the order of ``modules``:
        ``{"module_number": 1, "status": "succeeded", "manifest_key": "P/manifests/module-01.json",
        "has_study_parts": true,
        "lab_manifest_key": "P/manifests/module-01-labs.json", "counts": {…}}``.
        A key is there when its half was asked for. A failed module's record is
        ``{"module_number": 3, "status": "failed", "error": "TextRejected", "cause": "module 3, lesson 2 …"}``,
        with the key of the half that did succeed. A record holds keys and counts only, a few hundred bytes.

    Errors
        None of a module's own: after its retries (`add_step_retries`) a failing module becomes a record with status
        ``failed`` and the others go on. What the fragment's surroundings do wrong (input without ``modules``) fails
        the Map with ``States.QueryEvaluationError``.
    """

    def __init__(
        self, scope: Construct, id: str, *, theory: TheorySteps | None = None, labs: LabSteps | None = None
    ) -> None:
        """Build the fragment of one half or of both; raises ``ValueError`` when neither is asked for."""
        super().__init__(scope, id)
        if theory is None and labs is None:
            raise ValueError(f"{id}: found neither theory nor labs, expected the steps of at least one")
        self._modules = self._process_modules_in_parallel()
        if theory is not None and labs is not None:
            self._modules.item_processor(self._theory_beside_labs(theory, labs))
        elif theory is not None:
            self._modules.item_processor(self._theory_of_one_module(theory))
        elif labs is not None:
            self._modules.item_processor(self._labs_of_one_module(labs))

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

    def _theory_beside_labs(self, theory: TheorySteps, labs: LabSteps) -> sfn.Chain:
        beside = sfn.Parallel.jsonata(self, self._name("TheoryBesideLabs"))
        beside.branch(self._theory_of_one_module(theory), self._labs_of_one_module(labs))
        return beside.next(self._join("JoinTheoryAndLabs"))

    def _join(self, name: str) -> sfn.Pass:
        """Make one record of the two that a Parallel gives: the keys and counts of both, and what failed of either.

        Shaped here and not by the Parallel's own Output, which local AWS ignores.
        """
        return sfn.Pass.jsonata(
            self,
            self._name(name),
            outputs=(
                "{% ($failed := $states.input[status = 'failed']; $merge([$states.input[0], $states.input[1], "
                "{'counts': $merge($states.input.counts)}, $failed[0]])) %}"
            ),
        )

    def _theory_of_one_module(self, steps: TheorySteps) -> sfn.Chain:
        content = course_steps.write_lessons(self, self._name("GenerateModuleContent"), steps.content_gen)
        # Nothing is assigned yet when the very first step fails, so that one takes the number from its input.
        self._catch(content, self._failed("TheoryFailed"), of=course_steps.OF_INPUT)
        beside = sfn.Parallel.jsonata(self, self._name("VisualsBesideStudyParts"))
        beside.branch(self._visuals_of_one_module(steps), self._study_parts_of_one_module(steps))
        return content.next(beside).next(self._join("JoinVisualsAndStudyParts"))

    def _visuals_of_one_module(self, steps: TheorySteps) -> sfn.Chain:
        visuals = self._process_visuals_for_module(steps)
        images = course_steps.generate_images(self, self._name("GenerateImagesForModule"), steps.images_gen)
        failed = self._failed("VisualsFailed")
        for step in (visuals, images):
            self._catch(step, failed, of=course_steps.OF_VARIABLES)
        return visuals.next(images)

    def _study_parts_of_one_module(self, steps: TheorySteps) -> sfn.TaskStateBase:
        study = course_steps.write_study_parts(self, self._name("WriteModuleStudyParts"), steps.study_writer)
        self._catch(study, self._failed("StudyPartsFailed"), of=course_steps.OF_VARIABLES)
        return study

    def _labs_of_one_module(self, steps: LabSteps) -> sfn.Chain:
        plan = course_steps.plan_labs(self, self._name("PlanModuleLabs"), steps.lab_planner)
        write = course_steps.write_labs(self, self._name("WriteModuleLabs"), steps.lab_writer)
        failed = self._failed("LabsFailed")
        for step in (plan, write):
            self._catch(step, failed, of=course_steps.OF_INPUT)
        return plan.next(write)

    def _process_visuals_for_module(self, steps: TheorySteps) -> sfn.Map:
        lessons = sfn.Map.jsonata(
            self,
            self._name("ProcessVisualsForModule"),
            items=sfn.ProvideItems.jsonata("{% $states.input.lessons %}"),
            item_selector={
                "lesson_number": "{% $states.context.Map.Item.Value.lesson_number %}",
                "lesson_key": "{% $states.context.Map.Item.Value.s3_key %}",
            },
            # The run's own, as for modules: a quota of the model, or of functions at once, narrows both.
            jsonata_max_concurrency="{% $module_params.planner_max_concurrency %}",
        )
        return lessons.item_processor(
            course_steps.plan_visuals(self, self._name("InvokeVisualPlanner"), steps.visual_planner)
        )

    def _failed(self, name: str) -> sfn.Pass:
        return sfn.Pass.jsonata(self, self._name(name), comment="The record that the catchers made goes on")

    def _catch(self, step: sfn.TaskStateBase | sfn.Map, handler: sfn.Pass, *, of: course_steps.ModuleScope) -> None:
        step.add_catch(
            handler,
            errors=[sfn.Errors.ALL],
            outputs={
                "module_number": "{% " + of.number + " %}",
                "status": "failed",
                "error": "{% $states.errorOutput.Error %}",
                "cause": "{% " + _CAUSE + " %}",
            },
        )

    def _name(self, state: str) -> str:
        # prefix_states() does not reach into Maps (aws-cdk#23320), so states are named with the id from the start.
        return f"{self.node.id}: {state}"

"""The state machine: from an outline's key to a book's keys."""

import json

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from course_constructs import course_steps
from course_constructs.accepted_findings import accept_nag, accept_tracing, logical_id
from course_constructs.course_function import CourseFunction
from course_constructs.course_functions import CourseFunctions
from course_constructs.course_log_group import VENDED_LOGS, CourseLogGroup
from course_constructs.module_pipeline import LabSteps, ModulePipeline, TheorySteps
from course_constructs.monitoring.run_events import REFUSED_INPUT, USERS_DECISIONS

_FAILED_MODULES = (
    "{% [$states.input[status = 'failed'].{'module_number': module_number, 'error': error, 'cause': cause}] %}"
)


class CourseStateMachine(Construct):
    """Checks the request, works on the modules side by side, builds one book. ``state_machine`` is the resource.

    ::

        PrepareModulesList ─► AnyBrief ─┬ with a brief ─► PlanCourse ─┐
                                        └ without ────────────────────┤
            ┌─────────────────────────────────────────────────────────┘
            └► ChooseContentType ─┬ theory ─► TheoryOnlyBranch ──────────┐
                                  ├ both ───► BothTheoryAndLabsBranch ───┤  each a ModulePipeline
                                  └ labs ───► LabsOnlyBranch ────────────┤
            ┌────────────────────────────────────────────────────────────┘
            └► CombineAndBuildBook ─► AnyModuleFailed ─┬ and not allow_partial ─► ModulesFailed
                                                       └ else ─► AnyEditing ─┬ with lessons to edit ─► EditCourse ─┐
                                                                             └ without ────────────────────────────┤
            ┌──────────────────────────────────────────────────────────────────────────────────────────────────────┘
            └► InvokeBookBuilder ─► RenderPdf

    A failed EditCourse costs no book: what it has not replaced stands in the book as it was written.

    Input
        The execution input (`prepare_modules.execution_request.ExecutionRequest`): ``outline_s3_key`` and
        ``project_folder`` at least.

    Output
        ``{"status": "succeeded", "project_folder", "modules", "failed_modules", "book": {format: key},
        "lab_guide": {format: key}, "counts"}``; ``book`` is empty with labs alone, ``lab_guide`` without labs.

    Errors
        - ``OutlineInvalid``, ``RequestInvalid``: from the first state.
        - ``ModulesFailed``: after every module has ended; names each failed one with its cause.
        - ``BudgetExceeded``, ``ArtefactConflict``: instead of ``ModulesFailed``, where nothing else stopped any module.
        - ``BookIncomplete``: from the book builder.
        - ``BookFailed``: one of the book's steps refuses what the first state has let through.
    """

    # The longest course: 200 modules of 50 lessons, three at a time, with every throttle waited out.
    TIMEOUT = Duration.days(2)
    # The most that a Fail state's Cause may hold (Step Functions API reference, ExecutionFailedEventDetails).
    CAUSE_CHARACTERS = 32_768

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        functions: CourseFunctions,
        log_retention: logs.RetentionDays,
        encryption_key: kms.IKey | None,
    ) -> None:
        """Make the state machine over the functions; its role may invoke them and nothing more."""
        super().__init__(scope, id)
        self._functions = functions
        # Named here, so that functions may be allowed to look at its executions before it exists.
        name = f"{Stack.of(self).stack_name}-Course"
        self.log_group = CourseLogGroup(
            self, "Logs", retention=log_retention, encryption_key=encryption_key, name=f"{VENDED_LOGS}{name}"
        )
        for function in self._lookers():
            function.allow(actions=["states:DescribeExecution"], resources=[self._arn_of_executions(name)])
        self.state_machine = sfn.StateMachine(
            self,
            "StateMachine",
            state_machine_name=name,
            definition_body=sfn.DefinitionBody.from_chainable(self._build_definition()),
            query_language=sfn.QueryLanguage.JSONATA,
            timeout=self.TIMEOUT,
            tracing_enabled=True,
            logs=sfn.LogOptions(destination=self.log_group, level=sfn.LogLevel.ALL, include_execution_data=False),
        )
        # Every version: a run that goes on invokes those of its own deployment, which the definition names no more.
        self.state_machine.add_to_role_policy(
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"],
                resources=[f"{function.function.function_arn}:*" for function in functions.steps],
            )
        )
        self._accept_findings(functions, name)

    def _lookers(self) -> list[CourseFunction]:
        """Return the functions that ask whether the execution that has a project goes on."""
        inbox = self._functions.course_inbox
        return [self._functions.prepare_modules, *([inbox] if inbox else [])]

    def _arn_of_executions(self, state_machine_name: str) -> str:
        return Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{state_machine_name}:*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )

    def _accept_findings(self, functions: CourseFunctions, name: str) -> None:
        role = self.state_machine.role
        accept_tracing(role)  # so do the actions that deliver logs
        for function in functions.steps:
            accept_nag(
                role,
                f"IAM5[Resource::<{logical_id(function.function)}.Arn>:*]",
                "every version: a run that goes on invokes those of its own deployment",
            )
        for looker in self._lookers():
            accept_nag(
                looker,
                f"IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:{name}:*]",
                "executions of this state machine alone; they have no names before they are started",
            )

    def _build_definition(self) -> sfn.IChainable:
        combine = self._combine_and_build_book()
        combine.next(
            sfn.Choice.jsonata(self, "AnyModuleFailed")
            .when(
                sfn.Condition.jsonata(
                    "{% $count($states.input.manifest_keys) + $count($states.input.lab_manifest_keys) = 0 or "
                    "($count($states.input.failed_modules) > 0 and $not($allow_partial)) %}"
                ),
                self._modules_failed(),
            )
            .otherwise(self._edited(self._build_book()))
        )
        choose = sfn.Choice.jsonata(self, "ChooseContentType")
        for content_type, branch in self._branches().items():
            condition = sfn.Condition.jsonata("{% $states.input.content_type = '" + content_type + "' %}")
            choose.when(condition, sfn.Chain.start(branch).next(combine))
        choose.otherwise(
            sfn.Fail.jsonata(
                self,
                "ContentTypeUnsupported",
                error="RequestInvalid",
                cause=(
                    "{% 'content_type: found ' & $string($states.input.content_type) & "
                    "', expected theory, labs or both' %}"
                ),
            )
        )
        prepare = course_steps.prepare_modules(
            self,
            self._functions.prepare_modules.version,
            assign={"allow_partial": "{% $states.result.Payload.allow_partial %}"},
        )
        plan = course_steps.plan_course(self, self._functions.course_planner.version)
        brief = sfn.Choice.jsonata(self, "AnyBrief")
        brief.when(sfn.Condition.jsonata("{% $states.input.plans_course %}"), plan.next(choose))
        return prepare.next(brief.otherwise(choose))

    def _edited(self, book: sfn.Chain) -> sfn.Choice:
        """Return the states that edit the course, where it has lessons and its editing is not off, before its book."""
        edit = course_steps.edit_course(self, self._functions.course_editor.version)
        edit.add_catch(book, errors=["States.ALL"], outputs="{% $states.input %}")
        is_edited = (
            "{% $base_params.editing in ['report', 'apply'] and $not($base_params.books_only = true) and "
            "$count($states.input.manifest_keys) > 0 %}"
        )
        any_editing = sfn.Choice.jsonata(self, "AnyEditing")
        return any_editing.when(sfn.Condition.jsonata(is_edited), edit.next(book)).otherwise(book)

    def _branches(self) -> dict[str, ModulePipeline]:
        """Return one instance of the same construct for each content type."""
        theory = TheorySteps(
            content_gen=self._functions.content_gen.version,
            visual_planner=self._functions.visual_planner.version,
            images_gen=self._functions.images_gen.version,
            study_writer=self._functions.study_writer.version,
        )
        labs = LabSteps(lab_planner=self._functions.lab_planner.version, lab_writer=self._functions.lab_writer.version)
        return {
            "theory": ModulePipeline(self, "TheoryOnlyBranch", theory=theory),
            "both": ModulePipeline(self, "BothTheoryAndLabsBranch", theory=theory, labs=labs),
            "labs": ModulePipeline(self, "LabsOnlyBranch", labs=labs),
        }

    def _combine_and_build_book(self) -> sfn.Pass:
        # Keys only: a book in a task's result once outgrew what a state may pass on. A module of which one half failed
        # still gives the key of the other.
        return sfn.Pass.jsonata(
            self,
            "CombineAndBuildBook",
            assign={"failed_modules": _FAILED_MODULES},
            outputs={
                "manifest_keys": "{% [$states.input.manifest_key] %}",
                "study_manifest_keys": "{% " + course_steps.study_manifest_keys("$states.input") + " %}",
                "lab_manifest_keys": "{% [$states.input.lab_manifest_key] %}",
                "failed_modules": _FAILED_MODULES,
            },
        )

    def _modules_failed(self) -> sfn.Fail:
        return sfn.Fail.jsonata(
            self,
            "ModulesFailed",
            # Where nothing but users' decisions stopped modules, the run is no failure, and its error says so.
            error=(
                "{% $count($failed_modules) > 0 and $count($failed_modules[$not(error in "
                + json.dumps(list(USERS_DECISIONS)).replace('"', "'")
                + ")]) = 0 ? $failed_modules[0].error : 'ModulesFailed' %}"
            ),
            # Each module has an equal share of what a Cause may hold, so that the last of 200 is named, too.
            cause=(
                "{% ($share := $floor(" + str(self.CAUSE_CHARACTERS) + " / $count($failed_modules)) - $length('; '); "
                "$join($failed_modules.($substring("
                "'module ' & $string(module_number) & ' failed with ' & error & ': ' & cause, 0, $share)), '; ')) %}"
            ),
        )

    def _build_book(self) -> sfn.Chain:
        build = course_steps.build_book(self, self._functions.book_builder.version)
        render = course_steps.render_pdf(self, self._functions.pdf_renderer.version)
        failed = sfn.Fail.jsonata(
            self,
            "BookFailed",
            error="BookFailed",
            cause=(
                "{% $substring($states.input.error & ': ' & $states.input.cause, 0, "
                + str(self.CAUSE_CHARACTERS)
                + ") %}"
            ),
        )
        for step in (build, render):
            # The first state has let outline and request through, so here it is no user's mistake, and an alarm.
            step.add_catch(
                failed,
                errors=list(REFUSED_INPUT),
                outputs={
                    "error": "{% $states.errorOutput.Error %}",
                    # Undefined, it would fail the catcher itself.
                    "cause": "{% ($cause := $states.errorOutput.Cause; "
                    "$type($cause) = 'string' ? $cause : 'no cause was given') %}",
                },
            )
        return build.next(render)

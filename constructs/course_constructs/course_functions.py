"""All functions of the pipeline, each with its size, its layers and its rights."""

from collections.abc import Sequence

from aws_cdk import ArnFormat, Duration, Size, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from course_constructs.course_function import BucketAccess, CourseFunction, FunctionSize
from course_constructs.course_inbox import INBOX_ERRORS, INBOX_OUTLINES
from course_constructs.dependency_layers import LAYERS_FOLDER, DependencyLayer
from course_constructs.encryption_key import EncryptionKey
from course_constructs.model_access import model_arns
from course_constructs.settings import PipelineSettings, Target

OUTLINES = ("*.yaml", "*.yml")
LESSONS = "*/lessons/*"
PROMPTS = "*/prompts/*"
IMAGES = "*/images/*"
MANIFESTS = "*/manifests/*"
BOOK = "*/book/*"
LABS = "*/labguide/*"
LAB_PLANS = "*/labguide/module-*-plan.json"
LAB_GUIDES = "*/labguide/lab-*.md"
STUDY = "*/study/*"
RUNS = "*/runs/*"
SPENDING = "*/spending/*"
DRAFTS = "*/drafts/*"
LEASE = "*/lease.json"


class CourseFunctions(Construct):
    """The functions, as public attributes named after their packages."""

    SMALL = FunctionSize(memory_mib=512, timeout=Duration.minutes(1))
    # Waiting for a model costs no CPU; the time is Lambda's longest, and WorkRemaining carries on from there.
    WRITING = FunctionSize(memory_mib=1024, timeout=Duration.minutes(15))
    RENDERING = FunctionSize(memory_mib=2048, timeout=Duration.minutes(15))
    # pandoc holds the whole book in memory several times over; a course of 2,000 lessons is about 30 MB of text.
    BUILDING = FunctionSize(memory_mib=3008, timeout=Duration.minutes(15), ephemeral_storage=Size.gibibytes(2))

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: PipelineSettings,
        bucket: s3.IBucket,
        encryption_key: EncryptionKey,
    ) -> None:
        """Make every function."""
        super().__init__(scope, id)
        self._settings = settings
        self._bucket = bucket
        self._encryption_key = encryption_key
        self._layers: dict[str, lambda_.ILayerVersion] = {}
        self.prepare_modules = self._build_prepare_modules()
        self.content_gen = self._build_content_gen()
        self.visual_planner = self._build_visual_planner()
        self.images_gen = self._build_images_gen()
        self.study_writer = self._build_study_writer()
        self.lab_planner = self._build_lab_planner()
        self.lab_writer = self._build_lab_writer()
        self.book_builder = self._build_book_builder()
        self.pdf_renderer = self._build_pdf_renderer()
        self.course_inbox = self._build_course_inbox() if settings.inbox_enabled else None
        for writer in (
            *(self.content_gen, self.visual_planner, self.images_gen, self.study_writer),
            *(self.lab_planner, self.lab_writer),
        ):
            self._allow_text_model(writer)
        self._allow_image_model(self.images_gen)

    @property
    def all(self) -> tuple[CourseFunction, ...]:
        """Every function that there is."""
        return (*self.steps, self.course_inbox) if self.course_inbox else self.steps

    @property
    def steps(self) -> tuple[CourseFunction, ...]:
        """Every function that the state machine invokes."""
        return (
            self.prepare_modules,
            self.content_gen,
            self.visual_planner,
            self.images_gen,
            self.study_writer,
            self.lab_planner,
            self.lab_writer,
            self.book_builder,
            self.pdf_renderer,
        )

    def _build_course_inbox(self) -> CourseFunction:
        return self._function(
            "CourseInbox",
            package="course_inbox",
            size=self.SMALL,
            layers=["base"],
            environment={},
            access=BucketAccess(
                read=[*INBOX_OUTLINES, LEASE],
                read_versions=INBOX_OUTLINES,
                write=["*/outlines/*.yaml", INBOX_ERRORS],
                delete=[INBOX_ERRORS],
            ),
        )

    def _build_prepare_modules(self) -> CourseFunction:
        return self._function(
            "PrepareModules",
            package="prepare_modules",
            size=self.SMALL,
            layers=["base"],
            environment={
                **self._text_model_environment,
                **self._image_model_environment,
                "MODULE_MAX_CONCURRENCY": str(self._settings.module_max_concurrency),
                "BOOK_PARTS": self._settings.book_parts,
                "LESSON_MAX_CONCURRENCY": str(self._settings.lesson_max_concurrency),
                "IMAGE_MAX_CONCURRENCY": str(self._settings.image_max_concurrency),
                "TOKENS_PER_MINUTE": str(self._settings.tokens_per_minute),
                "REQUESTS_PER_MINUTE": str(self._settings.requests_per_minute),
                "FUNCTIONS_AT_ONCE": str(self._settings.functions_at_once),
            },
            access=BucketAccess(read=OUTLINES, read_versions=OUTLINES, write=["*/outline.yaml", RUNS, LEASE, SPENDING]),
        )

    def _build_content_gen(self) -> CourseFunction:
        return self._function(
            "ContentGen",
            package="content_gen",
            carries_on=True,
            size=self.WRITING,
            layers=["agents", "code"],
            environment={
                **self._text_model_environment,
                "LESSON_MAX_CONCURRENCY": str(self._settings.lesson_max_concurrency),
            },
            access=BucketAccess(
                read=[*OUTLINES, LEASE],
                read_versions=OUTLINES,
                write=[LESSONS, MANIFESTS, SPENDING, DRAFTS],
                delete=[LESSONS, DRAFTS],
            ),
        )

    def _build_visual_planner(self) -> CourseFunction:
        return self._function(
            "VisualPlanner",
            package="visual_planner",
            size=self.WRITING,
            layers=["agents"],
            environment=self._text_model_environment,
            access=BucketAccess(
                read=[*OUTLINES, LESSONS, LEASE],
                read_versions=OUTLINES,
                write=[PROMPTS, SPENDING, DRAFTS],
                delete=[PROMPTS, DRAFTS],
            ),
        )

    def _build_images_gen(self) -> CourseFunction:
        return self._function(
            "ImagesGen",
            package="images_gen",
            carries_on=True,
            size=self.RENDERING,
            layers=["agents", "diagrams", "fonts"],
            environment={
                **self._text_model_environment,
                **self._image_model_environment,
                "IMAGE_MAX_CONCURRENCY": str(self._settings.image_max_concurrency),
            },
            access=BucketAccess(
                read=[PROMPTS, LEASE],
                write=[IMAGES, MANIFESTS, SPENDING, DRAFTS],
                delete=[PROMPTS, IMAGES, DRAFTS],
            ),
        )

    def _build_study_writer(self) -> CourseFunction:
        return self._function(
            "StudyWriter",
            package="study_writer",
            carries_on=True,
            size=self.WRITING,
            layers=["agents"],
            environment={
                **self._text_model_environment,
                "LESSON_MAX_CONCURRENCY": str(self._settings.lesson_max_concurrency),
                "BOOK_PARTS": self._settings.book_parts,
            },
            access=BucketAccess(
                read=[*OUTLINES, LESSONS, LEASE],
                read_versions=OUTLINES,
                write=[STUDY, MANIFESTS, SPENDING, DRAFTS],
                delete=[STUDY, DRAFTS],
            ),
        )

    def _build_lab_planner(self) -> CourseFunction:
        return self._function(
            "LabPlanner",
            package="lab_planner",
            size=self.WRITING,
            layers=["agents"],
            environment=self._text_model_environment,
            access=BucketAccess(
                read=[*OUTLINES, LEASE],
                read_versions=OUTLINES,
                write=[LAB_PLANS, MANIFESTS, SPENDING, DRAFTS],
                delete=[DRAFTS],
            ),
        )

    def _build_lab_writer(self) -> CourseFunction:
        return self._function(
            "LabWriter",
            package="lab_writer",
            carries_on=True,
            size=self.WRITING,
            layers=["agents"],
            environment={
                **self._text_model_environment,
                "LESSON_MAX_CONCURRENCY": str(self._settings.lesson_max_concurrency),
            },
            access=BucketAccess(
                read=[*OUTLINES, LAB_PLANS, LEASE],
                read_versions=OUTLINES,
                write=[LAB_GUIDES, MANIFESTS, SPENDING, DRAFTS],
                delete=[LAB_GUIDES, DRAFTS],
            ),
        )

    def _build_book_builder(self) -> CourseFunction:
        return self._function(
            "BookBuilder",
            package="book_builder",
            size=self.BUILDING,
            layers=["base", "pandoc", "code"],
            environment={"BOOK_PARTS": self._settings.book_parts, "BOOK_PAPER": self._settings.book_paper},
            access=BucketAccess(
                read=[*OUTLINES, LESSONS, IMAGES, MANIFESTS, LABS, STUDY, DRAFTS, LEASE],
                read_versions=OUTLINES,
                write=[BOOK, RUNS, "*/labguide/lab-master-plan.json"],
            ),
        )

    def _build_pdf_renderer(self) -> CourseFunction:
        return self._function(
            "PdfRenderer",
            package="pdf_renderer",
            size=self.BUILDING,
            layers=["base", "typst", "fonts"],
            environment={},
            access=BucketAccess(read=[IMAGES, LEASE], write=[BOOK, RUNS]),
        )

    def _function(
        self,
        id: str,
        *,
        package: str,
        size: FunctionSize,
        layers: Sequence[str],
        environment: dict[str, str],
        access: BucketAccess,
        carries_on: bool = False,
    ) -> CourseFunction:
        return CourseFunction(
            self,
            id,
            package=package,
            carries_on=carries_on,
            stage=self._settings.stage,
            size=size,
            layers=[] if self._settings.target is Target.LOCAL else [self._layer(name) for name in layers],
            environment=environment,
            log_retention=self._settings.log_retention,
            bucket=self._bucket,
            encryption_key=self._encryption_key,
            access=access,
        )

    def _layer(self, name: str) -> lambda_.ILayerVersion:
        if name not in self._layers:
            requirements = LAYERS_FOLDER / f"{name}.txt"
            self._layers[name] = DependencyLayer(self, f"{name.capitalize()}Layer", requirements=requirements).layer
        return self._layers[name]

    @property
    def _text_model_environment(self) -> dict[str, str]:
        return {
            "TEXT_MODEL_ID": self._settings.text_model_id,
            "OPENAI_SECRET_NAME": self._settings.openai_secret_name,
            "OPENAI_BASE_URL": self._settings.openai_base_url,
            "OPENAI_TEXT_MODEL_ID": self._settings.openai_text_model_id,
            **{name.upper(): value for name, value in self._settings.model_options.items()},
        }

    @property
    def _image_model_environment(self) -> dict[str, str]:
        return {
            "IMAGE_MODEL_ID": self._settings.image_model_id,
            "OPENAI_IMAGE_MODEL_ID": self._settings.openai_image_model_id,
        }

    def _allow_text_model(self, function: CourseFunction) -> None:
        actions = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
        if self._settings.target is Target.LOCAL:
            # AWS checks Converse as InvokeModel; ministack checks it under the operation's own name.
            actions += ["bedrock:Converse", "bedrock:ConverseStream"]
        function.allow(actions=actions, resources=self._model_arns(self._settings.text_model_id))
        if self._settings.guardrail_id:
            function.allow(actions=["bedrock:ApplyGuardrail"], resources=[self._guardrail_arn])
        if self._settings.openai_secret_name:
            function.allow(actions=["secretsmanager:GetSecretValue"], resources=[self._secret_arn])

    def _allow_image_model(self, function: CourseFunction) -> None:
        if self._settings.image_model_id:
            function.allow(actions=["bedrock:InvokeModel"], resources=self._model_arns(self._settings.image_model_id))

    def _model_arns(self, model_id: str) -> list[str]:
        return model_arns(self, model_id, self._settings.known_models)

    @property
    def _guardrail_arn(self) -> str:
        if self._settings.guardrail_id.startswith("arn:"):
            return self._settings.guardrail_id
        return Stack.of(self).format_arn(
            service="bedrock", resource="guardrail", resource_name=self._settings.guardrail_id
        )

    @property
    def _secret_arn(self) -> str:
        # Secrets Manager adds a hyphen and six characters of its own to a secret's ARN.
        return Stack.of(self).format_arn(
            service="secretsmanager",
            resource="secret",
            resource_name=f"{self._settings.openai_secret_name}-??????",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )

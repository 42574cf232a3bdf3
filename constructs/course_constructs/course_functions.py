"""The functions of one deployment, made from the table of them."""

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from course_constructs import function_table as table
from course_constructs.course_function import CourseFunction, FunctionContext
from course_constructs.dependency_layers import LAYERS_FOLDER, DependencyLayer
from course_constructs.encryption_key import EncryptionKey
from course_constructs.function_plan import FunctionPlan
from course_constructs.settings import PipelineSettings, Target


class CourseFunctions(Construct):
    """The functions, as public attributes named after their packages."""

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
        self._context = FunctionContext(settings=settings, bucket=bucket, encryption_key=encryption_key)
        self._layers: dict[str, lambda_.ILayerVersion] = {}
        self.prepare_modules = self._function(table.PREPARE_MODULES)
        self.course_planner = self._function(table.COURSE_PLANNER)
        self.content_gen = self._function(table.CONTENT_GEN)
        self.visual_planner = self._function(table.VISUAL_PLANNER)
        self.images_gen = self._function(table.IMAGES_GEN)
        self.study_writer = self._function(table.STUDY_WRITER)
        self.lab_planner = self._function(table.LAB_PLANNER)
        self.lab_writer = self._function(table.LAB_WRITER)
        self.course_editor = self._function(table.COURSE_EDITOR)
        self.book_builder = self._function(table.BOOK_BUILDER)
        self.pdf_renderer = self._function(table.PDF_RENDERER)
        self.course_inbox = self._function(table.COURSE_INBOX) if settings.inbox_enabled else None

    @property
    def all(self) -> tuple[CourseFunction, ...]:
        """Every function that there is."""
        return (*self.steps, self.course_inbox) if self.course_inbox else self.steps

    @property
    def steps(self) -> tuple[CourseFunction, ...]:
        """Every function that the state machine invokes."""
        return (
            *(self.prepare_modules, self.course_planner, self.content_gen, self.visual_planner, self.images_gen),
            *(self.study_writer, self.lab_planner, self.lab_writer),
            *(self.course_editor, self.book_builder, self.pdf_renderer),
        )

    def _function(self, plan: FunctionPlan) -> CourseFunction:
        # Local AWS runs functions under this very Python, which has their dependencies.
        is_local = self._context.settings.target is Target.LOCAL
        layers = [] if is_local else [self._layer(name) for name in plan.layers]
        return CourseFunction(self, plan, self._context, layers)

    def _layer(self, name: str) -> lambda_.ILayerVersion:
        if name not in self._layers:
            requirements = LAYERS_FOLDER / f"{name}.txt"
            self._layers[name] = DependencyLayer(self, f"{name.capitalize()}Layer", requirements=requirements).layer
        return self._layers[name]

"""A course that the state machine's definition runs, its functions replaced."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeVar

from book_builder.book_request import BookRequest, BookResult
from content_gen.content_request import ContentRequest, ContentResult, LessonSummary
from course_editor.editing_request import EditingRequest, EditingResult
from course_kit.outline import Editing
from course_kit.run.events import BaseParams
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.usage import Usage
from course_planner.course_planning_request import CoursePlanningRequest, CoursePlanningResult
from images_gen.images_request import ImagesRequest, ImagesResult
from lab_planner.lab_planning_request import LabPlanningRequest, LabPlanningResult
from lab_writer.lab_writing_request import LabWritingRequest, LabWritingResult
from pdf_renderer.handler import PdfRequest, PdfResult
from prepare_modules.execution_request import ExecutionRequest
from prepare_modules.run_preparation import PreparedRun
from study_writer.study_writing_request import StudyWritingRequest, StudyWritingResult
from tests.support.definition_run import EXECUTION_ARN, Function, StateFailed
from visual_planner.visual_planning_request import VisualPlanningRequest, VisualPlanningResult

BUCKET = "course-bucket"
FOLDER = "251016-networks-01"
REQUEST: dict[str, object] = {"outline_s3_key": f"{FOLDER}/outline.yaml", "project_folder": FOLDER}
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LONG_TITLE = "Ä" * 200
BRIEF_VERSION = "3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo"

Received = TypeVar("Received", bound=BaseParams)


class Course:
    """Functions that take and give the models of the real ones, and remember what they were sent."""

    def __init__(self, lessons_by_module: Mapping[int, int], *, content_type: str = "theory") -> None:
        self.lessons_by_module = lessons_by_module
        self.content_type = content_type
        self.plans_course = True
        self.editing = Editing.APPLY
        self.failures: dict[tuple[str, int], StateFailed] = {}
        self.sent: list[tuple[str, BaseParams]] = []
        self.keys = ProjectKeys(FOLDER)

    def functions(self) -> dict[str, Function]:
        theory = ("prepare_modules", "content_gen", "visual_planner", "images_gen", "book_builder", "pdf_renderer")
        whole = ("course_planner", "course_editor")
        return {name: getattr(self, name) for name in (*theory, *whole, "study_writer", "lab_planner", "lab_writer")}

    def prepare_modules(self, event: dict[str, object]) -> object:
        request = ExecutionRequest.model_validate(event)
        assert (request.execution_name, request.execution_arn) == ("run-1", EXECUTION_ARN)
        params = BaseParams(
            course_bucket=BUCKET,
            lesson_max_concurrency=5,
            planner_max_concurrency=5,
            image_max_concurrency=4,
            editing=self.editing,
            **request.model_dump(include=BaseParams.model_fields.keys() - {"course_bucket"}),
        )
        prepared = PreparedRun(
            modules=tuple(self.lessons_by_module),
            content_type=request.content_type,
            max_concurrency=request.max_concurrency or 3,
            allow_partial=request.allow_partial,
            plans_course=self.plans_course,
            base_params=params,
        ).model_dump(mode="json", exclude_none=True)
        return {**prepared, "content_type": self.content_type}

    def course_planner(self, event: dict[str, object]) -> object:
        self._received("course_planner", CoursePlanningRequest.model_validate(event))
        return CoursePlanningResult(
            brief_params={"brief_version": BRIEF_VERSION}, counts={"slices": 40, "made": 40}
        ).model_dump(mode="json")

    def course_editor(self, event: dict[str, object]) -> object:
        self._received("course_editor", EditingRequest.model_validate(event))
        return EditingResult(
            findings_key=self.keys.findings(), manifest_key=self.keys.editing_manifest(), counts={"findings": 3}
        ).model_dump(mode="json")

    def content_gen(self, event: dict[str, object]) -> object:
        request = self._received("content_gen", ContentRequest.model_validate(event))
        [number] = request.module_numbers
        lessons = [
            LessonSummary(
                module_number=number,
                lesson_number=lesson,
                title=LONG_TITLE,
                s3_key=self.lesson_key(number, lesson),
                word_count=1000,
                visual_count=2,
            )
            for lesson in range(1, self.lessons_by_module[number] + 1)
        ]
        return ContentResult(
            module_number=number,
            manifest_key=self.keys.manifest(number),
            modules_generated=[number],
            total_lessons=len(lessons),
            total_words=1000 * len(lessons),
            lesson_keys=[lesson.s3_key for lesson in lessons],
            lessons=lessons,
        ).model_dump(mode="json")

    def visual_planner(self, event: dict[str, object]) -> object:
        request = self._received("visual_planner", VisualPlanningRequest.model_validate(event))
        assert request.lesson_key == self.lesson_key(request.module_number, request.lesson_number)
        # The first lesson has no visuals: once an empty list ended the run.
        prompts = [] if request.lesson_number == 1 else [f"{FOLDER}/prompts/{LONG_TITLE}-{n}.json" for n in range(40)]
        return VisualPlanningResult(
            module_number=request.module_number,
            lesson_number=request.lesson_number,
            prompt_keys=tuple(prompts),
            visual_ids=tuple(f"{request.module_number:03d}-{request.lesson_number:02d}-{n:04d}" for n in range(40)),
            visual_count=len(prompts),
            reused=0,
            prompt_version="0123456789ab",
            usage=Usage(model_calls=1, input_tokens=123_456, output_tokens=12_345),
            started_at=NOW,
            ended_at=NOW,
        ).model_dump(mode="json")

    def images_gen(self, event: dict[str, object]) -> object:
        request = self._received("images_gen", ImagesRequest.model_validate(event))
        planned = [plan.lesson_number for plan in request.visual_plans]
        assert planned == list(range(1, self.lessons_by_module[request.module_number] + 1))
        key = self.keys.manifest(request.module_number)
        counts = {"lessons": len(planned), "visuals": 40, "rendered": 40, "reused": 0, "fallbacks": 0, "stand_ins": 0}
        return ImagesResult(
            module_number=request.module_number, manifest_key=key, image_mappings_key=key, counts=counts
        ).model_dump(mode="json")

    def study_writer(self, event: dict[str, object]) -> object:
        request = self._received("study_writer", StudyWritingRequest.model_validate(event))
        return StudyWritingResult(
            module_number=request.module_number,
            manifest_key=self.keys.study_manifest(request.module_number),
            counts={"quizzes": 50, "questions": 400, "terms": 500, "study_reused": 50},
        ).model_dump(mode="json")

    def lab_planner(self, event: dict[str, object]) -> object:
        request = self._received("lab_planner", LabPlanningRequest.model_validate(event))
        key = self.keys.lab_plan(request.module_number)
        return LabPlanningResult(module_number=request.module_number, master_plan_key=key, lab_count=2).model_dump(
            mode="json"
        )

    def lab_writer(self, event: dict[str, object]) -> object:
        request = self._received("lab_writer", LabWritingRequest.model_validate(event))
        return LabWritingResult(
            module_number=request.module_number,
            manifest_key=self.keys.lab_manifest(request.module_number),
            lab_guide_keys=[f"{FOLDER}/labguide/lab-{LONG_TITLE}-{n}.md" for n in range(2)],
            counts={"labs": 2, "reused": 0},
        ).model_dump(mode="json")

    def book_builder(self, event: dict[str, object]) -> object:
        request = self._received("book_builder", BookRequest.model_validate(event))
        book = {name: f"{FOLDER}/book/B.{name}" for name in ("md", "json", "html", "epub", "docx", "typst")}
        guide = {name: f"{FOLDER}/book/B_labs.{name}" for name in book}
        return BookResult(
            book=book if request.manifest_keys else {},
            lab_guide=guide if request.lab_manifest_keys else {},
            title="B",
            counts={"modules": len(request.manifest_keys or request.lab_manifest_keys)},
        ).model_dump(mode="json")

    def pdf_renderer(self, event: dict[str, object]) -> object:
        request = self._received("pdf_renderer", PdfRequest.model_validate(event))
        made = {"book": request.book, "lab_guide": request.lab_guide}
        pdfs = {
            name: {"pdf": formats["typst"].replace(".typst", ".pdf")} if formats else {}
            for name, formats in made.items()
        }
        return PdfResult(**pdfs, counts=request.counts).model_dump(mode="json")

    def lesson_key(self, module_number: int, lesson_number: int) -> str:
        return f"{FOLDER}/lessons/module-{module_number}-lesson-{lesson_number}-{'a' * 60}.md"

    def sent_as(self, kind: type[Received]) -> list[Received]:
        """Return the requests of one kind."""
        return [request for _, request in self.sent if isinstance(request, kind)]

    def _received(self, package: str, request: Received) -> Received:
        self.sent.append((package, request))
        if failure := self.failures.get((package, getattr(request, "module_number", 0))):
            raise failure
        return request

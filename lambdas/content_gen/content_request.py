"""The step's event and result. Three ways to name modules stay supported: today's and both of earlier deployments."""

from typing import ClassVar

from pydantic import BaseModel, Field

from course_kit.records.manifest import ModuleManifest
from course_kit.run.events import BaseParams


class ContentRequest(BaseParams):
    """Which modules to write.

    ``module_number`` is what ModulePipeline sends; ``modules_to_generate`` (list or number) and ``module_to_generate``
    are what sequential state machines of earlier deployments send.
    """

    asks: ClassVar[str] = "lesson"

    module_number: int | None = Field(default=None, ge=1)
    modules_to_generate: list[int] | int | None = None
    module_to_generate: int = Field(default=1, ge=1)

    @property
    def log_keys(self) -> dict[str, str | int]:
        """The fields that every log line of the step has; several modules have no number there."""
        number = {} if self.module_number is None else {"module_number": self.module_number}
        return super().log_keys | number

    @property
    def module_numbers(self) -> tuple[int, ...]:
        """The modules to write: the first of the three that is given, by default module 1."""
        if self.module_number is not None:
            return (self.module_number,)
        if isinstance(self.modules_to_generate, int):
            return (self.modules_to_generate,)
        return tuple(dict.fromkeys(self.modules_to_generate or (self.module_to_generate,)))


class LessonSummary(BaseModel):
    """One lesson, by key."""

    module_number: int
    lesson_number: int
    title: str
    s3_key: str
    word_count: int
    visual_count: int


class ContentResult(BaseModel):
    """Keys and counts only. ``module_number`` and ``manifest_key`` are those of the first module."""

    module_number: int
    manifest_key: str
    modules_generated: list[int]
    total_lessons: int
    total_words: int
    lesson_keys: list[str]
    lessons: list[LessonSummary]


def content_result(manifests: list[ModuleManifest], manifest_keys: list[str]) -> ContentResult:
    """Sum up the manifests of the modules written."""
    lessons = [
        LessonSummary(
            module_number=manifest.module_number,
            lesson_number=lesson.lesson_number,
            title=lesson.title,
            s3_key=lesson.s3_key,
            word_count=lesson.word_count,
            visual_count=lesson.visual_count,
        )
        for manifest in manifests
        for lesson in manifest.lessons
    ]
    return ContentResult(
        module_number=manifests[0].module_number,
        manifest_key=manifest_keys[0],
        modules_generated=[manifest.module_number for manifest in manifests],
        total_lessons=len(lessons),
        total_words=sum(lesson.word_count for lesson in lessons),
        lesson_keys=[lesson.s3_key for lesson in lessons],
        lessons=lessons,
    )

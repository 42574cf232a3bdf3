"""The step's event and result."""

from typing import ClassVar

from pydantic import BaseModel

from course_kit.records.manifest import StudyManifest
from course_kit.run.events import ModuleParams


class StudyWritingRequest(ModuleParams):
    """One module whose lessons are written."""

    asks: ClassVar[str] = "study"


class StudyWritingResult(BaseModel):
    """Keys and counts only."""

    module_number: int
    manifest_key: str
    counts: dict[str, int]


def study_writing_result(manifest: StudyManifest, manifest_key: str) -> StudyWritingResult:
    """Sum up the manifest of the module's study parts."""
    return StudyWritingResult(
        module_number=manifest.module_number,
        manifest_key=manifest_key,
        counts={
            "quizzes": sum(lesson.questions > 0 for lesson in manifest.lessons),
            "questions": sum(lesson.questions for lesson in manifest.lessons),
            "terms": sum(lesson.terms for lesson in manifest.lessons),
            "study_reused": sum(lesson.is_reused for lesson in manifest.lessons),
        },
    )

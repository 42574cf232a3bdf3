"""``manifests/module-MM.json``: the artefacts of one module, with times, sources and usage.

content_gen writes it after each lesson, so that progress is visible, and images_gen completes it. The module's own
iteration is the only writer. So a conditional write fails only for two executions, or for two attempts of one step: see
`course_kit.records.journal`.
"""

from datetime import datetime

from pydantic import Field

from course_kit.data_models import ClosedModel
from course_kit.records.journal import ModuleEntry
from course_kit.records.visuals import Figure
from course_kit.records.written_record import WrittenRecord
from course_kit.usage import Usage


def lesson_identity(lesson_number: int) -> str:
    """Return the identity of a lesson, or of an artefact of the lesson, within its module."""
    return f"lesson {lesson_number}"


class LessonRecord(WrittenRecord):
    """One written lesson."""

    lesson_number: int
    word_count: int = 0
    word_target: int = 0
    """The requested number of words; 0 when unknown."""
    visual_count: int = 0
    code_samples: int = 0
    """The number of code blocks whose language can be checked."""
    code_failures: int = 0
    """Those of them that do not parse, which the book marks."""

    @property
    def identity(self) -> str:
        """Which of its module's texts it is."""
        return lesson_identity(self.lesson_number)


class VisualPlanRecord(ClosedModel):
    """The plan of one lesson's visuals, from visual_planner."""

    lesson_number: int
    visual_count: int
    stale_count: int = 0
    """The number of plans of an earlier prompt, model or title, which are kept."""
    prompt_version: str = ""
    is_reused: bool
    started_at: datetime
    ended_at: datetime
    usage: Usage = Usage()


class ImagesRecord(ClosedModel):
    """The rendering of one module's visuals."""

    started_at: datetime
    ended_at: datetime
    usage: Usage = Usage()


class LabRecord(WrittenRecord):
    """One written lab guide."""

    lab_id: str
    lesson_number: int
    word_count: int = 0

    @property
    def identity(self) -> str:
        """Which of its module's texts it is."""
        return self.lab_id


class LabManifest(ModuleEntry):
    """``manifests/module-MM-labs.json``: the labs of one module from one execution, in plan order."""

    plan_key: str
    planned_ids: tuple[str, ...] = ()
    is_plan_reused: bool
    plan_started_at: datetime
    plan_ended_at: datetime
    plan_usage: Usage = Usage()
    labs: tuple[LabRecord, ...] = ()

    @property
    def usage(self) -> Usage:
        """The usage of this execution's calls for the module's labs."""
        return sum((lab.usage for lab in self.labs), self.plan_usage)

    @property
    def is_complete(self) -> bool:
        """Whether every planned lab is written."""
        return {lab.lab_id for lab in self.labs} == set(self.planned_ids)


class StudyRecord(WrittenRecord):
    """The written study parts of one lesson."""

    lesson_number: int
    key_points: int = 0
    questions: int = 0
    terms: int = 0
    dropped: int = 0
    """Questions and terms of the model that failed the checks and were removed."""

    @property
    def identity(self) -> str:
        """Which of its module's texts it is."""
        return lesson_identity(self.lesson_number)


class StudyManifest(ModuleEntry):
    """``manifests/module-MM-study.json``: the study parts of one module from one execution.

    ``lesson_total`` is 0 when the course has no study parts. Lessons are in outline order.
    """

    lesson_total: int
    started_at: datetime
    lessons: tuple[StudyRecord, ...] = ()

    @property
    def usage(self) -> Usage:
        """The usage of this execution's calls for the module's study parts."""
        return sum((lesson.usage for lesson in self.lessons), Usage())

    @property
    def is_complete(self) -> bool:
        """Whether every lesson that needs study parts has them."""
        return len(self.lessons) == self.lesson_total


class ModuleManifest(ModuleEntry):
    """The artefacts of one module from one execution. Lessons are in outline order."""

    lesson_total: int
    started_at: datetime
    lessons: tuple[LessonRecord, ...] = ()
    visual_plans: tuple[VisualPlanRecord, ...] = ()
    images: ImagesRecord | None = None
    figures: dict[str, Figure] = Field(default_factory=dict)

    @property
    def usage(self) -> Usage:
        """The usage of this execution's calls for the module."""
        parts = [lesson.usage for lesson in self.lessons] + [plan.usage for plan in self.visual_plans]
        return sum(parts, self.images.usage if self.images else Usage())

    @property
    def reused_count(self) -> int:
        """The number of lessons and figures that existed already."""
        reused_lessons = sum(lesson.is_reused for lesson in self.lessons)
        return reused_lessons + sum(figure.is_reused for figure in self.figures.values())

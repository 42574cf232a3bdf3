"""``manifests/module-MM.json``: what one module made, when, from what, and what it used.

Written by content_gen (while lessons come in, so that progress can be watched) and completed by images_gen. The one
writer at any moment is the module's own iteration, so conditional writes fail only when two executions meet, or an
attempt of a step and one that was given up before it: see `course_kit.records.journal`.
"""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from course_kit.records.journal import ExecutionEntry
from course_kit.records.visuals import Figure
from course_kit.usage import Usage


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def lesson_identity(lesson_number: int) -> str:
    """Return what names a lesson, or what belongs to it, within its module."""
    return f"lesson {lesson_number}"


class LessonRecord(_Record):
    """One lesson as written; a reused one keeps the times and usage of this run (zero calls), not of its making."""

    lesson_number: int
    title: str
    s3_key: str
    fingerprint: str
    word_count: int
    word_target: int = 0
    """The words asked for; 0 where nobody noted it."""
    visual_count: int
    model_id: str
    prompt_version: str = ""
    code_samples: int = 0
    """Code blocks whose language can be checked."""
    code_failures: int = 0
    """Of these, what does not parse; the book marks it."""
    is_reused: bool
    started_at: datetime
    ended_at: datetime
    usage: Usage = Usage()

    @property
    def identity(self) -> str:
        """Which of its module's texts it is."""
        return lesson_identity(self.lesson_number)


class VisualPlanRecord(_Record):
    """The planning of one lesson's visuals, as visual_planner returned it."""

    lesson_number: int
    visual_count: int
    prompt_version: str = ""
    is_reused: bool
    started_at: datetime
    ended_at: datetime
    usage: Usage = Usage()


class ImagesRecord(_Record):
    """The rendering of one module's visuals."""

    started_at: datetime
    ended_at: datetime
    usage: Usage = Usage()


class LabRecord(_Record):
    """One lab guide as written; a reused one keeps the times and usage of this run."""

    lab_id: str
    title: str
    lesson_number: int
    s3_key: str
    fingerprint: str
    word_count: int
    model_id: str
    prompt_version: str = ""
    is_reused: bool
    started_at: datetime
    ended_at: datetime
    usage: Usage = Usage()

    @property
    def identity(self) -> str:
        """Which of its module's texts it is."""
        return self.lab_id


class LabManifest(ExecutionEntry):
    """``manifests/module-MM-labs.json``: the labs that one module made in one execution. Labs are in plan order."""

    module_number: int
    title: str
    plan_key: str
    planned_ids: tuple[str, ...] = ()
    is_plan_reused: bool
    plan_started_at: datetime
    plan_ended_at: datetime
    plan_usage: Usage = Usage()
    labs: tuple[LabRecord, ...] = ()

    @property
    def usage(self) -> Usage:
        """Everything this execution's calls for the module's labs used."""
        return sum((lab.usage for lab in self.labs), self.plan_usage)

    @property
    def is_complete(self) -> bool:
        """Whether every planned lab is written."""
        return {lab.lab_id for lab in self.labs} == set(self.planned_ids)


class StudyRecord(_Record):
    """The study parts of one lesson as written; a reused one keeps the times and usage of this run."""

    lesson_number: int
    title: str
    s3_key: str
    fingerprint: str
    key_points: int
    questions: int
    terms: int
    dropped: int
    """Questions and terms that the model gave and the checks took out."""
    model_id: str
    prompt_version: str
    is_reused: bool
    started_at: datetime
    ended_at: datetime
    usage: Usage = Usage()

    @property
    def identity(self) -> str:
        """Which of its module's texts it is."""
        return lesson_identity(self.lesson_number)


class StudyManifest(ExecutionEntry):
    """``manifests/module-MM-study.json``: the study parts that one module made in one execution.

    ``lesson_total`` is 0 when the course has none of them. Lessons are in outline order.
    """

    module_number: int
    title: str
    lesson_total: int
    started_at: datetime
    lessons: tuple[StudyRecord, ...] = ()

    @property
    def usage(self) -> Usage:
        """Everything this execution's calls for the module's study parts used."""
        return sum((lesson.usage for lesson in self.lessons), Usage())

    @property
    def is_complete(self) -> bool:
        """Whether every lesson that is to have study parts has them."""
        return len(self.lessons) == self.lesson_total


class ModuleManifest(ExecutionEntry):
    """What one module made in one execution. Lessons are in outline order."""

    module_number: int
    title: str
    lesson_total: int
    started_at: datetime
    lessons: tuple[LessonRecord, ...] = ()
    visual_plans: tuple[VisualPlanRecord, ...] = ()
    images: ImagesRecord | None = None
    figures: dict[str, Figure] = Field(default_factory=dict)

    @property
    def usage(self) -> Usage:
        """Everything this execution's calls for the module used."""
        parts = [lesson.usage for lesson in self.lessons] + [plan.usage for plan in self.visual_plans]
        return sum(parts, self.images.usage if self.images else Usage())

    @property
    def reused_count(self) -> int:
        """Lessons and figures that were there already."""
        reused_lessons = sum(lesson.is_reused for lesson in self.lessons)
        return reused_lessons + sum(figure.is_reused for figure in self.figures.values())

"""The inputs of a run that decide which texts it wants; `plan` has them before there is an execution."""

from dataclasses import dataclass
from functools import cached_property

from course_kit.brief.course_brief import CourseBrief
from course_kit.brief.course_context import CourseContext
from course_kit.outline import Outline
from course_kit.run.regeneration import Regeneration
from course_kit.store.artefact_keys import ProjectKeys


@dataclass(frozen=True, kw_only=True)
class RunInputs:
    """An outline in a project, the models that write it, and the run's options."""

    keys: ProjectKeys
    outline: Outline
    text_model_id: str
    short_text_model_id: str
    """The model of study parts, plans and edits; the text model where they have none of their own."""
    lab_requirements: str
    regeneration: Regeneration
    brief: CourseBrief | None = None
    """What the lessons of the course agree on; None for a course without a brief."""
    books_only: bool = False
    """Whether the run asks no model."""

    @cached_property
    def course_context(self) -> CourseContext:
        """What every text is told about the whole course."""
        return CourseContext.of(self.outline, self.brief)

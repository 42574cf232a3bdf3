"""Labs in the outline, and plans of labs."""

from pydantic import Field

from course_kit.data_models import ClosedModel
from course_kit.outline import LabActivity, Module
from course_kit.store.ids import LabId
from course_kit.text.printed_text import PrintedText


class OutlineLab(ClosedModel):
    """One lab of the outline with its place. ``lesson_number`` is 0 for a lab of the module itself."""

    lab_id: str
    module_number: int
    lesson_number: int
    lesson_title: str
    title: str
    type: str
    minutes: int | None
    bloom_levels: tuple[str, ...]
    objective: str
    description: str


class LabTool(ClosedModel):
    """A tool that a lab needs. Without a ``version`` the reader is told to validate it."""

    name: PrintedText = Field(min_length=1, max_length=100)
    version: PrintedText | None = Field(default=None, max_length=40)


class PlannedLab(ClosedModel):
    """The plan of one lab, which is all that its writer gets of the module's plan."""

    lab_id: str
    lesson_number: int
    title: str
    objectives: tuple[str, ...]
    duration_minutes: int
    prerequisites: tuple[str, ...]
    environment: str
    tools: tuple[LabTool, ...]
    depends_on: tuple[str, ...]


class ModuleLabPlan(ClosedModel):
    """``labguide/module-MM-plan.json``: the labs of one module, in the outline's order. It may be empty."""

    module_number: int
    labs: tuple[PlannedLab, ...] = ()


class CourseLabPlan(ClosedModel):
    """``labguide/lab-master-plan.json``: the labs of a lab guide, by module."""

    modules: dict[int, tuple[PlannedLab, ...]]


def labs_of_module(module: Module) -> tuple[OutlineLab, ...]:
    """Return a module's labs: those of its lessons in order, then its own."""
    places: list[tuple[int, str, tuple[LabActivity, ...]]] = [
        (lesson.number, lesson.title, lesson.lab_activities) for lesson in module.lessons
    ]
    places.append((0, "", module.lab_activities))
    return tuple(
        OutlineLab(
            lab_id=str(LabId(module.number, lesson_number, lab.slot or position)),
            module_number=module.number,
            lesson_number=lesson_number,
            lesson_title=lesson_title,
            title=lab.title,
            type=lab.type,
            minutes=lab.duration_minutes,
            bloom_levels=tuple(lab.bloom_level),
            objective=lab.objective,
            description=lab.description,
        )
        for lesson_number, lesson_title, labs in places
        for position, lab in enumerate(labs, start=1)
    )

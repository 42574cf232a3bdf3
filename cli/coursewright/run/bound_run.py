"""What a run is asked for, checked against its outline and bound to its project: the same for `plan` and `generate`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from course_kit.errors import RequestInvalid
from course_kit.outline import Outline
from course_kit.prices import OwnPrices
from course_kit.records.course_record import CourseRecord
from course_kit.run.events import ContentType, ModelProvider
from course_kit.run.regeneration import Regeneration, in_slots
from course_kit.store.artefact_keys import ProjectKeys, is_project_folder, slug_of
from coursewright.deployment import Deployment
from coursewright.errors import BadInput
from coursewright.outline_file import OutlineFile
from coursewright.run.renamed_course import refuse_renamed_course
from coursewright.run.request import check_targets, project_of, require_labs
from prepare_modules.run_preparation import planned_visual_ids


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """The options that decide what a run makes."""

    project: str | None
    content_type: ContentType
    lab_requirements: str
    modules: str
    provider: ModelProvider
    title: str | None
    author: str | None
    regenerate: tuple[str, ...]
    prices: OwnPrices | None = None


@dataclass(frozen=True, kw_only=True)
class BoundRun:
    """A run of an outline in a project of a deployment."""

    options: RunOptions
    outline_file: OutlineFile
    numbers: tuple[int, ...]
    """The chosen modules, by the numbers that readers see."""
    deployment: Deployment
    project: str
    edition_of: str
    """The project of the same course in another language whose name this one has extended; empty for none."""
    record: CourseRecord
    """The project's record of its course before the run."""

    @cached_property
    def keys(self) -> ProjectKeys:
        """The keys of the project."""
        return ProjectKeys(self.project)

    @cached_property
    def outline(self) -> Outline:
        """The outline with the slots of its parts as numbers."""
        return self.record.bind(self.outline_file.outline)

    @cached_property
    def slots(self) -> tuple[int, ...]:
        """The chosen modules, by the numbers in keys."""
        return tuple(module.number for module in self.outline.modules if module.shown in self.numbers)

    @cached_property
    def regeneration(self) -> Regeneration:
        """What is made again although it exists; raises `BadInput` for what the run does not make."""
        try:
            regeneration = Regeneration.of(in_slots(self.options.regenerate, self.outline))
            visual_ids = planned_visual_ids(self.deployment.store, self.keys, regeneration)
            regeneration.check(self.outline, self.slots, self.options.content_type, visual_ids)
        except RequestInvalid as error:
            raise BadInput(f"--{error}") from None
        return regeneration


def bind_run(
    outline_path: Path,
    options: RunOptions,
    find_deployment: Callable[[], Deployment],
    before_deployment: Callable[[str], object] = lambda _: None,
) -> BoundRun:
    """Check what a run is asked for, and bind it to its project.

    Parameters
    ----------
    find_deployment
        Called for valid input only.
    before_deployment
        Called before it, with the project's usual name; it may raise.

    Raises
    ------
    BadInput
        The outline or an option is wrong, or the default project is new and another one has the course.
    """
    outline_file = OutlineFile.read(outline_path)
    numbers = outline_file.select(options.modules)
    project = project_of(options.project, outline_file)
    require_labs(outline_file, numbers, options.content_type)
    check_targets(options.regenerate, outline_file, numbers, options.content_type)
    before_deployment(project)
    deployment = find_deployment()
    record = CourseRecord.read(deployment.store, ProjectKeys(project))
    if options.project is None and not record.slots.modules and (earlier := _before_its_id(deployment, outline_file)):
        project, record = earlier
        before_deployment(project)
    if options.project is None and not record.slots.modules:
        refuse_renamed_course(deployment.store, project, outline_file.outline)
    language = outline_file.outline.course.language
    edition_of = ""
    if options.project is None and record.is_other_language(language):
        edition_of, project = project, f"{project}-{language.lower()}"
        record = CourseRecord.read(deployment.store, ProjectKeys(project))
    bound = BoundRun(
        options=options,
        outline_file=outline_file,
        numbers=numbers,
        deployment=deployment,
        project=project,
        edition_of=edition_of,
        record=record,
    )
    # Checked here, so that nobody is asked anything about a run that cannot be.
    _ = bound.regeneration
    return bound


def _before_its_id(deployment: Deployment, outline_file: OutlineFile) -> tuple[str, CourseRecord] | None:
    """Return the project of a course from before its outline had an ``id``, named by its title; None for none."""
    course = outline_file.outline.course
    project = slug_of(course.title)
    if course.id is None or not is_project_folder(project):
        return None
    record = CourseRecord.read(deployment.store, ProjectKeys(project))
    is_this = record.slots.modules and record.course_id in ("", course.id)
    return (project, record) if is_this and not record.objections(outline_file.outline) else None

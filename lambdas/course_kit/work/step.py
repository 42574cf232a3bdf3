"""A step as a value: what a function needs to make artefacts, opened in one place for every handler."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Generic, Self, TypeVar

from aws_lambda_powertools import Logger

from course_kit.brief.course_brief import CourseBrief
from course_kit.deadline import Deadline, HasRemainingTime
from course_kit.outline import Module, Outline
from course_kit.records.course_record import CourseRecord
from course_kit.records.project_lease import ProjectLease
from course_kit.records.spending import Spending
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import BaseParams, parse_event
from course_kit.run.outline_source import load_outline, module_of
from course_kit.run.regeneration import Regeneration
from course_kit.run.run_inputs import RunInputs
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.edited import read_edited

Request_co = TypeVar("Request_co", bound=BaseParams, covariant=True)
logger = Logger()


@dataclass(frozen=True, kw_only=True)
class Step(Generic[Request_co]):
    """One event of one function. The outline and the targets are read at their first use."""

    environment: FunctionEnvironment
    request: Request_co
    store: ArtefactStore
    lease: ProjectLease
    spending: Spending | None
    deadline: Deadline

    @classmethod
    def of(cls, event: object, request_type: type[Request_co], context: HasRemainingTime) -> Self:
        """Open a step, and add the run's names to the logger's keys.

        Raises
        ------
        RequestInvalid
            The event is not a valid request.
        """
        request = parse_event(event, request_type)
        environment = FunctionEnvironment.load().of_run(
            request.model_provider, request.text_model_id, request.short_text_model_id
        )
        logger.append_keys(**request.log_keys)
        store = ArtefactStore.connect(request.course_bucket)
        return cls(
            environment=environment,
            request=request,
            store=store,
            lease=ProjectLease.of(store, request),
            spending=Spending.of(store, request),
            deadline=Deadline.of(context),
        )

    @property
    def keys(self) -> ProjectKeys:
        """The keys of the run's project."""
        return self.lease.keys

    @cached_property
    def outline(self) -> Outline:
        """The outline of the run, its numbers the slots of its parts; raises ``OutlineInvalid`` as `load_outline`."""
        return self.course_record.bind(load_outline(self.store, self.request))

    @cached_property
    def course_record(self) -> CourseRecord:
        """The record of the project's course, as the run began with it."""
        return CourseRecord.read(self.store, self.keys, self.request.course_version)

    def module(self, number: int) -> Module:
        """Return one module of the outline; raises as `outline`, and ``RequestInvalid`` without that module."""
        return module_of(self.outline, number)

    @cached_property
    def regeneration(self) -> Regeneration:
        """The artefacts to make again; raises ``RequestInvalid`` for an invalid target."""
        return Regeneration.of(self.request.regenerate)

    @cached_property
    def brief(self) -> CourseBrief | None:
        """The brief of the run in the version that its first states fixed; None for a run without one."""
        version = self.request.brief_version
        return None if version is None else read_edited(self.store, self.keys.brief(), CourseBrief, version)

    @cached_property
    def inputs(self) -> RunInputs:
        """The inputs that decide which texts the run wants; raises as `outline` and `regeneration`."""
        return RunInputs(
            keys=self.keys,
            outline=self.outline,
            text_model_id=self.environment.models.text(self.request.model_provider),
            short_text_model_id=self.environment.models.short_text(self.request.model_provider),
            lab_requirements=self.request.lab_requirements,
            regeneration=self.regeneration,
            brief=self.brief,
            books_only=self.request.books_only,
        )

    @property
    def lessons_at_once(self) -> int:
        """How many texts of a module to write in parallel: the run's number, within the deployment's limit."""
        return self.environment.lessons_at_once(self.request.lesson_max_concurrency)

    @property
    def images_at_once(self) -> int:
        """How many visuals of a module to render in parallel: the run's number, within the deployment's limit."""
        return self.environment.images_at_once(self.request.image_max_concurrency)

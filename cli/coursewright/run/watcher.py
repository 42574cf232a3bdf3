"""The watcher of a run: reads what the run writes while it goes on, and only what has changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeVar

from pydantic import ValidationError

from course_kit.forecast.scheduling import Concurrency
from course_kit.model.drafts import DraftRecord
from course_kit.outline import Module
from course_kit.outline.book_parts import EVERY_PART
from course_kit.records.brief_manifest import BriefManifest
from course_kit.records.editing_manifest import EditingManifest
from course_kit.records.manifest import LabManifest, ModuleManifest, StudyManifest
from course_kit.run.events import ContentType
from course_kit.store.artefact_keys import ProjectKeys, module_of_draft, visual_of
from coursewright.bound_outline import bound_outline
from coursewright.deployment import Deployment
from coursewright.deployment_settings import DeploymentSettings
from coursewright.run.execution import RunState, execution_arn
from coursewright.run.progress import ModuleProgress, RunManifests, RunProgress, module_progress
from coursewright.run.remaining_time import remaining_words
from coursewright.run.run_facts import RunFacts
from coursewright.run.run_forecast import ForecastMeter, RunForecast, position_of
from coursewright.run.step_troubles import StepTroubles
from coursewright.run.troubles import TroubleLine, trouble_lines

CourseManifest = TypeVar("CourseManifest", BriefManifest, EditingManifest)


@dataclass
class RunWatcher:
    """Reads the records of one run, and reads them again only after changes."""

    deployment: Deployment
    keys: ProjectKeys
    execution_name: str
    modules: Sequence[Module]
    content_type: ContentType
    _bodies: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    _facts: RunFacts = field(default_factory=RunFacts)
    _meter: ForecastMeter | None = None
    _steps: StepTroubles = field(init=False)

    def __post_init__(self) -> None:
        self._steps = StepTroubles(execution_arn(self.deployment, self.execution_name))

    def manifests(self) -> RunManifests:
        """Return the manifests that this run has written so far."""
        of_course = (self.keys.brief_manifest(), self.keys.editing_manifest())
        places = {
            key: (found_as, module.number)
            for module in self.modules
            for key, found_as in (
                (self.keys.manifest(module.number), "theory"),
                (self.keys.study_manifest(module.number), "study"),
                (self.keys.lab_manifest(module.number), "labs"),
            )
        }
        store = self.deployment.store
        listed = store.etags(self.keys.manifests())
        drafts = store.etags(self.keys.drafts())
        for key, etag in (listed | drafts).items():
            is_read = key in places or key in drafts or key in of_course
            has_changed = is_read and self._bodies.get(key, ("",))[0] != etag
            # A draft may have been deleted since the listing.
            if has_changed and (body := store.read(key)) is not None:
                self._bodies[key] = (etag, body)
        found = replace(RunManifests(), brief=self._of_course(self.keys.brief_manifest(), BriefManifest))
        found = replace(found, editing=self._of_course(self.keys.editing_manifest(), EditingManifest))
        for key, (_, body) in self._bodies.items():
            if key not in places:
                # A draft is deleted after its text is saved with the usage.
                if key in drafts:
                    self._add_draft(found, key, DraftRecord.model_validate_json(body))
                continue
            found_as, number = places[key]
            # An older run's manifest stays until the module starts in this run.
            if found_as == "theory" and self._is_of_this_run(made := ModuleManifest.model_validate_json(body)):
                found.theory[number] = made
            if found_as == "study" and self._is_of_this_run(studied := StudyManifest.model_validate_json(body)):
                found.study[number] = studied
            if found_as == "labs" and self._is_of_this_run(guided := LabManifest.model_validate_json(body)):
                found.labs[number] = guided
        return found

    def _of_course(self, key: str, kind: type[CourseManifest]) -> CourseManifest | None:
        """Return a manifest of the whole course, if this run has written it."""
        found = kind.model_validate_json(self._bodies[key][1]) if key in self._bodies else None
        return found if found is not None and found.execution_name == self.execution_name else None

    def _add_draft(self, found: RunManifests, key: str, draft: DraftRecord) -> None:
        found.unfinished.append(draft.used_by(self.execution_name))
        module, trouble = module_of_draft(key), draft.trouble
        if module is not None and trouble is not None and trouble.execution_name == self.execution_name:
            found.troubles.setdefault(module, []).append(trouble)

    def _is_of_this_run(self, manifest: ModuleManifest | StudyManifest | LabManifest) -> bool:
        return manifest.execution_name == self.execution_name

    def progress(self, state: RunState) -> RunProgress:
        """Return the progress of the run, whose execution's state was just read."""
        manifests = self.manifests()
        now = datetime.now(UTC)
        modules = self._modules(manifests)
        self._learn(has_all=all(module.is_complete for module in modules.values()))
        elapsed = ((state.ended_at or now) - state.started_at).total_seconds()
        meter = self._measured(manifests, modules, elapsed)
        shown = {module.number: module.shown for module in self.modules}
        troubles = {shown[number]: found for number, found in manifests.troubles.items() if number in shown}
        return RunProgress(
            modules=tuple(modules.values()),
            step=self._step(manifests, modules.values()) if state.is_running else "",
            percent=meter.percent(has_succeeded=state.has_succeeded) if meter else None,
            remaining=remaining_words(meter.remaining_seconds(elapsed)) if meter and state.is_running else "",
            usd=self._usd(manifests),
            troubles=self._all_troubles(trouble_lines(troubles, now), now) if state.is_running else (),
        )

    def _step(self, manifests: RunManifests, modules: Collection[ModuleProgress]) -> str:
        """Return the step of the whole course that goes on, in words; empty for the book, and while modules go on."""
        is_prepared = self._facts.estimate is not None
        if is_prepared and not manifests.has_begun and manifests.brief is None and self._plans_course:
            return "planning the course"
        has_all = all(module.is_complete for module in modules)
        if has_all and manifests.editing is not None and not self._facts.has_edits:
            return f"editing: {min(manifests.editing.calls, manifests.editing.found)} of {manifests.editing.found}"
        return ""

    @cached_property
    def _plans_course(self) -> bool:
        found = bound_outline(self.deployment.store, self.keys)
        return found is not None and found.outline.course.has_brief

    def _all_troubles(self, told: tuple[TroubleLine, ...], now: datetime) -> tuple[TroubleLine, ...]:
        """Return what functions tell, and the waiting steps of which they tell nothing."""
        kinds = {line.kind for line in told}
        waiting = self._steps.lines(self.deployment.step_functions, now)
        return (*told, *(line for line in waiting if line.kind not in kinds))

    def _modules(self, manifests: RunManifests) -> dict[int, ModuleProgress]:
        planned = self._planned_visuals() if manifests.theory else {}
        return {
            module.number: module_progress(
                module,
                self.content_type,
                manifests.theory.get(module.number),
                planned.get(module.number, 0),
                labs=manifests.labs.get(module.number),
                study=manifests.study.get(module.number),
            )
            for module in self.modules
        }

    def _learn(self, *, has_all: bool) -> None:
        """Read the run's summary once it is there, and again while the book is built."""
        if self._facts.estimate is None or (has_all and not self._facts.has_book):
            self._facts = RunFacts.read(self.deployment.store, self.keys.run(self.execution_name))

    def _measured(
        self, manifests: RunManifests, modules: dict[int, ModuleProgress], elapsed: float
    ) -> ForecastMeter | None:
        if self._meter is None and self._facts.estimate is not None:
            self._meter = ForecastMeter(self._forecast())
        if self._meter is not None:
            position = position_of(
                self._meter.forecast,
                modules,
                manifests,
                has_edits=self._facts.has_edits,
                has_book=self._facts.has_book,
            )
            self._meter.move(position, elapsed)
        return self._meter

    def _forecast(self) -> RunForecast:
        at_once = _usual_limits()
        models = self.deployment.models
        return RunForecast.of(
            self.modules,
            self.content_type,
            model_id=models.text(self._facts.provider) if models else "",
            book_parts=self.deployment.book_parts or EVERY_PART,
            editing=self.deployment.editing,
            at_once=replace(at_once, modules=self._facts.modules_at_once or at_once.modules),
        )

    def _usd(self, manifests: RunManifests) -> float | None:
        prices, usage = self._facts.prices, manifests.usage
        if prices is None:
            return None
        return prices.cost(usage, manifests.paid_images) or None

    def _planned_visuals(self) -> dict[int, int]:
        counts: dict[int, int] = {}
        for key in self.deployment.store.keys(self.keys.prompts()):
            if visual := visual_of(key):
                counts[visual.module] = counts.get(visual.module, 0) + 1
        return counts


def _usual_limits() -> Concurrency:
    """Return the limits in ``cdk.json``; while somebody edits it, those that it comes with."""
    try:
        return DeploymentSettings.of().concurrency
    except (OSError, KeyError, ValidationError):
        return Concurrency(modules=3, lessons=5, images=4)

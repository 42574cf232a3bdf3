"""Plans a module's labs in one structured call, and takes out of the plan what nobody stated."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from course_kit.model.complete_answers import answers_for_all
from course_kit.model.drafts import unit_of_work
from course_kit.outline import Module
from course_kit.outline.call_sizes import max_tokens_for_lab_designs
from course_kit.outline.labs import LabTool, ModuleLabPlan, OutlineLab, PlannedLab, labs_of_module
from course_kit.records.journal import Journal
from course_kit.records.manifest import LabManifest
from course_kit.records.written import Written
from course_kit.records.written_record import metadata_key
from course_kit.store.artefact import Artefact
from course_kit.store.edited import read_edited
from course_kit.store.provenance import marks_of_author, provenance
from course_kit.usage import Usage
from course_kit.work.earlier import settled
from course_kit.work.model_step import ModelStep
from course_kit.work.wanted import Verdict, Wanted, remembered, verdict
from lab_planner.lab_plan import LabDesign, LabPlan, LabPlanRequest
from lab_planner.lab_planning_request import LabPlanningRequest, LabPlanningResult
from lab_planner.lab_prompts import lab_plan_prompt, lab_plan_request, system_prompt
from lab_planner.wanted import kept_labs, wanted_lab_plan, without_labs

_MODEL = metadata_key("model_id")
# Two objectives that share half of their telling words are one.
_ALIKE, _LONG_ENOUGH = 0.5, 3


@dataclass(frozen=True)
class _StoredPlan:
    """A module's plan as saved, and the usage of this execution for it."""

    plan: ModuleLabPlan
    is_reused: bool
    usage: Usage
    written: Written


@dataclass(frozen=True)
class ModuleLabPlanner:
    """Plans the labs of one module. Safe to repeat: a plan of the same labs is kept."""

    step: ModelStep[LabPlanningRequest]

    async def plan(self) -> LabPlanningResult:
        """Plan the module's labs and record them; a module without labs has an empty plan and costs no call.

        Raises
        ------
        TextRejected
            The model's plan leaves out a lab, even after a second request.
        ArtefactConflict
            Another execution has taken the project over.
        """
        started_at = datetime.now(UTC)
        step, module = self.step, self.step.module(self.step.request.module_number)
        wanted = wanted_lab_plan(step.inputs, module)
        step.lease.require()
        manifest_key = step.keys.lab_manifest(module.number)
        before = step.store.read_model(manifest_key, LabManifest)
        stored = await self._stored_plan(module, wanted, before.written.get(wanted.key) if before else None)
        # An author's plan may have labs that the outline no longer has.
        wanted_ids = {lab.lab_id for lab in labs_of_module(module)}
        lab_ids = tuple(lab.lab_id for lab in stored.plan.labs if lab.lab_id in wanted_ids)

        def begun(own: LabManifest | None) -> LabManifest:
            return LabManifest(
                module_number=module.number,
                title=module.title,
                execution_name=step.request.execution_name,
                plan_key=wanted.key,
                planned_ids=lab_ids,
                is_plan_reused=stored.is_reused,
                plan_started_at=started_at,
                plan_ended_at=datetime.now(UTC),
                plan_usage=stored.usage,
                labs=own.labs if own else (),
            )

        journal = Journal.open(step.lease, manifest_key, LabManifest, begun)
        manifest = journal.entry = journal.entry.with_written({wanted.key: stored.written})

        def together_with(other: LabManifest) -> LabManifest:
            return other if other.planned_ids == lab_ids else manifest.model_copy(update={"labs": other.labs})

        await journal.save(lambda entry: entry, together_with=together_with)
        return LabPlanningResult(module_number=module.number, master_plan_key=wanted.key, lab_count=len(lab_ids))

    async def _stored_plan(self, module: Module, wanted: Wanted, known: Written | None) -> _StoredPlan:
        """Return the plan that is kept, or make one."""
        store, lease = self.step.store, self.step.lease
        stored, found = settled(store, wanted, store.find(wanted.key), lease, known)
        plan = read_edited(store, wanted.key, ModuleLabPlan) if stored else None
        request = lab_plan_request(self.step.outline, module, self.step.request.lab_requirements, self.step.brief)
        is_whole = plan is not None and _is_whole(plan, request, found)
        if stored is not None and plan is not None and is_whole and found is not Verdict.MAKE:
            # An attempt of this execution that was killed before it could record its plan has still paid for it.
            usage, written = found.usage(stored), remembered(wanted, found, stored, known)
            return _StoredPlan(plan, is_reused=found is not Verdict.OWN, usage=usage, written=written)
        if stored is not None and plan is not None and found is Verdict.LEFT:
            return self._shortened(wanted, stored, plan, request, known)
        kept = kept_labs(plan, wanted, known, found) if plan else {}
        lease.require()
        async with unit_of_work(lease, wanted.key) as unit:
            missing = request.model_copy(update={"labs": tuple(lab for lab in request.labs if lab.lab_id not in kept)})
            if missing.labs:
                wanted.require_model()
            designs = await self._design(missing) if missing.labs else {}
            usage = unit.used
            # Without the brief, whose author is a model: a version is stated by the outline alone.
            stated = lab_plan_request(self.step.outline, module, self.step.request.lab_requirements).model_dump_json()
            labs = tuple(
                kept.get(lab.lab_id) or _planned(lab, designs[lab.lab_id], stated, _earlier(request.labs, lab))
                for lab in request.labs
            )
            plan = ModuleLabPlan(module_number=module.number, labs=labs)
            model = {_MODEL: self.step.inputs.short_text_model_id} if missing.labs else {}
            # A plan that gets another lab stays the author's, also where the author left no name.
            owner: dict[str, str] = {}
            if stored is not None and found is Verdict.YOURS:
                owner = marks_of_author(stored.metadata)
            saved = store.write_model(
                wanted.key,
                plan,
                replacing=stored,
                fingerprint=wanted.fingerprint,
                shape=wanted.shape,
                metadata={**provenance(lease.execution_name, usage), **model, **owner},
            )
            await unit.done()
        if not lease.has_made(saved):
            # Another execution was quicker with a plan of the same labs; the guides have to follow one of the two.
            plan = store.read_model(wanted.key, ModuleLabPlan) or plan
        found = verdict(wanted, saved, lease, None)
        return _StoredPlan(plan, is_reused=False, usage=usage, written=remembered(wanted, found, saved, None))

    async def _design(self, request: LabPlanRequest) -> dict[str, LabDesign]:
        async def ask(missing: frozenset[str]) -> dict[str, LabDesign]:
            wanted = tuple(lab for lab in request.labs if lab.lab_id in missing)
            decision = await self.step.short_model.decide(
                lab_plan_prompt(request.model_copy(update={"labs": wanted})),
                LabPlan,
                system=system_prompt(self.step.inputs.course_context),
                max_tokens=max_tokens_for_lab_designs(len(wanted)),
            )
            return {design.lab_id: design for design in decision.value.labs}

        names = {lab.lab_id: f"lab {lab.lab_id} ({lab.title})" for lab in request.labs}
        return await answers_for_all(names, ask, "the plan of the module's labs")

    def _shortened(
        self, wanted: Wanted, stored: Artefact, plan: ModuleLabPlan, request: LabPlanRequest, known: Written | None
    ) -> _StoredPlan:
        """Return a plan that no model may change, without the labs that the outline no longer has."""
        planned = {lab.lab_id: lab for lab in plan.labs}
        if missing := [lab for lab in request.labs if lab.lab_id not in planned]:
            wanted.require_model(", ".join(f"lab {lab.lab_id} ({lab.title})" for lab in missing))
        kept = [lab.lab_id for lab in request.labs]
        written = without_labs(known, planned.keys() - set(kept))
        shorter = plan.model_copy(update={"labs": tuple(planned[lab_id] for lab_id in kept)})
        saved = self.step.store.write_model(
            wanted.key,
            shorter,
            replacing=stored,
            fingerprint=written.fingerprint,
            shape=stored.shape,
            metadata=provenance(self.step.lease.execution_name, Usage()),
        )
        written = written.model_copy(update={"sha256": saved.sha256})
        return _StoredPlan(shorter, is_reused=True, usage=Usage(), written=written)


def _is_whole(plan: ModuleLabPlan, request: LabPlanRequest, found: Verdict) -> bool:
    """Whether a kept plan has the labs that a run needs; the book has no place for others of the pipeline's."""
    wanted, planned = {lab.lab_id for lab in request.labs}, {lab.lab_id for lab in plan.labs}
    if found is Verdict.LEFT:
        return wanted == planned
    return found is not Verdict.YOURS or wanted <= planned


def _planned(lab: OutlineLab, design: LabDesign, stated: str, earlier: set[str]) -> PlannedLab:
    return PlannedLab(
        lab_id=lab.lab_id,
        lesson_number=lab.lesson_number,
        # The outline's own words where it has them: a plan adds to an outline and does not overrule it.
        title=lab.title,
        objectives=_one_list(lab.objective, design.objectives),
        duration_minutes=lab.minutes or design.duration_minutes,
        prerequisites=tuple(design.prerequisites),
        environment=design.environment,
        tools=tuple(_as_stated(tool, stated) for tool in design.tools),
        depends_on=tuple(lab_id for lab_id in design.depends_on if lab_id in earlier),
    )


def _one_list(stated: str, designed: list[str]) -> tuple[str, ...]:
    """Return the outline's objective and the plan's others: a plan often says the outline's in other words."""
    own = _words_of(stated)
    others = [line for line in designed if not own or len(own & _words_of(line)) < _ALIKE * len(own | _words_of(line))]
    return tuple(dict.fromkeys(filter(None, [stated, *others])))


def _words_of(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > _LONG_ENOUGH}


def _as_stated(tool: LabTool, stated: str) -> LabTool:
    """Drop a version that neither the outline nor the requirements state: models like to invent them."""
    is_stated = tool.version is not None and tool.version.strip() != "" and tool.version in stated
    return tool if is_stated else tool.model_copy(update={"version": None})


def _earlier(labs: tuple[OutlineLab, ...], lab: OutlineLab) -> set[str]:
    return {other.lab_id for other in labs[: labs.index(lab)]}

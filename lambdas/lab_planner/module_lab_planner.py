"""Plans a module's labs in one structured call, and takes out of the plan what nobody stated."""

import re
from dataclasses import dataclass

from course_kit.model.complete_answers import answers_for_all
from course_kit.model.drafts import unit_of_work
from course_kit.model.model_provider import TextModel
from course_kit.outline import Module, Outline
from course_kit.outline.call_sizes import max_tokens_for_lab_designs
from course_kit.outline.labs import LabTool, ModuleLabPlan, OutlineLab, PlannedLab
from course_kit.records.project_lease import ProjectLease
from course_kit.run.regeneration import Regeneration
from course_kit.store.provenance import is_made_by, provenance, usage_of
from course_kit.usage import Usage
from lab_planner.lab_plan import LabDesign, LabPlan, LabPlanRequest
from lab_planner.lab_prompts import SYSTEM_PROMPT, lab_plan_fingerprint, lab_plan_prompt, lab_plan_request

# Two objectives that share half of their telling words are one.
_ALIKE, _LONG_ENOUGH = 0.5, 3


@dataclass(frozen=True)
class PlannedModule:
    """A module's plan as saved."""

    plan: ModuleLabPlan
    plan_key: str
    is_reused: bool
    usage: Usage


@dataclass(frozen=True)
class ModuleLabPlanner:
    """Plans the labs of modules of one project. Safe to run again: a plan of the same labs is kept."""

    lease: ProjectLease
    model: TextModel
    outline: Outline
    lab_requirements: str
    regeneration: Regeneration

    async def plan(self, module: Module) -> PlannedModule:
        """Plan a module's labs; a module without any has an empty plan and costs no call.

        Raises
        ------
        TextRejected
            The model's plan leaves out a lab, even when asked for it again.
        ArtefactConflict
            Another execution has taken the project over.
        """
        store, execution_name = self.lease.store, self.lease.execution_name
        request = lab_plan_request(self.outline, module, self.lab_requirements)
        key = self.lease.keys.lab_plan(module.number)
        fingerprint = lab_plan_fingerprint(request, self.model.model_id)
        stored = store.find(key)
        if stored is not None and stored.fingerprint == fingerprint:
            is_own = is_made_by(stored, execution_name)
            known = store.read_model(key, ModuleLabPlan)
            is_wanted_anew = self.regeneration.covers_lab_plan(module.number)
            if known is not None and (not is_wanted_anew or self.lease.is_remade(stored)):
                # An attempt of this execution that was killed before it could enter its plan has still paid for it.
                usage = usage_of(stored) if is_own else Usage()
                return PlannedModule(plan=known, plan_key=key, is_reused=not is_own, usage=usage)
        self.lease.require()
        async with unit_of_work(self.lease, key) as unit:
            designs = await self._design(request)
            usage = unit.used
            stated = request.model_dump_json()
            labs = tuple(
                _planned(lab, designs[lab.lab_id], stated, _earlier(request.labs, lab)) for lab in request.labs
            )
            plan = ModuleLabPlan(module_number=module.number, labs=labs)
            saved = store.write_model(
                key, plan, replacing=stored, fingerprint=fingerprint, metadata=provenance(execution_name, usage)
            )
            await unit.done()
        if not is_made_by(saved, execution_name):
            # Another execution was quicker with a plan of the same labs; the guides have to follow one of the two.
            plan = store.read_model(key, ModuleLabPlan) or plan
        return PlannedModule(plan=plan, plan_key=key, is_reused=False, usage=usage)

    async def _design(self, request: LabPlanRequest) -> dict[str, LabDesign]:
        async def ask(missing: frozenset[str]) -> dict[str, LabDesign]:
            wanted = tuple(lab for lab in request.labs if lab.lab_id in missing)
            decision = await self.model.decide(
                lab_plan_prompt(request.model_copy(update={"labs": wanted})),
                LabPlan,
                system=SYSTEM_PROMPT,
                max_tokens=max_tokens_for_lab_designs(len(wanted)),
            )
            return {design.lab_id: design for design in decision.value.labs}

        names = {lab.lab_id: f"lab {lab.lab_id} ({lab.title})" for lab in request.labs}
        return await answers_for_all(names, ask, "the plan of the module's labs")


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

"""Plans a module's labs in one structured call, and takes out of the plan what nobody stated."""

from dataclasses import dataclass
from pathlib import Path

from course_kit.artefact_keys import ProjectKeys
from course_kit.artefact_store import ArtefactStore, fingerprint_of
from course_kit.complete_answers import answers_for_all
from course_kit.labs import LabTool, ModuleLabPlan, OutlineLab, PlannedLab, labs_of_module
from course_kit.model_provider import TextModel
from course_kit.outline import Module, Outline
from course_kit.prompt_template import PromptTemplate, as_prompt_data
from course_kit.usage import Usage
from lab_planner.lab_plan import LabDesign, LabPlan, LabPlanRequest

_PROMPTS = Path(__file__).parent / "prompts"
_SYSTEM = PromptTemplate.load(_PROMPTS / "system.md")
_PLAN = PromptTemplate.load(_PROMPTS / "plan.md")
_TOKENS_PER_LAB = 700
_TOKENS_HEADROOM = 512


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

    store: ArtefactStore
    keys: ProjectKeys
    model: TextModel
    outline: Outline
    lab_requirements: str

    async def plan(self, module: Module) -> PlannedModule:
        """Plan a module's labs; a module without any has an empty plan and costs no call.

        Raises
        ------
        LessonRejected
            The model's plan leaves out a lab, even when asked for it again.
        """
        wanted = labs_of_module(module)
        request = self._request(module, wanted)
        key = self.keys.lab_plan(module.number)
        fingerprint = fingerprint_of(request, _SYSTEM.version, _PLAN.version, self.model.model_id if wanted else "")
        stored = self.store.find(key)
        if stored and stored.fingerprint == fingerprint:
            known = self.store.read_model(key, ModuleLabPlan)
            if known is not None:
                return PlannedModule(plan=known, plan_key=key, is_reused=True, usage=Usage())
        designs, usage = await self._design(request)
        stated = request.model_dump_json()
        labs = tuple(_planned(lab, designs[lab.lab_id], stated, _earlier(wanted, lab)) for lab in wanted)
        plan = ModuleLabPlan(module_number=module.number, labs=labs)
        self.store.write_model(key, plan, replacing=stored, fingerprint=fingerprint)
        return PlannedModule(plan=plan, plan_key=key, is_reused=False, usage=usage)

    def _request(self, module: Module, labs: tuple[OutlineLab, ...]) -> LabPlanRequest:
        course = self.outline.course
        return LabPlanRequest(
            language=course.language,
            course_title=course.title,
            course_level=course.level,
            audience=course.audience,
            module_title=module.title,
            module_summary=module.summary or module.description,
            lab_requirements=self.lab_requirements,
            labs=labs,
        )

    async def _design(self, request: LabPlanRequest) -> tuple[dict[str, LabDesign], Usage]:
        async def ask(missing: frozenset[str]) -> tuple[dict[str, LabDesign], Usage]:
            wanted = tuple(lab for lab in request.labs if lab.lab_id in missing)
            decision = await self.model.decide(
                _PLAN.fill(request=as_prompt_data(request.model_copy(update={"labs": wanted}))),
                LabPlan,
                system=_SYSTEM.text,
                max_tokens=_TOKENS_HEADROOM + _TOKENS_PER_LAB * len(wanted),
            )
            return {design.lab_id: design for design in decision.value.labs}, decision.usage

        names = {lab.lab_id: f"lab {lab.lab_id} ({lab.title})" for lab in request.labs}
        return await answers_for_all(names, ask, "the plan of the module's labs")


def _planned(lab: OutlineLab, design: LabDesign, stated: str, earlier: set[str]) -> PlannedLab:
    return PlannedLab(
        lab_id=lab.lab_id,
        lesson_number=lab.lesson_number,
        # The outline's own words where it has them: a plan adds to an outline and does not overrule it.
        title=lab.title,
        objectives=tuple(([lab.objective] if lab.objective else []) + design.objectives),
        duration_minutes=lab.minutes or design.duration_minutes,
        prerequisites=tuple(design.prerequisites),
        environment=design.environment,
        tools=tuple(_as_stated(tool, stated) for tool in design.tools),
        depends_on=tuple(lab_id for lab_id in design.depends_on if lab_id in earlier),
    )


def _as_stated(tool: LabTool, stated: str) -> LabTool:
    """Drop a version that neither the outline nor the requirements state: models like to invent them."""
    is_stated = tool.version is not None and tool.version.strip() != "" and tool.version in stated
    return tool if is_stated else tool.model_copy(update={"version": None})


def _earlier(labs: tuple[OutlineLab, ...], lab: OutlineLab) -> set[str]:
    return {other.lab_id for other in labs[: labs.index(lab)]}

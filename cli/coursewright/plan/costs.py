"""What a plan costs: each planned call by the estimate of its artefact."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from course_kit.forecast.artefact_calls import Artefact
from course_kit.forecast.estimated_calls import CallKind, EstimatedCall
from course_kit.outline import Outline
from course_kit.price_rows import ModelPrices
from course_kit.usage import Usage
from coursewright.plan.model import ModulePlan, PlannedCost


@dataclass(frozen=True, kw_only=True)
class PlanCosts:
    """The calls of a whole run without reuse, and their prices."""

    outline: Outline
    """Bound to the project."""
    calls: Mapping[Artefact, EstimatedCall]
    prices: ModelPrices

    def of_run(self, modules: Iterable[ModulePlan]) -> PlannedCost:
        """Return what a run costs: what it makes, and what follows from new lessons."""
        return self._sum(work for module in modules for work in self._made(module))

    def of_stale(self, modules: Iterable[ModulePlan]) -> PlannedCost:
        """Return what ``--regenerate stale`` costs beside it, and what follows from the new lessons."""
        return self._sum(work for module in modules for work in self._stale(module))

    def _made(self, module: ModulePlan) -> set[Artefact]:
        slot, lessons = module.slot, set(module.lessons.make)
        works = self._of_lessons(module, CallKind.LESSON, lessons)
        works |= self._of_lessons(module, CallKind.STUDY, {*module.study.make, *module.study.unknown})
        works |= self._of_lessons(module, CallKind.VISUALS, lessons | self._lessons_of(module, module.visuals.make))
        works |= {(CallKind.LAB, slot, lab_id) for lab_id in module.labs.make}
        return works | ({(CallKind.LAB_PLAN, slot, 0)} if module.lab_plan_calls else set())

    def _stale(self, module: ModulePlan) -> set[Artefact]:
        lessons = set(module.lessons.stale)
        works = self._of_lessons(module, CallKind.LESSON, lessons)
        works |= self._of_lessons(module, CallKind.STUDY, lessons - set(module.study.yours) | set(module.study.stale))
        works |= self._of_lessons(module, CallKind.VISUALS, lessons | self._lessons_of(module, module.visuals.stale))
        return works | {(CallKind.LAB, module.slot, lab_id) for lab_id in module.labs.stale}

    def _of_lessons(self, module: ModulePlan, kind: CallKind, names: set[str]) -> set[Artefact]:
        slots = {
            f"{module.number}.{lesson.shown}": lesson.number for lesson in self.outline.module(module.slot).lessons
        }
        return {(kind, module.slot, slots[name]) for name in names}

    def _lessons_of(self, module: ModulePlan, visual_ids: Iterable[str]) -> set[str]:
        """Return the names of the lessons whose visuals these are."""
        places = {lesson.number: lesson.shown for lesson in self.outline.module(module.slot).lessons}
        slots = {int(visual_id.split("-")[1]) for visual_id in visual_ids}
        return {f"{module.number}.{places[slot]}" for slot in slots if slot in places}

    def _sum(self, works: Iterable[Artefact]) -> PlannedCost:
        calls = [self.calls[work] for work in works if work in self.calls]
        used = sum((call.usage for call in calls), Usage())
        longest = sum((call.longest_usage for call in calls), Usage())
        return PlannedCost(least=self.prices.cost(used), most=self.prices.cost(longest))

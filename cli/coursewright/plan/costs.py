"""What a plan costs: each planned call by the estimate of its artefact."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from course_kit.forecast.artefact_calls import Artefact
from course_kit.forecast.estimated_calls import CallKind, EstimatedCall
from course_kit.forecast.shared_calls import SharedCalls
from course_kit.outline import Outline
from course_kit.price_rows import ModelPrices
from course_kit.usage import Usage
from coursewright.plan.brief_plan import PlannedBrief
from coursewright.plan.model import ModulePlan, PlannedCost


@dataclass(frozen=True, kw_only=True)
class PlanCosts:
    """The calls of a whole run without reuse, and their prices."""

    outline: Outline
    """Bound to the project."""
    calls: Mapping[Artefact, EstimatedCall]
    shared: SharedCalls
    prices: ModelPrices

    def of_run(self, modules: Sequence[ModulePlan], brief: PlannedBrief) -> PlannedCost:
        """Return what a run costs: what it makes, and what follows from new lessons.

        What only another brief would change counts in the upper figure.
        """
        planned = list(self.shared.brief() if brief.is_new else self.shared.slices(brief.asked))
        certain = {work for module in modules for work in self._made(module)}
        possible = {work for module in modules for work in self._possible(module)}
        least = self._sum(certain, planned).least
        return PlannedCost(least=least, most=self._sum(certain | possible, planned).most)

    def of_stale(self, modules: Iterable[ModulePlan]) -> PlannedCost:
        """Return what ``--regenerate stale`` costs beside it, and what follows from the new lessons."""
        return self._sum(work for module in modules for work in self._stale(module))

    def of_new_brief(self, modules: Iterable[ModulePlan]) -> PlannedCost:
        """Return what ``--regenerate brief`` costs: the brief, and all that is asked for differently with it."""
        return self._sum((work for module in modules for work in self._briefed(module)), list(self.shared.brief()))

    def of_edit(self) -> float:
        """Return what one edit costs."""
        return self.prices.cost(self.shared.edit().usage)

    def _briefed(self, module: ModulePlan) -> set[Artefact]:
        lessons = {*module.lessons.make, *module.lessons.reuse, *module.lessons.unknown} - {*module.lessons.yours}
        labs = {*module.labs.make, *module.labs.reuse, *module.labs.unknown} - {*module.labs.yours}
        return self._following(module, lessons, labs)

    def _possible(self, module: ModulePlan) -> set[Artefact]:
        return self._following(module, set(module.lessons.unknown), set(module.labs.unknown))

    def _following(self, module: ModulePlan, lessons: set[str], labs: set[str]) -> set[Artefact]:
        """Return lessons with what follows from them, and labs."""
        works = self._of_lessons(module, CallKind.LESSON, lessons)
        works |= self._of_lessons(module, CallKind.VISUALS, lessons)
        works |= self._of_lessons(module, CallKind.STUDY, lessons - set(module.study.yours))
        return works | {(CallKind.LAB, module.slot, lab_id) for lab_id in labs}

    def _made(self, module: ModulePlan) -> set[Artefact]:
        slot, lessons = module.slot, set(module.lessons.make)
        study = {*module.study.make, *(set(module.study.unknown) - set(module.lessons.unknown))}
        works = self._of_lessons(module, CallKind.LESSON, lessons)
        works |= self._of_lessons(module, CallKind.STUDY, study)
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

    def _sum(self, works: Iterable[Artefact], planned: Sequence[EstimatedCall] = ()) -> PlannedCost:
        calls = [*planned, *(self.calls[work] for work in works if work in self.calls)]
        used = sum((call.usage for call in calls), Usage())
        longest = sum((call.longest_usage for call in calls), Usage())
        return PlannedCost(least=self.prices.cost(used), most=self.prices.cost(longest))

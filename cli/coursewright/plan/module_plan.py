"""One module's plan, from the same verdicts that the functions reach."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from content_gen.wanted import wanted_lesson
from course_kit.outline import Lesson, Module
from course_kit.outline.book_parts import WRITTEN_BY_MODEL, BookPart
from course_kit.outline.labs import ModuleLabPlan, labs_of_module
from course_kit.records.lesson_text import lesson_text
from course_kit.records.manifest import LabManifest, ModuleManifest, StudyManifest
from course_kit.records.visuals import PlannedVisual
from course_kit.records.written import Written, is_authors
from course_kit.run.events import ContentType
from course_kit.run.run_inputs import RunInputs
from course_kit.store.artefact import Artefact
from course_kit.store.artefact_keys import visual_of
from course_kit.store.edited import parse_edited
from course_kit.work.wanted import Verdict, is_legacy
from coursewright.plan.brief_plan import PlannedBrief
from coursewright.plan.model import ModulePlan, Share
from coursewright.plan.project_state import Judged, NotWanted, ProjectState
from images_gen.wanted import wanted_figure
from lab_planner.wanted import kept_labs, wanted_lab_plan
from lab_writer.wanted import wanted_lab_guide
from study_writer.wanted import request_of_lesson, wanted_study
from visual_planner.wanted import wanted_visual_plans


@dataclass(frozen=True, kw_only=True)
class ModulePlanner:
    """Plans the modules of one run; its outline is bound to the project."""

    state: ProjectState
    brief: PlannedBrief
    content_type: ContentType
    image_model_id: str
    book_parts: frozenset[BookPart]

    @property
    def run(self) -> RunInputs:
        """What decides which texts the run wants."""
        return self.brief.run

    def plan(self, module: Module) -> ModulePlan:
        """Return a run's plan for a module in the project's current state."""
        plan = ModulePlan(number=module.shown, slot=module.number, title=module.title)
        if self.content_type.has_theory:
            plan = self._with_theory(plan, module)
        if self.content_type.has_labs:
            plan = self._with_labs(plan, module)
        return plan

    def _with_theory(self, plan: ModulePlan, module: Module) -> ModulePlan:
        keys = self.run.keys
        manifest = self.state.store.read_model(keys.manifest(module.number), ModuleManifest)
        known = manifest.written if manifest else {}
        judged = dict(
            zip(
                module.lessons,
                self.state.judge([wanted_lesson(self.run, module, lesson) for lesson in module.lessons], known),
                strict=True,
            )
        )
        current = [lesson.wanted.key for lesson in judged.values()]
        lessons = _share_of(self.state.not_wanted(keys.lessons_of_module(module.number), current, known))
        judged = {lesson: self.brief.judged(module.number, lesson.number, one) for lesson, one in judged.items()}
        for lesson, one in judged.items():
            if self.brief.leaves_open(module.number, lesson.number, one):
                lessons.add_unknown(_name(module, lesson))
            else:
                lessons.add(_name(module, lesson), one, is_replaced=_is_replaced(one, known))
        texts = self._texts(module, judged)
        visuals, calls = self._visuals(module, texts, known)
        unknown = [*lessons.make, *lessons.unknown]
        visuals.unknown = unknown
        new = {lesson for lesson, one in judged.items() if one.stored is not None and not is_legacy(one.stored)}
        study = self._study(module, texts, new)
        study.unknown = unknown if self._written_parts else []
        return plan.model_copy(
            update={"lessons": lessons, "visuals": visuals, "study": study, "visual_plan_calls": calls}
        )

    def _texts(self, module: Module, judged: Mapping[Lesson, Judged]) -> dict[Lesson, str]:
        """Return the Markdown of the lessons that stay."""
        kept = {lesson: one for lesson, one in judged.items() if not one.is_made}
        bodies = self.state.read_all(kept.values())
        return {
            lesson: lesson_text(body, module.number, lesson.number, is_authors=one.found is Verdict.YOURS)
            for (lesson, one), body in zip(kept.items(), bodies, strict=True)
        }

    @property
    def _written_parts(self) -> frozenset[BookPart]:
        return self.book_parts & WRITTEN_BY_MODEL

    def _study(self, module: Module, texts: Mapping[Lesson, str], new: Collection[Lesson]) -> Share:
        """Return the plan for the study parts of lessons that stay; new ones are of no earlier version."""
        parts = self._written_parts
        if not parts:
            return Share()
        keys = self.run.keys
        manifest = self.state.store.read_model(keys.study_manifest(module.number), StudyManifest)
        known = manifest.written if manifest else {}
        places = {lesson: keys.study(module.number, lesson.number) for lesson in module.lessons}
        stored = self.state.find_all(places[lesson] for lesson in texts)
        wanted = [
            replace(
                wanted_study(
                    self.run,
                    request_of_lesson(
                        self.run,
                        module,
                        lesson,
                        text=text,
                        parts=parts,
                        stored=stored.get(places[lesson]),
                    ),
                ),
                has_new_source=lesson in new,
            )
            for lesson, text in texts.items()
        ]
        share = _share_of(self.state.not_wanted(keys.study_of_module(module.number), places.values(), known))
        for lesson, judged in zip(texts, self.state.judge(wanted, known), strict=True):
            share.add(_name(module, lesson), judged, is_replaced=_is_replaced(judged, known))
        return share

    def _visuals(self, module: Module, texts: Mapping[Lesson, str], known: Mapping[str, Written]) -> tuple[Share, int]:
        """Return the plan for the visuals of lessons that stay, and the calls that plan them."""
        state, keys, share, calls = self.state, self.run.keys, Share(), 0
        current: list[str] = []
        for lesson, text in texts.items():
            prefix = keys.prompts_of_lesson(module.number, lesson.number)
            stored = state.find_all(state.store.keys(prefix))
            authors = [key for key, found in stored.items() if is_authors(found, known.get(key))]
            plans = state.judge(wanted_visual_plans(self.run, lesson.title, text, authors).values(), known)
            calls += any(plan.is_made for plan in plans)
            figures = self._figures([plan for plan in plans if not plan.is_made], known)
            for plan in plans:
                figure = figures.get(plan.wanted.identity, plan)
                share.add(plan.wanted.identity, figure, is_replaced=_is_replaced(figure, known))
                if plan.found is Verdict.STALE and plan.wanted.identity not in share.stale:
                    share.stale.append(plan.wanted.identity)
                current += [keys.image(plan.wanted.identity, suffix) for suffix in ("png", "svg")]
        # The images of a lesson that is written again are not known yet.
        unknown = {lesson.number for lesson in module.lessons} - {lesson.number for lesson in texts}
        images = state.not_wanted(keys.images_of_module(module.number), current, known)
        share.drop, share.left_behind = (
            [key for key in some if (visual := visual_of(key)) is None or visual.lesson not in unknown]
            for some in (images.drop, images.left_behind)
        )
        return share, calls

    def _figures(self, plans: Iterable[Judged], known: Mapping[str, Written]) -> dict[str, Judged]:
        """Return what a run would do with the figures of plans that stay, by visual id."""
        kept = list(plans)
        bodies = self.state.read_all(kept)
        wanted = [
            replace(
                wanted_figure(
                    self.run.keys,
                    parse_edited(plan.wanted.key, body, PlannedVisual),
                    image_model_id=self.image_model_id,
                    regeneration=self.run.regeneration,
                ),
                has_new_source=plan.stored is not None and not is_legacy(plan.stored),
            )
            for plan, body in zip(kept, bodies, strict=True)
        ]
        drawings = self.state.find_all(self.run.keys.image(figure.identity, "svg") for figure in wanted)
        return {
            judged.wanted.identity: self._drawn_by_author(judged, drawings, known)
            for judged in self.state.judge(wanted, known)
        }

    def _drawn_by_author(
        self, judged: Judged, drawings: Mapping[str, Artefact], known: Mapping[str, Written]
    ) -> Judged:
        """Return what a run does with a figure whose SVG, among these by key, may be the author's."""
        svg_key = self.run.keys.image(judged.wanted.identity, "svg")
        svg = drawings.get(svg_key)
        is_settled = judged.found is Verdict.YOURS or judged.wanted.is_named
        if svg is None or is_settled or not is_authors(svg, known.get(svg_key)):
            return judged
        return replace(judged, found=Verdict.YOURS, is_taken_back=False, why="yours")

    def _with_labs(self, plan: ModulePlan, module: Module) -> ModulePlan:
        state, keys = self.state, self.run.keys
        manifest = state.store.read_model(keys.lab_manifest(module.number), LabManifest)
        known = manifest.written if manifest else {}
        titles = {lab.lab_id: lab.title for lab in labs_of_module(module)}
        guide_keys = {lab_id: keys.lab_guide(lab_id, title) for lab_id, title in titles.items()}
        labs = _share_of(state.not_wanted(keys.lab_guides_of_module(module.number), guide_keys.values(), known))
        [lab_plan] = state.judge([wanted_lab_plan(self.run, module)], known)
        planned = parse_edited(lab_plan.wanted.key, state.read(lab_plan), ModuleLabPlan) if lab_plan.stored else None
        before = known.get(lab_plan.wanted.key)
        kept = kept_labs(planned, lab_plan.wanted, before, lab_plan.found) if planned else {}
        guides = [wanted_lab_guide(self.run, module, lab) for lab_id, lab in kept.items() if lab_id in titles]
        for one in state.judge(guides, known):
            lab_id, lesson = one.wanted.identity, kept[one.wanted.identity].lesson_number
            judged = self.brief.judged(module.number, lesson, one)
            if self.brief.leaves_open(module.number, lesson, judged):
                labs.add_unknown(lab_id)
            else:
                labs.add(lab_id, judged, is_replaced=_is_replaced(judged, known))
        for lab_id in titles:
            if lab_id not in kept:
                labs.make.append(lab_id)
                labs.why[lab_id] = lab_plan.why or "new"
        # An author's plan stays, and gets the labs that it lacks.
        may_be_called = lab_plan.found in (Verdict.MAKE, Verdict.YOURS)
        is_called = may_be_called and any(lab_id not in kept for lab_id in titles)
        return plan.model_copy(update={"labs": labs, "lab_plan_calls": int(is_called)})


def _share_of(others: NotWanted) -> Share:
    return Share(drop=others.drop, left_behind=others.left_behind)


def _name(module: Module, lesson: Lesson) -> str:
    return f"{module.shown}.{lesson.shown}"


def _is_replaced(judged: Judged, known: Mapping[str, Written]) -> bool:
    """Whether a run replaces what is the author's, since it is named."""
    stored, wanted = judged.stored, judged.wanted
    return judged.is_made and stored is not None and is_authors(stored, known.get(wanted.key))

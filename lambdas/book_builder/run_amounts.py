"""Actual and expected amounts of a run: what its modules made and used, and the estimate for comparison."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from book_builder.book_request import BookRequest
from course_kit.forecast.artefact_calls import Artefact, calls_by_artefact
from course_kit.forecast.cached_calls import AskedModels
from course_kit.forecast.course_estimate import MAX_EDITS, Amounts
from course_kit.forecast.estimated_calls import CallKind, EstimatedCall
from course_kit.forecast.shared_calls import SharedCalls
from course_kit.forecast.writers import writer_of
from course_kit.model.drafts import unfinished_usage
from course_kit.outline import Editing, Outline
from course_kit.records.brief_manifest import BriefManifest
from course_kit.records.editing_manifest import EditingManifest
from course_kit.records.journal import ExecutionEntry
from course_kit.records.manifest import LabManifest, ModuleManifest, StudyManifest
from course_kit.run.events import ContentType
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.usage import Usage

_READERS = 16
Manifest = TypeVar("Manifest", bound=ExecutionEntry)


@dataclass(frozen=True)
class RunRecords:
    """The manifests of a run: those of its book, and those of failed modules."""

    request: BookRequest
    theory: tuple[ModuleManifest, ...]
    labs: tuple[LabManifest, ...]
    study: tuple[StudyManifest, ...]
    brief: BriefManifest | None
    """None for a run without a brief."""
    editing: EditingManifest | None
    """None for a run that has not edited its lessons."""
    unfinished: Usage
    """The usage of texts that were rejected or not finished."""

    @classmethod
    def read(cls, store: ArtefactStore, request: BookRequest) -> "RunRecords":
        """Read the manifests; a failed module's only when this run wrote them."""
        keys, failed = ProjectKeys(request.project_folder), [module.module_number for module in request.failed_modules]

        def found(kind: type[Manifest], given: Iterable[str], others: Iterable[str]) -> Iterator[Manifest]:
            known = frozenset(given)
            wanted = list(dict.fromkeys((*given, *others)))
            with ThreadPoolExecutor(_READERS) as readers:
                manifests = list(readers.map(lambda key: store.read_model(key, kind), wanted))
            for key, manifest in zip(wanted, manifests, strict=True):
                if manifest and (key in known or manifest.execution_name == request.execution_name):
                    yield manifest

        return cls(
            request=request,
            theory=tuple(found(ModuleManifest, request.manifest_keys, map(keys.manifest, failed))),
            labs=tuple(found(LabManifest, request.lab_manifest_keys, map(keys.lab_manifest, failed))),
            study=tuple(found(StudyManifest, request.study_manifest_keys, map(keys.study_manifest, failed))),
            brief=next(found(BriefManifest, (), [keys.brief_manifest()]), None),
            editing=next(found(EditingManifest, (), [keys.editing_manifest()]), None),
            unfinished=unfinished_usage(store, keys, request.execution_name),
        )

    @property
    def amounts(self) -> Amounts:
        """Return the counts of the run's artefacts, reused ones too, and the usage of all its calls."""
        lessons = [lesson for manifest in self.theory for lesson in manifest.lessons]
        written_labs = [lab for manifest in self.labs for lab in manifest.labs]
        used = [manifest.usage for manifest in self.theory] + [manifest.usage for manifest in self.labs]
        used += [manifest.usage for manifest in (*self.study, self.brief, self.editing) if manifest]
        return Amounts(
            lessons=len(lessons),
            labs=len(written_labs),
            words=sum(lesson.word_count for lesson in lessons) + sum(lab.word_count for lab in written_labs),
            visuals=sum(len(manifest.figures) for manifest in self.theory),
            usage=sum(used, self.unfinished),
        )

    def to_make(self, outline: Outline, book_parts: str) -> Usage:
        """Return the estimate of the work that the run did not reuse, with the work of failed modules.

        ``book_parts`` are the deployment's, in the format of `estimate_course`.
        """
        request = self.request
        content_type = ContentType.THEORY if request.manifest_keys else ContentType.LABS
        if request.manifest_keys and request.lab_manifest_keys:
            content_type = ContentType.BOTH
        numbers = {manifest.module_number for manifest in self.theory}
        numbers |= {manifest.module_number for manifest in self.labs}
        numbers |= {module.module_number for module in request.failed_modules}
        modules = [module.number for module in outline.modules if module.number in numbers]
        writer = writer_of(self._model_id)
        expected = calls_by_artefact(outline, modules, content_type, writer, book_parts=book_parts)
        found = self._found_made()
        made = {work: call for work, call in expected.items() if work not in found}
        lessons = sum(kind is CallKind.LESSON for kind, *_ in made)
        calls = [*made.values(), *self._shared_to_make(SharedCalls(outline, writer), lessons)]
        # Whether short texts had a model of their own is told by the run's prices.
        return AskedModels(has_short=True).usage_of(calls)

    def _shared_to_make(self, shared: SharedCalls, lessons: int) -> Iterator[EstimatedCall]:
        """Yield the expected calls for the brief, and for the edits after so many new lessons."""
        if self.brief and self.brief.slices_made:
            is_whole = self.brief.slices_made >= self.brief.slices
            yield from shared.brief() if is_whole else shared.some_slices(self.brief.slices_made)
        if self.editing and self.request.editing is Editing.APPLY:
            yield from shared.edits(lessons, MAX_EDITS)

    @property
    def _model_id(self) -> str:
        """The model of this run's texts; reused texts may have another model."""
        models = [made.model_id for manifest in self.theory for made in manifest.lessons if not made.is_reused]
        models += [made.model_id for manifest in self.labs for made in manifest.labs if not made.is_reused]
        models += [made.model_id for manifest in self.study for made in manifest.lessons if not made.is_reused]
        return models[0] if models else ""

    def _found_made(self) -> set[Artefact]:
        """Return the artefacts for which the run needed no call."""
        found: set[Artefact] = set()
        for theory in self.theory:
            number = theory.module_number
            found |= {(CallKind.LESSON, number, lesson.lesson_number) for lesson in theory.lessons if lesson.is_reused}
            found |= {(CallKind.VISUALS, number, plan.lesson_number) for plan in theory.visual_plans if plan.is_reused}
        for study in self.study:
            number = study.module_number
            found |= {(CallKind.STUDY, number, lesson.lesson_number) for lesson in study.lessons if lesson.is_reused}
        for labs in self.labs:
            number = labs.module_number
            found |= {(CallKind.LAB, number, lab.lab_id) for lab in labs.labs if lab.is_reused}
            if labs.is_plan_reused:
                found.add((CallKind.LAB_PLAN, number, 0))
        return found

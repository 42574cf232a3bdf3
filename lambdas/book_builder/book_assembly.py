"""Assembly of one `Book` from manifests, lessons and figures in the bucket.

The build fails with the name of a missing one.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime

from book_builder.book_model import Book, BookLesson, BookModule
from book_builder.book_request import BookRequest, FailedModule
from book_builder.learning.book_provenance import BookProvenance, CodeCheck, FigureCheck, prompts_of
from book_builder.learning.coverage import CoverageTable, CoveredLab
from book_builder.learning.glossary import glossary_of
from book_builder.learning.outcome_links import OutcomeLinks
from book_builder.learning.study_sources import Place, StudySources
from book_builder.lesson_markdown import mark_code_faults, section_markdown
from course_kit.errors import BookIncomplete
from course_kit.labels import Labels
from course_kit.model_ids import is_offline_author
from course_kit.outline import Lesson, Module, Outline, Paper, Reading
from course_kit.outline.book_parts import BookPart
from course_kit.outline.study import GlossaryTerm
from course_kit.records.manifest import ModuleManifest
from course_kit.records.visuals import Figure
from course_kit.store.artefact_keys import lesson_of
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.ids import VisualId

_READERS = 16


@dataclass(frozen=True)
class Ingredients:
    """The keys and records of everything in a book."""

    lesson_keys: dict[tuple[int, int], str]
    """By module and lesson number."""
    word_counts: dict[tuple[int, int], int]
    word_targets: dict[tuple[int, int], int]
    figures: dict[str, Figure]
    models: tuple[str, ...]
    made_on: date
    prompts: tuple[str, ...] = ()
    """The function and version of each prompt behind lessons and visuals."""


@dataclass(frozen=True)
class LessonLabs:
    """The labs of lessons, by module and lesson number: as one line for the lesson, and as a list."""

    notes: Mapping[Place, str]
    labs: Mapping[Place, tuple[CoveredLab, ...]]

    def hints(self, place: Place) -> tuple[str, ...]:
        """Return the line for a lesson; lesson 0 is the line for the module's own labs."""
        return (self.notes[place],) if place in self.notes else ()


def gather(store: ArtefactStore, request: BookRequest) -> Ingredients:
    """Find lessons and figures; raises ``BookIncomplete`` for a missing manifest."""
    if not request.manifest_keys:
        keys = {_numbers_of(key): key for key in request.all_lesson_keys}
        return Ingredients(keys, {}, {}, request.all_image_mappings, (), datetime.now(UTC).date())
    manifests = [_manifest(store, key) for key in request.manifest_keys]
    lessons = {(m.module_number, lesson.lesson_number): lesson for m in manifests for lesson in m.lessons}
    return Ingredients(
        lesson_keys={numbers: lesson.s3_key for numbers, lesson in lessons.items()},
        word_counts={numbers: lesson.word_count for numbers, lesson in lessons.items()},
        word_targets={numbers: lesson.word_target for numbers, lesson in lessons.items()},
        figures={visual_id: figure for m in manifests for visual_id, figure in m.figures.items()},
        models=tuple(sorted({lesson.model_id for lesson in lessons.values() if lesson.model_id})),
        made_on=max((lesson.ended_at for lesson in lessons.values()), default=datetime.now(UTC)).date(),
        prompts=(
            *prompts_of("content_gen", (lesson.prompt_version for lesson in lessons.values())),
            *prompts_of("visual_planner", (plan.prompt_version for m in manifests for plan in m.visual_plans)),
        ),
    )


def assemble(
    store: ArtefactStore,
    outline: Outline,
    request: BookRequest,
    ingredients: Ingredients,
    *,
    study: StudySources,
    labs: LessonLabs,
    paper: Paper,
) -> Book:
    """Assemble the book, with chapters and sections in outline order.

    Raises
    ------
    BookIncomplete
        In a module that did not fail, a lesson or its study parts are missing. Also when a tag has no figure, or no
        section covers a topic.
    """
    failed = {module.module_number: module for module in request.failed_modules}
    made = {module for module, _ in ingredients.lesson_keys}
    chapters = [module for module in outline.modules if module.number in made | failed.keys()]
    texts = read_texts(store, ingredients.lesson_keys.values())
    assembler = _ChapterAssembler(outline, ingredients, texts, study=study, labs=labs, failed=failed)
    modules = tuple(
        assembler.chapter(module) if module.number in made else gap(module, failed[module.number])
        for module in chapters
    )
    lessons = tuple(lesson for module in modules for lesson in module.lessons)
    course, has = outline.course, study.parts.__contains__
    models = tuple(sorted({*ingredients.models, *study.models}))
    return Book(
        title=request.book_title or course.title,
        author=request.author or course.author,
        description=course.description,
        language=course.language,
        level=course.level,
        audience=course.audience,
        prerequisites=course.prerequisites,
        outcomes=course.outcomes,
        made_on=ingredients.made_on,
        models=models,
        is_offline_draft=is_offline(models),
        modules=modules,
        figures=ingredients.figures,
        glossary=glossary_of(lessons, assembler.terms, course.language),
        further_reading=course.further_reading if has(BookPart.FURTHER_READING) else (),
        coverage=assembler.coverage.coverage(),
        shows_coverage=has(BookPart.COVERAGE),
        paper=paper,
        provenance=BookProvenance(
            image_models=tuple(sorted({figure.model_id for figure in ingredients.figures.values()} - {""})),
            prompts=(*ingredients.prompts, *study.prompts),
            code=CodeCheck.of(texts.values()),
            figures=FigureCheck.of(ingredients.figures.values()),
            questions=sum(len(lesson.quiz) for lesson in lessons),
            dropped=study.dropped,
        ),
    )


class _ChapterAssembler:
    def __init__(
        self,
        outline: Outline,
        ingredients: Ingredients,
        texts: dict[str, str],
        *,
        study: StudySources,
        labs: LessonLabs,
        failed: Mapping[int, FailedModule],
    ) -> None:
        self._outline = outline
        self._ingredients = ingredients
        self._texts = texts
        self._study = study
        self._labs = labs
        self._failed = failed
        self._labels = Labels.of(outline.course.language)
        self._links = OutcomeLinks(outline)
        self.coverage = CoverageTable(outline, self._links, labs.labs)
        self.terms: dict[str, tuple[GlossaryTerm, ...]] = {}
        """Of each lesson, by its section."""

    def chapter(self, module: Module) -> BookModule:
        own = {
            visual_id: figure
            for visual_id, figure in self._ingredients.figures.items()
            if VisualId.parse(visual_id).module == module.number
        }
        figure_numbers = {visual_id: number for number, visual_id in enumerate(sorted(own, key=VisualId.parse), 1)}

        def named(figure: Figure, caption: str) -> str:
            number = f"{module.number}.{figure_numbers[figure.visual_id]}"
            return self._labels.figure.format(number=number, caption=caption)

        study_gap = self._study_gap(module)
        return BookModule(
            number=module.number,
            title=module.title,
            summary=module.summary or module.description,
            lessons=tuple(self._lesson(module, lesson, own, named) for lesson in module.lessons),
            hints=self._labs.hints((module.number, 0)),
            study_gap=study_gap,
            further_reading=self._readings(module.further_reading),
        )

    def _lesson(
        self, module: Module, lesson: Lesson, figures: dict[str, Figure], named: Callable[[Figure, str], str]
    ) -> BookLesson:
        place = (module.number, lesson.number)
        key = self._ingredients.lesson_keys.get(place)
        if key is None:
            raise BookIncomplete(f"module {module.number}, lesson {lesson.number} ({lesson.title}) is missing")
        text, study = self._texts[key], self._study.of(place)
        section = f"{module.number}.{lesson.number}"
        self.coverage.add(module, lesson, text, study.questions)
        self.terms[section] = study.terms
        return BookLesson(
            number=lesson.number,
            section=section,
            title=lesson.title,
            minutes=module.lesson_minutes(lesson),
            key=key,
            word_count=self._ingredients.word_counts.get(place, 0),
            word_target=self._ingredients.word_targets.get(place, 0),
            hints=self._labs.hints(place),
            anchors=self.coverage.anchors(section),
            markdown=section_markdown(
                mark_code_faults(text, self._labels.truth.code_fault),
                figures,
                caption_of=lambda figure: named(figure, figure.caption),
                mention_of=lambda figure: named(figure, "").rstrip(" \u00a0:："),
            ),
            objectives=self._objectives(module, lesson),
            key_points=study.key_points,
            quiz=study.questions,
            further_reading=self._readings(lesson.further_reading),
        )

    def _objectives(self, module: Module, lesson: Lesson) -> tuple[str, ...]:
        """Return a lesson's objectives: its own, else its module's, else the course's outcomes that it serves."""
        if BookPart.OBJECTIVES not in self._study.parts:
            return ()
        outcomes = self._outline.course.outcomes
        linked = tuple(outcomes[number - 1] for number in self._links.of_lesson(lesson))
        return lesson.objectives or module.objectives or linked

    def _readings(self, readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
        return readings if BookPart.FURTHER_READING in self._study.parts else ()

    def _study_gap(self, module: Module) -> str | None:
        missing = self._study.lacks(module)
        if not missing:
            return None
        failed = self._failed.get(module.number)
        if failed is None:
            raise BookIncomplete(f"module {module.number}: found no study parts of lesson {missing[0]}")
        return f"{failed.error}: {failed.cause}"


def is_offline(models: Iterable[str]) -> bool:
    """Whether any of these models is the offline author."""
    return any(map(is_offline_author, models))


def gap(module: Module, failed: FailedModule) -> BookModule:
    """Return the chapter that stands for a missing module."""
    return BookModule(
        number=module.number, title=module.title, summary=module.summary, gap=f"{failed.error}: {failed.cause}"
    )


def _manifest(store: ArtefactStore, key: str) -> ModuleManifest:
    manifest = store.read_model(key, ModuleManifest)
    if manifest is None:
        raise BookIncomplete(f"found no manifest {key!r}, expected the manifest of a finished module")
    return manifest


def read_texts(store: ArtefactStore, keys: Iterable[str]) -> dict[str, str]:
    """Return texts by key; raises ``BookIncomplete`` with the names of missing ones."""
    wanted = sorted(keys)
    with ThreadPoolExecutor(_READERS) as readers:
        bodies = list(readers.map(store.read, wanted))
    missing = [key for key, body in zip(wanted, bodies, strict=True) if body is None]
    if missing:
        raise BookIncomplete(f"found no object {', '.join(missing[:10])}, expected every lesson of the book")
    return {key: body.decode() for key, body in zip(wanted, bodies, strict=True) if body is not None}


def _numbers_of(key: str) -> tuple[int, int]:
    lesson = lesson_of(key)
    if lesson is None:
        raise BookIncomplete(f"all_lesson_keys: found {key!r}, expected …/lessons/module-M-lesson-N-….md")
    return lesson.module, lesson.lesson

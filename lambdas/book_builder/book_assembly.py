"""From manifests, lessons and figures in the bucket to one `Book`. What is missing fails the build by name."""

import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime

from book_builder.book_model import Book, BookLesson, BookModule
from book_builder.book_request import BookRequest, FailedModule
from book_builder.lesson_markdown import section_markdown
from course_kit.artefact_keys import parse_visual_id
from course_kit.artefact_store import ArtefactStore
from course_kit.errors import BookIncomplete
from course_kit.labels import Labels
from course_kit.lesson_specification import LessonSpecification
from course_kit.manifest import ModuleManifest
from course_kit.outline import Module, Outline
from course_kit.visuals import Figure

_OFFLINE_MODELS = "coursewright.offline"
_LESSON_KEY = re.compile(r"/lessons/module-(\d+)-lesson-(\d+)-")
_READERS = 16


@dataclass(frozen=True)
class Ingredients:
    """Where everything of a book lies."""

    lesson_keys: dict[tuple[int, int], str]
    """By module and lesson number."""
    word_counts: dict[tuple[int, int], int]
    figures: dict[str, Figure]
    models: tuple[str, ...]
    made_on: date


def gather(store: ArtefactStore, request: BookRequest) -> Ingredients:
    """Find lessons and figures; raises ``BookIncomplete`` for a manifest that is not there."""
    if not request.manifest_keys:
        keys = {_numbers_of(key): key for key in request.all_lesson_keys}
        return Ingredients(keys, {}, request.all_image_mappings, (), datetime.now(UTC).date())
    manifests = [_manifest(store, key) for key in request.manifest_keys]
    lessons = {(m.module_number, lesson.lesson_number): lesson for m in manifests for lesson in m.lessons}
    return Ingredients(
        lesson_keys={numbers: lesson.s3_key for numbers, lesson in lessons.items()},
        word_counts={numbers: lesson.word_count for numbers, lesson in lessons.items()},
        figures={visual_id: figure for m in manifests for visual_id, figure in m.figures.items()},
        models=tuple(sorted({lesson.model_id for lesson in lessons.values() if lesson.model_id})),
        made_on=max((lesson.ended_at for lesson in lessons.values()), default=datetime.now(UTC)).date(),
    )


def assemble(
    store: ArtefactStore,
    outline: Outline,
    request: BookRequest,
    ingredients: Ingredients,
    lab_notes: Mapping[tuple[int, int], str],
) -> Book:
    """Put the book together, chapters and sections in outline order; ``lab_notes`` point lessons to their labs.

    Raises
    ------
    BookIncomplete
        A lesson of a module that did not fail is missing, or a tag has no figure.
    """
    failed = {module.module_number: module for module in request.failed_modules}
    made = {module for module, _ in ingredients.lesson_keys}
    chapters = [module for module in outline.modules if module.number in made | failed.keys()]
    texts = read_texts(store, ingredients.lesson_keys.values())
    assembler = _ChapterAssembler(outline, ingredients, texts, Labels.of(outline.course.language), lab_notes)
    course = outline.course
    return Book(
        title=request.book_title or course.title,
        author=request.author or course.author,
        description=course.description,
        language=course.language,
        level=course.level,
        audience=course.audience,
        prerequisites=course.prerequisites,
        outcomes=course.learning_outcomes or course.objectives,
        made_on=ingredients.made_on,
        models=ingredients.models,
        is_offline_draft=is_offline(ingredients.models),
        modules=tuple(
            assembler.chapter(module) if module.number in made else gap(module, failed[module.number])
            for module in chapters
        ),
        figures=ingredients.figures,
    )


class _ChapterAssembler:
    def __init__(
        self,
        outline: Outline,
        ingredients: Ingredients,
        texts: dict[str, str],
        labels: Labels,
        lab_notes: Mapping[tuple[int, int], str],
    ) -> None:
        self._outline = outline
        self._ingredients = ingredients
        self._texts = texts
        self._labels = labels
        self._lab_notes = lab_notes

    def chapter(self, module: Module) -> BookModule:
        own = {
            visual_id: figure
            for visual_id, figure in self._ingredients.figures.items()
            if parse_visual_id(visual_id)[0] == module.number
        }
        figure_numbers = {visual_id: number for number, visual_id in enumerate(sorted(own, key=parse_visual_id), 1)}

        def caption_of(figure: Figure) -> str:
            number = f"{module.number}.{figure_numbers[figure.visual_id]}"
            return self._labels.figure.format(number=number, caption=figure.caption)

        lessons = []
        for lesson in module.lessons:
            numbers = (module.number, lesson.number)
            key = self._ingredients.lesson_keys.get(numbers)
            if key is None:
                raise BookIncomplete(f"module {module.number}, lesson {lesson.number} ({lesson.title}) is missing")
            specification = LessonSpecification.of(self._outline, module, lesson)
            lessons.append(
                BookLesson(
                    number=lesson.number,
                    section=f"{module.number}.{lesson.number}",
                    title=lesson.title,
                    minutes=specification.minutes,
                    key=key,
                    word_count=self._ingredients.word_counts.get(numbers, 0),
                    notes=(self._lab_notes[numbers],) if numbers in self._lab_notes else (),
                    markdown=section_markdown(self._texts[key], own, caption_of),
                )
            )
        return BookModule(
            number=module.number,
            title=module.title,
            summary=module.summary or module.description,
            lessons=tuple(lessons),
        )


def is_offline(models: Iterable[str]) -> bool:
    """Whether any of these models is the offline author."""
    return any(model.startswith(_OFFLINE_MODELS) for model in models)


def gap(module: Module, failed: FailedModule) -> BookModule:
    """Return the chapter of a module that is missing."""
    return BookModule(
        number=module.number, title=module.title, summary=module.summary, gap=f"{failed.error}: {failed.cause}"
    )


def _manifest(store: ArtefactStore, key: str) -> ModuleManifest:
    manifest = store.read_model(key, ModuleManifest)
    if manifest is None:
        raise BookIncomplete(f"found no manifest {key!r}, expected what the module made")
    return manifest


def read_texts(store: ArtefactStore, keys: Iterable[str]) -> dict[str, str]:
    """Return texts by key; raises ``BookIncomplete`` naming those that are not there."""
    wanted = sorted(keys)
    with ThreadPoolExecutor(_READERS) as readers:
        bodies = list(readers.map(store.read, wanted))
    missing = [key for key, body in zip(wanted, bodies, strict=True) if body is None]
    if missing:
        raise BookIncomplete(f"found no object {', '.join(missing[:10])}, expected every lesson of the book")
    return {key: body.decode() for key, body in zip(wanted, bodies, strict=True) if body is not None}


def _numbers_of(key: str) -> tuple[int, int]:
    match = _LESSON_KEY.search(key)
    if match is None:
        raise BookIncomplete(f"all_lesson_keys: found {key!r}, expected …/lessons/module-M-lesson-N-….md")
    return int(match[1]), int(match[2])

"""Assembly of one `Book` from manifests, lessons and figures in the bucket.

The build fails with the name of a missing one. What an author has changed never fails it: it is shown, and told on the
last page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from book_builder.book_model import Book, BookLesson, BookModule, BookPicture
from book_builder.book_request import BookRequest, FailedModule
from book_builder.chapter_figures import ChapterFigures
from book_builder.course_texts import CourseTexts
from book_builder.ingredients import Ingredients
from book_builder.learning.authors_part import AuthorsPages
from book_builder.learning.authors_share import Place
from book_builder.learning.book_provenance import BookProvenance, CodeCheck, FigureCheck
from book_builder.learning.coverage import CoverageTable, CoveredLab
from book_builder.learning.editing_share import EditingShare
from book_builder.learning.glossary import glossary_of
from book_builder.learning.outcome_links import OutcomeLinks
from book_builder.learning.study_sources import StudySources
from book_builder.lesson_links import LessonLinks
from book_builder.lesson_markdown import mark_code_faults, section_text
from book_builder.own_pictures import PictureStore
from course_kit.errors import BookIncomplete
from course_kit.labels import Labels
from course_kit.model_ids import is_offline_author
from course_kit.outline import Lesson, Module, Outline, Paper, Reading
from course_kit.outline.book_parts import BookPart
from course_kit.outline.study import GlossaryTerm
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.ids import LessonId


@dataclass(frozen=True)
class LessonLabs:
    """The labs of lessons, by module and lesson number: as one line for the lesson, and as a list."""

    notes: Mapping[Place, str]
    labs: Mapping[Place, tuple[CoveredLab, ...]]

    def hints(self, place: Place) -> tuple[str, ...]:
        """Return the line for a lesson; lesson 0 is the line for the module's own labs."""
        return (self.notes[place],) if place in self.notes else ()


def assemble(
    store: ArtefactStore,
    outline: Outline,
    request: BookRequest,
    ingredients: Ingredients,
    *,
    study: StudySources,
    labs: LessonLabs,
    links: LessonLinks,
    paper: Paper,
) -> Book:
    """Assemble the book, with chapters and sections in outline order.

    Raises
    ------
    BookIncomplete
        In a module that did not fail, a lesson or its study parts are missing. Also when a tag in a model's text has
        no figure, or no section of one covers a topic.
    """
    failed = _failed_modules(request)
    made = {module for module, _ in ingredients.lesson_keys}
    chapters = [module for module in outline.modules if module.number in made | failed.keys()]
    keys = ProjectKeys(request.project_folder)
    texts = CourseTexts.read(store, ingredients, keys, request.editing)
    pictures = PictureStore(store, keys).look_at(texts.texts.values())
    assembler = _ChapterAssembler(
        outline, ingredients, texts, study=study, labs=labs, links=links, request=request, pictures=pictures
    )
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
        figures={name: links.plain(figure) for name, figure in ingredients.figures.items() if not figure.refusal},
        pictures=pictures,
        glossary=glossary_of(lessons, assembler.terms, course.language),
        further_reading=course.further_reading if has(BookPart.FURTHER_READING) else (),
        coverage=assembler.coverage.coverage(),
        shows_coverage=has(BookPart.COVERAGE),
        paper=paper,
        provenance=BookProvenance(
            image_models=tuple(sorted({figure.model_id for figure in ingredients.figures.values()} - {""})),
            prompts=(*ingredients.prompts, *study.prompts),
            code=CodeCheck.of(texts.texts.values()),
            figures=FigureCheck.of(ingredients.figures.values()),
            questions=sum(len(lesson.quiz) for lesson in lessons),
            dropped=study.dropped,
            dead_references=sum(map(links.dead, texts.texts.values())),
            author=assembler.authors.part(study.authors),
            editing=EditingShare.read(store, keys, request.editing, texts.dropped),
        ),
    )


def _failed_modules(request: BookRequest) -> dict[int, FailedModule]:
    return {module.module_number: module for module in request.failed_modules}


class _ChapterAssembler:
    def __init__(
        self,
        outline: Outline,
        ingredients: Ingredients,
        texts: CourseTexts,
        *,
        study: StudySources,
        labs: LessonLabs,
        links: LessonLinks,
        request: BookRequest,
        pictures: Mapping[str, BookPicture],
    ) -> None:
        self._outline = outline
        self._ingredients = ingredients
        self._texts = texts
        self._study = study
        self._labs = labs
        self._failed = _failed_modules(request)
        self._pictures = pictures
        self._labels = Labels.of(outline.course.language)
        self._references = links
        self._links = OutcomeLinks(outline)
        # Books of what is there may be of texts that an earlier outline asked for.
        self.coverage = CoverageTable(outline, self._links, labs.labs, shows_gaps=request.books_only)
        self.authors = AuthorsPages(outline, pictures, links.numbers.known)
        self.terms: dict[str, tuple[GlossaryTerm, ...]] = {}
        """Of each lesson, by its section."""

    def chapter(self, module: Module) -> BookModule:
        figures = ChapterFigures(module.shown, self._ingredients.figures, self._pictures, self._references)
        study_gap = self._study_gap(module)
        return BookModule(
            number=module.shown,
            title=module.title,
            summary=module.summary or module.description,
            lessons=tuple(self._lesson(module, lesson, figures) for lesson in module.lessons),
            hints=self._labs.hints((module.number, 0)),
            study_gap=study_gap,
            further_reading=self._readings(module.further_reading),
        )

    def _lesson(self, module: Module, lesson: Lesson, figures: ChapterFigures) -> BookLesson:
        place = (module.number, lesson.number)
        key = self._ingredients.lesson_keys.get(place)
        if key is None:
            raise BookIncomplete(f"module {module.shown}, lesson {lesson.shown} ({lesson.title}) is missing")
        text = self._references.linked(self._texts.texts[key], LessonId(*place))
        study, is_authors = self._references.plain(self._study.of(place)), key in self._texts.authors
        section = f"{module.shown}.{lesson.shown}"
        self.coverage.add(module, lesson, text, study.questions, is_authors=is_authors)
        self.terms[section] = study.terms
        marked = mark_code_faults(text, self._labels.truth.code_fault)
        body = figures.section(section_text(marked), is_authors=is_authors)
        self.authors.add(place, body, self._texts.bodies[key] if is_authors else None)
        return BookLesson(
            number=lesson.shown,
            section=section,
            title=lesson.title,
            minutes=module.lesson_minutes(lesson),
            key=key,
            word_count=self._ingredients.word_counts.get(place, 0),
            word_target=self._ingredients.word_targets.get(place, 0),
            hints=self._labs.hints(place),
            anchors=self.coverage.anchors(section),
            markdown=body.markdown,
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
            raise BookIncomplete(f"module {module.shown}: found no study parts of lesson {missing[0]}")
        return f"{failed.error}: {failed.cause}"


def is_offline(models: Iterable[str]) -> bool:
    """Whether any of these models is the offline author."""
    return any(map(is_offline_author, models))


def gap(module: Module, failed: FailedModule) -> BookModule:
    """Return the chapter that stands for a missing module."""
    return BookModule(
        number=module.shown, title=module.title, summary=module.summary, gap=f"{failed.error}: {failed.cause}"
    )

"""The lab guide as a separate book: one chapter a module, one section a lab, and lines in lessons that name labs."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from book_builder.book_assembly import gap, is_offline
from book_builder.book_model import Book, BookLesson, BookModule
from book_builder.book_request import BookRequest
from book_builder.chapter_figures import ChapterFigures, SectionFigures
from book_builder.ingredients import read_bodies
from book_builder.learning.authors_share import AuthorsPart, authors_of
from book_builder.learning.book_provenance import BookProvenance, CodeCheck, prompts_of
from book_builder.learning.coverage import CoveredLab
from book_builder.lesson_links import LessonLinks
from book_builder.lesson_markdown import mark_code_faults, section_text
from book_builder.markdown_escapes import escape_inline
from book_builder.own_pictures import PictureStore
from course_kit.errors import BookIncomplete
from course_kit.labels import Labels
from course_kit.markdown.text import parse_markdown
from course_kit.mending.author_text import authors_markdown, decoded
from course_kit.mending.mended_text import mended
from course_kit.outline import Module, Outline, Paper
from course_kit.outline.labs import ModuleLabPlan, PlannedLab
from course_kit.records.manifest import LabManifest, LabRecord
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore

_LETTERS = 26


@dataclass(frozen=True)
class GuidedLab:
    """One lab with its place in the guide.

    ``number`` is ``2.1-A`` for the first lab of lesson 2.1, and ``2-A`` for the first lab of module 2 itself. Sections
    have no such numbers.
    """

    number: str
    position: int
    """Within its module, from 1."""
    plan: PlannedLab
    record: LabRecord


@dataclass(frozen=True)
class ModuleGuide:
    """The labs of one module, in plan order."""

    manifest: LabManifest
    labs: tuple[GuidedLab, ...]


def gather_labs(store: ArtefactStore, outline: Outline, request: BookRequest) -> dict[int, ModuleGuide]:
    """Find the labs of every module, by module; raises ``BookIncomplete`` when a planned lab is missing."""
    guides = {}
    for key in request.lab_manifest_keys:
        manifest = store.read_model(key, LabManifest)
        plan = store.read_model(manifest.plan_key, ModuleLabPlan) if manifest else None
        if manifest is None or plan is None:
            raise BookIncomplete(f"found no manifest {key!r} with its plan, expected the labs of the module")
        if manifest.module_number in outline.module_numbers:
            guides[manifest.module_number] = ModuleGuide(manifest, tuple(_guided(manifest, plan, outline)))
    return guides


def _guided(manifest: LabManifest, plan: ModuleLabPlan, outline: Outline) -> Iterator[GuidedLab]:
    module = outline.module(manifest.module_number)
    records = {record.lab_id: record for record in manifest.labs}
    counted: Counter[int] = Counter()
    # An author's plan may have labs that the outline no longer has.
    planned = [lab for lab in plan.labs if lab.lab_id in manifest.planned_ids]
    for position, lab in enumerate(planned, start=1):
        if lab.lab_id not in records:
            raise BookIncomplete(f"module {module.shown}, lab {lab.lab_id} ({lab.title}) is missing")
        lesson = f".{module.lesson(lab.lesson_number).shown}" if lab.lesson_number else ""
        letter = _letters(counted[lab.lesson_number])
        counted[lab.lesson_number] += 1
        yield GuidedLab(f"{module.shown}{lesson}-{letter}", position, lab, records[lab.lab_id])


def _letters(position: int) -> str:
    """Return the letter of a lab from its position: A to Z, then A1, B1 and so on."""
    round_, letter = divmod(position, _LETTERS)
    return chr(ord("A") + letter) + (str(round_) if round_ else "")


def lab_notes(guides: dict[int, ModuleGuide], language: str) -> dict[tuple[int, int], str]:
    """Return the line that points from a lesson to its labs, by module and lesson number."""
    labels = Labels.of(language)
    labs: dict[tuple[int, int], list[str]] = {}
    for module_number, guide in guides.items():
        for lab in guide.labs:
            name = f"{labels.lab_number.format(number=lab.number)}, {escape_inline(lab.plan.title)}"
            labs.setdefault((module_number, lab.plan.lesson_number), []).append(name)
    return {place: f"**{labels.labs_of_lesson}:** {'; '.join(names)}" for place, names in labs.items()}


def labs_of_lessons(guides: dict[int, ModuleGuide]) -> dict[tuple[int, int], tuple[CoveredLab, ...]]:
    """Return the labs of each lesson, by module and lesson number."""
    labs: dict[tuple[int, int], tuple[CoveredLab, ...]] = {}
    for module_number, guide in guides.items():
        for lab in guide.labs:
            place = (module_number, lab.plan.lesson_number)
            labs[place] = (*labs.get(place, ()), CoveredLab(number=lab.number, title=lab.plan.title))
    return labs


def assemble_lab_guide(
    store: ArtefactStore,
    outline: Outline,
    request: BookRequest,
    guides: dict[int, ModuleGuide],
    *,
    links: LessonLinks,
    paper: Paper,
) -> Book:
    """Assemble the lab guide; modules without labs have no chapter."""
    course, labels = outline.course, Labels.of(outline.course.language)
    failed = {module.module_number: module for module in request.failed_modules}
    records = [lab.record for guide in guides.values() for lab in guide.labs]
    texts = _GuideTexts.read(store, guides)
    pictures = PictureStore(store, ProjectKeys(request.project_folder)).look_at(texts.texts.values())
    chapters, unseen = [], []
    for module in outline.modules:
        guide = guides.get(module.number)
        if guide is None and module.number in failed:
            chapters.append(gap(module, failed[module.number]))
        elif guide is not None and guide.labs:
            figures = ChapterFigures(module.shown, {}, pictures, links)
            sections = [(lab, texts.section(lab, guide, figures, links)) for lab in guide.labs]
            unseen += [f"{file} ({lab.number})" for lab, body in sections for file in body.unseen]
            lessons = tuple(_section(lab, module, body.markdown, labels) for lab, body in sections)
            chapters.append(BookModule(number=module.shown, title=module.title, summary="", lessons=lessons))
    models = tuple(sorted({record.model_id for record in records if record.model_id}))
    in_order = [lab for module in outline.modules if module.number in guides for lab in guides[module.number].labs]
    return Book(
        title=labels.lab_guide.format(title=request.book_title or course.title),
        author=request.author or course.author,
        description=course.description,
        language=course.language,
        level=course.level,
        audience=course.audience,
        prerequisites=course.prerequisites,
        outcomes=(),
        made_on=max(record.ended_at for record in records).date(),
        models=models,
        is_offline_draft=is_offline(models),
        modules=tuple(chapters),
        figures={},
        pictures=pictures,
        paper=paper,
        provenance=BookProvenance(
            prompts=prompts_of("lab_writer", (record.prompt_version for record in records)),
            code=CodeCheck.of(texts.texts.values()),
            dead_references=sum(map(links.dead, texts.texts.values())),
            author=AuthorsPart(
                labs=tuple(lab.number for lab in in_order if lab.record.s3_key in texts.authors),
                unseen_pictures=tuple(unseen),
            ),
        ),
    )


@dataclass(frozen=True)
class _GuideTexts:
    """The labs of a guide as text, by key, with the keys of the author's."""

    texts: Mapping[str, str]
    authors: frozenset[str]

    @classmethod
    def read(cls, store: ArtefactStore, guides: Mapping[int, ModuleGuide]) -> "_GuideTexts":
        bodies = read_bodies(store, [lab.record.s3_key for guide in guides.values() for lab in guide.labs])
        written = {key: known for guide in guides.values() for key, known in guide.manifest.written.items()}
        own = authors_of(store, bodies, written)
        texts = {
            key: authors_markdown(decoded(body)) if key in own else mended(decoded(body))
            for key, body in bodies.items()
        }
        return cls(texts, own)

    def section(
        self, lab: GuidedLab, guide: ModuleGuide, figures: ChapterFigures, links: LessonLinks
    ) -> SectionFigures:
        key = lab.record.s3_key
        numbers = {other.plan.lab_id: other.number for other in guide.labs}
        text = links.unlinked(_with_lab_numbers(self.texts[key], lab.plan, numbers))
        text = mark_code_faults(text, links.labels.truth.code_fault)
        return figures.section(section_text(text), is_authors=key in self.authors)


def _with_lab_numbers(text: str, lab: PlannedLab, numbers: Mapping[str, str]) -> str:
    """Return a guide in which lab ids are replaced by lab numbers.

    Its writer knows only ids (``01-02-01``): of the lab itself, and of the labs that it depends on. The book shows no
    ids. Code stays unchanged.
    """
    known = {lab_id: numbers[lab_id] for lab_id in (lab.lab_id, *lab.depends_on) if lab_id in numbers}
    ids = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, known))})(?![\w-])")
    lines = text.split("\n")
    for token in parse_markdown(text):
        if token.type == "inline" and token.map:
            for number in range(*token.map):
                lines[number] = ids.sub(lambda found: known[found[0]], lines[number])
    return "\n".join(lines)


def _section(lab: GuidedLab, module: Module, markdown: str, labels: Labels) -> BookLesson:
    tools = ", ".join(f"{tool.name} ({tool.version or labels.to_validate})" for tool in lab.plan.tools)
    lesson = module.lesson(lab.plan.lesson_number) if lab.plan.lesson_number else None
    place = {"section": f"{module.shown}.{lesson.shown}", "title": lesson.title} if lesson else {}
    notes = [f"*{escape_inline(labels.lab_goes_with.format(**place))}*"] if place else []
    notes += [f"**{labels.environment}:** {escape_inline(lab.plan.environment)}"]
    if tools:
        notes.append(f"**{labels.tools}:** {escape_inline(tools)}")
    return BookLesson(
        number=lab.position,
        section=lab.number,
        title=lab.plan.title,
        minutes=lab.plan.duration_minutes,
        key=lab.record.s3_key,
        word_count=lab.record.word_count,
        notes=tuple(notes),
        markdown=markdown,
    )

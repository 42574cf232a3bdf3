"""Sources of a book's study parts: the modules' study manifests and the records that they name."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from book_builder.book_request import BookRequest
from book_builder.learning.authors_share import Place, authors_of
from book_builder.learning.book_provenance import prompts_of
from course_kit.errors import BookIncomplete
from course_kit.outline import Module
from course_kit.outline.book_parts import WRITTEN_BY_MODEL, BookPart
from course_kit.outline.study import LessonStudy
from course_kit.records.manifest import StudyManifest, StudyRecord
from course_kit.records.written import Written
from course_kit.store.artefact_store import ArtefactStore

_READERS = 16


@dataclass(frozen=True)
class StudySources:
    """The study parts of a course, by module and lesson number, and the models that wrote them."""

    parts: frozenset[BookPart]
    is_expected: bool = False
    """Whether every lesson must have parts; False for lessons given directly, without manifests."""
    studies: Mapping[Place, LessonStudy] = field(default_factory=dict)
    records: Mapping[Place, StudyRecord] = field(default_factory=dict)
    authors: frozenset[Place] = frozenset()
    """The lessons whose parts are the author's."""

    def of(self, place: Place) -> LessonStudy:
        """Return the parts of a lesson that the book shows; empty for a lesson without parts."""
        study = self.studies.get(place, LessonStudy(module_number=place[0], lesson_number=place[1]))
        has = self.parts.__contains__
        return study.model_copy(
            update={
                "key_points": study.key_points if has(BookPart.KEY_POINTS) else (),
                "questions": study.questions if has(BookPart.QUIZ) else (),
                "terms": study.terms if has(BookPart.GLOSSARY) else (),
            }
        )

    def lacks(self, module: Module) -> list[int]:
        """Return the printed numbers of a module's lessons that lack required parts."""
        if not self.is_expected:
            return []
        return [lesson.shown for lesson in module.lessons if (module.number, lesson.number) not in self.records]

    @property
    def models(self) -> tuple[str, ...]:
        """The models that wrote the parts."""
        return tuple(sorted({record.model_id for record in self.records.values() if record.model_id}))

    @property
    def prompts(self) -> tuple[str, ...]:
        """The versions of the prompts for the parts."""
        return prompts_of("study_writer", (record.prompt_version for record in self.records.values()))

    @property
    def dropped(self) -> int:
        """The number of questions and terms that failed the checks."""
        return sum(record.dropped for record in self.records.values())


def gather_study(store: ArtefactStore, request: BookRequest, parts: frozenset[BookPart]) -> StudySources:
    """Find the study parts of every module; raises ``BookIncomplete`` for a missing manifest or record."""
    records: dict[Place, StudyRecord] = {}
    written: dict[str, Written] = {}
    for key in request.study_manifest_keys:
        manifest = store.read_model(key, StudyManifest)
        if manifest is None:
            raise BookIncomplete(f"found no manifest {key!r}, expected the study parts of the module")
        records |= {(manifest.module_number, record.lesson_number): record for record in manifest.lessons}
        written |= manifest.written

    def read(record: StudyRecord) -> bytes:
        body = store.read(record.s3_key)
        if body is None:
            raise BookIncomplete(f"found no object {record.s3_key!r}, expected the study parts of {record.title!r}")
        return body

    with ThreadPoolExecutor(_READERS) as readers:
        bodies = dict(zip(records, readers.map(read, records.values()), strict=True))
    own = authors_of(store, (record.s3_key for record in records.values()), written)
    return StudySources(
        parts=parts,
        is_expected=bool(request.study_manifest_keys and parts & WRITTEN_BY_MODEL),
        studies={place: LessonStudy.model_validate_json(body) for place, body in bodies.items()},
        records=records,
        authors=frozenset(place for place, record in records.items() if record.s3_key in own),
    )

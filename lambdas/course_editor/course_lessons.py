"""The finished lessons of a course in reading order, with exactly the text that the book prints."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from course_editor.checks.lesson_texts import LessonText
from course_kit.errors import RequestInvalid
from course_kit.model_ids import is_offline_author
from course_kit.outline import Lesson, Outline
from course_kit.records.lesson_text import text_in_book
from course_kit.records.manifest import LessonRecord, ModuleManifest
from course_kit.records.written import Written, is_authors
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.ids import LessonId

_READERS = 16


def read_lessons(store: ArtefactStore, outline: Outline, manifest_keys: Sequence[str]) -> tuple[LessonText, ...]:
    """Read the lessons that the manifests name, in the order of an outline that is bound to its project.

    Raises ``RequestInvalid`` with the key of a manifest or a lesson that is missing.
    """
    with ThreadPoolExecutor(_READERS) as readers:
        manifests = list(readers.map(lambda key: store.read_model(key, ModuleManifest), manifest_keys))
        if missing := [key for key, found in zip(manifest_keys, manifests, strict=True) if found is None]:
            raise RequestInvalid(f"manifest_keys: found no object {', '.join(missing[:5])}, expected finished modules")
        found: dict[LessonId, tuple[LessonRecord, Written | None]] = {
            LessonId(manifest.module_number, record.lesson_number): (record, manifest.written.get(record.s3_key))
            for manifest in manifests
            if manifest
            for record in manifest.lessons
        }
        wanted = [
            (LessonId(module.number, lesson.number), f"{module.shown}.{lesson.shown}", lesson)
            for module in outline.modules
            for lesson in module.lessons
            if LessonId(module.number, lesson.number) in found
        ]
        return tuple(readers.map(lambda place: _lesson(store, place, *found[place[0]]), wanted))


def _lesson(
    store: ArtefactStore, place: tuple[LessonId, str, Lesson], record: LessonRecord, known: Written | None
) -> LessonText:
    slot, shown, lesson = place
    stored, body = store.find(record.s3_key), store.read(record.s3_key)
    if stored is None or body is None:
        raise RequestInvalid(f"lesson {shown}: found no object {record.s3_key!r}, expected its text")
    is_own = is_authors(stored, known)
    return LessonText(
        lesson=slot,
        shown=shown,
        title=lesson.title,
        topics=tuple(topic.title for topic in lesson.topics),
        markdown=text_in_book(body, slot.module, slot.lesson, is_authors=is_own),
        is_authors=is_own,
        is_placeholder=not is_own and is_offline_author(record.model_id),
    )

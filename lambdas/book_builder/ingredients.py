"""Keys and records of everything in a book, from the manifests in the bucket, and the texts that they name."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from book_builder.book_request import BookRequest
from book_builder.learning.book_provenance import prompts_of
from course_kit.errors import BookIncomplete
from course_kit.records.manifest import ModuleManifest
from course_kit.records.visuals import Figure
from course_kit.records.written import Written
from course_kit.store.artefact_keys import lesson_of
from course_kit.store.artefact_store import ArtefactStore

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
    written: Mapping[str, Written] = field(default_factory=dict)
    """What the pipeline wrote, by key."""


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
        written={key: written for m in manifests for key, written in m.written.items()},
    )


def read_bodies(store: ArtefactStore, keys: Iterable[str]) -> dict[str, bytes]:
    """Return objects by key; raises ``BookIncomplete`` with the names of missing ones."""
    wanted = sorted(keys)
    with ThreadPoolExecutor(_READERS) as readers:
        bodies = list(readers.map(store.read, wanted))
    missing = [key for key, body in zip(wanted, bodies, strict=True) if body is None]
    if missing:
        raise BookIncomplete(f"found no object {', '.join(missing[:10])}, expected every lesson of the book")
    return {key: body for key, body in zip(wanted, bodies, strict=True) if body is not None}


def _manifest(store: ArtefactStore, key: str) -> ModuleManifest:
    manifest = store.read_model(key, ModuleManifest)
    if manifest is None:
        raise BookIncomplete(f"found no manifest {key!r}, expected the manifest of a finished module")
    return manifest


def _numbers_of(key: str) -> tuple[int, int]:
    lesson = lesson_of(key)
    if lesson is None:
        raise BookIncomplete(f"all_lesson_keys: found {key!r}, expected …/lessons/module-M-lesson-N-….md")
    return lesson.module, lesson.lesson

"""What a run has kept although it asks for something else by now: the author's, and what is stale."""

from collections.abc import Iterator, Mapping

from course_kit.outline import Module
from course_kit.records.journal import ModuleEntry
from course_kit.records.manifest import LabManifest, ModuleManifest, StudyManifest
from coursewright.run.progress import RunManifests


def authors_artefacts(manifests: RunManifests, modules: Mapping[int, Module]) -> list[str]:
    """Return the names of what the author made or changed: ``lesson 1.2``, ``figure 01-02-0001``, ``lab 01-02-01``.

    Parameters
    ----------
    modules
        The run's modules by their numbers in keys.
    """
    return list(_authors(manifests, modules))


def stale_count(manifests: RunManifests) -> int:
    """Return how many artefacts are of an earlier prompt, model or title."""
    entries: list[ModuleEntry] = [*manifests.theory.values(), *manifests.labs.values(), *manifests.study.values()]
    texts = sum(entry.written[key].is_stale for entry in entries for key in _keys(entry) if key in entry.written)
    return texts + sum(plan.stale_count for manifest in manifests.theory.values() for plan in manifest.visual_plans)


def shown_place(modules: Mapping[int, Module], module_number: int, lesson_number: int) -> str:
    """Return a lesson's numbers as readers see them; its own numbers for one that the outline lacks."""
    module = modules.get(module_number)
    lessons = {lesson.number: lesson.shown for lesson in module.lessons} if module else {}
    return f"{module.shown if module else module_number}.{lessons.get(lesson_number, lesson_number)}"


def _authors(manifests: RunManifests, modules: Mapping[int, Module]) -> Iterator[str]:
    for number, theory in manifests.theory.items():
        for lesson in theory.lessons:
            if theory.is_authors(lesson.s3_key):
                yield f"lesson {shown_place(modules, number, lesson.lesson_number)}"
        yield from (f"figure {figure.visual_id}" for figure in theory.figures.values() if figure.is_authors)
    for number, study in manifests.study.items():
        for parts in study.lessons:
            if study.is_authors(parts.s3_key):
                yield f"study parts of lesson {shown_place(modules, number, parts.lesson_number)}"
    for labs in manifests.labs.values():
        yield from (f"lab {lab.lab_id}" for lab in labs.labs if labs.is_authors(lab.s3_key))


def _keys(entry: ModuleEntry) -> Iterator[str]:
    """Yield the keys of the texts and pictures that the run goes on with."""
    if isinstance(entry, ModuleManifest):
        yield from (figure.png_key for figure in entry.figures.values())
    if isinstance(entry, ModuleManifest | StudyManifest):
        yield from (record.s3_key for record in entry.lessons)
    if isinstance(entry, LabManifest):
        yield from (lab.s3_key for lab in entry.labs)

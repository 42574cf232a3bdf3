"""The state of a run in plain words, for terminals and logs."""

from collections.abc import Sequence

from coursewright.estimate.report import dollars
from coursewright.run.progress import ModuleProgress, RunProgress


def money_and_time(progress: RunProgress, elapsed: float) -> list[str]:
    """Return what is known of percent, remaining time and money, and the elapsed seconds; the first say most."""
    return [
        *([f"{progress.percent} %"] if progress.percent is not None else []),
        *([progress.remaining] if progress.remaining else []),
        *([f"{dollars(progress.usd)} so far"] if progress.usd else []),
        f"{elapsed:.0f} s",
    ]


def amounts_line(modules: Sequence[ModuleProgress], step: str = "") -> str:
    """Return the amounts of all modules in one line, with the step of the whole course that goes on."""
    lessons = sum(module.lessons_done for module in modules)
    lesson_total = sum(module.lesson_total for module in modules)
    planned = sum(module.visuals_planned for module in modules)
    rendered = sum(module.visuals_done for module in modules)
    studied, study_total = sum(module.study_done for module in modules), sum(module.study_total for module in modules)
    labs, lab_total = sum(module.labs_done for module in modules), sum(module.lab_total for module in modules)
    if all(module.is_complete for module in modules):
        with_study = f", {studied} lessons with study parts" if study_total else ""
        with_labs = f", {labs} labs" if lab_total else ""
        return f"{lessons} lessons, {rendered} visuals{with_study}{with_labs}; {step or 'building the book'}"
    if step:
        return step
    with_study = f", study parts {studied}/{study_total}" if study_total else ""
    with_labs = f", labs {labs}/{lab_total}" if lab_total else ""
    return f"lessons {lessons}/{lesson_total}, visuals planned {planned}, rendered {rendered}{with_study}{with_labs}"

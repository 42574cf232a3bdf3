"""The report of `generate`: one object for programs, a few lines for people."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, Field

from course_kit.model_ids import is_offline_author
from course_kit.outline import Module
from course_kit.outline.call_sizes import is_far_too_short
from coursewright.book.project_files import Renewal
from coursewright.run.execution import Run, RunState
from coursewright.run.kept_texts import authors_artefacts, shown_place, stale_count
from coursewright.run.progress import RunManifests
from coursewright.terminal import Terminal

_FORMATS = {
    "site": "web book",
    "html": "HTML",
    "pdf": "PDF",
    "epub": "EPUB",
    "docx": "Word",
    "md": "Markdown",
    "json": "data",
}

_MOST_FILES_NAMED = 10


class GenerateReport(BaseModel):
    """The last line of ``generate --json``."""

    status: str
    execution_arn: str
    project: str
    modules: int
    lessons: int
    visuals: int
    quizzes: int
    """Lessons with a quiz."""
    questions: int
    labs: int
    reused: int
    model_calls: int
    input_tokens: int
    output_tokens: int
    usd: float | None = None
    """The cost of the run's model calls; None when no price is known."""
    seconds: float
    book: dict[str, str]
    """The course book; with labs alone the lab guide."""
    lab_guide: dict[str, str]
    failed_modules: list[int]
    short_lessons: list[str]
    """Lessons with far fewer words than requested: number, words, requested words."""
    yours: list[str] = Field(default_factory=list)
    """What the author made or changed, which the run has kept."""
    stale: int = 0
    """Artefacts of an earlier prompt, model or title, which the run has kept."""
    set_aside: list[str] = Field(default_factory=list)
    """Files in the folder of ``--out`` that a person changed, under their new names."""
    kept: list[str] = Field(default_factory=list)
    """Files that a person changed, and of which the run made nothing new."""


def generate_report(
    run: Run,
    state: RunState,
    manifests: RunManifests,
    modules: Sequence[Module],
    *,
    book: dict[str, Path],
    lab_guide: dict[str, Path],
    renewal: Renewal | None = None,
    usd: float | None = None,
) -> GenerateReport:
    """Return the report of an ended run; ``usd`` is its cost, if known."""
    by_slot = {module.number: module for module in modules}
    complete = manifests.complete(state.run_input.content_type)
    usage = manifests.usage
    labs = [lab for manifest in manifests.labs.values() for lab in manifest.labs]
    studied = [lesson for manifest in manifests.study.values() for lesson in manifest.lessons]
    ended_at = state.ended_at or state.started_at
    return GenerateReport(
        status=state.outcome,
        execution_arn=run.execution_arn,
        project=state.run_input.project_folder,
        modules=len(complete),
        lessons=sum(len(manifest.lessons) for manifest in manifests.theory.values()),
        visuals=sum(len(manifest.figures) for manifest in manifests.theory.values()),
        quizzes=sum(lesson.questions > 0 for lesson in studied),
        questions=sum(lesson.questions for lesson in studied),
        labs=len(labs),
        reused=sum(manifest.reused_count for manifest in manifests.theory.values())
        + sum(lesson.is_reused for lesson in studied)
        + sum(lab.is_reused for lab in labs),
        model_calls=usage.model_calls,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        usd=usd,
        seconds=round((ended_at - state.started_at).total_seconds(), 1),
        book={name: str(path) for name, path in (book or lab_guide).items()},
        lab_guide={name: str(path) for name, path in lab_guide.items()},
        failed_modules=sorted(module.shown for module in modules if module.number not in complete),
        yours=authors_artefacts(manifests, by_slot),
        stale=stale_count(manifests),
        short_lessons=[
            f"{shown_place(by_slot, manifest.module_number, lesson.lesson_number)} "
            f"({lesson.word_count} of {lesson.word_target} words)"
            for manifest in manifests.theory.values()
            for lesson in manifest.lessons
            if is_far_too_short(lesson.word_count, lesson.word_target)
        ],
        set_aside=[str(path) for path in renewal.set_aside] if renewal else [],
        kept=[str(path) for path in renewal.kept] if renewal else [],
    )


def print_report(terminal: Terminal, report: GenerateReport, manifests: RunManifests) -> None:
    """Print the report: the content, the path of each format, and whether a model wrote the text."""
    made = f"{report.modules} modules, {report.lessons} lessons, {report.visuals} visuals"
    if report.quizzes:
        made += f", {report.quizzes} quizzes of {report.questions} questions"
    if report.labs:
        made += f", {report.labs} labs"
    terminal.tell(
        f"{report.project}: {made} in {report.seconds:.0f} s; "
        f"{report.model_calls} model calls, {report.reused} artefacts reused",
        style="green",
    )
    if report.failed_modules:
        missing = ", ".join(map(str, report.failed_modules))
        terminal.tell(
            f"The book has gaps: module {missing} failed. Run the same command again to fill them.", style="yellow"
        )
    if report.short_lessons:
        terminal.tell(f"Far shorter than requested: lesson {', '.join(report.short_lessons)}")
    if report.yours:
        more = len(report.yours) - _MOST_FILES_NAMED
        named = ", ".join(report.yours[:_MOST_FILES_NAMED]) + (f" and {more} more" if more > 0 else "")
        terminal.tell(f"Kept as yours: {named}")
    if report.stale:
        terminal.tell(
            f"Kept although of an earlier prompt, model or title: {report.stale} artefacts; "
            "--regenerate stale remakes them, `coursewright plan` says for how much"
        )
    for name, label in _FORMATS.items():
        if name in report.book:
            terminal.tell(f"  {label:<9}{report.book[name]}")
    if report.lab_guide and report.lab_guide != report.book:
        terminal.tell("  and the lab guide, in the same formats:")
        name = "html" if "html" in report.lab_guide else min(report.lab_guide)
        terminal.tell(f"  {_FORMATS.get(name, name):<9}{report.lab_guide[name]}")
    _print_changed_files(terminal, "Set aside, as you have changed it", report.set_aside)
    _print_changed_files(terminal, "Left as you have changed it, with nothing new of it", report.kept)
    if any(map(is_offline_author, manifests.model_ids)):
        terminal.tell(
            "The text is an offline draft, put together without a language model. For a real one, set "
            "COURSEWRIGHT_MODEL_URL and COURSEWRIGHT_MODEL_NAME to a local server (Ollama, llama.cpp, vLLM), "
            "or deploy to your account and use --target aws.",
            style="yellow",
        )


def _print_changed_files(terminal: Terminal, what: str, paths: list[str]) -> None:
    """Name a person's files, the first ones each in a line."""
    for path in paths[:_MOST_FILES_NAMED]:
        terminal.tell(f"{what}: {path}", style="yellow")
    if len(paths) > _MOST_FILES_NAMED:
        terminal.tell(f"{what}: {len(paths) - _MOST_FILES_NAMED} more files; --json names all", style="yellow")

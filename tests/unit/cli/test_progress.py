"""Progress is a pure function of manifests; views show it to people and to logs."""

import io
from datetime import UTC, datetime

from course_kit.outline import read_outline
from course_kit.records.manifest import ImagesRecord, LessonRecord, ModuleManifest, StudyManifest, StudyRecord
from course_kit.run.events import ContentType
from coursewright.run.progress import module_progress
from coursewright.run.progress_view import PlainView, progress_table, summary_line
from coursewright.terminal import Terminal

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MODULE = read_outline("course: {title: C}\nmodules: [{title: M, lessons: [{title: A}, {title: B}]}]").modules[0]


def manifest(lessons: int, *, is_complete: bool = False) -> ModuleManifest:
    records = tuple(
        LessonRecord(
            lesson_number=number,
            title="t",
            s3_key="k",
            fingerprint="f",
            word_count=1,
            visual_count=2,
            model_id="m",
            is_reused=False,
            started_at=NOW,
            ended_at=NOW,
        )
        for number in range(1, lessons + 1)
    )
    return ModuleManifest(
        module_number=1,
        title="M",
        execution_name="run",
        lesson_total=2,
        started_at=NOW,
        lessons=records,
        images=ImagesRecord(started_at=NOW, ended_at=NOW) if is_complete else None,
    )


def study(lessons: int) -> StudyManifest:
    records = tuple(
        StudyRecord(
            lesson_number=number,
            title="t",
            s3_key="k",
            fingerprint="f",
            key_points=3,
            questions=2,
            terms=1,
            dropped=0,
            model_id="m",
            prompt_version="p",
            is_reused=False,
            started_at=NOW,
            ended_at=NOW,
        )
        for number in range(1, lessons + 1)
    )
    return StudyManifest(
        module_number=1, title="M", execution_name="run", lesson_total=2, started_at=NOW, lessons=records
    )


def test_a_module_goes_through_its_stages() -> None:
    stages = [
        module_progress(MODULE, ContentType.THEORY, None, 0),
        module_progress(MODULE, ContentType.THEORY, manifest(1), 0),
        module_progress(MODULE, ContentType.THEORY, manifest(2), 3),
        module_progress(MODULE, ContentType.THEORY, manifest(2), 4),
        module_progress(MODULE, ContentType.THEORY, manifest(2, is_complete=True), 4, study=study(1)),
        module_progress(MODULE, ContentType.THEORY, manifest(2, is_complete=True), 4, study=study(2)),
    ]
    assert [progress.stage for progress in stages] == ["waiting", "content", "visuals", "images", "images", "done"]


def test_the_table_shows_every_module_and_the_time() -> None:
    terminal = Terminal(file=io.StringIO(), width=100)
    terminal.print(progress_table([module_progress(MODULE, ContentType.THEORY, manifest(1), 0, study=study(1))], 12.4))
    shown = terminal.file.getvalue()  # type: ignore[attr-defined]
    assert "1  M" in shown
    assert "1/2" in shown
    assert "12 s" in shown


def test_a_log_gets_a_line_only_when_something_has_changed() -> None:
    terminal = Terminal(file=io.StringIO())
    view = PlainView(terminal)
    done = module_progress(MODULE, ContentType.THEORY, manifest(2, is_complete=True), 4, study=study(2))
    for elapsed in (1.0, 2.0, 3.0):
        view.show([done], elapsed)
    assert terminal.file.getvalue().count("\n") == 1  # type: ignore[attr-defined]
    assert "2 lessons with study parts; building the book" in summary_line([done])

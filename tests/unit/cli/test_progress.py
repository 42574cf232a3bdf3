"""Progress is a pure function of manifests; views show it to people and to logs."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from rich.cells import cell_len
from rich.console import ConsoleDimensions

from course_kit.outline import read_outline
from course_kit.records.manifest import ImagesRecord, LessonRecord, ModuleManifest, StudyManifest, StudyRecord
from course_kit.run.events import ContentType
from coursewright.run.progress import ModuleProgress, RunProgress, module_progress
from coursewright.run.progress_screen import ProgressScreen
from coursewright.run.progress_text import amounts_line
from coursewright.run.progress_view import PlainView
from coursewright.run.troubles import TroubleLine
from coursewright.stand_ins import register_stand_ins
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


def shown_of(terminal: Terminal) -> str:
    assert isinstance(terminal.file, io.StringIO)
    return terminal.file.getvalue()


def screen_of(progress: RunProgress, width: int, height: int, encoding: str = "utf-8") -> list[str]:
    """Return the lines of a picture on a terminal of that size."""
    body = io.BytesIO()
    file = io.TextIOWrapper(body, encoding=encoding, errors=register_stand_ins("replace"))
    terminal = Terminal(file=file, width=width)
    terminal.size = ConsoleDimensions(width, height)
    terminal.print(ProgressScreen(progress, 312.4, terminal))
    file.flush()
    return body.getvalue().decode(encoding).splitlines()


def course_of(done: int, in_work: int, waiting: int, title: str = "Fundamentals of packet switching") -> RunProgress:
    """Return the progress of a course of many modules, with money, percent and time."""
    lessons = [4] * done + [1] * in_work + [0] * waiting
    modules = tuple(
        ModuleProgress(
            number=number, title=title, lessons_done=made, lesson_total=4, visuals_planned=0, visual_total=2 * made,
            visuals_done=0, study_done=0, study_total=4, labs_done=0, lab_total=2, is_complete=made == 4,
        )
        for number, made in enumerate(lessons, start=1)
    )  # fmt: skip
    return RunProgress(modules, percent=42, remaining="about 6 min left", usd=0.42)


THROTTLED = TroubleLine(
    "ModelThrottled", "module 2: throttled by the model since 14:02, attempt 5, next try in about 8 s"
)


def test_the_table_shows_every_module_and_the_time() -> None:
    shown = "\n".join(screen_of(RunProgress((half_done(),)), 100, 30))
    assert "1  M" in shown
    assert "1/2" in shown
    assert "312 s" in shown


def half_done() -> ModuleProgress:
    return module_progress(MODULE, ContentType.THEORY, manifest(1), 0, study=study(1))


@pytest.mark.parametrize("size", [(40, 10), (40, 24), (80, 10), (80, 24), (120, 50), (20, 5)])
@pytest.mark.parametrize("counts", [(0, 0, 1), (1, 3, 2), (12, 3, 185), (0, 40, 160), (200, 0, 0)])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_the_picture_fits_every_terminal(size: tuple[int, int], counts: tuple[int, int, int], encoding: str) -> None:
    for troubles in ((), (THROTTLED,), (THROTTLED,) * 5):
        progress = replace(course_of(*counts, title="Fundamentals … of packet switching" * 4), troubles=troubles)
        lines = screen_of(progress, *size, encoding=encoding)
        if size[1] > 5 or not troubles:
            assert len(lines) < size[1], "\n".join(lines)
        # An ellipsis of the title takes three letters of ASCII, and is cut off with it.
        assert all(cell_len(line) <= size[0] for line in lines if "..." not in line), "\n".join(lines)
        assert any(line.startswith("42 %") for line in lines)


def test_a_small_terminal_shows_what_is_in_work_and_counts_the_rest() -> None:
    # Given: a course of 200 modules, and a trouble.
    progress = replace(course_of(12, 3, 185), troubles=(THROTTLED,))
    # When
    lines = screen_of(progress, 40, 10)
    # Then
    assert [line.split()[0] for line in lines[:3]] == ["13", "14", "15"]
    assert lines[0].rstrip().endswith("content 1/4")
    assert lines[3].rstrip() == "modules: 12 done, 185 waiting"
    assert lines[4].startswith("lessons 51/800")
    assert lines[5].rstrip() == "42 %  about 6 min left  $0.42 so far"
    assert "throttled by the model since 14:02" in " ".join(line.strip() for line in lines[6:])


def test_modules_in_work_that_do_not_fit_are_counted() -> None:
    lines = screen_of(course_of(0, 40, 160), 40, 10)
    assert lines[-3].rstrip() == "modules: 34 more in work, 160 waiting"


def test_nothing_unknown_is_shown() -> None:
    shown = screen_of(RunProgress((half_done(),)), 100, 30)[-1]
    assert shown.strip() == "312 s"


class Moments:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_log_gets_a_line_only_when_something_has_changed() -> None:
    terminal, moments = Terminal(file=io.StringIO()), Moments()
    view = PlainView(terminal, moments)
    done = module_progress(MODULE, ContentType.THEORY, manifest(2, is_complete=True), 4, study=study(2))
    for elapsed in (1.0, 2.0, 3.0):
        moments.now += 60
        view.show(RunProgress((done,), percent=97, remaining=f"about {elapsed} min left", usd=elapsed), elapsed)
    assert shown_of(terminal).count("\n") == 1
    assert "1 s  97 %  about 1.0 min left  $1.00 so far  2 lessons" in shown_of(terminal)
    assert "2 lessons with study parts; building the book" in amounts_line([done])
    assert "2 lessons with study parts; editing: 3 of 7" in amounts_line([done], "editing: 3 of 7")
    # And: before the modules there is nothing to count.
    assert amounts_line([replace(done, is_complete=False)], "planning the course") == "planning the course"


def test_a_log_gets_at_most_one_line_every_few_seconds() -> None:
    # Given: a course whose lessons arrive each second.
    terminal, moments = Terminal(file=io.StringIO()), Moments()
    view = PlainView(terminal, moments)
    # When
    for done in range(20):
        view.show(course_of(done, 1, 19 - done), 1.0)
        moments.now += 1
    # Then
    assert shown_of(terminal).count("\n") == 5


def test_a_log_names_a_trouble_once_a_minute_and_says_when_it_is_over() -> None:
    # Given: a throttle of two minutes, with a short break, and nothing else that changes.
    terminal, moments = Terminal(file=io.StringIO()), Moments()
    view = PlainView(terminal, moments)
    calm = course_of(0, 1, 0)
    throttled = replace(calm, troubles=(THROTTLED,))
    # When
    for second in range(150):
        moments.now += 1
        view.show(calm if 30 <= second < 35 or second >= 120 else throttled, 1.0)
    # Then
    lines = shown_of(terminal).splitlines()
    assert [line for line in lines if "throttled" in line] == [THROTTLED.text] * 2
    assert lines[-1] == "all goes on again"
    assert lines.count("all goes on again") == 1

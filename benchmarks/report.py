"""The measured figures as Markdown tables, put into docs/performance.md between the marks that name them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import TypeAdapter

from course_kit.data_models import OpenModel

RESULTS = Path(__file__).parent / "results" / "latest.json"
PACING = RESULTS.with_name("pacing.json")
PAGE = Path(__file__).parents[1] / "docs" / "performance.md"


class _Scenario(OpenModel):
    name: str
    sequential_s: float | None
    ours_s: float
    limit_s: float
    speedup: float | None
    efficiency: float
    overhead_s: float | None = None
    book_s: float
    over_limit: float | None = None
    failed_runs: int | None = None
    throttles: int | None = None


class _Cost(OpenModel):
    modules: int
    lessons: int
    is_measured: bool
    transitions: int
    transitions_a_lesson: float
    gb_seconds: float
    tokens: int


class _Synth(OpenModel):
    app_s: float
    empty_app_s: float
    ratio: float
    ratio_validated: float


class _Results(OpenModel):
    scenarios: list[_Scenario]
    cost: list[_Cost]
    peak_memory_mib: dict[str, int]
    import_s: dict[str, float]
    synth: _Synth


class _Pacing(OpenModel):
    name: str
    lessons: int
    lessons_written: int
    throttles: int
    seconds: float


def write_report() -> None:
    """Put the tables of the results that are there into the page."""
    page = PAGE.read_text(encoding="utf-8")
    for name, table in tables().items():
        begin, end = f"<!-- measured: {name} -->\n", "<!-- end -->"
        before, found, after = page.partition(begin)
        if found:
            page = before + begin + table + end + after.partition(end)[2]
    PAGE.write_text(page, encoding="utf-8")


def tables() -> dict[str, str]:
    """Return each table under its mark's name."""
    results = _Results.model_validate_json(RESULTS.read_text(encoding="utf-8"))
    pacing = TypeAdapter(list[_Pacing]).validate_json(PACING.read_text(encoding="utf-8"))
    functions = sorted(results.import_s)
    return {
        "scenarios": _table(
            ("course", "sequential s", "ours s", "limit s", "speed-up", "efficiency", "overhead s", "book s"),
            (
                (s.name, s.sequential_s, s.ours_s, s.limit_s, s.speedup, s.efficiency, s.overhead_s, s.book_s)
                for s in results.scenarios
            ),
        ),
        "quota": _table(
            ("under a quota", "ours s", "limit s", "over the limit", "book s", "throttles", "failed runs"),
            (
                (s.name, s.ours_s, s.limit_s, s.over_limit, s.book_s, s.throttles, s.failed_runs)
                for s in results.scenarios
                if s.over_limit is not None
            ),
        ),
        "cost": _table(
            ("modules", "lessons", "", "state transitions", "a lesson", "Lambda GB-seconds", "tokens"),
            (
                (
                    c.modules,
                    c.lessons,
                    "measured" if c.is_measured else "estimated",
                    c.transitions,
                    c.transitions_a_lesson,
                    c.gb_seconds,
                    c.tokens,
                )
                for c in results.cost
            ),
        ),
        "functions": _table(
            ("function", "imports s", "peak memory MiB"),
            ((name, results.import_s[name], results.peak_memory_mib.get(name)) for name in functions),
        ),
        "synth": _table(
            ("synth of the app s", "of an empty app s", "ratio", "with the template validated in both"),
            [(results.synth.app_s, results.synth.empty_app_s, results.synth.ratio, results.synth.ratio_validated)],
        ),
        "pacing": _table(
            ("client", "lessons written", "throttles", "seconds"),
            ((p.name, f"{p.lessons_written} of {p.lessons}", p.throttles, p.seconds) for p in pacing),
        ),
    }


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *(["" if cell is None else str(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)

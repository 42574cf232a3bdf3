"""The measured figures as Markdown tables, put into docs/performance.md between the marks that name them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import TypeAdapter

from course_kit.data_models import OpenModel

RESULTS = Path(__file__).parent / "results" / "latest.json"
PACING = RESULTS.with_name("pacing.json")
ONE_VOICE = RESULTS.with_name("one-voice.json")
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


class _FaultKind(OpenModel):
    kind: str
    seeded: int
    found: int
    mended: int
    unexpected: int
    false_findings: int


class _AddedCost(OpenModel):
    calls_before: int
    calls_after: int
    tokens_before: int
    tokens_after: int
    tokens: int
    share_of_money: float
    share_of_money_with_caching: float
    share_of_money_with_a_short_model: float
    seconds_before: float
    seconds_after: float
    seconds_between: float


class _OneVoice(OpenModel):
    kinds: list[_FaultKind]
    cost: dict[str, _AddedCost]


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
    voice = _OneVoice.model_validate_json(ONE_VOICE.read_text(encoding="utf-8"))
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
        "one-voice": _table(
            ("fault", "seeded", "found", "mended", "found beside them", "found in the clean course"),
            (
                (k.kind.replace("_", " "), k.seeded, k.found, k.mended, k.unexpected, k.false_findings)
                for k in voice.kinds
            ),
        ),
        "one-voice-cost": _table(
            ("", *voice.cost),
            (
                (what.replace("_", " "), *(_shown(what, getattr(cost, what)) for cost in voice.cost.values()))
                for what in _AddedCost.model_fields
            ),
        ),
        "pacing": _table(
            ("client", "lessons written", "throttles", "seconds"),
            ((p.name, f"{p.lessons_written} of {p.lessons}", p.throttles, p.seconds) for p in pacing),
        ),
    }


def _shown(what: str, amount: float) -> str:
    """Return a share in percent, another amount as a whole number."""
    return f"{amount:.1%}" if what.startswith("share") else f"{amount:,.0f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *(["" if cell is None else str(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)

"""A chart of one scenario: what the sequential design and ours did when, from the runs' own records."""

from jinja2 import Environment

from benchmarks.bench_aws import Ended
from benchmarks.measurement import Measured
from course_kit.scheduling import Stage

_COLOURS = {Stage.CONTENT: "#4c78a8", Stage.VISUALS: "#f2a541", Stage.IMAGES: "#59a14f", Stage.LABS: "#b07aa1"}
_BOOK_COLOUR = "#9c755f"
_LEFT, _WIDTH, _ROW, _GAP = 110, 640, 16, 34
_TEMPLATE = Environment(autoescape=True).from_string(
    """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{ width }} {{ height }}" role="img"
 font-family="sans-serif" font-size="12">
<title>{{ title }}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
{% for text in texts %}<text x="{{ text.x }}" y="{{ text.y }}" fill="#333333">{{ text.words }}</text>
{% endfor %}{% for bar in bars %}<rect x="{{ bar.x }}" y="{{ bar.y }}" width="{{ bar.width }}" height="{{ bar.height }}"
 fill="{{ bar.colour }}" rx="2"/>
{% endfor %}</svg>
"""
)


def gantt(measured: Measured) -> str:
    """Return the chart as SVG: one row a module and one for the book, both designs on one time axis."""
    sequential, ours = measured.sequential[-1], measured.ours[-1]
    scale = _WIDTH / max(sequential.seconds, ours.seconds)
    texts: list[dict[str, object]] = []
    bars: list[dict[str, object]] = []
    top = 24
    for name, run in (("one after the other", sequential), ("side by side", ours)):
        texts.append({"x": 10, "y": top, "words": f"{name}: {run.seconds:.1f} s"})
        top = _rows(run, top=top + 8, scale=scale, modules=measured.scenario.modules, texts=texts, bars=bars) + _GAP
    for position, (stage, colour) in enumerate([*_COLOURS.items(), (Stage.BOOK, _BOOK_COLOUR)]):
        bars.append({"x": _LEFT + position * 100, "y": top - 26, "width": 12, "height": 12, "colour": colour})
        texts.append({"x": _LEFT + position * 100 + 17, "y": top - 16, "words": stage.value})
    title = f"{sequential.seconds:.1f} s one after the other, {ours.seconds:.1f} s side by side"
    return _TEMPLATE.render(width=_LEFT + _WIDTH + 20, height=top, title=title, texts=texts, bars=bars)


def _rows(
    run: Ended, *, top: int, scale: float, modules: int, texts: list[dict[str, object]], bars: list[dict[str, object]]
) -> int:
    for row in range(1, modules + 2):
        words = "book" if row > modules else f"module {row}"
        texts.append({"x": 30, "y": top + (row - 1) * _ROW + 11, "words": words})
    for interval in run.intervals:
        row = modules + 1 if interval.module_number is None else interval.module_number
        bars.append(
            {
                "x": round(_LEFT + interval.starts_at * scale, 1),
                "y": top + (row - 1) * _ROW + 1,
                "width": round(max((interval.ends_at - interval.starts_at) * scale, 1), 1),
                "height": _ROW - 3,
                "colour": _COLOURS.get(interval.stage, _BOOK_COLOUR),
            }
        )
    return top + (modules + 1) * _ROW + 10

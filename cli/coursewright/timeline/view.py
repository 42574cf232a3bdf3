"""A timeline as a file: an SVG picture, or an HTML page with it. Both are self-contained."""

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from coursewright.errors import BadInput, CommandFailed
from coursewright.timeline.layout import LEFT, TITLE_WIDTH, TITLE_X, TOP, WIDTH, clock, lay_out
from coursewright.timeline.model import Timeline, Work

# Paul Tol's bright scheme, which is clear with the common forms of colour blindness.
_COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#aa3377", "#66ccee")
_COURSE_COLOUR = "#777777"
_TEMPLATES = {".html": "timeline.html.jinja", ".svg": "timeline.svg.jinja"}


def write_timeline(timeline: Timeline, path: Path) -> None:
    """Write a timeline atomically, in the format of the path's ending.

    Raises
    ------
    BadInput
        The ending is not ``.html`` or ``.svg``.
    CommandFailed
        The file cannot be written.
    """
    text = render(timeline, path.suffix)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".partial")
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise CommandFailed(f"{path}: {error.strerror}; the timeline was not written") from None


def render(timeline: Timeline, suffix: str) -> str:
    """Return a timeline as ``.html`` or ``.svg``."""
    require_known_format(suffix)
    environment = Environment(
        loader=PackageLoader("coursewright.timeline"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"clock": clock, "described": described}
    stages = {stage: _COLOURS[position % len(_COLOURS)] for position, stage in enumerate(timeline.stages)}
    return environment.get_template(_TEMPLATES[suffix]).render(
        timeline=timeline,
        picture=lay_out(timeline),
        colours=stages,
        has_legend=suffix == ".svg",
        course_colour=_COURSE_COLOUR,
        width=WIDTH,
        left=LEFT,
        top=TOP,
        title_x=TITLE_X,
        title_width=TITLE_WIDTH,
    )


def require_known_format(suffix: str) -> None:
    """Raise ``BadInput`` for an unknown ending."""
    if suffix not in _TEMPLATES:
        raise BadInput(f"--output: found a file name that ends in {suffix or 'nothing'!r}, expected .html or .svg")


def described(work: Work) -> str:
    """Return one line about a piece of work."""
    parts = [f"{work.label} {work.title}".strip() if work.module else work.title]
    if work.module:
        parts.append(work.stage)
    if work.is_reused:
        parts.append("reused")
    else:
        parts.append(f"{clock(work.started)} to {clock(work.ended)}, took {clock(work.seconds)}")
    if work.waited >= 0.05:  # noqa: PLR2004
        parts.append(f"waited {clock(work.waited)}")
    if work.model_calls > 1:
        parts.append(f"{work.model_calls} model calls: continued or repaired")
    return " · ".join(parts)

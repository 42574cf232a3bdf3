"""The layout of a timeline's picture. All lengths are in the picture's units, about pixels."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from coursewright.timeline.model import ModuleTrack, Timeline, Work

WIDTH = 1200
LEFT = 250
RIGHT = 24
TOP = 96
TITLE_X = 14
TITLE_WIDTH = LEFT - TITLE_X - 12
"""The column of titles; whatever the font, nothing of a title is drawn beyond it."""
_BOTTOM = 28
_PLOT = WIDTH - LEFT - RIGHT
# Many lanes become thinner, so that forty modules still fit on a few screens.
_LANE_HEIGHTS = ((40, 20), (120, 15), (10_000, 11))
_LABELLED_LANE_HEIGHT = 15
_BAND_GAP = 9
_MIN_BAND_HEIGHT = 16
_MIN_BAR_WIDTH = 3.0
_LABEL_X = 5
_TITLE_FONT_SIZE, _LABEL_FONT_SIZE = 12, 11
# Widths in em, at least those of DejaVu Sans and Verdana, the widest common sans-serif fonts.
_WIDTHS_EM = (
    (frozenset(" .,:;'|()[]!-·fijlrtIJ"), 0.46),
    (frozenset("mwMW@%&…—ŒœÆæ"), 1.0),
)
_LETTER_EM, _CAPITAL_EM, _FULL_WIDTH_EM = 0.65, 0.8, 1.0
_JOINER = "\u200d"
_TICK_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
_MAX_TICKS = 10


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A piece of work in the picture."""

    work: Work
    x: float
    y: float
    width: float
    height: float
    wait_x: float
    """The start of its wait, within the free part of its lane; ``x`` when it did not wait."""
    is_critical: bool
    label: str
    """The label; empty without room for it."""


@dataclass(frozen=True, kw_only=True)
class Band:
    """The lanes of one module, or of a step of the whole course."""

    label: str
    """The title, cut to the room of its column with an ellipsis."""
    title: str
    y: float
    height: float
    bars: Sequence[Bar]
    module: ModuleTrack | None = None
    wait_x: float = LEFT
    wait_width: float = 0.0

    @property
    def middle(self) -> float:
        """The y position of the label, in the middle of the first lane."""
        return self.y + min(self.height, _MIN_BAND_HEIGHT) / 2


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A line of the time axis."""

    x: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A whole timeline, laid out."""

    height: float
    bands: Sequence[Band]
    ticks: Sequence[Tick]
    path: Sequence[tuple[float, float, float, float]]
    """The critical path's links: from (x, y) to (x, y)."""
    wall_width: float
    sequential_width: float
    """The wall clock and the sum of all work, drawn to a separate scale."""


def lay_out(timeline: Timeline) -> Picture:
    """Return the layout of a timeline."""
    scale = _PLOT / max(timeline.wall_seconds, 0.001)
    packed = [(module, _lanes(module.works)) for module in timeline.modules]
    lane_total = sum(len(lanes) for _, lanes in packed) + len(timeline.course_works)
    lane = next(height for most, height in _LANE_HEIGHTS if lane_total <= most)
    critical = {id(work) for work in timeline.critical}
    before = [work for work in timeline.course_works if work.is_before_modules]
    after = [work for work in timeline.course_works if not work.is_before_modules]
    bands: list[Band] = []
    y = float(TOP)

    def add(label: str, title: str, lanes: Sequence[Sequence[Work]], module: ModuleTrack | None) -> None:
        nonlocal y
        height = max(len(lanes) * lane, _MIN_BAND_HEIGHT)
        bars = [
            bar
            for position, works in enumerate(lanes)
            for bar in _bars(works, y + position * lane, lane, scale, critical)
        ]
        wait = module.waited * scale if module else 0.0
        start = LEFT + module.ready * scale if module else LEFT
        bands.append(
            Band(
                label=label,
                title=title,
                y=y,
                height=height,
                bars=bars,
                module=module,
                wait_x=start,
                wait_width=wait,
            )
        )
        y += height + _BAND_GAP

    for work in before:
        add(work.title, work.title, [[work]], None)
    for module, lanes in packed:
        add(_shortened(f"{module.number}  {module.title}"), f"{module.number}  {module.title}", lanes, module)
    for work in after:
        add(work.title, work.title, [[work]], None)
    longest = max(timeline.sequential_seconds, timeline.wall_seconds, 0.001)
    return Picture(
        height=y + _BOTTOM,
        bands=bands,
        ticks=_ticks(timeline.wall_seconds, scale),
        path=_links(bands, timeline.critical),
        wall_width=_PLOT * timeline.wall_seconds / longest,
        sequential_width=_PLOT * timeline.sequential_seconds / longest,
    )


def clock(seconds: float) -> str:
    """Return a duration for people: ``7.4 s``, ``3:05``, ``1:02:03``."""
    if seconds < 60:  # noqa: PLR2004
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _lanes(works: Sequence[Work]) -> list[list[Work]]:
    """Pack works into the fewest lanes, with the works of one lesson in one lane where possible."""
    lanes: list[list[Work]] = []
    for work in sorted(works, key=lambda work: (work.started, work.lesson or 0)):
        free = [lane for lane in lanes if lane[-1].ended <= work.started and not lane[-1].is_reused]
        own = [lane for lane in free if work.lesson is not None and lane[-1].lesson == work.lesson]
        if own or free:
            (own or free)[0].append(work)
        else:
            lanes.append([work])
    return lanes


def _bars(works: Sequence[Work], y: float, lane: float, scale: float, critical: set[int]) -> list[Bar]:
    bars: list[Bar] = []
    free_from = 0.0
    for work in works:
        x = LEFT + work.started * scale
        width = max(work.seconds * scale, _MIN_BAR_WIDTH)
        has_room = lane >= _LABELLED_LANE_HEIGHT and width > _text_width(work.label, _LABEL_FONT_SIZE) + 2 * _LABEL_X
        bars.append(
            Bar(
                work=work,
                x=x,
                y=y + 1,
                width=width,
                height=lane - 2,
                wait_x=min(LEFT + max(work.ready, free_from) * scale, x),
                is_critical=id(work) in critical,
                label=work.label if has_room else "",
            )
        )
        free_from = work.ended
    return bars


def _links(bands: Sequence[Band], critical: Sequence[Work]) -> list[tuple[float, float, float, float]]:
    bars = {id(bar.work): bar for band in bands for bar in band.bars}
    links = []
    for one, other in pairwise(critical):
        here, there = bars[id(one)], bars[id(other)]
        links.append((here.x + here.width, here.y + here.height / 2, there.x, there.y + there.height / 2))
    return links


def _ticks(wall_seconds: float, scale: float) -> list[Tick]:
    step = next((step for step in _TICK_STEPS if wall_seconds / step <= _MAX_TICKS), _TICK_STEPS[-1])
    count = int(wall_seconds / step) + 1
    return [Tick(x=LEFT + number * step * scale, label=_tick_label(number * step)) for number in range(count)]


def _tick_label(seconds: float) -> str:
    if seconds < 60:  # noqa: PLR2004
        return f"{seconds:g} s"
    return clock(seconds)


def _shortened(title: str) -> str:
    if _text_width(title, _TITLE_FONT_SIZE) <= TITLE_WIDTH:
        return title
    ends = (end for end in range(len(title) - 1, 0, -1) if not _is_within_a_letter(title, end))
    shorter = (title[:end].rstrip() + "…" for end in ends)
    return next((shown for shown in shorter if _text_width(shown, _TITLE_FONT_SIZE) <= TITLE_WIDTH), "…")


def _is_within_a_letter(text: str, position: int) -> bool:
    return _is_mark(text[position]) or text[position - 1] == _JOINER


def _is_mark(character: str) -> bool:
    return character == _JOINER or unicodedata.category(character).startswith("M")


def _text_width(text: str, font_size: float) -> float:
    return font_size * sum(map(_em, text))


def _em(character: str) -> float:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(character) in ("W", "F"):
        return _FULL_WIDTH_EM
    for characters, width in _WIDTHS_EM:
        if character in characters:
            return width
    return _CAPITAL_EM if character.isupper() else _LETTER_EM

"""The critical path of a run, read backwards from its end: each piece of work and what it waited for."""

from collections.abc import Sequence
from itertools import chain

from coursewright.timeline.model import COURSE, ModuleTrack, Work

# Tolerance for the clocks of two functions, and for a step that starts at the moment another ends.
_TOLERANCE_SECONDS = 0.05


def critical_path(modules: Sequence[ModuleTrack], course_works: Sequence[Work]) -> list[Work]:
    """Return the works that determined the end of the run, first to last.

    Two kinds of earlier work can delay a piece of work. It needs the results of some, and the end of others frees a
    place for it. A lesson needs a place in its function, a module needs one in the Map. The one that ended last before
    the start is the cause.
    """
    everything = [*course_works, *chain.from_iterable(module.works for module in modules)]
    if not everything:
        return []
    path = [max(everything, key=lambda work: work.ended)]
    tracks = {module.number: module for module in modules}
    while before := _before(path[-1], tracks, course_works):
        path.append(before)
    return path[::-1]


def _before(work: Work, tracks: dict[int, ModuleTrack], course_works: Sequence[Work]) -> Work | None:
    of_modules = [other for track in tracks.values() for other in track.works]
    if work.module == COURSE:
        return _last_before(work, [*of_modules, *course_works])
    own = tracks[work.module]
    stages = list(dict.fromkeys(other.stage for other in own.works if other.branch == work.branch))
    earlier = set(stages[: stages.index(work.stage)])
    needed = [other for other in own.works if other.branch == work.branch and other.stage in earlier]
    siblings = [other for other in own.works if other.stage == work.stage and not other.is_reused]
    inside = _last_before(work, needed + siblings)
    if inside is not None:
        return inside
    # The first work of its module: another module's end freed a place, or it started with the run.
    others = [other for other in of_modules if other.module != work.module and _is_last_of_module(other, tracks)]
    return _last_before(work, [*others, *course_works])


def _is_last_of_module(work: Work, tracks: dict[int, ModuleTrack]) -> bool:
    return work.ended == tracks[work.module].ended


def _last_before(work: Work, others: Sequence[Work]) -> Work | None:
    # Reused work has no length and could be before and after another; the start decides, so the chain always ends.
    ended = [
        other
        for other in others
        if other.ended <= work.started + _TOLERANCE_SECONDS and other.started < work.started and other is not work
    ]
    return max(ended, key=lambda other: other.ended, default=None)

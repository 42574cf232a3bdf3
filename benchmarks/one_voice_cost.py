"""What one voice adds to a course: calls, tokens, money with and without caching, and time on the critical path."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from course_kit.forecast.scheduling import Concurrency, CourseWork, ModuleWork, schedule
from course_kit.price_rows import ModelPrices
from course_kit.usage import Usage
from offline_author.app import CallRecord
from offline_author.behaviour import CallKind

CONCURRENCY = Concurrency(modules=4, lessons=5, images=5)
# A large model's pace: what matters is the share, which hardly depends on it.
_SECONDS_A_CALL, _TOKENS_A_SECOND = 2.0, 60.0
_EDITS_AT_ONCE = CONCURRENCY.lessons
_ADDED = (CallKind.BRIEF, CallKind.EDIT)
# What begins with the whole course; a plan of labs has its tool before it, and a cache of its own.
_WITH_THE_COURSE = (CallKind.LESSON, CallKind.LAB)

_SHORT = (CallKind.STUDY, CallKind.VISUAL_PLAN, CallKind.LAB_PLAN, CallKind.EDIT)


@dataclass(frozen=True, kw_only=True)
class AddedCost:
    """What the brief before the lessons and the edits after them take of a course."""

    calls_before: int
    calls_after: int
    tokens_before: int
    tokens_after: int
    shared_tokens: int
    """What the course's facts, map and brief add to the prompt of each call that has them."""
    tokens: int
    """Of the whole course."""
    usd: float
    """The whole course without caching."""
    usd_with_caching: float
    share_of_money: float
    """Brief, edits, and the shared part of all prompts, without caching."""
    share_of_money_with_caching: float
    """One call writes what lessons and labs share, and all of these read it."""
    share_of_money_with_a_short_model: float
    """With caching, and with the second model for study parts, plans and edits."""
    seconds_before: float
    seconds_after: float
    """Added to the critical path before and after the lessons, with a model that writes 60 tokens a second."""
    seconds_between: float
    """The critical path without them."""

    def row(self) -> dict[str, object]:
        """Return the line of the results."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def added_cost(
    calls: Sequence[CallRecord], prices: ModelPrices, short: ModelPrices, *, shared_tokens: int, min_cached: int
) -> AddedCost:
    """Return what was added to a course.

    Parameters
    ----------
    calls
        All calls of the course.
    prices, short
        Of the model that writes, and of the one for short texts.
    shared_tokens
        What each lesson's system prompt holds of the whole course.
    min_cached
        The least tokens that the model caches.
    """
    before, after = (_of(calls, kind) for kind in _ADDED)
    is_cached = shared_tokens >= min_cached
    plain = _usd(calls, prices, prices, shared_tokens, is_cached=False)
    cached = _usd(calls, prices, prices, shared_tokens, is_cached=is_cached)
    by_two = _usd(calls, prices, short, shared_tokens, is_cached=is_cached)
    edits = sorted(map(_seconds_of, after), reverse=True)
    return AddedCost(
        calls_before=len(before),
        calls_after=len(after),
        tokens_before=_tokens(before),
        tokens_after=_tokens(after),
        shared_tokens=shared_tokens,
        tokens=_tokens(calls),
        usd=plain.whole,
        usd_with_caching=cached.whole,
        share_of_money=plain.added / plain.whole,
        share_of_money_with_caching=cached.added / cached.whole,
        share_of_money_with_a_short_model=by_two.added / by_two.whole,
        seconds_before=sum(map(_seconds_of, before)),
        # Side by side: the longest of each round.
        seconds_after=sum(edits[::_EDITS_AT_ONCE]),
        seconds_between=_seconds(calls),
    )


@dataclass(frozen=True)
class _Money:
    whole: float
    added: float


def _usd(
    calls: Sequence[CallRecord], prices: ModelPrices, short: ModelPrices, shared_tokens: int, *, is_cached: bool
) -> _Money:
    """Return the money of calls, with that of the call that writes the cache."""
    whole = added = prices.cost(Usage(cache_write_tokens=shared_tokens)) if is_cached else 0.0
    for call in calls:
        has_shared = call.kind in _WITH_THE_COURSE and call.system_tokens >= shared_tokens
        shared = shared_tokens if has_shared else 0
        beginning = Usage(cache_read_tokens=shared) if is_cached else Usage(input_tokens=shared)
        rest = Usage(input_tokens=call.prompt_tokens - shared, output_tokens=call.completion_tokens)
        of_call = short if call.kind in _SHORT else prices
        whole += of_call.cost(beginning + rest)
        added += of_call.cost(beginning + rest if call.kind in _ADDED else beginning)
    return _Money(whole, added)


def _seconds(calls: Sequence[CallRecord]) -> float:
    """Return the makespan of the modules, whose calls run side by side as the state machine has them."""

    def of(kind: CallKind, number: int) -> tuple[float, ...]:
        return tuple(_seconds_of(call) for call in _of(calls, kind) if call.module_number == number)

    modules = sorted({call.module_number for call in _of(calls, CallKind.LESSON) if call.module_number is not None})
    work = CourseWork(
        modules=tuple(
            ModuleWork(
                number=number,
                content=of(CallKind.LESSON, number),
                visuals=of(CallKind.VISUAL_PLAN, number),
                study=of(CallKind.STUDY, number),
            )
            for number in modules
        )
    )
    return schedule(work, CONCURRENCY).makespan


def _seconds_of(call: CallRecord) -> float:
    return _SECONDS_A_CALL + call.completion_tokens / _TOKENS_A_SECOND


def _of(calls: Sequence[CallRecord], kind: CallKind) -> list[CallRecord]:
    return [call for call in calls if call.kind is kind]


def _tokens(calls: Sequence[CallRecord]) -> int:
    return sum(call.prompt_tokens + call.completion_tokens for call in calls)

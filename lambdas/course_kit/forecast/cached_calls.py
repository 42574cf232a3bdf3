"""What a run's calls use when the provider caches what they share, and when short texts have a model of their own."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Self

from course_kit.forecast.estimated_calls import SHORT_KINDS, CallKind, EstimatedCall
from course_kit.models import Caching
from course_kit.run.chosen_models import ModelIds
from course_kit.run.events import ModelProvider
from course_kit.usage import Usage

# As for a real prompt (`course_kit.model.prompt_cache`): five bytes a token to be sure, where an estimate counts four.
_SURE_SHARE = 4 / 5
# What begins with the course, for which the step that makes the brief has the cache written.
_WARMED_KINDS = frozenset({CallKind.LESSON, CallKind.LAB})
# What a token costs that is read or written, in tokens of input: Claude's, the dearest (`course_kit.price_rows`).
_READ, _WRITTEN, _WRITTEN_FOR_AN_HOUR = 0.1, 1.25, 2.0


@dataclass(frozen=True, kw_only=True)
class AskedModels:
    """The text models of a run, as far as they decide what its calls use; by default one that caches nothing."""

    text: Caching | None = None
    short: Caching | None = None
    has_short: bool = False
    """Whether short texts have a model of their own; without one, ``short`` is not looked at."""
    cached_kinds: frozenset[CallKind] = frozenset(CallKind)
    """The kinds of call that get cache points."""
    at_once: int = 1
    """Calls of one kind that may begin before the first of them has written the cache.

    All of them write it then. It is assumed to be modules times lessons at once, the most that can start together.
    Lessons and labs of a run that makes a brief read what one call has written before them.
    """

    @classmethod
    def of(cls, models: ModelIds, provider: ModelProvider, *, at_once: int) -> Self:
        """Return a run's text models. A cache point is set on Bedrock alone; other servers cache by themselves."""
        table = models.table

        def caching_of(model_id: str) -> Caching | None:
            known = table.text_model(model_id) if provider is ModelProvider.BEDROCK else None
            return known.caching if known else None

        return cls(
            text=caching_of(models.text(provider)),
            short=caching_of(models.short_text(provider)),
            has_short=models.own_short_text(provider) is not None,
            at_once=at_once,
        )

    def where_caching_pays(self, calls: Iterable[EstimatedCall]) -> "AskedModels":
        """Return these models with cache points for those kinds of call alone that cost less with them.

        Calls that begin together all write the cache. So kinds with few calls cost more with it.
        """
        listed = list(calls)
        paying = frozenset(
            kind for kind, alike in _by_kind(listed) if self._saved_by(alike, self._writers(kind, listed)) > 0
        )
        return replace(self, cached_kinds=paying)

    def _writers(self, kind: CallKind, calls: Sequence[EstimatedCall]) -> int:
        """Return how many calls of a kind may write the cache, among all calls of a run."""
        is_warm = kind in _WARMED_KINDS and any(call.kind is CallKind.BRIEF for call in calls)
        return 1 if is_warm else self.at_once

    def _saved_by(self, calls: Sequence[EstimatedCall], writers: int) -> float:
        """Return what caching saves of calls of one kind, in tokens of input; below 0 it costs as much more."""
        used, caching = self._usage_of_kind(calls, writers), self._caching_of(calls[0])
        written = _WRITTEN_FOR_AN_HOUR if caching and caching.hour else _WRITTEN
        return used.cache_read_tokens * (1 - _READ) - used.cache_write_tokens * (written - 1)

    @property
    def kinds_with_cache_points(self) -> tuple[CallKind, ...]:
        """The kinds of call that get cache points of a run, in their order."""
        return tuple(sorted(self.cached_kinds))

    def without_caches(self) -> "AskedModels":
        """Return the same models without their caches."""
        return replace(self, cached_kinds=frozenset())

    def without_short(self) -> "AskedModels":
        """Return the text model alone."""
        return replace(self, short=None, has_short=False)

    def asks_short_model(self, call: EstimatedCall) -> bool:
        """Whether a call asks the model of short texts, and leaves the text model's quota alone."""
        return self.has_short and call.kind in SHORT_KINDS

    def usage_of(self, calls: Iterable[EstimatedCall]) -> Usage:
        """Return what calls use together. Calls of one kind share their system prompt; those of two kinds do not."""
        listed = list(calls)
        used = (self._usage_of_kind(alike, self._writers(kind, listed)) for kind, alike in _by_kind(listed))
        return sum(used, Usage())

    def _caching_of(self, call: EstimatedCall) -> Caching | None:
        if call.kind not in self.cached_kinds:
            return None
        return self.short if self.asks_short_model(call) else self.text

    def _usage_of_kind(self, calls: Sequence[EstimatedCall], writers: int) -> Usage:
        used = sum((call.usage for call in calls), Usage())
        caching = self._caching_of(calls[0])
        shared = min(call.shared_tokens for call in calls)
        if caching and not caching.tools:
            shared = min(call.shared_tokens - call.schema_tokens for call in calls)
        if caching and shared * _SURE_SHARE >= caching.min_tokens:
            writes = min(len(calls), writers)
            used += Usage(
                input_tokens=-shared * len(calls),
                cache_write_tokens=shared * writes,
                cache_read_tokens=shared * (len(calls) - writes),
            )
        return used.by_short_model() if self.asks_short_model(calls[0]) else used


def _by_kind(calls: Iterable[EstimatedCall]) -> Iterator[tuple[CallKind, list[EstimatedCall]]]:
    for kind, alike in groupby(sorted(calls, key=lambda call: call.kind), key=lambda call: call.kind):
        yield kind, list(alike)


ONE_MODEL = AskedModels()
"""One text model that caches nothing."""

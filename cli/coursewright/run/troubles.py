"""The present troubles of a run in plain lines: what fails in which modules, since when, and when it is tried again."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from course_kit.errors import ModelThrottled, ModelUnavailable, StorageUnavailable
from course_kit.records.trouble import Trouble

_MOST_NAMED = 4
_MAX_CHARACTERS = 60
_STATUS = re.compile(r"\b(?:status(?:_code)?|code|HTTP|answers?)\W{0,3}(4\d\d|5\d\d)\b|^(4\d\d|5\d\d)\b", re.IGNORECASE)


@dataclass(frozen=True)
class TroubleLine:
    """One trouble, of one or several modules."""

    kind: str
    """The name of the error."""
    text: str


def trouble_lines(troubles: Mapping[int, Sequence[Trouble]], now: datetime) -> tuple[TroubleLine, ...]:
    """Return one line for each kind of failure that still lasts; ``troubles`` are by the module's shown number."""
    current = [(number, trouble) for number, found in troubles.items() for trouble in found if trouble.is_current(now)]
    kinds = dict.fromkeys(trouble.error for _, trouble in current)
    return tuple(
        _line([(number, trouble) for number, trouble in current if trouble.error == kind], now) for kind in kinds
    )


def _line(found: Sequence[tuple[int, Trouble]], now: datetime) -> TroubleLine:
    newest = max((trouble for _, trouble in found), key=lambda trouble: trouble.told_at)
    since = min(trouble.since for _, trouble in found).astimezone()
    day = "" if since.date() == now.astimezone().date() else f"{since:%Y-%m-%d} "
    modules = _modules(sorted({number for number, _ in found}))
    attempts = max(trouble.attempts for _, trouble in found)
    return TroubleLine(
        newest.error,
        f"{modules}: {_failure(newest)} since {day}{since:%H:%M}, attempt {attempts}, {_next_try(newest, now)}",
    )


def _modules(numbers: Sequence[int]) -> str:
    if len(numbers) > _MOST_NAMED:
        return f"{len(numbers)} modules"
    *first, last = map(str, numbers)
    return f"modules {', '.join(first)} and {last}" if first else f"module {last}"


def _failure(trouble: Trouble) -> str:
    if trouble.error == ModelThrottled.__name__:
        return "throttled by the model"
    if trouble.error == StorageUnavailable.__name__:
        return "storage (S3) fails"
    if trouble.error == ModelUnavailable.__name__:
        status = _STATUS.search(trouble.words)
        if status:
            return f"the model server answers {status[1] or status[2]}"
        words = trouble.words[:_MAX_CHARACTERS].rstrip()
        return f"the model server fails ({words})" if words else "the model server fails"
    return trouble.error


def _next_try(trouble: Trouble, now: datetime) -> str:
    if trouble.next_try_at is None:
        return f"tried again within {_delay(trouble.longest_step_delay)}"
    seconds = round((trouble.next_try_at - now).total_seconds())
    return f"next try in about {seconds} s" if seconds > 1 else "trying again now"


def _delay(longest: timedelta) -> str:
    seconds = round(longest.total_seconds())
    return f"{seconds // 60} min" if seconds >= 60 else f"{seconds} s"  # noqa: PLR2004

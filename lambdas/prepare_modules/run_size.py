"""How large a run may be: an execution's history holds 25,000 events, and a run that outgrew it would die half-way.

The numbers are the events that Step Functions writes (developer guide, "Execution history events"). A task writes 5, a
Map or Parallel 4 and 2 for each iteration, any other state 2. A test counts them in the state machine's definition.
"""

from collections.abc import Collection

from course_kit.errors import RequestInvalid
from course_kit.outline import Outline
from course_kit.run.events import ContentType

MAX_EVENTS = 25_000
"""AWS Step Functions quotas, "Maximum execution history size"."""
EVENTS_FOR_RETRIES = 2_000
"""Kept back: a retry costs 3 events."""
_EVENTS_AROUND = 44
_EVENTS_A_LESSON = 7
_EVENTS_A_MODULE = {ContentType.THEORY: 27, ContentType.LABS: 12, ContentType.BOTH: 43}


def expected_events(modules: int, lessons: int, content_type: ContentType) -> int:
    """Return how many events a run without any retry takes, at most."""
    lessons_planned = lessons if content_type.has_theory else 0
    return _EVENTS_AROUND + modules * _EVENTS_A_MODULE[content_type] + lessons_planned * _EVENTS_A_LESSON


def require_room(outline: Outline, modules: Collection[int], content_type: ContentType) -> None:
    """Raise ``RequestInvalid`` for a selection that one execution cannot hold."""
    lessons = sum(len(outline.module(number).lessons) for number in modules)
    events = expected_events(len(modules), lessons, content_type)
    if events > MAX_EVENTS - EVENTS_FOR_RETRIES:
        raise RequestInvalid(
            f"modules_to_generate: found {lessons:,} lessons in {len(modules)} modules, which take {events:,} events "
            f"of an execution's history, expected at most {MAX_EVENTS - EVENTS_FOR_RETRIES:,}; "
            "choose fewer modules and run again for the others"
        )

"""How many Lambda functions one run has going at once: what it takes of an account's "Concurrent executions".

Every figure that speaks of it (the first state, `coursewright estimate`, docs/operations.md) comes from here; a test
compares it with the most that a run of the deployed definition reaches.
"""

from collections.abc import Collection
from heapq import nlargest

from course_kit.forecast.scheduling import Concurrency
from course_kit.run.events import ContentType

FEWEST_FUNCTIONS = 3
"""One module with its labs, one lesson's visuals at a time: no run that makes both can do with less."""
# Beside the planners of a module: study_writer, and lab_planner or lab_writer. Before them content_gen has the labs
# beside it, and after them images_gen has both.
_STUDY_WRITER = 1
_LAB_FUNCTION = 1


def functions_beside_planners(content_type: ContentType) -> int:
    """Return how many functions of a module go on while its visuals are planned."""
    return _STUDY_WRITER * content_type.has_theory + _LAB_FUNCTION * content_type.has_labs


def functions_at_once(
    concurrency: Concurrency, content_type: ContentType, lessons: Collection[int] | None = None
) -> int:
    """Return the most functions that one run has going at once.

    Compare it with Lambda's quota "Concurrent executions" (``ConcurrentExecutions`` of GetAccountSettings; 1,000, in
    new accounts 10), which all runs and all other applications of an account and region share. Beyond it Lambda refuses
    to start a function, and the step is tried again (``Lambda.TooManyRequestsException``).

    Parameters
    ----------
    concurrency
        The run's bounds.
    content_type
        What the run makes.
    lessons
        How many lessons each of the run's modules has; None: any course, so as many as the bounds allow.
    """
    beside = functions_beside_planners(content_type)
    if not content_type.has_theory:
        modules = concurrency.modules if lessons is None else min(concurrency.modules, len(lessons))
        return modules * beside
    if lessons is None:
        return concurrency.modules * (concurrency.planners_at_once + beside)
    # images_gen comes after the planners, of which a module without lessons has none.
    own = (max(min(concurrency.planners_at_once, count), 1) + beside for count in lessons)
    return sum(nlargest(concurrency.modules, own))

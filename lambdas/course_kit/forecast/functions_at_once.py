"""The number of concurrent Lambda functions of one run: its share of an account's "Concurrent executions".

All such numbers (in the first state, `coursewright estimate`, docs/operations.md) come from here. A test compares them
with the highest number in a run of the deployed definition.
"""

from collections.abc import Collection
from heapq import nlargest

from course_kit.forecast.scheduling import Concurrency
from course_kit.run.events import ContentType

FEWEST_FUNCTIONS = 3
"""One module with its labs, one lesson's visuals at a time: no run that makes both can do with less."""
# Parallel to a module's planners: study_writer, and lab_planner or lab_writer. Before, the labs are parallel to
# content_gen; afterwards, both are parallel to images_gen.
_STUDY_WRITER = 1
_LAB_FUNCTION = 1


def functions_beside_planners(content_type: ContentType) -> int:
    """Return the number of a module's other functions while its visuals are planned."""
    return _STUDY_WRITER * content_type.has_theory + _LAB_FUNCTION * content_type.has_labs


def functions_at_once(
    concurrency: Concurrency, content_type: ContentType, lessons: Collection[int] | None = None
) -> int:
    """Return the highest number of concurrent functions in one run.

    Compare it with Lambda's quota "Concurrent executions" (``ConcurrentExecutions`` of GetAccountSettings; 1,000, in
    new accounts 10). All runs and all other applications of an account and region share this quota. Above it Lambda
    refuses to start a function, and the step is retried (``Lambda.TooManyRequestsException``).

    Parameters
    ----------
    concurrency
        The run's limits.
    content_type
        The content of the run.
    lessons
        The number of lessons of each module in the run; None for any course, with the highest number within the limits.
    """
    beside = functions_beside_planners(content_type)
    if not content_type.has_theory:
        modules = concurrency.modules if lessons is None else min(concurrency.modules, len(lessons))
        return modules * beside
    if lessons is None:
        return concurrency.modules * (concurrency.planners_at_once + beside)
    # images_gen runs after the planners; a module without lessons has no planners.
    own = (max(min(concurrency.planners_at_once, count), 1) + beside for count in lessons)
    return sum(nlargest(concurrency.modules, own))

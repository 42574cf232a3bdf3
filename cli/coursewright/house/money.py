"""What a run has cost in model calls, as far as it is known."""

from pydantic import ValidationError

from course_kit.records.run_summary import RunSummary
from course_kit.records.spending import SpendingRecord
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.usage import Usage
from coursewright.course_store import CourseStore


def usd_of_run(store: CourseStore, keys: ProjectKeys, name: str, usage: Usage, images: int) -> float | None:
    """Return the dollars of a run by its name; None when they are unknown, or its summary is another version's."""
    try:
        summary = store.read_model(keys.run(name), RunSummary)
    except ValidationError:
        return None
    return known_usd(store, keys, summary, usage, images)


def known_usd(
    store: CourseStore, keys: ProjectKeys, summary: RunSummary | None, usage: Usage | None, images: int = 0
) -> float | None:
    """Return a run's dollars: by its summary, else by its budget's ledger, else by the usage of its records.

    Parameters
    ----------
    usage, images
        What the records of a run tell that has not ended with a book: its calls, and the images that a model drew.
        None when they do not tell.

    Returns
    -------
    float or None
        None when nothing tells the cost, as of a model without a known price.
    """
    if summary is None:
        return None
    estimate = summary.estimate
    if estimate is not None and estimate.actual_usd is not None:
        return estimate.actual_usd
    spent = spending_of(store, keys, summary.execution_name)
    if spent is not None:
        return spent.spent_usd
    if usage is None or estimate is None or estimate.prices is None:
        return None
    return estimate.prices.cost(usage, images)


def spending_of(store: CourseStore, keys: ProjectKeys, execution_name: str) -> SpendingRecord | None:
    """Return the ledger of a run with a budget; None for any other run, and for another version's ledger."""
    try:
        return store.read_model(keys.spending(execution_name), SpendingRecord)
    except ValidationError:
        return None

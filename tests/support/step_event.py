"""The event that a step of a module gets, as the state machine sends it."""

from tests.support.buckets import BUCKET


def step_event(**fields: object) -> dict[str, object]:
    """Return the event of module 1 of project ``p``, with these fields in place of its own or beside them."""
    return {
        "course_bucket": BUCKET,
        "outline_s3_key": "p/outline.yaml",
        "project_folder": "p",
        "model_provider": "openai",
        "execution_name": "run-1",
        "content_type": "both",
        "module_number": 1,
    } | fields

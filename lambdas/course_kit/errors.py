"""The typed errors of the pipeline.

A function fails by raising one of these and never returns a status code. On AWS the class name is the error name: the
state machine's Retry and Catch match on it. To rename a class here changes the contract with
``course_constructs.retry_policies``.
"""


class CourseError(Exception):
    """Base of every typed error; never raised itself."""


class OutlineInvalid(CourseError):
    """The course outline cannot be read or breaks a rule; the message holds one line a fault. Never retried."""


class RequestInvalid(CourseError):
    """The execution input or a step's event is wrong, or asks for what the outline does not have. Never retried."""


class TextRejected(CourseError):
    """The model's text failed validation, and still did after one repair. Never retried by the state machine."""


class ModelThrottled(CourseError):
    """The model provider asked for fewer calls; worth trying again, slowly."""


class ModelUnavailable(CourseError):
    """The model provider failed or did not answer; worth trying again soon."""


class StorageUnavailable(CourseError):
    """S3 failed, or an answer of it broke off, beyond the client's own retries; worth trying again soon."""


class WorkRemaining(CourseError):
    """The function's time is nearly up; what is done is saved, and calling again continues from there."""


class BudgetExceeded(CourseError):
    """The next model call could cost more than is left of the run's budget. Never retried; what was made is kept."""


class ArtefactConflict(CourseError):
    """Another execution changed the same artefact between our read and our write."""


class BookIncomplete(CourseError):
    """The book would lack something it must have: a lesson, a figure, or it still holds a visual tag."""

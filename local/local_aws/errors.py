"""Errors of local AWS, each one line that tells the user what to do."""


class LocalAwsError(Exception):
    """Local AWS did not start, was not found, or failed a deployment; the message says what to do."""


class LocalAwsNotRunning(LocalAwsError):
    """Local AWS is not running."""

    def __init__(self) -> None:
        super().__init__("local AWS is not running; `coursewright local up` starts it, nothing is lost")

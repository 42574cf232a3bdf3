"""What can go wrong with local AWS, in one line a user can act on."""


class LocalAwsError(Exception):
    """Local AWS could not be started, deployed to, or found; the message says what to do."""


class LocalAwsNotRunning(LocalAwsError):
    """There is no local AWS to connect to."""

    def __init__(self) -> None:
        super().__init__("local AWS: not running; start it with `coursewright local up`")

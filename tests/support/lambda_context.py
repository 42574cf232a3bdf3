"""The context that AWS Lambda gives to a function, with a time that the test decides."""

from aws_lambda_powertools.utilities.typing import LambdaContext


class FakeLambdaContext(LambdaContext):
    """What Powertools and our deadline read of Lambda's context."""

    def __init__(self, remaining_milliseconds: int = 900_000) -> None:
        self.remaining_milliseconds = remaining_milliseconds
        self._function_name = "function"
        self._function_version = "$LATEST"
        self._memory_limit_in_mb = 1024
        self._invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:function"
        self._aws_request_id = "request"

    # Powertools declares a static method; a time of the context's own needs the context.
    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override]
        return self.remaining_milliseconds

"""What unit tests share: a bucket in moto, the functions' environment, a Lambda context, a server that writes."""

from tests.support.function_fixtures import (
    clock_of_calls,
    function_environment,
    lambda_context,
    no_real_aws,
    store,
    writing_server,
)

__all__ = ["clock_of_calls", "function_environment", "lambda_context", "no_real_aws", "store", "writing_server"]

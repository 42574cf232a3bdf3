"""Browser tests use the bucket and the context of the unit tests."""

from tests.unit.conftest import lambda_context, no_real_aws, store

__all__ = ["lambda_context", "no_real_aws", "store"]

"""A proxy before local AWS's Bedrock (and S3): faults on demand, a quota as Bedrock keeps it, and an image model.

The functions reach it by ``AWS_ENDPOINT_URL_BEDROCK_RUNTIME`` and ``AWS_ENDPOINT_URL_S3``. It passes every call on as
it came, signature and all, so IAM is enforced behind it. For tests and benchmarks; started only when a setting asks.
"""

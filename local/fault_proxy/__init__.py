"""A proxy in front of local AWS's Bedrock and S3: faults on demand, Bedrock's quota, and an image model.

The functions reach it by ``AWS_ENDPOINT_URL_BEDROCK_RUNTIME`` and ``AWS_ENDPOINT_URL_S3``. The proxy passes every call
on unchanged, with its signature, so local AWS still enforces IAM. It is for tests and benchmarks, and starts only when
``COURSEWRIGHT_FAULT_PROXY`` is set.
"""

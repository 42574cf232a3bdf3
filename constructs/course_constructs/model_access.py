"""Which ARNs a role must name to invoke one Bedrock model."""

from aws_cdk import Stack
from constructs import Construct

# A cross-region inference profile routes to its model in any region of its geography, and IAM is checked there too
# (Amazon Bedrock user guide, "Supported Regions and models for inference profiles", "Prerequisites for inference
# profiles"). The caller's own region is always one of them, even one that no other region routes to (ca-central-1).
_DESTINATION_REGIONS = {
    "us": ("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
    "eu": (
        "eu-central-1",
        "eu-central-2",
        "eu-north-1",
        "eu-south-1",
        "eu-south-2",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
    ),
    "apac": (
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-south-2",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-4",
    ),
    "jp": ("ap-northeast-1", "ap-northeast-3"),
    "au": ("ap-southeast-2", "ap-southeast-4"),
    "us-gov": ("us-gov-east-1", "us-gov-west-1"),
}


def model_arns(scope: Construct, model_id: str) -> list[str]:
    """Return the ARNs that invoking a model takes.

    Parameters
    ----------
    scope
        Any construct of the stack (for partition, region and account).
    model_id
        A foundation model (``anthropic.…``), a cross-region inference profile (``us.…``, ``global.…``), or an ARN.

    Returns
    -------
    list of str
        One ARN for a foundation model; for a profile its own and its foundation model's in every destination region.
    """
    stack = Stack.of(scope)
    if model_id.startswith("arn:"):
        return [model_id]
    geography, _, foundation_model = model_id.partition(".")
    profile = f"arn:{stack.partition}:bedrock:{stack.region}:{stack.account}:inference-profile/{model_id}"
    if geography == "global":
        # The global profile is checked against the caller's region and against an ARN without any region.
        return [profile, *(_foundation_model(stack, region, foundation_model) for region in (stack.region, ""))]
    if geography in _DESTINATION_REGIONS:
        regions = dict.fromkeys([stack.region, *_DESTINATION_REGIONS[geography]])
        return [profile, *(_foundation_model(stack, region, foundation_model) for region in regions)]
    return [_foundation_model(stack, stack.region, model_id)]


def _foundation_model(stack: Stack, region: str, model_id: str) -> str:
    return f"arn:{stack.partition}:bedrock:{region}::foundation-model/{model_id}"

"""Which ARNs a role must name to invoke one Bedrock model."""

from aws_cdk import Stack
from constructs import Construct

from course_kit.model_ids import GLOBAL, geography_of, is_arn, named_id, without_geography
from course_kit.models import ModelTable, known_models


def model_arns(scope: Construct, model_id: str, models: ModelTable | None = None) -> list[str]:
    """Return the ARNs that invoking a model takes.

    A cross-region inference profile routes to its model in any region of its geography. IAM is checked there, too
    (Amazon Bedrock user guide, "Prerequisites for inference profiles"). The caller's own region is always one of them,
    even one that no other region routes to (ca-central-1).

    Parameters
    ----------
    scope
        Any construct of the stack (for partition, region and account).
    model_id
        A foundation model (``anthropic.…``), a cross-region inference profile (``us.…``, ``global.…``), or an ARN.
    models
        Tells where geographies route to, and what an ARN stands for; by default the packaged table.

    Returns
    -------
    list of str
        One ARN for a foundation model; for a profile its own and its foundation model's in every destination region.

    Raises
    ------
    ValueError
        A geography that is not known: rights for its profile would be a guess.
    """
    models, stack = models or known_models(), Stack.of(scope)
    if is_arn(model_id):
        named = named_id(model_id)
        stands_for = models.base_of(model_id) or ("" if named == model_id else named)
        # What IAM checks of a profile's ARN is this very profile, and the models behind it.
        region = model_id.split(":")[3]
        behind = _foundation_models(stack, region, stands_for, models) if stands_for else []
        return list(dict.fromkeys([model_id, *behind]))
    profile = f"arn:{stack.partition}:bedrock:{stack.region}:{stack.account}:inference-profile/{model_id}"
    behind = _foundation_models(stack, stack.region, model_id, models)
    return [profile, *behind] if geography_of(model_id) else behind


def _foundation_models(stack: Stack, region: str, model_id: str, models: ModelTable) -> list[str]:
    """Return the ARNs of the models behind an id that is called from a region."""
    geography, foundation_model = geography_of(model_id), without_geography(model_id)
    if not geography:
        regions = [region]
    elif geography == GLOBAL:
        # The global profile is checked against the caller's region and against an ARN without any region.
        regions = [region, ""]
    elif geography in models.geographies:
        regions = list(dict.fromkeys([region, *models.geographies[geography]]))
    else:
        raise ValueError(f"{model_id}: where profiles of the geography {geography!r} route to is not known")
    return [f"arn:{stack.partition}:bedrock:{each}::foundation-model/{foundation_model}" for each in regions]

"""What a role may do with the models of a deployment."""

from collections.abc import Iterable, Iterator

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from course_constructs.function_plan import AskedModel
from course_constructs.model_access import model_arns
from course_constructs.settings import PipelineSettings, Target


def model_rights(scope: Construct, asked: AskedModel, settings: PipelineSettings) -> Iterator[iam.PolicyStatement]:
    """Yield the statements that asking one kind of model takes, each on named resources.

    Parameters
    ----------
    scope
        Any construct of the stack (for partition, region and account).
    asked
        The model that writes, the one that writes short texts, or the one that draws.
    settings
        Name the models, the guardrail and the secret; what they do not name needs no right.
    """
    of_text = (settings.text_model_id, *settings.further_text_models)
    if asked is AskedModel.TEXT:
        yield from _text_model_rights(scope, settings, of_text)
    elif asked is AskedModel.SHORT_TEXT:
        # A run that names its own text model has the deployment's for short texts; without one, its own.
        own = (settings.short_text_model_id,) if settings.short_text_model_id else of_text
        yield from _text_model_rights(scope, settings, own)
    elif settings.image_model_id:
        yield _allow(["bedrock:InvokeModel"], model_arns(scope, settings.image_model_id, settings.known_models))


def _text_model_rights(
    scope: Construct, settings: PipelineSettings, models: Iterable[str]
) -> Iterator[iam.PolicyStatement]:
    actions = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
    if settings.target is Target.LOCAL:
        # AWS checks Converse as InvokeModel; ministack checks it under the operation's own name.
        actions += ["bedrock:Converse", "bedrock:ConverseStream"]
    arns = [arn for model_id in models for arn in model_arns(scope, model_id, settings.known_models)]
    yield _allow(actions, list(dict.fromkeys(arns)))
    if settings.guardrail_id:
        yield _allow(["bedrock:ApplyGuardrail"], [_guardrail_arn(scope, settings.guardrail_id)])
    if settings.openai_secret_name:
        yield _allow(["secretsmanager:GetSecretValue"], [_secret_arn(scope, settings.openai_secret_name)])


def _allow(actions: list[str], resources: list[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=resources)


def _guardrail_arn(scope: Construct, guardrail: str) -> str:
    if guardrail.startswith("arn:"):
        return guardrail
    return Stack.of(scope).format_arn(service="bedrock", resource="guardrail", resource_name=guardrail)


def _secret_arn(scope: Construct, name: str) -> str:
    # Secrets Manager adds a hyphen and six characters of its own to a secret's ARN.
    return Stack.of(scope).format_arn(
        service="secretsmanager",
        resource="secret",
        resource_name=f"{name}-??????",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )

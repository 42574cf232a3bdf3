"""The checks of an account for its first book, in the order of its set-up."""

from coursewright.doctor.account import Account
from coursewright.doctor.alarms import check_alarms, check_subscription_of_alarms
from coursewright.doctor.bootstrap import check_bootstrap
from coursewright.doctor.credentials import check_credentials, check_region
from coursewright.doctor.examination import Check
from coursewright.doctor.functions_quota import check_functions_at_once
from coursewright.doctor.model import check_model
from coursewright.doctor.model_access import check_subscription, check_use_case_form
from coursewright.doctor.model_answer import check_model_answer
from coursewright.doctor.model_quotas import check_tokens_a_day, check_tokens_a_minute
from coursewright.doctor.release import check_alias
from coursewright.doctor.stack import check_stack
from coursewright.doctor.storage import check_bucket, check_secret

_IN = ("credentials", "region")
_DEPLOYED = (*_IN, "stack")

ACCOUNT_CHECKS: tuple[Check[Account], ...] = (
    Check(name="credentials", looks_at="sts:GetCallerIdentity", look=check_credentials),
    Check(name="region", looks_at="the SDK's list of regions with Bedrock", look=check_region),
    Check(name="bootstrap", looks_at="ssm:GetParameter", look=check_bootstrap, needs=_IN),
    Check(name="model", looks_at="bedrock:GetInferenceProfile, GetFoundationModel", look=check_model, needs=_IN),
    Check(
        name="use-case form",
        looks_at="bedrock:GetUseCaseForModelAccess",
        look=check_use_case_form,
        needs=(*_IN, "model"),
    ),
    Check(
        name="model access",
        looks_at="bedrock:GetFoundationModelAvailability",
        look=check_subscription,
        needs=(*_IN, "model"),
    ),
    Check(
        name="model answers",
        looks_at="bedrock:InvokeModel, one Converse call",
        look=check_model_answer,
        needs=(*_IN, "model"),
    ),
    Check(name="tokens a minute", looks_at="servicequotas:ListServiceQuotas", look=check_tokens_a_minute, needs=_IN),
    Check(name="tokens a day", looks_at="servicequotas:ListServiceQuotas", look=check_tokens_a_day, needs=_IN),
    Check(name="functions at once", looks_at="lambda:GetAccountSettings", look=check_functions_at_once, needs=_IN),
    Check(name="stack", looks_at="cloudformation:DescribeStacks", look=check_stack, needs=_IN),
    Check(name="bucket", looks_at="s3:ListBucket", look=check_bucket, needs=_DEPLOYED),
    Check(name="secret", looks_at="secretsmanager:DescribeSecret", look=check_secret, needs=_DEPLOYED),
    Check(
        name="alias",
        looks_at="states:DescribeStateMachineAlias, ListStateMachineVersions",
        look=check_alias,
        needs=_DEPLOYED,
    ),
    Check(
        name="who hears of alarms",
        looks_at="sns:ListSubscriptionsByTopic",
        look=check_subscription_of_alarms,
        needs=_DEPLOYED,
    ),
    Check(name="alarms", looks_at="cloudwatch:DescribeAlarms", look=check_alarms, needs=_DEPLOYED),
)

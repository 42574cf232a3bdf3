"""Causes of Bedrock's refusal to give an account a model, read from its messages, and the fix of each.

Source: Amazon Bedrock user guide, "Request access to models". Models are open by default. The first call of a third
party's model subscribes to it in AWS Marketplace; Anthropic's models need a form once. Both may take up to 15 minutes.
"""

import re
from dataclasses import dataclass

MARKETPLACE_ACTIONS = ("aws-marketplace:Subscribe", "aws-marketplace:Unsubscribe", "aws-marketplace:ViewSubscriptions")
"""The right that the first call of a third party's model needs; the functions never have it."""

_WAIT = "after that AccessDenied may last up to 15 minutes; then run again, what was made is kept"

USE_CASE_FIX = (
    "send Anthropic's use-case form once for the account, or its organization: Bedrock console, Model catalog, any "
    f"Anthropic model, Open in playground (or `aws bedrock put-use-case-for-model-access`); {_WAIT}"
)
SUBSCRIPTION_FIX = (
    f"somebody with {', '.join(MARKETPLACE_ACTIONS)}, such as an administrator, makes the model's first call: "
    f"`coursewright doctor --target aws --yes`, or Bedrock's playground; {_WAIT}"
)
PAYMENT_FIX = (
    "AWS Marketplace wants a valid payment method: Billing and Cost Management, Payment preferences; try again "
    "some minutes later"
)
PROFILE_FIX = (
    "set text_model_id to an inference profile of the model, such as `global.` or `us.` before its name "
    "(`aws bedrock list-inference-profiles` names them)"
)
RETIRED_FIX = "set text_model_id to a model that is not at its end of life, and deploy"
RIGHTS_FIX = (
    "let the caller use bedrock:InvokeModel and bedrock:InvokeModelWithResponseStream on the model, in every region "
    "that its profile names; an organization's service control policies count, too"
)


@dataclass(frozen=True)
class _Refusal:
    words: re.Pattern[str]
    fix: str


# The first match counts; several messages also name AWS Marketplace.
_REFUSALS = (
    _Refusal(re.compile(r"use.?case (?:details|form)", re.IGNORECASE), USE_CASE_FIX),
    _Refusal(re.compile(r"payment.?instrument|payment method", re.IGNORECASE), PAYMENT_FIX),
    _Refusal(re.compile(r"aws.?marketplace", re.IGNORECASE), SUBSCRIPTION_FIX),
    _Refusal(re.compile(r"on-demand throughput isn.t supported", re.IGNORECASE), PROFILE_FIX),
    _Refusal(re.compile(r"end of its life|marked by provider as legacy", re.IGNORECASE), RETIRED_FIX),
)


def access_fix(code: str, text: str) -> str | None:
    """Return the fix for a refusal; None when access is not the cause.

    Parameters
    ----------
    code
        The name of Bedrock's exception, such as ``AccessDeniedException``.
    text
        The exception's message. For a missing form, the code is ``ResourceNotFoundException``.
    """
    fix = next((refusal.fix for refusal in _REFUSALS if refusal.words.search(text)), None)
    return fix or (RIGHTS_FIX if code == "AccessDeniedException" else None)

"""Bedrock's quotas of one model, found by name: their codes differ by model and are not documented.

The names are in the Amazon Bedrock user guide, "Quotas for the bedrock-runtime endpoint", and in Service Quotas. An
example is "Global cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1".
"""

import re
from collections import Counter
from enum import StrEnum

from coursewright.doctor.answers import Answer
from coursewright.doctor.text_model import TextModel

_NAME = re.compile(
    r"^(?P<scope>global cross-region|cross-region|on-demand) (?:model inference|invokemodel) tokens per "
    r"(?P<period>minute|day) for (?P<model>.+)$",
    re.IGNORECASE,
)
_DAILY = re.compile(r"^model invocation max tokens per day for (?P<model>.+)$", re.IGNORECASE)
_WORDS = re.compile(r"[a-z]+|\d+")
# "-20250929", ":0": names of quotas have no date and no revision, and some have no first version.
_DATE_OR_REVISION = re.compile(r"-\d{8}(?=-|$)|:\d+$")
_FIRST_VERSION = re.compile(r"[\s-]v1(?=\s|$)", re.IGNORECASE)
_PROVIDERS = {"anthropic", "amazon", "meta", "mistral", "ai", "cohere", "deepseek", "openai", "qwen", "writer"}


class ServiceQuota(Answer):
    """A quota with its applied value for the account."""

    quota_name: str
    quota_code: str
    value: float
    adjustable: bool = False


class ServiceQuotas(Answer):
    """A page of quotas."""

    quotas: tuple[ServiceQuota, ...] = ()


class Period(StrEnum):
    """The period of a token quota."""

    MINUTE = "minute"
    DAY = "day"


def is_quota_of(quota_name: str, model: TextModel, period: Period) -> bool:
    """Whether a quota counts the calls of a model.

    Long-context variants have separate quotas and do not match.
    """
    match = _NAME.match(quota_name)
    if match is None:
        daily = _DAILY.match(quota_name)
        return period is Period.DAY and daily is not None and _is_model(daily["model"], model.foundation)
    is_counted_so = match["period"].lower() == period and match["scope"].lower() == model.scope
    return is_counted_so and _is_model(match["model"], model.foundation)


def _is_model(words: str, foundation: str) -> bool:
    name = _DATE_OR_REVISION.sub("", foundation.partition(".")[2] or foundation)
    of_id = Counter(_WORDS.findall(_FIRST_VERSION.sub("", name.lower())))
    of_quota = Counter(_WORDS.findall(_FIRST_VERSION.sub("", words.lower())))
    return not of_id - of_quota and set(of_quota - of_id) <= _PROVIDERS

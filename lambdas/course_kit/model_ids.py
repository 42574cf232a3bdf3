"""What the id of a model says: whose it is, where it routes to, which version; an id, a profile's, or an ARN."""

import re
from urllib.parse import urlsplit

# A geography stands before the maker: `us.anthropic.claude-…`; `zai.glm-4.7` and `deepseek.v3.2` have none.
_PROFILE = re.compile(r"^(?P<geography>[a-z]{2,6}(?:-gov)?)\.(?=[a-z][a-z0-9]*\.)")
# `gpt-5` must not match `gpt-5-pro`.
_VERSION = re.compile(r"^(?P<base>.+?)(?:-(?:\d{8}|\d{4}-\d{2}-\d{2}))?(?:-v\d+)?(?::\d+)*$")
# ARNs that have the id of a model, or of a profile of AWS's own, in them.
_NAMING_ARN = re.compile(r"^arn:[^:]+:bedrock:[^:]*:[^:]*:(?:foundation-model|inference-profile)/(?P<id>.+)$")
GLOBAL = "global"
OFFLINE_MODEL_ID = "coursewright.offline-author-v1"
_OFFLINE_AUTHORS = "coursewright.offline"


def is_arn(model_id: str) -> bool:
    """Whether an id is an ARN."""
    return model_id.startswith("arn:")


def named_id(model_id: str) -> str:
    """Return the id within an ARN that has one; else what was given."""
    named = _NAMING_ARN.match(model_id)
    return named["id"] if named else model_id


def geography_of(model_id: str) -> str:
    """Return where a profile routes to (``us``, ``global``); empty for what is no profile."""
    profile = _PROFILE.match(named_id(model_id))
    return profile["geography"] if profile else ""


def without_geography(model_id: str) -> str:
    """Return the foundation model's id, with its version."""
    return _PROFILE.sub("", named_id(model_id))


def family_of(model_id: str) -> str:
    """Return an id without its profile's prefix, its date and its version: what tables are kept by."""
    match = _VERSION.match(without_geography(model_id))
    return match["base"] if match else model_id


def is_offline_author(model_id: str) -> bool:
    """Whether an id is the offline author's, in any version: drafts, put together without a language model."""
    return model_id.startswith(_OFFLINE_AUTHORS)


def is_openais_own(base_url: str) -> bool:
    """Whether an API is OpenAI's; any other server that speaks it has models of its own."""
    return urlsplit(base_url).hostname == "api.openai.com"

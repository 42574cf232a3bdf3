"""AWS's answers, as far as a check reads them: fields that are not named here are left alone."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel, to_pascal


class Answer(BaseModel):
    """An answer whose fields are written ``LikeThis``."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_pascal, protected_namespaces=())


class CamelAnswer(BaseModel):
    """An answer whose fields are written ``likeThis``, as Bedrock and Step Functions do."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, protected_namespaces=())

"""AWS's answers with the fields that the checks read; other fields are ignored."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel, to_pascal


class Answer(BaseModel):
    """An answer with fields in the spelling ``LikeThis``."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_pascal, protected_namespaces=())


class CamelAnswer(BaseModel):
    """An answer with fields in the spelling ``likeThis``, as in Bedrock and Step Functions."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, protected_namespaces=())

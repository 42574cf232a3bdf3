"""AWS's answers with the fields that the checks read; other fields are ignored."""

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel, to_pascal

from course_kit.data_models import OpenModel


class Answer(OpenModel):
    """An answer with fields in the spelling ``LikeThis``."""

    model_config = ConfigDict(alias_generator=to_pascal, protected_namespaces=())


class CamelAnswer(OpenModel):
    """An answer with fields in the spelling ``likeThis``, as in Bedrock and Step Functions."""

    model_config = ConfigDict(alias_generator=to_camel, protected_namespaces=())

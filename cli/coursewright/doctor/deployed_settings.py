"""How a deployment's runs are set: its stack's outputs before the defaults of ``cdk.json``."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, TypeAdapter

from course_kit.forecast.scheduling import Concurrency
from local_aws.state import PROJECT_ROOT

_Values = TypeAdapter(dict[str, object])


class DeployedSettings(BaseModel):
    """The settings that an account's limits are compared with."""

    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())

    text_model_id: str
    module_max_concurrency: int
    lesson_max_concurrency: int
    image_max_concurrency: int
    tokens_per_minute: int
    functions_at_once: int = 0
    """What a run may use of Lambda; 0: as many as the concurrency needs."""
    openai_secret_name: str

    @classmethod
    def of(cls, outputs: Mapping[str, str]) -> Self:
        """Read a stack's outputs, each optional; raises pydantic's ``ValidationError``."""
        values = _Values.validate_json((PROJECT_ROOT / "cdk.json").read_bytes())
        settings = _Values.validate_python(values["context"])
        for name in ("Models", "Settings"):
            if name in outputs:
                settings |= _Values.validate_json(outputs[name])
        return cls.model_validate(settings)

    @property
    def concurrency(self) -> Concurrency:
        """What a run does at once unless it is told otherwise."""
        return Concurrency(
            modules=self.module_max_concurrency,
            lessons=self.lesson_max_concurrency,
            images=self.image_max_concurrency,
        )

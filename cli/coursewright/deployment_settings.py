"""Settings of a deployment's runs: the stack's outputs override ``cdk.json``."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Self

from pydantic import TypeAdapter

from course_kit.data_models import OpenModel
from course_kit.forecast.course_estimate import MAX_EDITS
from course_kit.forecast.scheduling import Concurrency
from course_kit.models import ModelTable
from course_kit.outline import Editing
from course_kit.run.chosen_models import ModelIds
from coursewright.errors import BadInput
from local_aws.state import PROJECT_ROOT

_Values = TypeAdapter(dict[str, object])
_NOT_DEPLOYED: Mapping[str, str] = MappingProxyType({})


class DeploymentSettings(OpenModel):
    """Settings for estimates, and for the doctor's comparison with an account's limits."""

    models: ModelIds
    openai_base_url: str
    openai_secret_name: str
    module_max_concurrency: int
    lesson_max_concurrency: int
    image_max_concurrency: int
    tokens_per_minute: int
    functions_at_once: int
    """The concurrent functions of a run; 0 means as many as the concurrency needs."""
    book_parts: str
    editing: Editing = Editing.APPLY
    edit_max_calls: int = MAX_EDITS

    @classmethod
    def of(cls, outputs: Mapping[str, str] = _NOT_DEPLOYED) -> Self:
        """Read a stack's outputs, each optional; raises pydantic's ``ValidationError``."""
        values = project_settings()
        for name in ("Models", "Settings"):
            if name in outputs:
                values |= _Values.validate_json(outputs[name])
        declared = values["declared_models"]
        models = {**values, "declared_models": declared if isinstance(declared, str) else json.dumps(declared)}
        return cls.model_validate({**values, "models": models})

    @property
    def concurrency(self) -> Concurrency:
        """The default concurrency of a run."""
        return Concurrency(
            modules=self.module_max_concurrency,
            lessons=self.lesson_max_concurrency,
            images=self.image_max_concurrency,
        )

    @property
    def known_models(self) -> ModelTable:
        """The table of known and declared models; raises `BadInput`."""
        try:
            return self.models.table
        except KeyError as error:
            raise BadInput(f"cdk.json: declared_models: the base_model of {error.args[0]} is not known") from None


def project_settings() -> dict[str, object]:
    """Return the context of the project's own ``cdk.json``."""
    file = _Values.validate_json((PROJECT_ROOT / "cdk.json").read_bytes())
    return _Values.validate_python(file["context"])

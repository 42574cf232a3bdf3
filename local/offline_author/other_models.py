"""The models of one's own: each id with the address of its server, in a private file that `local_aws` writes."""

from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError

from course_kit.data_models import OpenModel


class OtherModels(OpenModel):
    """Addresses of OpenAI-compatible servers, without ``/v1``."""

    address_of: dict[str, str] = Field(default_factory=dict)

    @classmethod
    def read(cls, path: Path | None) -> Self:
        """Return the models of a file; none when there is no file, or no valid one."""
        try:
            return cls.model_validate_json(path.read_bytes()) if path else cls()
        except (FileNotFoundError, ValidationError):
            return cls()

    def with_address(self, model_id: str, url: str) -> Self:
        """Return these models and one more, or one at another address."""
        return self.model_copy(update={"address_of": {**self.address_of, model_id: url}})

"""Price files and the deployment's defaults, as the command line needs them before anything is deployed."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from course_kit.prices import PricesInvalid, PriceTable, published_prices
from coursewright.errors import BadInput
from coursewright.local_aws.state import PROJECT_ROOT


class DeploymentDefaults(BaseModel):
    """The part of ``cdk.json``'s context that decides what a run takes."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    module_max_concurrency: int
    lesson_max_concurrency: int
    image_max_concurrency: int
    text_model_id: str
    image_model_id: str
    openai_text_model_id: str
    openai_image_model_id: str

    @classmethod
    def read(cls) -> "DeploymentDefaults":
        """Read the project's own file."""
        settings = TypeAdapter(dict[str, object]).validate_json((PROJECT_ROOT / "cdk.json").read_bytes())
        return cls.model_validate(settings["context"])


def price_table(path: Path | None) -> PriceTable:
    """Return the published prices, those of a user's file before them; raises `BadInput` with one line a fault."""
    if path is None:
        return published_prices()
    try:
        return PriceTable.read(path.read_bytes()).before(published_prices())
    except OSError as error:
        raise BadInput(f"--prices: {path}: {(error.strerror or 'cannot be read').lower()}") from None
    except PricesInvalid as error:
        raise BadInput(*(f"--prices: {path}: {line}" for line in str(error).splitlines())) from None

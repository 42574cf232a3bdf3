"""Price files and the deployment's defaults, as the command line needs them before anything is deployed."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from course_kit.models import DeclaredModels, ModelTable, known_models
from course_kit.price_rows import DEFAULT_TIER
from course_kit.prices import MAX_OWN_PRICES, OwnPrices, PricesInvalid, PriceTable, prices_of
from coursewright.errors import BadInput
from local_aws.state import PROJECT_ROOT


class DeploymentDefaults(BaseModel):
    """The part of ``cdk.json``'s context that decides what a run takes."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    module_max_concurrency: int
    lesson_max_concurrency: int
    image_max_concurrency: int
    functions_at_once: int
    text_model_id: str
    image_model_id: str
    openai_text_model_id: str
    openai_image_model_id: str
    openai_base_url: str
    declared_models: DeclaredModels = DeclaredModels()
    service_tier: str = DEFAULT_TIER

    @property
    def known_models(self) -> ModelTable:
        """The models known to work, and those declared; raises `BadInput`."""
        try:
            return known_models().with_declared(self.declared_models)
        except KeyError as error:
            raise BadInput(f"cdk.json: declared_models: the base_model of {error.args[0]} is not known") from None

    @classmethod
    def read(cls) -> "DeploymentDefaults":
        """Read the project's own file."""
        settings = TypeAdapter(dict[str, object]).validate_json((PROJECT_ROOT / "cdk.json").read_bytes())
        return cls.model_validate(settings["context"])


def price_table(path: Path | None, models: ModelTable) -> PriceTable:
    """Return what models cost, a user's file before that; raises `BadInput` with one line a fault."""
    return prices_of(models) if path is None else _read(path).before(prices_of(models))


def own_prices(path: Path | None) -> OwnPrices | None:
    """Return the models' prices of a user's file, as a run takes them; raises `BadInput`."""
    if path is None:
        return None
    table = _read(path)
    if max(len(table.text_models), len(table.image_models)) > MAX_OWN_PRICES:
        raise BadInput(f"--prices: {path}: found more than {MAX_OWN_PRICES} models, expected those that the run uses")
    return OwnPrices(text_models=table.text_models, image_models=table.image_models)


def _read(path: Path) -> PriceTable:
    try:
        return PriceTable.read(path.read_bytes())
    except OSError as error:
        raise BadInput(f"--prices: {path}: {(error.strerror or 'cannot be read').lower()}") from None
    except PricesInvalid as error:
        raise BadInput(*(f"--prices: {path}: {line}" for line in str(error).splitlines())) from None

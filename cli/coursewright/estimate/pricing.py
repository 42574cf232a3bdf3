"""A user's price file, which overrides known prices."""

from pathlib import Path

from course_kit.models import ModelTable
from course_kit.prices import MAX_OWN_PRICES, OwnPrices, PricesInvalid, PriceTable, prices_of
from coursewright.errors import BadInput


def price_table(path: Path | None, models: ModelTable) -> PriceTable:
    """Return the prices of models, with a user's file first; raises `BadInput` with one line a fault."""
    return prices_of(models) if path is None else _read(path).before(prices_of(models))


def own_prices(path: Path | None) -> OwnPrices | None:
    """Return the prices in a user's file, in the format for a run; raises `BadInput`."""
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

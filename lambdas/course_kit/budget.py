"""What a run may spend on model calls, and what those calls cost; travels with the run."""

from pydantic import Field

from course_kit.data_models import ClosedModel
from course_kit.price_rows import ModelPrices


class Budget(ClosedModel):
    """One run's limit. The prices are those at its beginning, so that every function counts alike."""

    limit_usd: float = Field(gt=0, allow_inf_nan=False)
    prices: ModelPrices

"""What a run's own summary tells while it goes on: its prices, its request, and the steps that have ended."""

from collections.abc import Mapping

from pydantic import Field, JsonValue, ValidationError

from course_kit.data_models import OpenModel
from course_kit.price_rows import ModelPrices
from course_kit.run.events import ModelProvider
from coursewright.course_store import CourseStore


class _Estimate(OpenModel):
    """The part of an estimate that is needed here."""

    prices: ModelPrices | None = None


class RunFacts(OpenModel):
    """The part of ``runs/{execution}.json`` that progress shows or is computed from."""

    estimate: _Estimate | None = None
    request: Mapping[str, JsonValue] = Field(default_factory=dict)
    steps: Mapping[str, JsonValue] = Field(default_factory=dict)

    @classmethod
    def read(cls, store: CourseStore, key: str) -> "RunFacts":
        """Read a summary; without one that can be read, nothing is known."""
        try:
            return store.read_model(key, cls) or cls()
        except ValidationError:
            # Progress of another version's run lacks what that version records otherwise.
            return cls()

    @property
    def prices(self) -> ModelPrices | None:
        """The prices of the run's models, if known."""
        return self.estimate.prices if self.estimate else None

    @property
    def has_book(self) -> bool:
        """Whether the book is built; its PDF may still be missing."""
        return "book" in self.steps

    @property
    def has_brief(self) -> bool:
        """Whether the course is planned."""
        return "brief" in self.steps

    @property
    def has_edits(self) -> bool:
        """Whether the finished lessons are checked against each other."""
        return "editing" in self.steps

    @property
    def modules_at_once(self) -> int | None:
        """The requested modules in parallel; None for the deployment's."""
        wanted = self.request.get("max_concurrency")
        return wanted if isinstance(wanted, int) and wanted > 0 else None

    @property
    def provider(self) -> ModelProvider:
        """The provider of the text model."""
        wanted = self.request.get("model_provider")
        return ModelProvider(wanted) if wanted in set(ModelProvider) else ModelProvider.BEDROCK

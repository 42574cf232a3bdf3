"""A step that may ask the text model. The book builder's asks none, and its layers hold no library of models."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from course_kit.errors import RequestInvalid
from course_kit.work.step import Request_co, Step

if TYPE_CHECKING:
    from course_kit.model.model_provider import TextModel


@dataclass(frozen=True, kw_only=True)
class ModelStep(Step[Request_co]):
    """One event of one function that asks the text model of the run's provider."""

    @cached_property
    def model(self) -> TextModel:
        """The text model of the run's provider, the same for all calls of the step.

        Raises ``RequestInvalid`` in a run that makes the books only.
        """
        return self._model(is_short=False)

    @cached_property
    def short_model(self) -> TextModel:
        """The model of study parts, plans and edits, which may be the same; raises as `model`."""
        return self._model(is_short=True)

    async def warm_cache(self, shared: str) -> bool:
        """Have the provider cache what later steps send first; False where it caches nothing. Raises as `model`."""
        return await self._model(is_short=False, caches=True).warm_cache(shared)

    def _model(self, *, is_short: bool, caches: bool | None = None) -> TextModel:
        if self.request.books_only:
            raise RequestInvalid("books_only: found work for a model, which this run asks for nothing")
        # Imports strands, which images_gen needs for few diagrams only.
        from course_kit.model.model_provider import TextModel

        return TextModel(
            self.request.model_provider,
            self.environment,
            spending=self.spending,
            is_short=is_short,
            caches=self.request.caches if caches is None else caches,
        )

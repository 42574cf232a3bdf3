"""Who draws an illustration, and how that ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from course_kit.errors import RequestInvalid


class IllustrationRefused(Exception):
    """The image model will not draw this (its content filter, or an answer without a picture); a diagram stands in."""


class ImageModel(Protocol):
    """Draws one picture."""

    model_id: str

    def draw(self, prompt: str) -> bytes:
        """Return a PNG.

        Raises
        ------
        IllustrationRefused
            This picture cannot be had from this model.
        ModelThrottled, ModelUnavailable
            It may be had later.
        RequestInvalid
            No picture can: the model is unknown, or the account has no access to it.
        """
        ...


@contextmanager
def image_model_errors(model_id: str) -> Iterator[None]:
    """Turn what a provider raises inside into the typed errors, naming the image model."""
    # Brings strands, which most courses need not here: their figures are diagrams.
    from course_kit.model.model_errors import typed_errors

    try:
        with typed_errors():
            yield
    except RequestInvalid as error:
        text = str(error).replace("text_model_id", "image_model_id")
        raise RequestInvalid(f"image model {model_id}: {text}") from error

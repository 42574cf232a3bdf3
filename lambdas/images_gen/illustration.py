"""The interface of image models, and their errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from course_kit.errors import RequestInvalid


class IllustrationRefused(Exception):
    """The image model refused: by its content filter, or with no picture in the answer.

    A diagram replaces the picture.
    """


class ImageModel(Protocol):
    """A model that draws one picture at a time."""

    model_id: str

    def draw(self, prompt: str) -> bytes:
        """Return a picture as PNG.

        Raises
        ------
        IllustrationRefused
            This model does not draw this picture.
        ModelThrottled, ModelUnavailable
            A later call may succeed.
        RequestInvalid
            No call can succeed: the model is unknown, or the account has no access to it.
        """
        ...


@contextmanager
def image_model_errors(model_id: str) -> Iterator[None]:
    """Translate a provider's exceptions into the typed errors, with the image model's name."""
    # Imported late because of strands, which a course with diagrams only does not need.
    from course_kit.model.model_errors import typed_errors

    try:
        with typed_errors():
            yield
    except RequestInvalid as error:
        text = str(error).replace("text_model_id", "image_model_id")
        raise RequestInvalid(f"image model {model_id}: {text}") from error

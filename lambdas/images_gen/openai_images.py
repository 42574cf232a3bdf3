"""The Images API of OpenAI, or of a compatible server."""

import base64
from typing import TYPE_CHECKING, Literal, TypedDict

from course_kit.model.openai_key import openai_api_key
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import ModelProvider
from images_gen.illustration import IllustrationRefused, image_model_errors
from images_gen.illustration_style import UNWANTED, in_style

if TYPE_CHECKING:
    import openai

_ATTEMPTS = 3
_MAX_CHARACTERS = 3000
# Codes of a status 400 that refuses the picture, not the request: of GPT image models, and of DALL·E.
_REFUSALS = {"moderation_blocked", "content_policy_violation"}


class _Form(TypedDict, total=False):
    size: Literal["1536x1024", "1792x1024", "1024x1024"]
    output_format: Literal["png"]
    response_format: Literal["b64_json"]


# The widest picture of each family, as PNG in the answer itself. GPT image models know no response_format, DALL·E no
# output_format.
_FORMS: dict[str, _Form] = {
    "dall-e-2": {"size": "1024x1024", "response_format": "b64_json"},
    "dall-e": {"size": "1792x1024", "response_format": "b64_json"},
    "": {"size": "1536x1024", "output_format": "png"},
}


class OpenAIImageModel:
    """``images.generate`` on one model."""

    def __init__(self, environment: FunctionEnvironment) -> None:
        from openai import OpenAI

        self.model_id = environment.models.image(ModelProvider.OPENAI)
        self._client = OpenAI(
            api_key=openai_api_key(environment),
            base_url=environment.openai_base_url,
            max_retries=_ATTEMPTS - 1,
        )

    def draw(self, prompt: str) -> bytes:
        """Draw a picture; see `ImageModel.draw`."""
        import openai

        form = next(form for family, form in _FORMS.items() if self.model_id.startswith(family))
        text = f"{in_style(prompt, _MAX_CHARACTERS)} Leave out: {UNWANTED}."
        with image_model_errors(self.model_id):
            try:
                answer = self._client.images.generate(model=self.model_id, prompt=text, n=1, **form)
            except openai.BadRequestError as error:
                if _is_refusal(error):
                    raise IllustrationRefused(str(error)[:300]) from error
                raise
        encoded = answer.data[0].b64_json if answer.data else None
        if not encoded:
            raise IllustrationRefused(f"{self.model_id} answered without a picture")
        return base64.b64decode(encoded)


def _is_refusal(error: "openai.BadRequestError") -> bool:
    text = str(error).casefold()
    return error.code in _REFUSALS or "safety system" in text or "content policy" in text

"""Illustrations by an image model, when one is configured: Amazon Bedrock (Titan, Nova Canvas, Stability) or OpenAI."""

import base64
import json
from typing import Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from course_kit.environment import FunctionEnvironment
from course_kit.errors import ModelThrottled, ModelUnavailable
from course_kit.events import ModelProvider
from course_kit.model_provider import openai_api_key

_SIZE = 1024
# A picture takes seconds and few are drawn at once, so the client's own short retries will do.
_ATTEMPTS = 3


class IllustrationRefused(Exception):
    """The image model will not draw this (its content filter, or a malformed answer); a diagram stands in."""


class ImageModel(Protocol):
    """Draws one picture."""

    model_id: str

    def draw(self, prompt: str) -> bytes:
        """Return a PNG; raises `IllustrationRefused`, ``ModelThrottled`` or ``ModelUnavailable``."""
        ...


def image_model_for(provider: ModelProvider, environment: FunctionEnvironment) -> ImageModel | None:
    """Return the configured image model of a provider; None when there is none: illustrations become diagrams."""
    if provider is ModelProvider.OPENAI:
        return OpenAIImageModel(environment) if environment.openai_image_model_id else None
    return BedrockImageModel(environment.image_model_id) if environment.image_model_id else None


class _BedrockImages(BaseModel):
    model_config = ConfigDict(extra="ignore")

    images: list[str] = Field(min_length=1)


class BedrockImageModel:
    """``InvokeModel`` in the request shapes of Amazon's and of Stability's image models."""

    def __init__(self, model_id: str) -> None:
        self.model_id = model_id
        self._client = boto3.client(
            "bedrock-runtime", config=Config(retries={"mode": "standard", "total_max_attempts": _ATTEMPTS})
        )

    def draw(self, prompt: str) -> bytes:
        """Draw; see `ImageModel.draw`."""
        try:
            response = self._client.invoke_model(modelId=self.model_id, body=json.dumps(self._request(prompt)))
            answer = _BedrockImages.model_validate_json(response["body"].read())
            return base64.b64decode(answer.images[0], validate=True)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ThrottlingException":
                raise ModelThrottled(str(error)[:300]) from error
            if code == "ValidationException":
                raise IllustrationRefused(str(error)[:300]) from error
            raise ModelUnavailable(str(error)[:300]) from error
        except BotoCoreError as error:
            raise ModelUnavailable(str(error)[:300]) from error
        except (ValidationError, ValueError) as error:
            raise IllustrationRefused(f"{self.model_id} answered without an image") from error

    def _request(self, prompt: str) -> dict[str, object]:
        if "stability." in self.model_id:
            return {"prompt": prompt, "mode": "text-to-image", "aspect_ratio": "3:2", "output_format": "png"}
        return {
            "taskType": "TEXT_IMAGE",
            "textToImageParams": {"text": prompt[:1000]},
            "imageGenerationConfig": {"numberOfImages": 1, "width": _SIZE, "height": _SIZE, "quality": "standard"},
        }


class OpenAIImageModel:
    """The Images API of OpenAI or of a server that speaks it."""

    def __init__(self, environment: FunctionEnvironment) -> None:
        from openai import OpenAI

        self.model_id = environment.openai_image_model_id
        self._client = OpenAI(
            api_key=openai_api_key(environment),
            base_url=environment.openai_base_url,
            max_retries=_ATTEMPTS - 1,
        )

    def draw(self, prompt: str) -> bytes:
        """Draw; see `ImageModel.draw`."""
        import openai

        try:
            answer = self._client.images.generate(
                model=self.model_id, prompt=prompt, n=1, size="1024x1024", output_format="png"
            )
        except openai.RateLimitError as error:
            raise ModelThrottled(str(error)[:300]) from error
        except openai.BadRequestError as error:
            raise IllustrationRefused(str(error)[:300]) from error
        except openai.OpenAIError as error:
            raise ModelUnavailable(str(error)[:300]) from error
        encoded = answer.data[0].b64_json if answer.data else None
        if not encoded:
            raise IllustrationRefused(f"{self.model_id} answered without an image")
        return base64.b64decode(encoded)

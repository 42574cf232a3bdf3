"""Image models of Amazon Bedrock: Nova Canvas, Titan and Stability's, each with its own request format."""

import base64
import json
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from pydantic import ValidationError

from course_kit.data_models import OpenModel
from course_kit.errors import ModelUnavailable
from images_gen.illustration import IllustrationRefused, image_model_errors
from images_gen.illustration_style import ASPECT_RATIO, HEIGHT, UNWANTED, WIDTH, in_style

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient

# A picture takes seconds and few are drawn at a time, so the client's short retries are enough.
_ATTEMPTS = 3
# Longest prompts (Amazon Nova and Amazon Bedrock user guides: Titan 512, Nova Canvas 1,024, Stability 10,000).
_MAX_CHARACTERS = {"titan": 512, "nova": 1024, "stability": 4000}
# A ValidationException means a prompt that a content filter refused, or a wrong model or request.
_FILTER_WORDS = ("content filter", "blocked", "content polic", "responsible ai", "moderation")
_INFERENCE_ERROR = "Inference error"


class _Answer(OpenModel):
    """The common fields of all answers: pictures, or why there are none."""

    images: list[str] | None = None
    error: str | None = None
    """Amazon only: why a content filter blocked the picture."""
    finish_reasons: list[str | None] | None = None
    """Stability only: null, or the name of the filter that refused."""


class BedrockImageModel:
    """``InvokeModel`` on one model."""

    def __init__(self, model_id: str, client: "BedrockRuntimeClient | None" = None) -> None:
        self.model_id = model_id
        self._client = client or boto3.client(
            "bedrock-runtime", config=Config(retries={"mode": "standard", "total_max_attempts": _ATTEMPTS})
        )

    def draw(self, prompt: str) -> bytes:
        """Draw a picture; see `ImageModel.draw`."""
        with image_model_errors(self.model_id):
            try:
                response = self._client.invoke_model(
                    modelId=self.model_id,
                    body=json.dumps(self._request(prompt)),
                    contentType="application/json",
                    accept="application/json",
                )
            except ClientError as error:
                if error.response["Error"]["Code"] == "ValidationException" and _is_filters(str(error)):
                    raise IllustrationRefused(str(error)[:300]) from error
                raise
            body = response["body"].read()
        return self._picture(body)

    def _picture(self, body: bytes) -> bytes:
        try:
            answer = _Answer.model_validate_json(body)
        except ValidationError as error:
            raise IllustrationRefused(f"{self.model_id} answered in an unknown form") from error
        reasons = [reason for reason in answer.finish_reasons or [] if reason]
        if _INFERENCE_ERROR in reasons:
            raise ModelUnavailable(f"image model {self.model_id}: {_INFERENCE_ERROR}")
        if reasons or answer.error or not answer.images:
            raise IllustrationRefused(f"{self.model_id}: {'; '.join(reasons) or answer.error or 'no picture'}"[:300])
        try:
            return base64.b64decode(answer.images[0], validate=True)
        except ValueError as error:
            raise IllustrationRefused(f"{self.model_id} answered without a picture") from error

    def _request(self, prompt: str) -> dict[str, object]:
        family = next((family for family in _MAX_CHARACTERS if family in self.model_id), "titan")
        text = in_style(prompt, _MAX_CHARACTERS[family])
        if family == "stability":
            return {
                "prompt": text,
                "negative_prompt": UNWANTED,
                "aspect_ratio": ASPECT_RATIO,
                "output_format": "png",
            }
        style = {"style": "FLAT_VECTOR_ILLUSTRATION"} if family == "nova" else {}
        return {
            "taskType": "TEXT_IMAGE",
            "textToImageParams": {"text": text, "negativeText": UNWANTED, **style},
            "imageGenerationConfig": {"numberOfImages": 1, "width": WIDTH, "height": HEIGHT, "quality": "standard"},
        }


def _is_filters(message: str) -> bool:
    return any(words in message.casefold() for words in _FILTER_WORDS)

"""Bedrock's image models in the wire shapes of their documentation, played by botocore's Stubber."""

import base64
import io
import json

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber

from course_kit.errors import ModelThrottled, ModelUnavailable, RequestInvalid
from images_gen.bedrock_images import BedrockImageModel
from images_gen.diagram_renderer import render_framed_text
from images_gen.illustration import IllustrationRefused
from tests.support.json_values import Json

PICTURE = render_framed_text("a picture").png
ENCODED = base64.b64encode(PICTURE).decode()
NOVA, TITAN = "amazon.nova-canvas-v1:0", "amazon.titan-image-generator-v2:0"
STABILITY = "stability.stable-image-core-v1:1"


class Recorded:
    """A model whose client takes one request and gives one recorded answer or error."""

    def __init__(self, model_id: str) -> None:
        self.bodies: list[Json] = []
        client = boto3.client("bedrock-runtime")
        client.meta.events.register("provide-client-params.bedrock-runtime.InvokeModel", self._keep)
        self.stubber = Stubber(client)
        self.model = BedrockImageModel(model_id, client)

    def _keep(self, params: dict[str, str], **_: object) -> None:
        self.bodies.append(json.loads(params["body"]))

    def answers(self, body: object) -> "Recorded":
        raw = json.dumps(body).encode()
        expected = {"modelId": self.model.model_id, "body": ANY, "contentType": ANY, "accept": ANY}
        response = {"body": StreamingBody(io.BytesIO(raw), len(raw)), "contentType": "application/json"}
        self.stubber.add_response("invoke_model", response, expected)
        self.stubber.activate()
        return self

    def fails(self, code: str, message: str = "") -> "Recorded":
        self.stubber.add_client_error("invoke_model", code, message)
        self.stubber.activate()
        return self


def test_nova_canvas_is_asked_for_the_books_size_and_style() -> None:
    recorded = Recorded(NOVA).answers({"images": [ENCODED], "error": None})
    assert recorded.model.draw("A data centre at night.") == PICTURE
    [body] = recorded.bodies
    assert body["taskType"] == "TEXT_IMAGE"
    assert body["textToImageParams"]["text"].startswith("A data centre at night. Flat vector illustration")
    assert body["textToImageParams"]["style"] == "FLAT_VECTOR_ILLUSTRATION"
    assert "letters" in body["textToImageParams"]["negativeText"]
    config = body["imageGenerationConfig"]
    assert (config["width"], config["height"], config["numberOfImages"]) == (1152, 768, 1)


def test_titan_knows_no_styles_and_takes_a_shorter_prompt() -> None:
    recorded = Recorded(TITAN).answers({"images": [ENCODED]})
    assert recorded.model.draw("x" * 2000) == PICTURE
    params = recorded.bodies[0]["textToImageParams"]
    assert "style" not in params
    assert len(params["text"]) == 512
    assert params["text"].endswith("clear outlines.")


def test_stability_is_asked_in_its_own_form() -> None:
    recorded = Recorded(STABILITY).answers({"seeds": [7], "finish_reasons": [None], "images": [ENCODED]})
    assert recorded.model.draw("a scene") == PICTURE
    [body] = recorded.bodies
    assert (body["aspect_ratio"], body["output_format"]) == ("3:2", "png")
    assert body.keys() == {"prompt", "negative_prompt", "aspect_ratio", "output_format"}


@pytest.mark.parametrize(
    ("model_id", "answer"),
    [
        (NOVA, {"images": [], "error": "All of the generated images have been blocked by our content filters."}),
        (STABILITY, {"finish_reasons": ["Filter reason: prompt"]}),
        (STABILITY, {"finish_reasons": ["Filter reason: output image"], "images": [ENCODED], "seeds": [1]}),
        (NOVA, {"images": ["not base64!"]}),
        (NOVA, {"unknown": True}),
        (NOVA, ["unknown"]),
    ],
)
def test_a_filtered_or_useless_answer_is_a_refusal(model_id: str, answer: object) -> None:
    with pytest.raises(IllustrationRefused):
        Recorded(model_id).answers(answer).model.draw("a scene")


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [
        ("ValidationException", "This request has been blocked by our content filters.", IllustrationRefused),
        ("ValidationException", "The provided model identifier is invalid.", RequestInvalid),
        ("ValidationException", "Malformed input request: #/width: 7 is not supported", RequestInvalid),
        ("AccessDeniedException", "You don't have access to the model with the specified model ID.", RequestInvalid),
        ("ThrottlingException", "Too many requests", ModelThrottled),
        ("ServiceUnavailableException", "", ModelUnavailable),
        ("ModelTimeoutException", "", ModelUnavailable),
    ],
)
def test_bedrocks_errors_become_ours(code: str, message: str, error: type[Exception]) -> None:
    with pytest.raises(error) as raised:
        Recorded(NOVA).fails(code, message).model.draw("a scene")
    if error is RequestInvalid:
        fix = 'docs/operations.md, "First run"' if code == "AccessDeniedException" else "check image_model_id"
        assert fix in str(raised.value)


def test_an_inference_error_is_worth_another_try() -> None:
    with pytest.raises(ModelUnavailable):
        Recorded(STABILITY).answers({"finish_reasons": ["Inference error"]}).model.draw("a scene")

"""The image model of a provider, when one is configured."""

from course_kit.environment import FunctionEnvironment
from course_kit.events import ModelProvider
from images_gen.bedrock_images import BedrockImageModel
from images_gen.illustration import ImageModel
from images_gen.openai_images import OpenAIImageModel


def image_model_for(provider: ModelProvider, environment: FunctionEnvironment) -> ImageModel | None:
    """Return the configured image model of a provider; None when there is none: illustrations become diagrams."""
    if provider is ModelProvider.OPENAI:
        return OpenAIImageModel(environment) if environment.openai_image_model_id else None
    return BedrockImageModel(environment.image_model_id) if environment.image_model_id else None

"""The configured image model of a provider."""

from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import ModelProvider
from images_gen.illustration import ImageModel


def image_model_for(provider: ModelProvider, environment: FunctionEnvironment) -> ImageModel | None:
    """Return the image model of a provider; without one return None, and illustrations become diagrams."""
    model_id = environment.models.image(provider)
    if not model_id:
        return None
    # Imported only when configured: a course with diagrams only needs no client.
    if provider is ModelProvider.OPENAI:
        from images_gen.openai_images import OpenAIImageModel

        return OpenAIImageModel(environment)
    from images_gen.bedrock_images import BedrockImageModel

    return BedrockImageModel(model_id)

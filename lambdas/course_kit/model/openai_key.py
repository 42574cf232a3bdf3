"""The API key of OpenAI or a compatible server: from Secrets Manager, never from the environment."""

import json

from aws_lambda_powertools.utilities import parameters

from course_kit.errors import RequestInvalid
from course_kit.run.environment import FunctionEnvironment


def openai_api_key(environment: FunctionEnvironment) -> str:
    """Return the OpenAI key from Secrets Manager (plain, or JSON with ``api_key``), cached for five minutes.

    Raises ``RequestInvalid`` when the deployment names no secret.
    """
    if not environment.openai_secret_name:
        raise RequestInvalid(
            "model_provider: found 'openai', but this deployment has no key; deploy with -c openai_secret_name=NAME"
        )
    secret = str(parameters.get_secret(environment.openai_secret_name, max_age=300))
    return str(json.loads(secret)["api_key"]) if secret.lstrip().startswith("{") else secret.strip()

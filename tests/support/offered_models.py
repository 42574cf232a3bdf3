"""What Bedrock says of the models that an account may use."""

from tests.support.stubbed_account import Call, Refused

SONNET = "anthropic.claude-sonnet-4-6"
PROFILE = f"eu.{SONNET}"


def profile(model: str = SONNET, profile_id: str = PROFILE) -> Call:
    answer = {
        "inferenceProfileName": "it",
        "inferenceProfileArn": f"arn:aws:bedrock:eu-west-1:123456789012:inference-profile/{profile_id}",
        "inferenceProfileId": profile_id,
        "models": [{"modelArn": f"arn:aws:bedrock:eu-west-1::foundation-model/{model}"}],
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
    }
    return Call("bedrock", "get_inference_profile", answer, {"inferenceProfileIdentifier": profile_id})


def offered(model: str = SONNET, types: tuple[str, ...] = (), **lifecycle: str) -> Call:
    details = {
        "modelArn": f"arn:aws:bedrock:eu-west-1::foundation-model/{model}",
        "modelId": model,
        "inferenceTypesSupported": list(types),
        "modelLifecycle": {"status": "ACTIVE", **lifecycle},
    }
    return Call("bedrock", "get_foundation_model", {"modelDetails": details}, {"modelIdentifier": model})


def available(agreement: str = "AVAILABLE", authorization: str = "AUTHORIZED", said: str = "") -> Call:
    answer = {
        "modelId": SONNET,
        "agreementAvailability": {"status": agreement, **({"errorMessage": said} if said else {})},
        "authorizationStatus": authorization,
        "entitlementAvailability": "AVAILABLE",
        "regionAvailability": "AVAILABLE",
    }
    return Call("bedrock", "get_foundation_model_availability", answer, {"modelId": SONNET})


NO_FORM = Call("bedrock", "get_use_case_for_model_access", Refused("ResourceNotFoundException", status=404))
ANSWERED = {
    "output": {"message": {"role": "assistant", "content": [{"text": "Yes"}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 11, "outputTokens": 4, "totalTokens": 15},
    "metrics": {"latencyMs": 400},
}

"""However a provider or its connection fails, the state machine knows the error, and our own faults stay ours."""

import httpx
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from urllib3.exceptions import ProtocolError

from course_kit.errors import ModelUnavailable, RequestInvalid
from course_kit.model.model_errors import is_outage, typed_errors


@pytest.mark.parametrize(
    "error",
    [
        ProtocolError("Connection broken: IncompleteRead(838 bytes read, 838 more expected)"),
        httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
        ConnectionClosedError(endpoint_url="https://example.com"),
        ReadTimeoutError(endpoint_url="https://example.com"),
        ConnectionResetError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_answer_that_breaks_off_is_an_outage(error: Exception) -> None:
    assert is_outage(error)
    with pytest.raises(ModelUnavailable), typed_errors():
        raise error


def test_a_fault_of_ours_is_none() -> None:
    assert not is_outage(KeyError("x"))
    with pytest.raises(KeyError), typed_errors():
        raise KeyError("x")


MARKETPLACE = (
    "Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace "
    "actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to this model."
)
USE_CASE = (
    "Model use case details have not been submitted for this account. Fill out the Anthropic use case details form "
    "before using the model. If you have already filled out the form, try again in 15 minutes."
)
NO_ACCESS = "You don't have access to the model with the specified model ID."
IAM = (
    "User: arn:aws:sts::123456789012:assumed-role/ContentGen/run is not authorized to perform: "
    "bedrock:InvokeModelWithResponseStream on resource: arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro"
)


@pytest.mark.parametrize(
    ("code", "words", "model_id", "fixes"),
    [
        (
            "AccessDeniedException",
            MARKETPLACE,
            "us.anthropic.claude-x",
            ["aws-marketplace:Subscribe", "15 minutes"],
        ),
        ("ResourceNotFoundException", USE_CASE, "us.anthropic.claude-x", ["use-case form", "15 minutes"]),
        ("AccessDeniedException", NO_ACCESS, "us.anthropic.claude-x", ["use-case form", "aws-marketplace:Subscribe"]),
        ("AccessDeniedException", NO_ACCESS, "us.meta.llama-x", ["aws-marketplace:Subscribe"]),
        ("AccessDeniedException", IAM, "amazon.nova-pro-v1:0", ["bedrock:InvokeModel", "every region"]),
    ],
)
def test_a_fresh_accounts_refusal_says_what_opens_the_model_today(
    code: str, words: str, model_id: str, fixes: list[str]
) -> None:
    with pytest.raises(RequestInvalid) as refused, typed_errors(model_id):
        raise ClientError({"Error": {"Code": code, "Message": words}}, "ConverseStream")
    text = str(refused.value)
    assert all(fix in text for fix in fixes), text
    assert 'docs/operations.md, "First run"' in text
    assert words in text
    assert "Model access page" not in text


def test_the_form_is_asked_for_only_where_it_is_wanted() -> None:
    with pytest.raises(RequestInvalid) as refused, typed_errors("us.meta.llama-x"):
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": NO_ACCESS}}, "ConverseStream")
    assert "Anthropic" not in str(refused.value)


def test_another_refusal_says_what_to_look_at_and_speaks_of_no_first_run() -> None:
    with pytest.raises(RequestInvalid, match="check text_model_id and its access: ") as refused, typed_errors("m"):
        raise ClientError({"Error": {"Code": "ValidationException", "Message": "1 validation error"}}, "ConverseStream")
    assert "First run" not in str(refused.value)

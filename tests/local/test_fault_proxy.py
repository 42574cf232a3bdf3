"""The fault proxy between the functions and local AWS's Bedrock and S3."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, EventStreamError

import local_aws
from course_kit.errors import StorageUnavailable
from course_kit.store.artefact_store import ArtefactStore
from coursewright.deployment import Deployment
from local_aws.connection import REGION
from tests.support.fault_proxy_control import FaultProxyControl
from tests.support.installed_command import CommandLine
from tests.support.lesson_call import lesson_prompt
from tests.support.local_client import client_of
from tests.support.samples import SAMPLES

MODEL = local_aws.OFFLINE_MODEL_ID
ONCE = Config(retries={"total_max_attempts": 1})


def client(proxy: FaultProxyControl, service: str, *key: str) -> Any:
    """A client of the root user, or of another one by key and secret, that asks once."""
    root = proxy.root
    access_key, secret_key = key or (root.access_key, root.secret_key)
    session = boto3.Session(access_key, secret_key, region_name=REGION)
    return session.client(  # type: ignore[call-overload] # overloads want a literal
        service, endpoint_url=proxy.url, verify=str(root.certificate), config=ONCE
    )


def ask(bedrock: Any, max_tokens: int = 4096) -> dict[str, Any]:
    answer: dict[str, Any] = bedrock.converse(
        modelId=MODEL,
        messages=[{"role": "user", "content": [{"text": lesson_prompt()}]}],
        inferenceConfig={"maxTokens": max_tokens},
    )
    return answer


def test_iam_and_signatures_are_enforced_behind_it(
    fault_proxy: FaultProxyControl, local_connection: local_aws.LocalConnection
) -> None:
    # Given: a user without rights, who knows one key and guesses another.
    iam = client_of(local_connection, "iam")
    iam.create_user(UserName="nobody")
    key = iam.create_access_key(UserName="nobody")["AccessKey"]
    # When / Then
    with pytest.raises(ClientError, match="not authorized to perform: bedrock:Converse"):
        ask(client(fault_proxy, "bedrock-runtime", key["AccessKeyId"], key["SecretAccessKey"]))
    with pytest.raises(ClientError, match="InvalidSignatureException"):
        ask(client(fault_proxy, "bedrock-runtime", key["AccessKeyId"], "guessed"))
    with pytest.raises(ClientError, match="AccessDenied"):
        client(fault_proxy, "s3", key["AccessKeyId"], key["SecretAccessKey"]).list_buckets()


@pytest.mark.parametrize(
    ("kind", "bedrock_code", "s3_code"),
    [
        ("throttled", "ThrottlingException", "SlowDown"),
        ("internal_error", "InternalServerException", "InternalError"),
        ("unavailable", "ServiceUnavailableException", "ServiceUnavailable"),
    ],
)
def test_faults_reach_a_client_as_the_services_own_errors(
    fault_proxy: FaultProxyControl, kind: str, bedrock_code: str, s3_code: str
) -> None:
    # Given
    fault_proxy.behave(faults=[{"kind": kind, "service": service, "first_calls": 1} for service in ("bedrock", "s3")])
    bedrock, s3 = (client(fault_proxy, service) for service in ("bedrock-runtime", "s3"))
    # When
    with pytest.raises(ClientError) as of_bedrock:
        ask(bedrock)
    with pytest.raises(ClientError) as of_s3:
        s3.list_buckets()
    # Then: and the next calls pass.
    assert of_bedrock.value.response["Error"]["Code"] == bedrock_code
    assert of_s3.value.response["Error"]["Code"] == s3_code
    assert ask(bedrock)["stopReason"] == "end_turn"
    assert s3.list_buckets()["Buckets"]


def test_an_object_that_breaks_off_on_its_way_is_read_again_and_else_an_outage(
    fault_proxy: FaultProxyControl, deployment: Deployment
) -> None:
    # Given
    store = ArtefactStore(client(fault_proxy, "s3"), deployment.bucket)
    store.write("broken/off.md", "whole " * 1000, content_type="text/plain", replacing=None)
    breaks_off = {"kind": "cut_off", "service": "s3", "operation": "GET", "path_contains": "broken/off.md"}
    # When: twice only half of it comes / Then
    fault_proxy.behave(faults=[breaks_off | {"first_calls": 2}])
    assert store.read("broken/off.md") == b"whole " * 1000
    # When: it goes on like that / Then
    fault_proxy.behave(faults=[breaks_off])
    with pytest.raises(StorageUnavailable, match=r"broken/off\.md: the connection to S3 failed"):
        store.read("broken/off.md")


def test_an_answer_can_get_lost_on_its_way_back(fault_proxy: FaultProxyControl) -> None:
    # Given
    fault_proxy.behave(faults=[{"kind": "cut_off", "service": "bedrock", "first_calls": 1}])
    # When / Then
    with pytest.raises(ConnectionClosedError):
        ask(client(fault_proxy, "bedrock-runtime"))


def test_an_answer_can_break_off_inside_its_stream_and_end_for_another_reason(fault_proxy: FaultProxyControl) -> None:
    # Given
    bedrock = client(fault_proxy, "bedrock-runtime")
    question = {"role": "user", "content": [{"text": lesson_prompt()}]}
    # When / Then
    fault_proxy.behave(faults=[{"kind": "stream_exception", "exception": "internalServerException"}])
    stream = bedrock.converse_stream(modelId=MODEL, messages=[question])["stream"]
    with pytest.raises(EventStreamError, match="internalServerException"):
        list(stream)
    # When / Then
    fault_proxy.behave(faults=[{"kind": "stop_reason", "stop_reason": "content_filtered"}])
    assert ask(bedrock)["stopReason"] == "content_filtered"


def test_the_quota_throttles_what_is_reserved_and_settles_what_was_used(fault_proxy: FaultProxyControl) -> None:
    # Given: a quota that takes one call of 32,000 and not a second one beside it.
    fault_proxy.behave(quota={"tokens_per_minute": 40_000, "minute_seconds": 3600})
    bedrock = client(fault_proxy, "bedrock-runtime")
    # When: one after the other, the first gives back what it did not use.
    usage = [ask(bedrock, max_tokens=32_000)["usage"] for _ in range(2)]
    with pytest.raises(ClientError, match="ThrottlingException"):
        ask(bedrock, max_tokens=40_000)
    # Then
    calls = fault_proxy.calls()
    assert [call["is_over_quota"] for call in calls] == [False, False, True]
    assert [call["output_tokens"] for call in calls[:2]] == [one["outputTokens"] for one in usage]


def test_an_image_model_draws_when_it_is_asked_to(fault_proxy: FaultProxyControl) -> None:
    # Given
    fault_proxy.behave(image_seconds=0)
    body = {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a scene"}}
    # When
    answer = client(fault_proxy, "bedrock-runtime").invoke_model(
        modelId="amazon.nova-canvas-v1:0", body=json.dumps(body)
    )
    # Then
    assert json.loads(answer["body"].read())["images"][0].startswith("iVBORw0KGgo")


def test_a_run_outlasts_throttles_of_the_model_and_of_the_bucket(
    fault_proxy: FaultProxyControl, coursewright: CommandLine, tmp_path: Path
) -> None:
    # Given: the first model calls and a twentieth of all S3 calls are refused.
    fault_proxy.behave(
        faults=[
            {"kind": "throttled", "service": "bedrock", "first_calls": 3},
            {"kind": "throttled", "service": "s3", "share": 0.05, "seed": 5},
        ]
    )
    # When
    ended = coursewright(
        "generate", str(SAMPLES / "kubernetes-foundations.yaml"), "--project", "throttled", "--modules", "1", "--json"
    )
    # Then
    assert ended.exit_code == 0, ended.stderr
    assert {call["service"] for call in fault_proxy.calls() if call["fault"]} == {"bedrock", "s3"}
    assert (tmp_path / "throttled" / "book").is_dir()

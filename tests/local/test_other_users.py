"""A machine with several users: what another one can do to a local AWS that runs, who has no file of its owner's."""

import hashlib
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

import local_aws
from coursewright.deployment import Deployment
from local_aws.root_key import RootKey
from local_aws.state import LocalState, state_dir
from tests.support.other_user import Request, as_another_user, needs_root
from tests.support.tiny_resources import TinyResources
from tests.support.workers import needs_proc

pytestmark = needs_root
FUNCTIONS = "/2015-03-31/functions/"


@pytest.fixture
def kept_bucket(tiny: TinyResources) -> Iterator[str]:
    """A bucket with an object, there before and, still as it was, afterwards."""
    s3, bucket = tiny.client("s3"), "tiny-other-users"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="code.zip", Body=b"the owner's")
    yield bucket
    assert s3.get_object(Bucket=bucket, Key="code.zip")["Body"].read() == b"the owner's"


def running() -> LocalState:
    state = LocalState.load()
    assert state is not None
    return state


def test_who_has_the_keys_is_answered(local_connection: local_aws.LocalConnection) -> None:
    # Given: the same requests that others are refused, signed by the keys that only the owner can read.
    key = RootKey.load(state_dir())
    assert key is not None
    for service, path in (("lambda", FUNCTIONS), ("s3", "/")):
        request = Request("GET", local_connection.endpoint_url + path)
        # When / Then: it does not depend on who sends it.
        assert as_another_user(request.signed(service, key.access_key, key.secret_key).send) == "200"


@pytest.mark.parametrize("access_key", ["test", "000000000000", "123456789012", "the owner's"])
@pytest.mark.parametrize("secret_key", ["test", "guessed"])
@pytest.mark.usefixtures("kept_bucket")
def test_keys_that_everybody_knows_open_nothing(
    local_connection: local_aws.LocalConnection, access_key: str, secret_key: str
) -> None:
    # Given: also the owner's own key's id, with another secret.
    named = local_connection.access_key if access_key == "the owner's" else access_key
    code = json.dumps({"ZipFile": ""}).encode()
    for service, method, path, body in (
        ("lambda", "GET", FUNCTIONS, b""),
        ("lambda", "PUT", f"{FUNCTIONS}any/code", code),
        ("s3", "GET", "/", b""),
        ("s3", "PUT", "/tiny-other-users/code.zip", b"mine"),
        ("s3", "DELETE", "/tiny-other-users/code.zip", b""),
    ):
        request = Request(method, local_connection.endpoint_url + path, body)
        # When / Then
        assert as_another_user(request.signed(service, named, secret_key).send) == "403", (service, method, path)


@pytest.mark.usefixtures("kept_bucket")
def test_without_a_signature_nothing_is_read_changed_or_wiped(local_connection: local_aws.LocalConnection) -> None:
    for method, path in (
        ("GET", "/"),
        ("GET", "/tiny-other-users/code.zip"),
        ("PUT", "/tiny-other-users/code.zip"),
        ("DELETE", "/tiny-other-users/code.zip"),
        ("GET", FUNCTIONS),
        ("POST", "/_ministack/reset"),
        ("POST", "/_ministack/reset?init=1"),
        ("POST", "/_ministack/config"),
    ):
        assert as_another_user(Request(method, local_connection.endpoint_url + path, b"{}").send) == "403", path


def test_a_functions_keys_do_not_follow_from_its_name(tiny: TinyResources, deployment: Deployment) -> None:
    # Given: what anybody can work out who has read ministack and knows the stack's names.
    functions = tiny.client("lambda").list_functions()["Functions"]
    ours = [function for function in functions if function["FunctionName"].startswith("Coursewright")]
    assert ours
    for function in ours:
        digest = hashlib.sha256(f"{function['FunctionArn']}:{function['Role']}".encode()).hexdigest()
        secret = hashlib.sha256(f"secret:{digest}".encode()).hexdigest()
        token = hashlib.sha256(f"token:{digest}".encode()).hexdigest()
        bucket = f"{tiny.connection.endpoint_url}/{deployment.bucket}"
        request = Request("GET", bucket, headers={"X-Amz-Security-Token": token})
        # When / Then
        assert as_another_user(request.signed("s3", f"ASIA{digest[:16].upper()}", secret).send) == "403"


def test_the_author_and_the_fault_proxy_do_nothing_for_others(local_connection: local_aws.LocalConnection) -> None:
    # Given: their addresses, which a look at the open ports gives away, without the paths, which nothing does.
    state = running()
    author = state.shown_model_url
    for request in (
        Request("GET", f"{author}/calls"),
        Request("POST", f"{author}/behaviour", b'{"rules": [{"misbehaviour": "unavailable"}]}'),
        Request("POST", f"{author}/v1/chat/completions", b"{}"),
        Request("POST", f"{author}/guessed/behaviour", b"{}"),
    ):
        assert as_another_user(request.send) == "404", request.url
    for method in ("GET", "POST", "DELETE"):
        for path in ("/_fault_proxy/behaviour", "/_fault_proxy/calls", "/_fault_proxy/guessed/calls"):
            # When / Then: the fault proxy passes on what it does not know, unsigned as it is.
            assert as_another_user(Request(method, state.fault_proxy_url + path, b"{}").send) == "403"
    # Then: who has read the paths is answered.
    assert Request("GET", f"{state.model_url}/calls").send() == "200"
    assert Request("GET", f"{state.fault_proxy_control_url}/calls").send() == "200"


@needs_proc
def test_no_secret_shows_in_what_everybody_sees_of_a_process(local_connection: local_aws.LocalConnection) -> None:
    # Given: what `ps` shows of the servers to all users.
    state = running()
    secret = (
        local_connection.secret_key,
        *(url.rsplit("/", 1)[1] for url in (state.model_url, state.fault_proxy_control_url)),
    )
    processes = [Path("/proc") / path.read_text(encoding="utf-8") for path in state_dir().glob("*.pid")]
    assert len(processes) == 3
    for process in processes:
        # When
        line = as_another_user(partial((process / "cmdline").read_text, encoding="utf-8"))
        environment = as_another_user(partial((process / "environ").read_text, encoding="utf-8"))
        # Then
        assert any(module in line for module in ("local_aws", "offline_author", "fault_proxy"))
        assert not [each for each in secret if each in line]
        assert environment == "PermissionError"


def test_what_the_servers_write_is_their_owners(local_connection: local_aws.LocalConnection) -> None:
    # When: logs, process ids, the unpacked code of functions.
    written = [*state_dir().glob("*.pid"), state_dir() / "logs" / "aws.log", *(state_dir() / "tmp").iterdir()]
    # Then
    assert state_dir().stat().st_mode & 0o777 == 0o700
    assert len(written) > 4
    assert [path for path in written if path.stat().st_mode & 0o077] == []

"""Fixtures of tests that need the deployed app: local AWS, the author and the fault proxy in it."""

from collections.abc import Iterator

import httpx
import pytest

import local_aws
from coursewright.deployment import Deployment, Target
from local_aws.state import LocalState
from tests.support.fault_proxy_control import FaultProxyControl
from tests.support.local_author import Author


@pytest.fixture(scope="session")
def local_connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local_aws.LocalConnection]:
    environment = {
        "COURSEWRIGHT_STATE_DIR": str(tmp_path_factory.mktemp("local-aws")),
        # Retries wait a twentieth of their time: what is tested is that they come, not that they are patient.
        "SFN_WAIT_SCALE": "0.05",
        # Calls of Bedrock and S3 go through the fault proxy, which does nothing until a test says so.
        "COURSEWRIGHT_FAULT_PROXY": "bedrock,s3",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name in ("COURSEWRIGHT_LOCAL_PORT", "COURSEWRIGHT_MODEL_URL", "COURSEWRIGHT_MODEL_NAME"):
            patch.delenv(name, raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        try:
            yield local_aws.up(print)
        finally:
            local_aws.down()


@pytest.fixture
def deployment(local_connection: local_aws.LocalConnection) -> Deployment:
    return Deployment.find(Target.LOCAL, "local")


@pytest.fixture
def author(local_connection: local_aws.LocalConnection) -> Iterator[Author]:
    """The author, well-behaved and with an empty list of calls, before and after each test."""
    state = LocalState.load()
    assert state is not None
    with httpx.Client(base_url=state.model_url, trust_env=False, timeout=None) as client:  # noqa: S113
        client.delete("/calls")
        yield Author(client)
        client.delete("/behaviour")
        # A call that was held in vain went on too early: whatever the test has seen, it did not see what it meant to.
        assert client.get("/health").json()["held_in_vain"] == 0


@pytest.fixture
def fault_proxy(local_connection: local_aws.LocalConnection) -> Iterator[FaultProxyControl]:
    """The fault proxy, passing everything on, with an empty list of calls; so again afterwards."""
    state = LocalState.load()
    assert state is not None
    proxy = FaultProxyControl(state.fault_proxy_url, state.fault_proxy_control_url, local_connection)
    proxy.reset()
    yield proxy
    proxy.reset()

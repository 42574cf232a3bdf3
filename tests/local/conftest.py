"""The real app on local AWS: one deployed stack for all tests of this folder, on a server of its own."""

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import httpx
import pytest

import local_aws
from coursewright.deployment import Deployment, Target
from local_aws.state import LocalState
from tests.local.release_stage import ReleaseStage
from tests.local.tiny_resources import TinyResources
from tests.support.waiting import wait_until

PROJECT = Path(__file__).resolve().parents[2]
SAMPLES = PROJECT / "samples"


@pytest.hookimpl(tryfirst=True)  # before xdist's own, which reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep every test of the deployed stack on one worker, so that there is one stack."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.local)
            item.add_marker(pytest.mark.xdist_group("local"))


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


@pytest.fixture(scope="session")
def tiny(local_connection: local_aws.LocalConnection) -> Iterator[TinyResources]:
    resources = TinyResources(local_connection)
    yield resources
    resources.delete()


@pytest.fixture
def deployment(local_connection: local_aws.LocalConnection) -> Deployment:
    return Deployment.find(Target.LOCAL, "local")


@pytest.fixture(scope="session")
def release_stage(local_connection: local_aws.LocalConnection) -> ReleaseStage:
    return ReleaseStage.make(local_connection)


@pytest.fixture
def person(local_connection: local_aws.LocalConnection) -> Iterator[Callable[[str], local_aws.LocalConnection]]:
    """Become an IAM user who has one of the policies of docs/policies, and nothing else."""
    iam = local_connection.session().client("iam", **local_connection.client_options)  # type: ignore[call-overload]
    made: list[tuple[str, str]] = []

    def become(policy: str) -> local_aws.LocalConnection:
        iam.create_user(UserName=policy)
        document = (PROJECT / "docs" / "policies" / f"{policy}.json").read_text(encoding="utf-8")
        iam.put_user_policy(UserName=policy, PolicyName=policy, PolicyDocument=document)
        key = iam.create_access_key(UserName=policy)["AccessKey"]
        made.append((policy, key["AccessKeyId"]))
        return replace(local_connection, access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])

    yield become
    for name, key_id in made:
        iam.delete_access_key(UserName=name, AccessKeyId=key_id)
        iam.delete_user_policy(UserName=name, PolicyName=name)
        iam.delete_user(UserName=name)


def time_of(text: object) -> datetime:
    """Return a moment that the author or the fault proxy has noted."""
    return datetime.fromisoformat(str(text))


@dataclass(frozen=True)
class Author:
    """The offline author's control endpoints."""

    client: httpx.Client

    def behave(
        self,
        *rules: dict[str, object],
        latency_seconds: dict[str, float] | None = None,
        holds: Sequence[dict[str, object]] = (),
    ) -> None:
        """Put a behaviour in force; calls that the one before held go on."""
        behaviour = {"rules": list(rules), "latency_seconds": latency_seconds or {}, "holds": list(holds)}
        self.client.post("/behaviour", json=behaviour).raise_for_status()

    def wait_until_it_holds(self, count: int, unless: Callable[[], bool] = lambda: False) -> None:
        """Wait until so many calls are held, or until ``unless``, which the test then has to look into."""
        wait_until(lambda: self._held() == count or unless(), lambda: f"{count} held calls, found {self._held()}")

    def forget(self) -> None:
        """Begin a new list of calls."""
        self.client.delete("/calls").raise_for_status()

    def calls(self) -> list[dict[str, object]]:
        calls: list[dict[str, object]] = self.client.get("/calls").raise_for_status().json()
        return calls

    def _held(self) -> int:
        held: int = self.client.get("/health").raise_for_status().json()["held"]
        return held


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


@dataclass(frozen=True)
class FaultProxyControl:
    """The fault proxy's control endpoints."""

    url: str
    control_url: str
    root: local_aws.LocalConnection

    def behave(self, **behaviour: object) -> None:
        self._client().post("/behaviour", json=behaviour).raise_for_status()

    def reset(self) -> None:
        self._client().delete("/behaviour").raise_for_status()
        self._client().delete("/calls").raise_for_status()

    def calls(self) -> list[dict[str, object]]:
        calls: list[dict[str, object]] = self._client().get("/calls").raise_for_status().json()
        return calls

    def _client(self) -> httpx.Client:
        context = ssl.create_default_context(cafile=str(self.root.certificate))
        return httpx.Client(base_url=self.control_url, verify=context, trust_env=False, timeout=None)  # noqa: S113


@pytest.fixture
def fault_proxy(local_connection: local_aws.LocalConnection) -> Iterator[FaultProxyControl]:
    """The fault proxy, passing everything on, with an empty list of calls; so again afterwards."""
    state = LocalState.load()
    assert state is not None
    proxy = FaultProxyControl(state.fault_proxy_url, state.fault_proxy_control_url, local_connection)
    proxy.reset()
    yield proxy
    proxy.reset()


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def report(self) -> dict[str, object]:
        report: dict[str, object] = json.loads(self.stdout.strip().splitlines()[-1])
        return report


CommandLine = Callable[..., Outcome]


@pytest.fixture
def coursewright(local_connection: local_aws.LocalConnection, tmp_path: Path) -> CommandLine:
    """Run the command line as a user does, books going to the test's own folder."""

    def run(*arguments: str) -> Outcome:
        command = Path(sys.executable).with_name("coursewright")
        extra = ("--out", str(tmp_path)) if arguments[0] in ("generate", "watch") else ()
        ended = subprocess.run(
            [str(command), *arguments, *extra],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            encoding="utf-8",
        )
        assert "Traceback" not in ended.stderr
        return Outcome(ended.returncode, ended.stdout, ended.stderr)

    return run

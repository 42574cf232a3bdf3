"""The real app on local AWS: one deployed stack for all tests of this folder, on a server of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import local_aws
from tests.support.installed_command import CommandLine, Outcome
from tests.support.local_client import client_of
from tests.support.local_stack import author, deployment, fault_proxy, local_connection
from tests.support.release_stage import ReleaseStage
from tests.support.samples import PROJECT
from tests.support.tiny_resources import TinyResources

__all__ = ["author", "deployment", "fault_proxy", "local_connection"]


@pytest.hookimpl(tryfirst=True)  # before xdist's own, which reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep every test of the deployed stack on one worker, so that there is one stack."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.local)
            item.add_marker(pytest.mark.xdist_group("local"))


@pytest.fixture(scope="session")
def tiny(local_connection: local_aws.LocalConnection) -> Iterator[TinyResources]:
    resources = TinyResources(local_connection)
    yield resources
    resources.delete()


@pytest.fixture(scope="session")
def release_stage(local_connection: local_aws.LocalConnection) -> ReleaseStage:
    return ReleaseStage.make(local_connection)


@pytest.fixture
def person(local_connection: local_aws.LocalConnection) -> Iterator[Callable[[str], local_aws.LocalConnection]]:
    """Become an IAM user who has one of the policies of docs/policies, and nothing else."""
    iam = client_of(local_connection, "iam")
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

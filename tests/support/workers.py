"""The processes in which a test's own local AWS runs functions: found, killed, and given less time."""

import dataclasses
import os
import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coursewright.deployment import Deployment
from local_aws.state import state_dir

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

PROCESSES = Path("/proc")
needs_proc = pytest.mark.skipif(not (PROCESSES / "net" / "tcp").exists(), reason="no /proc here, as Linux has it")


def kill_workers() -> int:
    """Kill every worker; return how many there were."""
    server = int((state_dir() / "aws.pid").read_text(encoding="utf-8"))
    workers = list(_workers(server))
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    return len(workers)


def _workers(server: int) -> Iterator[int]:
    """Yield the processes of a server's own group that run in its folder for unpacked functions."""
    unpacked = state_dir() / "tmp"
    for entry in PROCESSES.iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                is_own = os.getpgid(int(entry.name)) == server
                if is_own and (entry / "cwd").readlink().is_relative_to(unpacked):
                    yield int(entry.name)


def with_short_function(deployment: Deployment, functions: "LambdaClient", seconds: int) -> Deployment:
    """Return the deployment with a state machine beside its own, whose content_gen has so many seconds.

    The state machine names versions of functions, and a version cannot be changed: another one is published.
    """
    machine = deployment.step_functions.describe_state_machine(stateMachineArn=deployment.state_machine_arn)
    found = re.search(r'GenerateModuleContent":.*?"FunctionName":"(?P<version>arn:[^"]+)"', machine["definition"])
    assert found is not None
    name = found["version"].rpartition(":")[0]
    before = functions.get_function_configuration(FunctionName=name)["Timeout"]
    functions.update_function_configuration(FunctionName=name, Timeout=seconds)
    short = functions.publish_version(FunctionName=name)["FunctionArn"]
    functions.update_function_configuration(FunctionName=name, Timeout=before)
    created = deployment.step_functions.create_state_machine(
        name=f"short-function-{seconds}",
        definition=machine["definition"].replace(found["version"], short),
        roleArn=machine["roleArn"],
    )
    return dataclasses.replace(deployment, state_machine_arn=created["stateMachineArn"])

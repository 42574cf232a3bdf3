"""Checks of local AWS: it runs, with the current settings, and with the app on disk deployed."""

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from botocore.exceptions import ClientError
from cryptography import x509

from coursewright.deployment import Deployment, Target
from coursewright.doctor.finding import Outcome
from coursewright.doctor.local_machine import LocalMachine
from coursewright.doctor.refusals import code_of
from local_aws.deployment import app_context, deployed_version
from local_aws.kept import what_is_kept
from local_aws.servers import author_answers, connection_of, emulator_answers, fault_proxy_answers, server_version
from local_aws.state import PROJECT_ROOT

_UP = "coursewright local up"
_GIGABYTE = 1_000_000_000
_LEAST_FREE = _GIGABYTE
"""Bytes: a course of 60 lessons with its books and versions takes less than a tenth of this."""


def check_set_up(_: LocalMachine) -> Outcome:
    """Whether the programs for a deployment are installed."""
    programs = (Path(sys.executable).with_name("node"), PROJECT_ROOT / "node_modules" / "aws-cdk" / "bin" / "cdk")
    missing = [program for program in programs if not program.exists()]
    if missing:
        return Outcome.wrong(f"{missing[0]} is not installed", f"make setup, in {PROJECT_ROOT}")
    return Outcome.ok(f"node and cdk, for {PROJECT_ROOT}")


def check_settings(machine: LocalMachine) -> Outcome:
    """Whether the variables for local AWS are valid."""
    settings = machine.settings
    where = f" at {settings.model_url}" if settings.model_url else ""
    return Outcome.ok(f"{settings.model_id}{where} is to write")


def check_running(machine: LocalMachine) -> Outcome:
    """Whether local AWS answers, and its fault proxy if the settings ask for one."""
    state = machine.state
    if state is None:
        return Outcome.wrong("not running", _UP)
    endpoint = connection_of(state).endpoint_url
    if not emulator_answers(state):
        return Outcome.wrong(f"nothing answers at {endpoint}", _UP)
    if not fault_proxy_answers(state):
        return Outcome.wrong(f"the fault proxy at {state.fault_proxy_url} does not answer", _UP)
    if not author_answers(state):
        return Outcome.wrong("the offline author, which also passes calls of other models on, has ended", _UP)
    return Outcome.ok(endpoint)


def check_kept(_: LocalMachine) -> Outcome:
    """Whether there is room for more than local AWS keeps already."""
    found = what_is_kept()
    folder = next(folder for folder in (found.folder, *found.folder.parents) if folder.is_dir())
    free = shutil.disk_usage(folder).free
    if free < _LEAST_FREE:
        return Outcome.wrong(
            f"{found}, and only {free / _GIGABYTE:.1f} GB of the disk are free", "make room on the disk"
        )
    return Outcome.ok(f"{found}; {free / _GIGABYTE:.0f} GB of the disk are free")


def check_certificate(machine: LocalMachine) -> Outcome:
    """Whether its certificate is still valid."""
    certificate = x509.load_pem_x509_certificate(machine.started.certificate.read_bytes())
    until = certificate.not_valid_after_utc
    if until <= datetime.now(UTC):
        return Outcome.wrong(f"expired on {until:%Y-%m-%d}", f"coursewright local down, then {_UP}")
    return Outcome.ok(f"valid until {until:%Y-%m-%d}")


def check_current(machine: LocalMachine) -> Outcome:
    """Whether the servers match the settings, and the deployment matches the files on disk."""
    state, settings = machine.started, machine.settings
    if (state.text_model_id, state.own_model_url) != (settings.model_id, settings.model_url or ""):
        return Outcome.wrong(f"{state.text_model_id} writes, and {settings.model_id} is asked for", _UP)
    if state.server_version != server_version(settings):
        return Outcome.wrong("its own code or settings have changed since it was started", _UP)
    if not state.deployed_version:
        return Outcome.wrong("nothing is deployed", _UP)
    if state.deployed_version != deployed_version(app_context(state)):
        return Outcome.wrong("the app has changed since it was deployed", f"{_UP}; `coursewright local diff` says what")
    return Outcome.ok("deployed, and as it stands on disk")


def check_stack_resources(_: LocalMachine) -> Outcome:
    """Whether the stack's bucket and state machine exist."""
    deployment = Deployment.find(Target.LOCAL, "local")
    try:
        next(deployment.store.keys(""), None)
        deployment.step_functions.describe_state_machine(stateMachineArn=deployment.state_machine_arn)
    except ClientError as error:
        return Outcome.wrong(f"{error.operation_name}: {code_of(error)}", f"coursewright local down, then {_UP}")
    return Outcome.ok(f"bucket {deployment.bucket}, and the state machine")

"""The unmodified CDK app on local AWS: ``cdk bootstrap`` and ``cdk deploy``, exactly as on a real account."""

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from course_kit.model_ids import OFFLINE_MODEL_ID
from local_aws.connection import ACCOUNT, REGION, LocalConnection
from local_aws.errors import LocalAwsError
from local_aws.kept import other_models
from local_aws.private_files import write_private
from local_aws.state import PROJECT_ROOT, LocalState, state_dir

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_stepfunctions import SFNClient

STAGE = "local"
STACK_NAME = f"Coursewright-{STAGE}"
_SOURCES = ("app.py", "cdk.json", "stacks", "constructs", "lambdas", "layers")
_SHOWN_LINES = 15
# The message of the CDK version in package.json: its exit code is the same for differences and failures.
_NO_DIFFERENCES = "There were no differences"


def app_context(state: LocalState) -> dict[str, str]:
    """Return the CDK context for a deployment on these servers."""
    models = sorted({OFFLINE_MODEL_ID, *other_models().address_of} - {state.text_model_id})
    context = {
        "target": "local",
        "stage": STAGE,
        # The bucket outlasts its stack, whatever becomes of that.
        "removal_policy": "retain",
        "text_model_id": state.text_model_id,
        # A run keeps the model that it began with, while later ones write with another.
        "further_text_model_ids": ",".join(models),
    }
    if not state.is_offline:
        # A model on one machine answers few calls at a time; the calls in its queue time out.
        context |= {"module_max_concurrency": "2", "lesson_max_concurrency": "2"}
    return context


def deployed_version(context: Mapping[str, str]) -> str:
    """Return the version of a deployment's inputs; an equal version means nothing to deploy."""
    digest = hashlib.sha256(repr(sorted(context.items())).encode())
    for source in _SOURCES:
        root = PROJECT_ROOT / source
        files = [root] if root.is_file() else sorted(root.rglob("*"))
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(str(file.relative_to(PROJECT_ROOT)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def deploy(connection: LocalConnection, context: Mapping[str, str]) -> None:
    """Bootstrap and synthesise in parallel, then deploy the stack; raises `LocalAwsError` with CDK's output."""
    assembly = state_dir() / "cdk.out"
    with ThreadPoolExecutor() as together:
        bootstrap = together.submit(_bootstrap, connection)
        synth = together.submit(_cdk, connection, "synth", "--quiet", "--output", str(assembly), *_settings(context))
        # A fault of the app goes first: the developer has probably just made it.
        synth.result()
        bootstrap.result()
    _deploy_stack(connection, assembly, _stack_name(context))


def differences(connection: LocalConnection, context: Mapping[str, str]) -> str:
    """Return the output of ``cdk diff``; empty when a deployment would change nothing.

    Synthesises the app again, as ``cdk deploy`` does. Raises `LocalAwsError` with CDK's output.
    """
    with tempfile.TemporaryDirectory() as assembly:
        said = _cdk(connection, "diff", _stack_name(context), "--output", assembly, *_settings(context))
    return "" if _NO_DIFFERENCES in said else said


def stack_stamp(connection: LocalConnection) -> str:
    """Return what tells one deployment of the stack from the next; empty when there is no stack."""
    cloudformation: CloudFormationClient = connection.session().client("cloudformation", **connection.client_options)  # type: ignore[call-overload] # keywords from a dict match no overload
    try:
        [stack] = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return ""
        raise
    return f"{stack['StackId']} {stack.get('LastUpdatedTime', stack['CreationTime']).isoformat()}"


def deploy_assembly(connection: LocalConnection, assembly: Path, stack_name: str) -> None:
    """Bootstrap and deploy a synthesised stack; raises `LocalAwsError` with CDK's output."""
    _bootstrap(connection)
    _deploy_stack(connection, assembly, stack_name)


def destroy_assembly(connection: LocalConnection, assembly: Path, stack_name: str) -> None:
    """Remove a stack as ``cdk destroy`` does; raises `LocalAwsError` with CDK's output."""
    _cdk(connection, "destroy", stack_name, "--app", str(assembly), "--force")


def running_executions(connection: LocalConnection) -> list[str]:
    """Return the executions that are in progress."""
    step_functions: SFNClient = connection.session().client("stepfunctions", **connection.client_options)  # type: ignore[call-overload] # keywords from a dict match no overload
    machines = step_functions.list_state_machines()["stateMachines"]
    return [
        execution["executionArn"]
        for machine in machines
        for execution in step_functions.list_executions(
            stateMachineArn=machine["stateMachineArn"], statusFilter="RUNNING"
        )["executions"]
    ]


def _stack_name(context: Mapping[str, str]) -> str:
    return f"Coursewright-{context.get('stage', STAGE)}"


def _settings(context: Mapping[str, str]) -> list[str]:
    return [option for key, value in context.items() for option in ("-c", f"{key}={value}")]


def _deploy_stack(connection: LocalConnection, assembly: Path, stack_name: str) -> None:
    _cdk(connection, "deploy", stack_name, "--app", str(assembly), "--require-approval", "never")


def _bootstrap(connection: LocalConnection) -> None:
    cloudformation: CloudFormationClient = connection.session().client("cloudformation", **connection.client_options)  # type: ignore[call-overload] # see above
    stacks = cloudformation.list_stacks(StackStatusFilter=["CREATE_COMPLETE", "UPDATE_COMPLETE"])["StackSummaries"]
    if all(stack["StackName"] != "CDKToolkit" for stack in stacks):
        _cdk(connection, "bootstrap", f"aws://{ACCOUNT}/{REGION}", needs_app=False)


def _cdk(connection: LocalConnection, command: str, *arguments: str, needs_app: bool = True) -> str:
    node, cdk = Path(sys.executable).with_name("node"), PROJECT_ROOT / "node_modules" / "aws-cdk" / "bin" / "cdk"
    for program in (node, cdk):
        if not program.exists():
            raise LocalAwsError(f"local AWS: {program} is not installed; run `make setup` in {PROJECT_ROOT}")
    log = state_dir() / "logs" / f"cdk-{command}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = {
        **connection.environment(),
        "CDK_DISABLE_VERSION_CHECK": "1",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        "CI": "1",
    }
    with tempfile.TemporaryDirectory() as elsewhere:
        # bootstrap runs without cdk.json: with it, CDK would synthesise the app and ignore the result.
        folder = PROJECT_ROOT if needs_app else Path(elsewhere)
        run = subprocess.run(
            [str(node), str(cdk), command, *arguments, "--no-notices", "--no-color"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            encoding="utf-8",
            errors="replace",
        )
    write_private(log, run.stdout.encode())
    if run.returncode != 0:
        last = "\n".join(run.stdout.strip().splitlines()[-_SHOWN_LINES:])
        raise LocalAwsError(f"local AWS: cdk {command} failed (log: {log}):\n{last}")
    return run.stdout

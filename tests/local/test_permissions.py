"""What each function's role may do in the deployed app, and that it may do nothing else; IAM is enforced here.

A probe, a function of a few lines, is given the role of a real one and tries everything: each kind of object read,
written and deleted, and what no function of ours has any business with.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import local_aws
from coursewright.deployment import Deployment
from tests.support.release_stage import STAGE, ReleaseStage
from tests.support.tiny_resources import TinyResources, zipped

OBJECTS = {
    "outline": "outline.yaml",
    "course": "course.json",
    "brief": "brief/course.json",
    "brief manifest": "manifests/brief.json",
    "edits": "edits/01-01.json",
    "findings": "review/findings.json",
    "editing manifest": "manifests/editing.json",
    "lesson": "lessons/module-1-lesson-1-l.md",
    "prompt": "prompts/01-01-0001-x.json",
    "image": "images/01-01-0001.png",
    "own picture": "figures/plug.png",
    "manifest": "manifests/module-01.json",
    "study": "study/01-01.json",
    "plan": "labguide/module-01-plan.json",
    "lab": "labguide/lab-01-01-01-x.md",
    "master plan": "labguide/lab-master-plan.json",
    "book": "book/Title.html",
    "run": "runs/r.json",
    "lease": "lease.json",
    "spending": "spending/run-1.json",
    "anything else": "notes.txt",
}
# r: read, w: write, d: delete, v: read an earlier version, l: list the versions of a key. What does not stand here is
# refused. A run reads the outline and the record of its course as they were when it began.
# The patterns of the record and of manifests hold for the brief and for the manifests of the whole course, too.
OF_RUN = {"outline": "rv", "course": "rv", "brief": "rv"}
OF_MODULES = {"manifest": "rw", "brief manifest": "rw", "editing manifest": "rw"}
WRITING = {**OF_MODULES, "lease": "r", "spending": "rw"}
READING = dict.fromkeys(OF_MODULES, "r")
ALLOWED: dict[str, dict[str, str]] = {
    "PrepareModules": {
        **{"outline": "rwv", "course": "rwv", "brief": "rwv", "run": "rw", "lease": "rw", "spending": "rw", **READING},
        # What was made of a lesson that the outline has in another module.
        **{"lesson": "rwd", "study": "rwd", "edits": "rwd", "prompt": "rwd", "image": "rwd"},
    },
    "CoursePlanner": {
        **{**OF_RUN, "brief": "rwvl", "brief manifest": "rw", "run": "rw", "lease": "r", "spending": "rw"},
    },
    "ContentGen": {**OF_RUN, **WRITING, "lesson": "rwdvl"},
    "VisualPlanner": {**OF_RUN, **WRITING, "lesson": "r", "prompt": "rwdvl", **READING},
    "ImagesGen": {**WRITING, "prompt": "rd", "image": "rwdvl"},
    "StudyWriter": {**OF_RUN, **WRITING, "lesson": "r", "study": "rwdvl"},
    "LabPlanner": {**OF_RUN, **WRITING, "plan": "rwvl"},
    "LabWriter": {**OF_RUN, **WRITING, "plan": "r", "lab": "rwdvl"},
    "CourseEditor": {
        **{**OF_RUN, **READING, "editing manifest": "rw", "edits": "rwdvl", "findings": "rw", "run": "rw"},
        **{"lesson": "r", "lease": "r", "spending": "rw"},
    },
    "BookBuilder": {
        **{**OF_RUN, **READING, "lesson": "r", "image": "r", "own picture": "r", "plan": "r", "lab": "r"},
        **{"edits": "r", "findings": "r"},
        **{"study": "r", "master plan": "rw", "book": "rwd", "run": "rw", "lease": "r"},
    },
    "PdfRenderer": {"image": "r", "own picture": "r", "lease": "r", "book": "rw", "run": "rw"},
}
WRITERS = {
    *("CoursePlanner", "ContentGen", "VisualPlanner", "ImagesGen", "StudyWriter", "LabPlanner", "LabWriter"),
    "CourseEditor",
}
MESSAGE = [{"role": "user", "content": [{"text": "hello"}]}]
PROBE = """
import boto3
from botocore.exceptions import ClientError

DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized")

def handler(calls, context):
    answers = []
    for service, operation, arguments in calls:
        try:
            getattr(boto3.client(service), operation)(**arguments)
            answers.append("allowed")
        except ClientError as error:
            code = error.response["Error"]["Code"]
            answers.append("denied" if code in DENIED else code)
    return answers
"""
Call = tuple[str, str, dict[str, Any]]
Probe = Callable[..., list[str]]


@pytest.fixture(scope="module")
def probe(local_connection: local_aws.LocalConnection, tiny: TinyResources) -> Iterator[Probe]:
    """Make calls under the role of a function of the app; each is allowed, denied, or fails for another reason."""
    client = tiny.client("lambda")
    names: list[str] = []

    def call(function: str, calls: list[Call], stage: str = "local") -> list[str]:
        functions = client.list_functions()["Functions"]
        [real] = [
            f for f in functions if f["FunctionName"].startswith(f"Coursewright-{stage}-Functions{function}Function")
        ]
        name = f"probe-{function}"
        if name not in names:
            client.create_function(
                FunctionName=name,
                Runtime="python3.13",
                Handler="tiny.handler",
                Role=real["Role"],
                Code={"ZipFile": zipped({"tiny.py": PROBE})},
                Timeout=60,
            )
            names.append(name)
        answers: list[str] = tiny.invoke(name, calls)
        assert isinstance(answers, list), answers
        return answers

    yield call
    for name in names:
        client.delete_function(FunctionName=name)


def test_every_function_has_its_line_here(tiny: TinyResources) -> None:
    names = {function["FunctionName"] for function in tiny.client("lambda").list_functions()["Functions"]}
    deployed = {
        name.removeprefix("Coursewright-local-Functions").split("Function")[0]
        for name in names
        if name.startswith("Coursewright-local-Functions")
    }
    assert deployed == set(ALLOWED)


def tried_with_each(
    probe: Probe, function: str, deployment: Deployment, keys: dict[str, str], stage: str = "local"
) -> dict[str, str]:
    """Try everything with each object under a function's role; return the letters of what was allowed, by kind."""
    # Given: one object of each kind, written by somebody else.
    versions = {
        kind: deployment.s3.put_object(Bucket=deployment.bucket, Key=key, Body=b"{}")["VersionId"]
        for kind, key in keys.items()
    }
    # When: everything is tried with each.
    operations = {
        **{"r": "get_object", "w": "put_object", "d": "delete_object"},
        **{"v": "get_object", "l": "list_object_versions"},
    }

    def arguments(kind: str, letter: str) -> dict[str, str]:
        if letter == "l":
            return {"Prefix": keys[kind]}
        return {"Key": keys[kind], **({"VersionId": versions[kind]} if letter == "v" else {})}

    tried = [(kind, letter) for kind in keys for letter in operations]
    calls: list[Call] = [
        ("s3", operations[letter], {"Bucket": deployment.bucket, **arguments(kind, letter)}) for kind, letter in tried
    ]
    answers = probe(function, calls, stage)
    assert set(answers) <= {"allowed", "denied"}
    may = {
        kind: "".join(
            letter for (k, letter), answer in zip(tried, answers, strict=True) if k == kind and answer == "allowed"
        )
        for kind in keys
    }
    return {kind: letters for kind, letters in may.items() if letters}


@pytest.mark.parametrize("function", ALLOWED)
def test_a_function_touches_the_objects_of_its_work_and_no_other(
    function: str, probe: Probe, deployment: Deployment
) -> None:
    keys = {kind: f"permissions-{function}/{path}" for kind, path in OBJECTS.items()}
    assert tried_with_each(probe, function, deployment, keys) == ALLOWED[function]


def test_the_inbox_touches_what_is_dropped_and_starts_its_own_state_machine_and_no_other(
    probe: Probe, release_stage: ReleaseStage, deployment: Deployment
) -> None:
    # Given: the stage that has an inbox.
    inbox = release_stage.deployed
    keys = {kind: f"permissions-inbox/{path}" for kind, path in OBJECTS.items()} | {
        "dropped outline": "inbox/networks.yaml",
        "dropped in capitals": "inbox/NETWORKS.YAML",
        "its errors": "inbox/networks.errors.txt",
        "anything else dropped": "inbox/networks.pdf",
        "copy of an outline": "permissions-inbox/outlines/networks.yaml",
    }
    # When
    may = tried_with_each(probe, "CourseInbox", inbox, keys, STAGE)
    others = probe(
        "CourseInbox",
        [
            ("stepfunctions", "start_execution", {"stateMachineArn": deployment.state_machine_arn}),
            ("stepfunctions", "stop_execution", {"executionArn": f"{inbox.state_machine_arn}:none"}),
            ("stepfunctions", "describe_execution", {"executionArn": execution_of(deployment)}),
            ("stepfunctions", "list_executions", {"stateMachineArn": inbox.state_machine_arn}),
            ("s3", "get_object", {"Bucket": deployment.bucket, "Key": "inbox/networks.yaml"}),
            ("bedrock-runtime", "converse", {"modelId": local_aws.OFFLINE_MODEL_ID, "messages": MESSAGE}),
            ("secretsmanager", "list_secrets", {}),
            ("lambda", "list_functions", {}),
            ("iam", "list_roles", {}),
        ],
        STAGE,
    )
    # A name that cannot be one: what is allowed is refused for another reason, and nothing runs.
    own = [
        ("stepfunctions", "start_execution", {"stateMachineArn": inbox.state_machine_arn, "name": "no/name"}),
        ("stepfunctions", "describe_execution", {"executionArn": execution_of(inbox)}),
    ]
    # Then
    assert may == {
        **{"dropped outline": "rv", "dropped in capitals": "rv", "its errors": "rwd", "copy of an outline": "rw"},
        "lease": "r",
    }
    assert others == ["denied"] * len(others)
    assert "denied" not in probe("CourseInbox", own, STAGE)


def execution_of(deployment: Deployment) -> str:
    return deployment.state_machine_arn.replace(":stateMachine:", ":execution:") + ":none"


@pytest.mark.parametrize("function", ALLOWED)
def test_a_function_asks_the_models_that_are_its_own_and_reaches_nothing_else(
    function: str,
    probe: Probe,
    deployment: Deployment,
    tiny: TinyResources,
    local_connection: local_aws.LocalConnection,
) -> None:
    # Given: a secret, another bucket, and a model that is not the deployment's.
    secret = tiny.client("secretsmanager").create_secret(Name=f"not-ours-{function}", SecretString="hush")["ARN"]
    tiny.client("s3").create_bucket(Bucket=f"not-ours-{function.lower()}")
    machine = deployment.state_machine_arn
    # When
    own_model = probe(
        function, [("bedrock-runtime", "converse", {"modelId": local_aws.OFFLINE_MODEL_ID, "messages": MESSAGE})]
    )
    others = probe(
        function,
        [
            ("bedrock-runtime", "converse", {"modelId": "amazon.nova-pro-v1:0", "messages": MESSAGE}),
            ("secretsmanager", "get_secret_value", {"SecretId": secret}),
            ("s3", "get_object", {"Bucket": f"not-ours-{function.lower()}", "Key": "p/outline.yaml"}),
            ("s3", "put_object", {"Bucket": f"not-ours-{function.lower()}", "Key": "p/book/x"}),
            ("s3", "list_buckets", {}),
            ("s3", "put_bucket_policy", {"Bucket": deployment.bucket, "Policy": "{}"}),
            ("s3", "delete_bucket", {"Bucket": deployment.bucket}),
            ("lambda", "list_functions", {}),
            ("lambda", "invoke", {"FunctionName": f"probe-{function}"}),
            ("stepfunctions", "start_execution", {"stateMachineArn": machine}),
            ("stepfunctions", "list_executions", {"stateMachineArn": machine}),
            ("logs", "describe_log_groups", {}),
            ("iam", "list_roles", {}),
            ("dynamodb", "list_tables", {}),
        ],
    )
    # Then
    assert own_model == ["allowed" if function in WRITERS else "denied"]
    assert others == ["denied"] * len(others)

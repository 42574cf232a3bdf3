"""The policies of docs/policies, each as the only right of an IAM user: enough for what it promises, and no more."""

import dataclasses
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import local_aws
from coursewright.deployment import Deployment
from coursewright.release import roll_back
from local_aws.state import state_dir
from tests.support.account_command import run
from tests.support.caller_policies import ALIAS_ACTIONS, denied, statements
from tests.support.local_author import Author
from tests.support.local_client import client_of
from tests.support.release_stage import ReleaseStage
from tests.support.samples import PROJECT, SAMPLES
from tests.support.tiny_resources import TinyResources, document

Person = Callable[[str], local_aws.LocalConnection]


def test_every_policy_is_tried_here() -> None:
    policies = {path.stem for path in (PROJECT / "docs" / "policies").iterdir()}
    # CloudFormation's own on AWS; local AWS's asks for no right: tests/infrastructure/test_bootstrap_policy.py.
    policies -= {"bootstrap-execution"}
    # That of the doctor, beside what it looks at: tests/local/test_doctor.py.
    assert policies == {"author", "deployer", "doctor", "keeper", "operator"}


def test_an_author_makes_a_course_follows_it_and_goes_on_with_it_and_can_take_nothing_away(
    person: Person, deployment: Deployment, author: Author, tmp_path: Path
) -> None:
    # Given
    caller = person("author")
    author.behave({"misbehaviour": "no_visuals"})
    outline = str(SAMPLES / "python-for-analysts-12-modules.yaml")
    where = ("--target", "aws", "--stage", "local")
    # When
    made = run(
        caller,
        *("generate", outline, "--project", "account", "--modules", "2", "--out", str(tmp_path), "--json", *where),
    )
    # Then
    assert made.returncode == 0, made.stderr
    report = json.loads(made.stdout)
    assert (report["status"], report["modules"]) == ("succeeded", 1)
    assert Path(report["book"]["pdf"]).is_file()
    # And: the commands that only look.
    planned = run(caller, "plan", outline, "--project", "account", "--modules", "2", *where)
    watched = run(caller, "watch", report["execution_arn"], "--out", str(tmp_path), *where)
    drawn = run(caller, "timeline", report["execution_arn"], "-o", str(tmp_path / "timeline.svg"), *where)
    resumed = run(caller, "resume", "account", "--out", str(tmp_path), "--json", *where)
    assert [each.returncode for each in (planned, watched, drawn, resumed)] == [0] * 4, resumed.stderr
    assert json.loads(resumed.stdout)["model_calls"] == 0
    # And: the commands that keep house, but for the end of a project.
    archive = str(tmp_path / "account.zip")
    kept = [
        run(caller, *command, *where)
        for command in (
            ("projects", "--json"),
            ("runs", "account", "--json"),
            ("costs", "--json"),
            ("stop", report["execution_arn"], "--json"),
            ("export", "account", "-o", archive),
            ("import", archive, "--project", "account-copy"),
        )
    ]
    assert [each.returncode for each in kept] == [0] * 6, [each.stderr for each in kept]
    assert {"account"} <= {row["project"] for row in json.loads(kept[0].stdout)["projects"]}
    refused = run(caller, "delete", "account-copy", "--yes", *where)
    assert (refused.returncode, "s3:DeleteObjectVersion" in refused.stderr or "AccessDenied" in refused.stderr) == (
        1,
        True,
    ), refused.stderr
    # And: what was made, versions and other people's things are out of reach.
    denied(
        caller,
        ("s3", "delete_object", {"Bucket": deployment.bucket, "Key": "account/outline.yaml"}),
        ("s3", "put_bucket_policy", {"Bucket": deployment.bucket, "Policy": "{}"}),
        ("s3", "list_buckets", {}),
        ("stepfunctions", "delete_state_machine", {"stateMachineArn": deployment.state_machine_arn}),
        ("lambda", "list_functions", {}),
        ("cloudformation", "delete_stack", {"StackName": "Coursewright-local"}),
        ("cloudformation", "describe_stacks", {"StackName": "CDKToolkit"}),
        ("iam", "create_user", {"UserName": "another"}),
    )


def test_a_keeper_sees_projects_and_their_costs_and_deletes_one_and_makes_nothing(
    person: Person, deployment: Deployment
) -> None:
    # Given: a small project, changed once, and one whose name begins the same.
    store = deployment.store
    for key in ("kept/outline.yaml", "kept-2/outline.yaml"):
        store.write(key, "first", content_type="application/yaml", replacing=store.find(key))
    store.write(
        "kept/outline.yaml", "second", content_type="application/yaml", replacing=store.find("kept/outline.yaml")
    )
    keeper = person("keeper")
    where = ("--target", "aws", "--stage", "local")
    # When
    looked = [run(keeper, *command, "--json", *where) for command in (("projects",), ("runs", "kept"), ("costs",))]
    deleted = run(keeper, "delete", "kept", "--yes", "--json", *where)
    # Then
    assert [each.returncode for each in looked] == [0] * 3, [each.stderr for each in looked]
    assert deleted.returncode == 0, deleted.stderr
    assert json.loads(deleted.stdout)["versions"] >= 2
    assert list(store.versions("kept/")) == []
    assert store.read("kept-2/outline.yaml") == b"first"
    denied(
        keeper,
        ("s3", "put_object", {"Bucket": deployment.bucket, "Key": "kept/outline.yaml"}),
        ("stepfunctions", "start_execution", {"stateMachineArn": deployment.state_machine_arn}),
        ("lambda", "list_functions", {}),
        ("cloudformation", "delete_stack", {"StackName": "Coursewright-local"}),
    )


def test_a_deployer_deploys_through_the_roles_of_bootstrap_and_by_no_right_of_their_own(
    person: Person, deployment: Deployment, tiny: TinyResources
) -> None:
    # Given
    deployer = person("deployer")
    cdk = PROJECT / "node_modules" / "aws-cdk" / "bin" / "cdk"
    environment = {**deployer.environment(), "CDK_DISABLE_VERSION_CHECK": "1", "CDK_DISABLE_CLI_TELEMETRY": "true"}
    # When: as docs/operations.md has it.
    outputs = {}
    for command in (("diff",), ("deploy", "--require-approval", "never", "--force")):
        ended = subprocess.run(
            [
                "node",
                str(cdk),
                *command,
                "--app",
                str(state_dir() / "cdk.out"),
                "Coursewright-*",
                "--no-notices",
                "--no-color",
            ],
            env=environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        outputs[command[0]] = ended.stdout + ended.stderr
    # Then
    assert "Coursewright-" in outputs["diff"]
    assert "Deployment time" in outputs["deploy"]
    denied(
        deployer,
        ("cloudformation", "update_stack", {"StackName": "Coursewright-local", "UsePreviousTemplate": True}),
        ("cloudformation", "delete_stack", {"StackName": "Coursewright-local"}),
        ("s3", "get_object", {"Bucket": deployment.bucket, "Key": "account/outline.yaml"}),
        ("s3", "put_object", {"Bucket": deployment.bucket, "Key": "account/outline.yaml"}),
        ("stepfunctions", "start_execution", {"stateMachineArn": deployment.state_machine_arn}),
        ("lambda", "list_functions", {}),
        ("iam", "create_user", {"UserName": "another"}),
    )
    # And: of the app's own roles, none is theirs.
    functions = tiny.client("lambda").list_functions()["Functions"]
    roles = {f["Role"] for f in functions if f["FunctionName"].startswith("Coursewright-local-")}
    assert roles
    denied(deployer, *(("sts", "assume_role", {"RoleArn": role, "RoleSessionName": "deployer"}) for role in roles))


def test_an_operator_looks_after_runs_and_goes_back_and_reads_no_course(
    person: Person, release_stage: ReleaseStage, tiny: TinyResources
) -> None:
    # Given: a run that goes on.
    operator = person("operator")
    client = client_of(operator, "stepfunctions")
    run_of_others = release_stage.start("operated")
    # When / Then: it is seen and stopped, its logs are read.
    arn = run_of_others.execution_arn
    listed = client.list_executions(stateMachineArn=release_stage.deployed.state_machine_arn)["executions"]
    assert arn in {execution["executionArn"] for execution in listed}
    client.stop_execution(executionArn=arn)
    assert client.describe_execution(executionArn=arn)["status"] == "ABORTED"
    client.get_execution_history(executionArn=arn)
    logs = client_of(operator, "logs")
    named = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
    groups = [name for name in named if "Coursewright-release" in name]
    logs.filter_log_events(logGroupName=groups[0])
    client_of(operator, "cloudwatch").describe_alarms()
    # And: the alias can be pointed, here to where it points already. Local AWS asks for these two rights on everything.
    on_everything = {"Effect": "Allow", "Action": ALIAS_ACTIONS, "Resource": "*"}
    tiny.client("iam").put_user_policy(
        UserName="operator", PolicyName="operator", PolicyDocument=document([*statements("operator"), on_everything])
    )
    alias = client.describe_state_machine_alias(stateMachineAliasArn=release_stage.deployed.alias_arn)
    live = int(alias["routingConfiguration"][0]["stateMachineVersionArn"].rpartition(":")[2])
    assert roll_back(dataclasses.replace(release_stage.deployed, step_functions=client), live).live == live
    # And: nothing is started, changed or read.
    bucket = release_stage.deployed.bucket
    denied(
        operator,
        ("stepfunctions", "start_execution", {"stateMachineArn": release_stage.deployed.state_machine_arn}),
        ("stepfunctions", "delete_state_machine", {"stateMachineArn": release_stage.deployed.state_machine_arn}),
        ("s3", "get_object", {"Bucket": bucket, "Key": "operated/outline.yaml"}),
        ("s3", "put_object", {"Bucket": bucket, "Key": "operated/outline.yaml"}),
        ("logs", "delete_log_group", {"logGroupName": groups[0]}),
        ("cloudwatch", "delete_alarms", {"AlarmNames": ["any"]}),
        ("cloudformation", "delete_stack", {"StackName": "Coursewright-release"}),
        ("lambda", "list_functions", {}),
    )

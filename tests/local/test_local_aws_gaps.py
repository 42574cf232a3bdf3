"""Where local AWS differs from AWS. Each test fails when its gap closes, and says what can then be taken out.

docs/local-aws.md has the list in words.
"""

import inspect
import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from ministack import app as ministack_app
from ministack.core.responses import AccountRegionScopedDict
from ministack.services import lambda_svc, s3, stepfunctions

import local_aws
from tests.support.emulated_objects import EmulatedObjects, objects
from tests.support.lesson_call import converse, lesson_prompt
from tests.support.local_author import Author
from tests.support.local_client import client_of
from tests.support.release_stage import ReleaseStage
from tests.support.tiny_resources import TinyResources, call, document, jsonata, zipped
from tests.support.waiting import wait_until

__all__ = ["objects"]

PASS = {"Type": "Pass", "End": True}
PLAIN_EXECUTION = """
import json, sys
from ministack.services import lambda_svc
zipped = bytes.fromhex(sys.stdin.read())
config = {"FunctionName": "plain", "Runtime": "python3.13", "Handler": "tiny.handler", "Timeout": 9,
          "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:plain"}
result = lambda_svc._execute_function_warm({"config": config, "code_zip": zipped}, {}, "request")
print(json.dumps(result["body"]))
"""


def run_without_launcher(connection: local_aws.LocalConnection, source: str) -> dict[str, str]:
    """Return what ministack itself says of a function that fails."""
    ran = subprocess.run(
        [sys.executable, "-c", PLAIN_EXECUTION],
        input=zipped({"tiny.py": source}).hex(),
        env=connection.environment(),
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    body: dict[str, str] = json.loads(ran.stdout.splitlines()[-1])
    return body


def test_a_handlers_exception_has_no_class_name(local_connection: local_aws.LocalConnection) -> None:
    # When
    body = run_without_launcher(local_connection, "def handler(event, context): raise LookupError('gone')")
    # Then
    assert body["errorMessage"] == "gone"
    assert body["errorType"] == "Runtime.HandlerError", (
        "gap closed: start ministack itself and remove coursewright/local_aws/launcher.py"
    )


def test_a_worker_that_dies_while_it_starts_has_a_name_of_the_emulators_own(
    local_connection: local_aws.LocalConnection, tiny: TinyResources
) -> None:
    # Given: what a kill, or want of memory, does to a worker that is still importing.
    source = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\ndef handler(event, context): ..."
    # When / Then: with the launcher it is as on AWS.
    assert tiny.run({"Invoke": call(tiny.function(source))}).error == "Runtime.ExitError"
    # When / Then: without it
    assert run_without_launcher(local_connection, source)["errorType"] == "RuntimeError", (
        "gap closed: _DIED_WHILE_STARTING of coursewright/local_aws/launcher.py can go"
    )


def test_a_function_that_the_account_has_no_room_for_fails_without_a_name(
    local_connection: local_aws.LocalConnection, tiny: TinyResources
) -> None:
    # Given: a function of which none may run.
    function = tiny.function("def handler(event, context): ...")
    tiny.client("lambda").put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    # When / Then: with the launcher it is as on AWS.
    assert tiny.run({"Invoke": call(function)}).error == "Lambda.TooManyRequestsException"
    # When / Then: without it
    throttled = lambda_svc._throttle_response("ConcurrentInvocationLimitExceeded", "Rate Exceeded")
    assert "errorType" not in throttled["body"], (
        "gap closed: with_name_of_throttles of coursewright/local_aws/launcher.py can go"
    )


def test_parallel_ignores_its_output(tiny: TinyResources) -> None:
    # Given
    branch = jsonata({"Branch": PASS})
    del branch["QueryLanguage"]
    parallel = {"Type": "Parallel", "Branches": [branch], "Output": {"shaped": True}, "End": True}
    # When
    ended = tiny.run({"Parallel": parallel}, {"n": 1})
    # Then
    assert ended.output == [{"n": 1}], "gap closed: a Parallel may shape its own result, without a state after it"


def test_distributed_map_ignores_its_items(tiny: TinyResources) -> None:
    # Given
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Item",
        "States": {"Item": PASS},
    }
    distributed = {"Type": "Map", "Items": "{% $states.input.numbers %}", "ItemProcessor": processor, "End": True}
    # When
    ended = tiny.run({"Map": distributed}, {"numbers": [1, 2]})
    # Then
    assert ended.output != [1, 2], "gap closed: a Distributed Map can be tested locally (docs/decisions.md)"


def test_history_has_no_events_of_a_maps_iterations(tiny: TinyResources) -> None:
    # Given
    processor = {"StartAt": "Item", "States": {"Item": PASS}}
    # When
    ended = tiny.run({"Map": {"Type": "Map", "Items": [1, 2], "ItemProcessor": processor, "End": True}})
    # Then
    assert ended.output == [1, 2]
    inside = {"MapIterationStarted", "MapIterationSucceeded", "PassStateEntered"} & set(ended.event_types)
    assert not inside, "gap closed: timings may come from the execution's history as well as from the manifests"


def test_a_failed_iteration_does_not_stop_its_siblings(tiny: TinyResources, tmp_path: Path) -> None:
    # Given: one item fails at once, the other takes its time and leaves a mark at its end.
    function = tiny.function(
        "import pathlib, time\n"
        "def handler(event, context):\n"
        "    if event == 'fail': raise ValueError('at once')\n"
        "    time.sleep(2)\n"
        "    pathlib.Path(event).touch()\n"
    )
    mark = tmp_path / "mark"
    processor = {"StartAt": "Item", "States": {"Item": call(function)}}
    # When
    ended = tiny.run({"Map": {"Type": "Map", "Items": ["fail", str(mark)], "ItemProcessor": processor, "End": True}})
    # Then
    assert ended.error == "ValueError"
    assert mark.exists(), "gap closed: what happens to siblings of a failed iteration can be tested locally"


def test_a_stopped_execution_goes_on_with_its_map(tiny: TinyResources, tmp_path: Path) -> None:
    # Given: three items, one after the other; each leaves a mark, and ends when it may.
    may_end = tmp_path / "may end"
    function = tiny.function(
        "import pathlib, time\n"
        "def handler(event, context):\n"
        "    pathlib.Path(event).touch()\n"
        f"    while not pathlib.Path({str(may_end)!r}).exists(): time.sleep(0.01)\n"
    )
    marks = [tmp_path / str(number) for number in range(3)]
    processor = {"StartAt": "Item", "States": {"Item": call(function)}}
    items = [str(mark) for mark in marks]
    one_by_one = {"Type": "Map", "Items": items, "MaxConcurrency": 1, "ItemProcessor": processor, "End": True}
    step_functions = tiny.client("stepfunctions")
    execution = step_functions.start_execution(stateMachineArn=tiny.machine({"Map": one_by_one}))["executionArn"]
    # When: stopped during the first.
    wait_until(marks[0].exists, "the first item")
    step_functions.stop_execution(executionArn=execution)
    may_end.touch()
    # Then
    wait_until(marks[2].exists, "the third item (gap closed: stopping an execution ends its Map; tests may rely on it)")


@pytest.mark.parametrize("kind", ["StateMachineVersion", "StateMachineAlias"])
def test_cloudformation_knows_no_versions_and_aliases_of_state_machines(tiny: TinyResources, kind: str) -> None:
    # Given
    cloudformation = tiny.client("cloudformation")
    template = {"Resources": {"It": {"Type": f"AWS::StepFunctions::{kind}", "Properties": {}}}}
    # When / Then
    with pytest.raises(ClientError, match="Unrecognized resource types"):
        cloudformation.create_stack(StackName=f"tiny-{kind}", TemplateBody=json.dumps(template))
        pytest.fail(f"gap closed: deploy {kind} on the local target too")


def test_a_version_runs_the_latest_definition(tiny: TinyResources) -> None:
    # Given: a state machine whose definition has changed since its version was made.
    client = tiny.client("stepfunctions")
    machine = tiny.machine({"First": {**PASS, "Output": "first"}})
    version = client.publish_state_machine_version(stateMachineArn=machine)["stateMachineVersionArn"]
    client.update_state_machine(
        stateMachineArn=machine, definition=json.dumps(jsonata({"Second": {**PASS, "Output": "second"}}))
    )
    # When
    execution = client.start_execution(stateMachineArn=version)["executionArn"]
    ended = tiny.end_of(execution)
    # Then
    assert json.loads(ended["output"]) == "second", (
        "gap closed: tests/local/test_versions.py can start version 1 itself, without Stage.of_version"
    )


def test_a_stack_that_is_deleted_takes_a_bucket_with_objects_along(tiny: TinyResources) -> None:
    # Given: a stack of one bucket, and an object in it.
    cloudformation, s3, name = tiny.client("cloudformation"), tiny.client("s3"), "tiny-deleted"
    bucket = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Delete", "Properties": {"BucketName": name}}
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": {"Bucket": bucket}}))
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    s3.put_object(Bucket=name, Key="book", Body=b"text")
    # When
    cloudformation.delete_stack(StackName=name)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    # Then
    with pytest.raises(ClientError, match="404"):
        s3.head_bucket(Bucket=name)
        pytest.fail("gap closed: tests/local/test_deployments.py can put a book into the bucket that is to go")


def test_a_state_machines_role_is_not_asked(tiny: TinyResources) -> None:
    # Given: a state machine whose role may do nothing.
    function = tiny.function("def handler(event, context): return 'called'")
    client = tiny.client("stepfunctions")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "states.amazonaws.com"}}
    role = tiny.client("iam").create_role(RoleName="tiny-powerless", AssumeRolePolicyDocument=document([trust]))
    definition = json.dumps(jsonata({"Call": call(function)}))
    machine = client.create_state_machine(name="tiny-powerless", definition=definition, roleArn=role["Role"]["Arn"])
    # When
    execution = client.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
    ended = tiny.end_of(execution)
    # Then
    assert ended["status"] == "SUCCEEDED", (
        "gap closed: what the state machine may invoke belongs into tests/local/test_permissions.py"
    )


def test_rights_on_a_state_machines_alias_are_asked_for_on_everything(
    release_stage: ReleaseStage, person: Callable[[str], local_aws.LocalConnection]
) -> None:
    # Given: who may describe the aliases of the app's state machines.
    operator = person("operator")
    client = client_of(operator, "stepfunctions")
    # When / Then
    with pytest.raises(ClientError, match="AccessDenied"):
        client.describe_state_machine_alias(stateMachineAliasArn=release_stage.deployed.alias_arn)
        pytest.fail("gap closed: tests/local/test_policies.py need not give the operator these rights on everything")


def test_events_of_objects_do_not_say_which_version(tiny: TinyResources) -> None:
    # Given: a versioned bucket that sends its events to a function, which keeps them.
    s3, events, bucket = tiny.client("s3"), tiny.client("events"), "tiny-events"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    function = tiny.function(
        "import boto3, json\n"
        "def handler(event, context):\n"
        f"    boto3.client('s3').put_object(Bucket='{bucket}', Key='event.json', Body=json.dumps(event))\n",
        allowed={"s3:PutObject": f"arn:aws:s3:::{bucket}/*"},
    )
    pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}, "object": {"key": ["dropped"]}}}
    rule = events.put_rule(Name=bucket, EventPattern=json.dumps(pattern))["RuleArn"]
    tiny.client("lambda").add_permission(
        FunctionName=function,
        StatementId="events",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    events.put_targets(Rule=bucket, Targets=[{"Id": "function", "Arn": function}])
    # When
    s3.put_object(Bucket=bucket, Key="dropped", Body=b"text")
    s3.get_waiter("object_exists").wait(Bucket=bucket, Key="event.json", WaiterConfig={"Delay": 1, "MaxAttempts": 300})
    # Then
    event = json.loads(s3.get_object(Bucket=bucket, Key="event.json")["Body"].read())
    assert "version-id" not in event["detail"]["object"], "gap closed: Dropped.version need not be optional"


def test_there_are_no_metrics_of_functions_and_executions(tiny: TinyResources) -> None:
    # Given: a function that a state machine runs. One that is invoked by itself has some.
    function = tiny.function("def handler(event, context): return {}")
    tiny.run({"Call": call(function)})
    # When
    cloudwatch = tiny.client("cloudwatch")
    its_name = {"Name": "FunctionName", "Value": function.rpartition(":")[2]}
    found = [
        *cloudwatch.list_metrics(Namespace="AWS/Lambda", Dimensions=[its_name])["Metrics"],
        *cloudwatch.list_metrics(Namespace="AWS/States")["Metrics"],
    ]
    # Then
    assert found == [], "gap closed: deploy CourseMonitoring on the local target, too"


def test_there_is_no_redrive(tiny: TinyResources) -> None:
    # Given
    execution = "arn:aws:states:us-east-1:000000000000:execution:tiny:none"
    # When
    with pytest.raises(ClientError) as refused:
        tiny.client("stepfunctions").redrive_execution(executionArn=execution)
    # Then
    assert refused.value.response["Error"]["Code"] not in ("ExecutionDoesNotExist", "ExecutionNotRedrivable"), (
        "gap closed: redrive can be tested beside running again on the same project"
    )


def test_every_worker_unpacks_its_layers_again(tiny: TinyResources, tmp_path: Path) -> None:
    # Given: a function with a layer, which needs two workers since neither call ends before both have begun.
    layer = tiny.layer("shared_words", "WORD = 'hello'")
    function = tiny.function(
        "import pathlib, time, shared_words\n"
        "def handler(event, context):\n"
        "    mine, other = map(pathlib.Path, event)\n"
        "    mine.touch()\n"
        "    while not other.exists(): time.sleep(0.01)\n"
        "    return shared_words.__file__\n",
        layers=(layer,),
    )
    marks = [str(tmp_path / "one"), str(tmp_path / "other")]
    # When
    with ThreadPoolExecutor() as pool:
        places = set(pool.map(lambda event: tiny.invoke(function, event), (marks, marks[::-1])))
    # Then
    assert all(place.endswith("shared_words.py") for place in places)
    assert len(places) == 2, "gap closed: the local target can have the layers (CourseFunctions._function)"


def test_a_model_server_that_fails_is_hidden_behind_a_canned_text(tiny: TinyResources, author: Author) -> None:
    # Given
    author.behave({"misbehaviour": "throttled"})
    # When
    answer = converse(tiny, lesson_prompt())
    # Then
    assert json.dumps(answer["output"]).startswith(
        '{"message": {"role": "assistant", "content": [{"text": "[ministack mock'
    ), "gap closed: model_provider need not look for ministack's text, and throttling can be tested by the author's"


def test_the_length_limit_is_not_told_as_the_stop_reason(tiny: TinyResources, author: Author) -> None:
    # When: the author stops at the limit, and says so by finish_reason "length".
    answer = converse(tiny, lesson_prompt(), inferenceConfig={"maxTokens": 20})
    # Then
    assert author.calls()[-1]["completion_tokens"] == 20
    assert answer["stopReason"] == "end_turn", "gap closed: continuing a lesson that was cut off can be tested locally"


def test_converse_is_authorised_under_its_own_name(tiny: TinyResources) -> None:
    # Given: a function that has what AWS asks for.
    function = tiny.function(
        "import boto3\n"
        "def handler(event, context):\n"
        "    message = {'role': 'user', 'content': [{'text': 'hello'}]}\n"
        f"    boto3.client('bedrock-runtime').converse(modelId='{local_aws.OFFLINE_MODEL_ID}', messages=[message])\n",
        allowed={"bedrock:InvokeModel": "*"},
    )
    # When
    answer = tiny.invoke(function, {})
    # Then
    assert "bedrock:Converse" in (answer or {}).get("errorMessage", ""), (
        "gap closed: remove the Converse actions from model_rights"
    )


def test_image_models_make_no_image(tiny: TinyResources) -> None:
    # When
    request = {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a lighthouse"}}
    answer = tiny.client("bedrock-runtime").invoke_model(modelId="amazon.nova-canvas-v1:0", body=json.dumps(request))
    # Then
    assert "images" not in json.loads(answer["body"].read()), "gap closed: illustrations can be tested on local AWS"


def test_payloads_have_no_limit(tiny: TinyResources) -> None:
    # When: a state gives more than the 256 KiB that AWS passes on.
    ended = tiny.run({"Grow": {"Type": "Pass", "Output": "{% $pad('', 300000, 'x') %}", "End": True}})
    # Then
    assert ended.status == "SUCCEEDED", "gap closed: payload sizes need not be measured by tests of their own"
    assert len(ended.output) == 300_000


def test_retries_have_no_longest_delay(tiny: TinyResources) -> None:
    # Given: a second retry that would wait 40 s but for its limit of 2 s (waits are scaled to a twentieth here).
    function = tiny.function("def handler(event, context): raise ValueError('always')")
    retry = {
        "ErrorEquals": ["ValueError"],
        "IntervalSeconds": 1,
        "BackoffRate": 40,
        "MaxAttempts": 2,
        "MaxDelaySeconds": 2,
        "JitterStrategy": "FULL",
    }
    # When
    ended = tiny.run({"Call": call(function, Retry=[retry])})
    # Then
    assert ended.event_types.count("TaskFailed") == 3
    assert ended.seconds > 1.5, "gap closed: delays of retries are worth measuring locally"


def test_there_are_no_service_quotas(tiny: TinyResources) -> None:
    # Given: an answer in no form of that service.
    with pytest.raises(ClientError) as refused:
        tiny.client("service-quotas").list_service_quotas(ServiceCode="bedrock")
    # Then
    assert refused.value.response["Error"]["Code"] == "400", "gap closed: the doctor can be tried with quotas here"


def test_a_mails_subscription_needs_no_confirmation(tiny: TinyResources) -> None:
    # Given
    topics = tiny.client("sns")
    topic = topics.create_topic(Name="unconfirmed")["TopicArn"]
    # When
    topics.subscribe(TopicArn=topic, Protocol="email", Endpoint="ada@example.com")
    # Then
    [listed] = topics.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert listed["SubscriptionArn"] != "PendingConfirmation", "gap closed: try the doctor with an unconfirmed mail"
    topics.delete_topic(TopicArn=topic)


def test_all_but_objects_is_saved_only_at_a_proper_end() -> None:
    assert inspect.getsource(ministack_app).count("save_all(_build") == 1, (
        "gap perhaps closed: if ministack saves after each change, local_aws/snapshots.py can go"
    )


def test_a_kill_between_the_two_files_of_an_object_mixes_two_versions(objects: EmulatedObjects) -> None:
    # Given: the text of the second version, and what says which version it is, of the first.
    first = objects.write("one")
    beside = objects.file_beside().read_bytes()
    objects.write("two")
    objects.file_beside().write_bytes(beside)
    # When: a ministack starts without the launcher.
    objects.start_again()
    # Then
    assert objects.read() == "two", "gap closed: mend_objects of local_aws/kept_objects.py can go"
    assert [version["version_id"] for version in s3._object_versions[objects.place]] == [first]


def test_a_write_that_fails_is_answered_as_if_it_had_not(
    objects: EmulatedObjects, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(s3, "_atomic_write", full)
    # When / Then
    assert objects.call("PUT", body=b"one")[0] == 200, (
        "gap closed: tell_failed_writes of local_aws/kept_objects.py can go"
    )


def test_a_run_in_progress_does_not_outlast_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    kept = AccountRegionScopedDict()
    kept["run-1"] = {"status": "RUNNING"}
    monkeypatch.setattr(stepfunctions, "_executions", AccountRegionScopedDict())
    # When
    stepfunctions.load_persisted_state({"executions": kept})
    # Then
    assert stepfunctions._executions["run-1"]["error"] == "States.ServiceRestart", (
        "gap closed: a run goes on after a start of local AWS, without `coursewright resume`"
    )

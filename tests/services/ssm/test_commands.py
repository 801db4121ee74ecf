"""Nodes that register with an activation, and commands that really run on them."""

import json
import time

import pytest
from botocore.exceptions import ClientError


def code(error) -> str:
    return error.value.response["Error"]["Code"]


def finished(ssm, command_id: str) -> dict:
    for _ in range(200):
        found = ssm.list_commands(CommandId=command_id)["Commands"][0]
        if found["Status"] not in ("Pending", "InProgress", "Cancelling"):
            return found
        time.sleep(0.05)
    raise AssertionError(f"the command does not end: {found}")


def run(ssm, nodes, *lines, **given):
    return ssm.send_command(InstanceIds=nodes, DocumentName="AWS-RunShellScript", Parameters={"commands": list(lines)},
                            **given)["Command"]["CommandId"]  # fmt: skip


def test_an_activation_lets_so_many_nodes_in(ssm, admit):
    activation = ssm.create_activation(IamRole="nodes", DefaultInstanceName="n")
    node = admit(activation)
    found = ssm.describe_instance_information()["InstanceInformationList"]
    assert [(each["InstanceId"], each["Name"], each["PingStatus"]) for each in found] == [(node, "n", "Online")]
    with pytest.raises(OSError, match="400"):
        admit(activation)
    listed = ssm.describe_activations()["ActivationList"][0]
    assert listed["RegistrationsCount"] == 1 and "ActivationCode" not in listed
    assert ssm.get_connection_status(Target=node)["Status"] == "connected"
    ssm.deregister_managed_instance(InstanceId=node)
    assert ssm.get_connection_status(Target=node)["Status"] == "notconnected"


def test_a_command_runs_and_its_output_is_kept(ssm, register):
    [node] = register()
    command = run(ssm, [node], "echo out", "echo err >&2", "pwd")
    assert finished(ssm, command)["Status"] == "Success"
    found = ssm.get_command_invocation(CommandId=command, InstanceId=node)
    assert found["ResponseCode"] == 0 and found["StandardErrorContent"] == "err\n"
    assert found["StandardOutputContent"].startswith("out\n/")
    listed = ssm.list_command_invocations(CommandId=command, Details=True)["CommandInvocations"][0]
    assert "----------ERROR-------\nerr" in listed["CommandPlugins"][0]["Output"]


def test_a_command_that_fails_and_one_that_takes_too_long(ssm, register):
    [node] = register()
    failing = run(ssm, [node], "exit 7")
    assert finished(ssm, failing)["Status"] == "Failed"
    assert ssm.get_command_invocation(CommandId=failing, InstanceId=node)["ResponseCode"] == 7
    slow = ssm.send_command(InstanceIds=[node], DocumentName="AWS-RunShellScript",
                            Parameters={"commands": ["sleep 30"], "executionTimeout": ["1"]})  # fmt: skip
    finished(ssm, slow["Command"]["CommandId"])
    found = ssm.get_command_invocation(CommandId=slow["Command"]["CommandId"], InstanceId=node)
    assert (found["Status"], found["StatusDetails"]) == ("TimedOut", "Execution Timed Out")


def test_targets_by_tag_and_errors_that_stop_the_rest(ssm, register):
    register(3, {"role": "web"})
    [other] = register()
    command = ssm.send_command(
        Targets=[{"Key": "tag:role", "Values": ["web"]}], DocumentName="AWS-RunShellScript",
        Parameters={"commands": ["exit 1"]}, MaxConcurrency="1", MaxErrors="0",
    )["Command"]["CommandId"]  # fmt: skip
    done = finished(ssm, command)
    assert (done["Status"], done["TargetCount"], done["ErrorCount"]) == ("Failed", 3, 1)
    details = sorted(each["StatusDetails"] for each in ssm.list_command_invocations(CommandId=command)[
        "CommandInvocations"])  # fmt: skip
    assert details == ["Failed", "Terminated", "Terminated"]
    assert ssm.list_commands(InstanceId=other)["Commands"] == []


def test_a_running_command_is_cancelled(ssm, register):
    [node] = register()
    command = run(ssm, [node], "sleep 30")
    for _ in range(100):
        if ssm.list_commands(CommandId=command)["Commands"][0]["Status"] == "InProgress":
            break
        time.sleep(0.05)
    ssm.cancel_command(CommandId=command)
    assert finished(ssm, command)["Status"] == "Cancelled"


def test_outputs_go_to_s3_and_notices_to_sns(ssm, register, client):
    [node] = register()
    client("s3").create_bucket(Bucket="outputs")
    topic = client("sns").create_topic(Name="done")["TopicArn"]
    queue = client("sqs").create_queue(QueueName="q")["QueueUrl"]
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:000000000000:q",
                            Attributes={"RawMessageDelivery": "true"})  # fmt: skip
    command = run(ssm, [node], "echo hi", OutputS3BucketName="outputs", OutputS3KeyPrefix="p", NotificationConfig={
        "NotificationArn": topic, "NotificationEvents": ["All"], "NotificationType": "Command"})  # fmt: skip
    finished(ssm, command)
    key = f"p/{command}/{node}/awsrunShellScript/0.aws:runShellScript/stdout"
    assert client("s3").get_object(Bucket="outputs", Key=key)["Body"].read() == b"hi\n"
    message = client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=2)["Messages"][0]
    assert json.loads(message["Body"])["status"] == "Success"


@pytest.mark.parametrize(("given", "expected"), [
    ({"DocumentName": "nobody"}, "InvalidDocument"),
    ({"InstanceIds": ["mi-00000000000000000"]}, "InvalidInstanceId"),
    ({"Parameters": {"other": ["x"]}}, "InvalidParameters"),
    ({"Parameters": {}}, "InvalidParameters"),
    ({"DocumentHash": "0" * 64}, "InvalidDocument"),
])  # fmt: skip
def test_commands_that_are_refused(ssm, register, given, expected):
    nodes = register()
    with pytest.raises(ClientError) as error:
        ssm.send_command(**{"InstanceIds": nodes, "DocumentName": "AWS-RunShellScript",
                            "Parameters": {"commands": ["true"]}, **given})  # fmt: skip
    assert code(error) == expected


def test_own_documents_have_steps_and_parameters(ssm, register):
    [node] = register()
    ssm.create_document(Name="greet", DocumentType="Command", DocumentFormat="YAML", Content="""
schemaVersion: "2.2"
parameters:
  who: {type: String, default: world, allowedValues: [world, you]}
mainSteps:
  - {name: first, action: "aws:runShellScript", inputs: {runCommand: ["echo hello {{ who }}"]}}
  - {name: second, action: "aws:runShellScript", inputs: {runCommand: ["echo $AWS_SSM_INSTANCE_ID"]}}
""")
    command = ssm.send_command(InstanceIds=[node], DocumentName="greet", Parameters={"who": ["you"]})["Command"]
    assert finished(ssm, command["CommandId"])["Status"] == "Success"

    def output(step):
        return ssm.get_command_invocation(CommandId=command["CommandId"], InstanceId=node, PluginName=step)[
            "StandardOutputContent"]  # fmt: skip

    assert (output("first"), output("second")) == ("hello you\n", f"{node}\n")


def test_a_window_runs_a_command(ssm, register, emulator):
    [node] = register()
    window = ssm.create_maintenance_window(Name="now", Schedule="rate(1 hour)", Duration=1, Cutoff=0,
                                           AllowUnassociatedTargets=True)["WindowId"]  # fmt: skip
    ssm.register_task_with_maintenance_window(
        WindowId=window, TaskType="RUN_COMMAND", TaskArn="AWS-RunShellScript", MaxConcurrency="1", MaxErrors="0",
        Targets=[{"Key": "InstanceIds", "Values": [node]}],
        TaskInvocationParameters={"RunCommand": {"Parameters": {"commands": ["echo window"]}}},
    )  # fmt: skip
    emulator.advance(3600)
    for _ in range(100):
        emulator.advance(3)
        [opened] = ssm.describe_maintenance_window_executions(WindowId=window)["WindowExecutions"]
        if opened["Status"] != "IN_PROGRESS":
            break
        time.sleep(0.05)
    assert opened["Status"] == "SUCCESS"
    [command] = ssm.list_commands()["Commands"]
    found = ssm.get_command_invocation(CommandId=command["CommandId"], InstanceId=node)
    assert found["StandardOutputContent"] == "window\n"

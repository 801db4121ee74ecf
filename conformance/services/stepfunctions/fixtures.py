"""What the variants of Step Functions are made from: definitions, and things that stand or run."""

import json
import time

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared, Error

ROLE = "arn:aws:iam::111122223333:role/workflow"


def one(state: dict, **more) -> str:
    """The definition of a machine with one state."""
    end = {} if state["Type"] in ("Succeed", "Fail", "Choice") else {"End": True}
    return json.dumps({"StartAt": "Only", "States": {"Only": {**state, **end}}, **more})


PASS, WAIT = one({"Type": "Pass"}), one({"Type": "Wait", "Seconds": 86400})
FAIL = one({"Type": "Fail", "Error": "Broken", "Cause": "It broke"})
READS = json.dumps({"StartAt": "A", "QueryLanguage": "JSONata", "States": {
    "A": {"Type": "Pass", "Assign": {"n": 1}, "Next": "B"},
    "B": {"Type": "Pass", "Output": "{% $n %}", "End": True}}})
CHILD = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "In",
         "States": {"In": {"Type": "Wait", "Seconds": 86400, "End": True}}}
MAP = one({"Type": "Map", "ItemProcessor": CHILD, "Label": "each"})
TAGS = {"k": "v", "other": "x"}
WIRE_TAGS = [{"key": name, "value": value} for name, value in TAGS.items()]
TOKENS = Leave("a token comes from an answer; checks follow pages")
KEYS = Leave("needs a key of KMS whose policy lets Step Functions use it; a probe tries one")
STATE = json.dumps({"Type": "Pass", "Parameters": {"a.$": "$.a"}, "Next": "Other"})

declared = Declared("stepfunctions", {
    "CreateStateMachine.name": Unique("machine"), "CreateActivity.name": Unique("activity"),
    "CreateStateMachineAlias.name": Unique("alias"), "StartExecution.name": Unique("execution"),
    "StartSyncExecution.name": Unique("execution"),
    "definition": Samples(PASS, WAIT, READS), "TestState.definition": Samples(STATE),
    "ValidateStateMachineDefinition.definition": Samples(PASS, READS, '{"States": {}}'),
    "CreateStateMachine.type": Samples("STANDARD", "EXPRESS"), "roleArn": Samples(ROLE),
    "input": Samples('{"a": 1}', "[]", '"text"'), "TestState.input": Samples('{"a": 1}'),
    "TestState.stateName": Leave("names a state of a whole machine"), "TestState.mock": Leave("stands in for a task"),
    "TestState.variables": Samples('{"v": 1}'), "TestState.context": Samples('{"State": {"Name": "mine"}}'),
    "TestState.stateConfiguration": Leave("is about tasks and maps; a probe tries it"),
    "loggingConfiguration": Samples({"level": "OFF", "includeExecutionData": False}),
    "tracingConfiguration": Samples({"enabled": True}, {"enabled": False}),
    "encryptionConfiguration": Samples({"type": "AWS_OWNED_KEY"}),
    "tags": Samples([{"key": "a", "value": "1"}], [{"key": "k", "value": "2"}]), "tagKeys": Samples(["k"], ["k", "no"]),
    "versionDescription": Samples("a version"), "PublishStateMachineVersion.description": Samples("a version"),
    "PublishStateMachineVersion.revisionId": Samples("INITIAL"), "description": Samples("what it is"),
    "stateMachineArn": Ref("machine", "Arn"), "ListStateMachineAliases.stateMachineArn": Ref("alias", "Arn"),
    "DeleteStateMachine.stateMachineArn": Ref("machine", "Arn", must=False),
    "PublishStateMachineVersion.stateMachineArn": Ref("machine", "Arn"),
    "ListStateMachineVersions.stateMachineArn": Ref("version", "Arn"),
    "ListExecutions.stateMachineArn": Ref("execution", "MachineArn"),
    "ListExecutions.mapRunArn": Leave("either that or a machine; a probe lists a map run's"),
    "StartSyncExecution.stateMachineArn": Ref("express", "Arn"),
    "stateMachineVersionArn": Ref("version", "VersionArn", must=False),
    "stateMachineAliasArn": Ref("alias", "AliasArn"),
    "DeleteStateMachineAlias.stateMachineAliasArn": Ref("alias", "AliasArn", must=False),
    "routingConfiguration": Ref("version", "Routing", must=False),
    "UpdateStateMachineAlias.routingConfiguration": Ref("alias", "Routing", must=False),
    "activityArn": Ref("activity", "Arn"), "DeleteActivity.activityArn": Ref("activity", "Arn", must=False),
    "GetActivityTask.activityArn": Ref("task", "ActivityArn"), "workerName": Samples("worker"),
    "resourceArn": Ref("machine", "Arn"),
    "executionArn": Ref("execution", "Arn"), "ListMapRuns.executionArn": Ref("map run", "ExecutionArn"),
    "RedriveExecution.executionArn": Ref("failed", "Arn"), "RedriveExecution.clientToken": Unique("token"),
    "mapRunArn": Ref("map run", "Arn"), "taskToken": Ref("task", "Token"),
    "maxConcurrency": Samples(1, 7), "toleratedFailureCount": Samples(0, 3),
    "toleratedFailurePercentage": Samples(1.5, 0),
    "output": Samples('{"done": true}', "1"), "error": Samples("Broken"), "cause": Samples("It broke"),
    "statusFilter": Samples("RUNNING"), "redriveFilter": Samples("NOT_REDRIVEN"),
    "traceHeader": Samples("Root=1-5759e988-bd862e3fe1be46a994272793"), "nextToken": TOKENS, "kmsKeyId": KEYS,
    "maxResults": Samples(1, 100), "reverseOrder": Samples(True, False),
    "includedData": Samples("ALL_DATA", "METADATA_ONLY"),
})  # fmt: skip
declared.hints.always.update(
    UpdateStateMachine=("definition",), UpdateMapRun=("maxConcurrency",), UpdateStateMachineAlias=("description",),
    ListExecutions=("stateMachineArn",), TestState=("input",),
)
declared.before.update(ListStateMachines=("machine",), ListActivities=("activity",))
declared.alone.add("GetActivityTask")  # what one has taken no other gets
declared.looking.update(("ValidateStateMachineDefinition", "TestState"))

NO_MACHINE = Error("StateMachineDoesNotExist", 400, "State Machine Does Not Exist: '{Arn}'")
NO_EXECUTION = Error("ExecutionDoesNotExist", 400, "Execution Does Not Exist: '{Arn}'")
NO_ACTIVITY = Error("ActivityDoesNotExist", 400, "Activity Does Not Exist: '{Arn}'")
NO_RESOURCE = Error("ResourceNotFound", 400)


def arn(world, rest: str) -> str:
    return f"arn:aws:states:{world.region}:{world.account}:{rest}"


def made(world, name: str, definition: str, **more) -> str:
    return world.ask("CreateStateMachine", {
        "name": world.unique(name), "definition": definition, "roleArn": ROLE, **more})["stateMachineArn"]


def until(world, execution: str, *statuses: str) -> dict:
    """The execution when it has come to one of these; it takes its steps at once, but not within the call."""
    for _ in range(100):
        found = world.ask("DescribeExecution", {"executionArn": execution})
        if found["status"] in statuses:
            return found
        time.sleep(0.05)
    return found


def drop_machine(world, fields):
    world.ask("DeleteStateMachine", {"stateMachineArn": fields["Arn"]})


def no_machine(world):
    absent = arn(world, f"stateMachine:absent{world.tag}")
    return {"Arn": absent, "VersionArn": f"{absent}:1", "AliasArn": f"{absent}:absent", "MachineArn": absent}


@declared.fixture("machine", drop_machine, no_machine, NO_MACHINE)
def machine(world):
    name = world.unique("fixture")
    answer = world.ask("CreateStateMachine", {"name": name, "definition": READS, "roleArn": ROLE, "tags": WIRE_TAGS})
    return {"Arn": answer["stateMachineArn"], "Name": name, "Tags": TAGS}


@declared.fixture("express", drop_machine, no_machine, NO_MACHINE)
def express(world):
    return {"Arn": made(world, "express", PASS, type="EXPRESS")}


@declared.fixture("version", drop_machine, no_machine, NO_MACHINE)
def version(world):
    machine_arn = made(world, "versions", PASS, publish=True, versionDescription="first")
    world.ask("UpdateStateMachine", {"stateMachineArn": machine_arn, "definition": WAIT, "publish": True})
    return {"Arn": machine_arn, "VersionArn": f"{machine_arn}:1", "Second": f"{machine_arn}:2",
            "Routing": [{"stateMachineVersionArn": f"{machine_arn}:1", "weight": 100}]}


@declared.fixture("alias", drop_machine, no_machine, NO_RESOURCE)
def alias(world):
    found = version(world)
    name = world.unique("alias")
    answer = world.ask("CreateStateMachineAlias", {
        "name": name, "routingConfiguration": found["Routing"], "description": "mine"})
    return {**found, "AliasArn": answer["stateMachineAliasArn"], "AliasName": name}


@declared.fixture("activity", lambda world, fields: world.ask("DeleteActivity", {"activityArn": fields["Arn"]}),
                  lambda world: {"Arn": arn(world, f"activity:absent{world.tag}")}, NO_ACTIVITY)
def activity(world):
    name = world.unique("activity")
    return {"Arn": world.ask("CreateActivity", {"name": name, "tags": WIRE_TAGS})["activityArn"], "Name": name}


def stop(world, fields):
    world.ask("StopExecution", {"executionArn": fields["Arn"]})
    world.ask("DeleteStateMachine", {"stateMachineArn": fields["MachineArn"]})


def no_execution(world):
    return {"Arn": arn(world, f"execution:absent{world.tag}:one"), "MachineArn": no_machine(world)["Arn"],
            "ExecutionArn": arn(world, f"execution:absent{world.tag}:one")}


def begun(world, definition: str, given: str = "{}") -> dict:
    machine_arn = made(world, "running", definition)
    answer = world.ask("StartExecution", {"stateMachineArn": machine_arn, "input": given})
    return {"Arn": answer["executionArn"], "MachineArn": machine_arn, "Started": answer["startDate"]}


@declared.fixture("execution", stop, no_execution, NO_EXECUTION)
def execution(world):
    found = begun(world, WAIT, '{"n": 1}')
    for _ in range(100):
        if len(world.ask("GetExecutionHistory", {"executionArn": found["Arn"]})["events"]) > 1:
            break
        time.sleep(0.05)
    return found


@declared.fixture("failed", stop, no_execution, NO_EXECUTION)
def failed(world):
    found = begun(world, FAIL)
    until(world, found["Arn"], "FAILED")
    return found


def no_map_run(world):
    return {"Arn": arn(world, f"mapRun:absent{world.tag}/each:one"), **{
        name: value for name, value in no_execution(world).items() if name == "ExecutionArn"}}


@declared.fixture("map run", lambda world, fields: stop(world, {**fields, "Arn": fields["ExecutionArn"]}), no_map_run,
                  NO_RESOURCE)
def map_run(world):
    found = begun(world, MAP, "[1, 2, 3]")
    for _ in range(100):
        runs = world.ask("ListMapRuns", {"executionArn": found["Arn"]})["mapRuns"]
        if runs and world.ask("DescribeMapRun", {"mapRunArn": runs[0]["mapRunArn"]})["itemCounts"]["running"] == 3:
            break
        time.sleep(0.05)
    return {"Arn": runs[0]["mapRunArn"], "ExecutionArn": found["Arn"], "MachineArn": found["MachineArn"]}


def no_task(world):
    return {"Token": "AQCEAAAAKgAAAAMAAAAA" + world.tag, "ActivityArn": arn(world, f"activity:absent{world.tag}")}


@declared.fixture("task", lambda world, fields: stop(world, {**fields, "Arn": fields["ExecutionArn"]}), no_task,
                  Error("TaskDoesNotExist", 400))
def task(world):
    """A task that a worker has taken, and a second one that waits."""
    activity_arn = activity(world)["Arn"]
    found = begun(world, one({"Type": "Task", "Resource": activity_arn, "HeartbeatSeconds": 3600}), '{"n": 1}')
    answer = world.ask("GetActivityTask", {"activityArn": activity_arn})
    second = begun(world, one({"Type": "Task", "Resource": activity_arn}), '{"n": 2}')
    return {"Token": answer["taskToken"], "Input": answer["input"], "ActivityArn": activity_arn,
            "ExecutionArn": found["Arn"], "MachineArn": found["MachineArn"], "SecondArn": second["Arn"]}


declared.errors["GetActivityTask", "activityArn"] = Error("ActivityDoesNotExist", 400)
declared.errors["ListMapRuns", "executionArn"] = Error("ExecutionDoesNotExist", 400)
declared.errors["ListStateMachineAliases", "stateMachineArn"] = NO_MACHINE
declared.errors["ListExecutions", "stateMachineArn"] = Error("StateMachineDoesNotExist", 400)
declared.errors.update({(operation, "resourceArn"): NO_RESOURCE for operation in (
    "TagResource", "UntagResource", "ListTagsForResource")})


# What AWS would refuse, made right


@declared.rule("CreateStateMachine", "UpdateStateMachine")
def described_versions_are_published(given):
    return {**given, "publish": True} if "versionDescription" in given else given

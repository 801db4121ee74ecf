"""Executions: names, histories, versions, tasks, redrives."""

import json

from conformance.probes import probe
from conformance.services.stepfunctions.fixtures import FAIL, PASS, ROLE, WAIT, one, until

API = "https://docs.aws.amazon.com/step-functions/latest/apireference/"
GUIDE = "https://docs.aws.amazon.com/step-functions/latest/dg/"


def machine(trial, definition, **more):
    made = trial.ask("CreateStateMachine", name=trial.unique("probe"), definition=definition, roleArn=ROLE, **more)
    arn = made["stateMachineArn"]
    trial.later(lambda: trial.ask("DeleteStateMachine", stateMachineArn=arn))
    return arn


def started(trial, arn, **more):
    execution = trial.ask("StartExecution", stateMachineArn=arn, **more)["executionArn"]
    trial.later(lambda: trial.ask("StopExecution", executionArn=execution))
    return execution


@probe("stepfunctions", "StartExecution", "Starting by the same name with another input is refused",
       API + "API_StartExecution.html")
def names_are_taken(trial):
    arn = machine(trial, WAIT)
    execution = started(trial, arn, name="one", input="{}")
    again = trial.ask("StartExecution", stateMachineArn=arn, name="one", input="{}")
    assert again["executionArn"] == execution
    trial.refused("StartExecution", "ExecutionAlreadyExists", 400, f"Execution Already Exists: '{execution}'",
                  stateMachineArn=arn, name="one", input='{"other": 1}')


@probe("stepfunctions", "StartExecution", "Input that is no JSON is refused in the parser's words",
       API + "API_StartExecution.html#API_StartExecution_Errors")
def input_is_json(trial):
    trial.refused("StartExecution", "InvalidExecutionInput", 400, (
        "Invalid State Machine Execution Input: 'Unrecognized token 'not': was expecting (JSON String, Number, Array,"
        " Object or token 'null', 'true' or 'false')'"), stateMachineArn=machine(trial, PASS), input="not json")


@probe("stepfunctions", "CreateStateMachine", "An express machine can't wait for a task token",
       GUIDE + "choosing-workflow-type.html")
def express_machines_call_back_nobody(trial):
    definition = one({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": {
        "QueueUrl": "u", "MessageBody.$": "$$.Task.Token"}})
    trial.refused("CreateStateMachine", "InvalidDefinition", 400, None, name=trial.unique("probe"), roleArn=ROLE,
                  definition=definition, type="EXPRESS")


@probe("stepfunctions", "CreateStateMachine", "A transition to a state that is not there is refused",
       GUIDE + "statemachine-structure.html")
def transitions_lead_somewhere(trial):
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}})
    trial.refused("CreateStateMachine", "InvalidDefinition", 400, None, name=trial.unique("probe"), roleArn=ROLE,
                  definition=definition)


@probe("stepfunctions", "PublishStateMachineVersion", "Publishing a revision again gives the same version",
       GUIDE + "concepts-state-machine-version.html")
def a_revision_has_one_version(trial):
    arn = machine(trial, PASS)
    versions = [trial.ask("PublishStateMachineVersion", stateMachineArn=arn)["stateMachineVersionArn"] for _ in "ab"]
    assert versions == [f"{arn}:1"] * 2, versions


@probe("stepfunctions", "DeleteStateMachineVersion", "A version that an alias names can't be deleted",
       API + "API_DeleteStateMachineVersion.html")
def aliases_hold_versions(trial):
    version = f"{machine(trial, PASS, publish=True)}:1"
    trial.ask("CreateStateMachineAlias", name="live", routingConfiguration=[
        {"stateMachineVersionArn": version, "weight": 100}])
    trial.refused("DeleteStateMachineVersion", "ConflictException", 400, (
        "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version:"
        " [live]"), stateMachineVersionArn=version)


@probe("stepfunctions", "StartExecution", "An execution that an alias started runs the alias's version and tells both",
       GUIDE + "concepts-state-machine-alias.html")
def aliases_route(trial):
    arn = machine(trial, PASS, publish=True)
    trial.ask("UpdateStateMachine", stateMachineArn=arn, definition=FAIL)
    alias = trial.ask("CreateStateMachineAlias", name="live", routingConfiguration=[
        {"stateMachineVersionArn": f"{arn}:1", "weight": 100}])["stateMachineAliasArn"]
    found = until(trial.world, started(trial, alias), "SUCCEEDED", "FAILED")
    assert (found["status"], found["stateMachineVersionArn"], found["stateMachineAliasArn"]) == (
        "SUCCEEDED", f"{arn}:1", alias), found


@probe("stepfunctions", "CreateStateMachineAlias", "An alias's weights must add up to 100",
       API + "API_CreateStateMachineAlias.html")
def weights_add_up(trial):
    version = f"{machine(trial, PASS, publish=True)}:1"
    trial.refused("CreateStateMachineAlias", "ValidationException", 400, (
        "Sum of routing configuration weights must equal 100. Received: [99]"), name="live", routingConfiguration=[
            {"stateMachineVersionArn": version, "weight": 99}])


@probe("stepfunctions", "StopExecution", "A stopped execution tells who stopped it and why",
       API + "API_StopExecution.html")
def stopping_aborts(trial):
    execution = started(trial, machine(trial, WAIT))
    trial.ask("StopExecution", executionArn=execution, error="Enough", cause="Said so")
    found = trial.ask("DescribeExecution", executionArn=execution)
    assert (found["status"], found["error"], found["cause"]) == ("ABORTED", "Enough", "Said so"), found


@probe("stepfunctions", "RedriveExecution", "An execution that succeeded can't be redriven",
       GUIDE + "redrive-executions.html")
def success_stays(trial):
    execution = started(trial, machine(trial, PASS))
    until(trial.world, execution, "SUCCEEDED")
    trial.refused("RedriveExecution", "ExecutionNotRedrivable", 400, None, executionArn=execution)


@probe("stepfunctions", "GetExecutionHistory", "The events of an execution are numbered, each naming the one before it",
       API + "API_HistoryEvent.html")
def events_are_chained(trial):
    execution = started(trial, machine(trial, PASS))
    until(trial.world, execution, "SUCCEEDED")
    events = trial.ask("GetExecutionHistory", executionArn=execution)["events"]
    assert [(each["id"], each["previousEventId"], each["type"]) for each in events] == [
        (1, 0, "ExecutionStarted"), (2, 0, "PassStateEntered"), (3, 2, "PassStateExited"), (4, 3, "ExecutionSucceeded")]


@probe("stepfunctions", "SendTaskSuccess", "A worker's output becomes the output of the activity's task",
       GUIDE + "concepts-activities.html")
def workers_answer(trial):
    made = trial.fixture("task")
    trial.ask("SendTaskSuccess", taskToken=made["Token"], output='{"n": 2}')
    found = until(trial.world, made["ExecutionArn"], "SUCCEEDED", "FAILED")
    assert json.loads(found["output"]) == {"n": 2}, found


@probe("stepfunctions", "StartSyncExecution", "A standard machine can't be waited for",
       API + "API_StartSyncExecution.html")
def only_express_is_synchronous(trial):
    trial.refused("StartSyncExecution", "StateMachineTypeNotSupported", 400,
                  "This operation is not supported by this type of state machine",
                  stateMachineArn=machine(trial, PASS))


@probe("stepfunctions", "TestState", "A mocked result must have the types of the operation's answer",
       GUIDE + "test-state-isolation.html")
def mocks_are_checked(trial):
    state = json.dumps({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True})
    trial.refused("TestState", "ValidationException", 400, (
        "Mock result schema validation error: Field 'StatusCode' must be a number"), definition=state,
        mock={"result": '{"StatusCode": "200"}'})  # fmt: skip

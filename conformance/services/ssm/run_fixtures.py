"""What runs on nodes, made through the API: commands, automation, sessions, associations, maintenance windows."""

import time
from datetime import UTC, datetime, timedelta

from conformance.services.ssm import hints
from conformance.services.ssm.fixtures import (
    GONE,
    OVER,
    declared,
    deletes,
    ended,
    error,
    no_document,
    runbook,
    uuid_of,
)

# Commands, automation, sessions

declared.errors["GetCommandInvocation", "CommandId"] = error("InvocationDoesNotExist")
declared.errors["GetCommandInvocation", "InstanceId"] = error("InvocationDoesNotExist")


def command_of(world, **parameters):
    given = {"DocumentName": world.fixture("document")["Name"], "DocumentVersion": "1",
             "InstanceIds": [world.fixture("node")["InstanceId"]], "Parameters": parameters}
    return world.ask("SendCommand", given)["Command"]["CommandId"]


def no_command(world):
    return {"CommandId": uuid_of(world)}


@declared.fixture("command", None, no_command, error("InvalidCommandId"))
def command(world):
    made = command_of(world, words=[world.tag])
    ended(world, lambda: world.ask("ListCommands", {"CommandId": made})["Commands"][0],
          lambda found: found["Status"] in OVER)
    return {"CommandId": made}


@declared.fixture("long command", deletes("CancelCommand", "CommandId"), no_command, error("InvalidCommandId"))
def long_command(world):
    return {"CommandId": command_of(world, seconds=["20"])}


def no_execution(world):
    return {"AutomationExecutionId": uuid_of(world)}


NO_EXECUTION = error("AutomationExecutionNotFoundException")


@declared.fixture("execution", None, no_execution, NO_EXECUTION)
def execution(world):
    name = world.fixture("runbook")["Name"]
    made = world.ask("StartAutomationExecution", {"DocumentName": name, "Parameters": {"words": [world.tag]}})
    ended(world, lambda: world.ask("GetAutomationExecution", made)["AutomationExecution"],
          lambda found: found["AutomationExecutionStatus"] in OVER)
    return {**made, "DocumentName": name}


@declared.fixture("preview", None, lambda world: {"ExecutionPreviewId": uuid_of(world)},
                  error("ResourceNotFoundException"))
def preview(world):
    return world.ask("StartExecutionPreview", {"DocumentName": world.fixture("runbook")["Name"]})


declared.errors["StartExecutionPreview", "DocumentName"] = error("ValidationException")


@declared.fixture("pausing", None, no_execution, NO_EXECUTION)
def pausing(world):
    made = world.ask("StartAutomationExecution", {"DocumentName": runbook(world, hints.PAUSING)["Name"]})
    ended(world, lambda: world.ask("GetAutomationExecution", made)["AutomationExecution"],
          lambda found: found["StepExecutions"][0]["StepStatus"] == "Waiting")
    return made


@declared.fixture("session", deletes("TerminateSession", "SessionId"),
                  lambda world: {"SessionId": f"absent-{world.tag}"}, error("DoesNotExistException"))
def session(world):
    world.unknown("ResumeSession", {"SessionId": f"absent-{world.tag}"})
    made = world.ask("StartSession", {"Target": world.fixture("node")["InstanceId"], "Reason": world.tag})
    return {"SessionId": made["SessionId"], "Reason": world.tag}


# Ending one that nobody began is no error.
declared.errors["TerminateSession", "SessionId"] = None

# Associations


def no_association(world):
    return {"AssociationId": uuid_of(world), "ExecutionId": uuid_of(world), **no_document(world),
            "InstanceId": f"mi-0000000{world.tag}"}


@declared.fixture("association", deletes("DeleteAssociation", "AssociationId"), no_association,
                  error("AssociationDoesNotExist"))
def association(world):
    made = world.ask("CreateAssociation", {
        "Name": world.fixture("document")["Name"], "Targets": hints.NOWHERE, "AssociationName": f"a{world.tag}",
        "ScheduleExpression": hints.SUNDAYS, "ApplyOnlyAtCronInterval": True})["AssociationDescription"]
    return {name: made[name] for name in ("AssociationId", "AssociationName", "Name")}


@declared.fixture("node association", deletes("DeleteAssociation", "AssociationId"), no_association,
                  error("AssociationDoesNotExist"))
def node_association(world):
    made = world.ask("CreateAssociation", {"Name": world.fixture("document")["Name"], "InstanceId": world.fixture(
        "node")["InstanceId"]})["AssociationDescription"]
    return {name: made[name] for name in ("AssociationId", "InstanceId", "Name")}


@declared.fixture("application", None, no_association, error("AssociationDoesNotExist"))
def application(world):
    """An association that has been applied to a node."""
    made = world.fixture("node association")
    given = {"AssociationId": made["AssociationId"]}
    found = ended(world, lambda: world.ask("DescribeAssociationExecutions", given)["AssociationExecutions"],
                  lambda found: found and found[0]["Status"] in OVER)
    return {**made, "ExecutionId": found[0]["ExecutionId"]}


declared.errors["DescribeAssociationExecutionTargets", "ExecutionId"] = error("AssociationExecutionDoesNotExist")

# Maintenance windows


def window_of(world, **given):
    return world.ask("CreateMaintenanceWindow", {
        "Name": world.unique("fixture"), "Schedule": hints.RATE, "Duration": 4, "Cutoff": 1,
        "AllowUnassociatedTargets": True, "Description": world.tag, **given})["WindowId"]


def no_window(world):
    return {"WindowId": f"mw-0000000{world.tag}", **{name: uuid_of(world) for name in (
        "WindowTargetId", "WindowTaskId", "WindowExecutionId", "TaskId", "InvocationId")}}


@declared.fixture("window", deletes("DeleteMaintenanceWindow", "WindowId"), no_window, GONE)
def window(world):
    world.unknown("GetMaintenanceWindow", {"WindowId": no_window(world)["WindowId"]})
    return {"WindowId": window_of(world), "Description": world.tag}


# Deleting a window that is not there is accepted, and listing what belongs to one too.
declared.errors.update({(operation, "WindowId"): None for operation in (
    "DeleteMaintenanceWindow", "DescribeMaintenanceWindowTargets", "DescribeMaintenanceWindowTasks",
    "DescribeMaintenanceWindowExecutions")})


@declared.fixture("window target", None, no_window, GONE)
def window_target(world):
    fields = {"WindowId": world.fixture("window")["WindowId"]}
    return {**fields, **world.ask("RegisterTargetWithMaintenanceWindow", {
        **fields, "ResourceType": "INSTANCE", "Targets": hints.NOWHERE, "Description": world.tag})}


def task_of(world, window_id):
    return world.ask("RegisterTaskWithMaintenanceWindow", {
        "WindowId": window_id, "TaskType": "RUN_COMMAND", "TaskArn": "AWS-RunShellScript", "Targets": hints.NOWHERE,
        "Description": world.tag, "MaxConcurrency": "1", "MaxErrors": "1", "TaskInvocationParameters": {
            "RunCommand": {"Parameters": {"commands": ["true"]}}}})["WindowTaskId"]


@declared.fixture("window task", None, no_window, GONE)
def window_task(world):
    window_id = world.fixture("window")["WindowId"]
    return {"WindowId": window_id, "WindowTaskId": task_of(world, window_id)}


@declared.fixture("opening", None, no_window, GONE)
def opening(world):
    """A window that has opened, with the run of its task."""
    when = datetime.now(UTC) + timedelta(seconds=1.2 if world.endpoint.own else 90)
    window_id = window_of(world, Schedule=f"at({when:%Y-%m-%dT%H:%M:%S})")
    task_id = task_of(world, window_id)
    time.sleep(max(0, when.replace(microsecond=0).timestamp() - time.time()))
    found = ended(world, lambda: world.ask("DescribeMaintenanceWindowExecutions", {"WindowId": window_id}),
                  lambda found: any(each["Status"] in OVER for each in found["WindowExecutions"]))
    made = {"WindowId": window_id, "WindowTaskId": task_id,
            "WindowExecutionId": found["WindowExecutions"][0]["WindowExecutionId"]}
    given = {"WindowExecutionId": made["WindowExecutionId"]}
    given["TaskId"] = made["TaskId"] = world.ask("GetMaintenanceWindowExecution", given)["TaskIds"][0]
    runs = world.ask("DescribeMaintenanceWindowExecutionTaskInvocations", given)
    made["InvocationId"] = runs["WindowExecutionTaskInvocationIdentities"][0]["InvocationId"]
    return made

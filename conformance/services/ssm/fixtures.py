"""What must stand before an operation can be tried, made through the API; and what naming an absent one is answered."""

import json
import time
from datetime import UTC, datetime, timedelta

from conformance.services.declared import Declared, Error
from conformance.services.ssm import hints

declared = Declared("ssm", hints.HINTS)
declared.hints.always.update(hints.ALWAYS)
declared.silent.add("Entities.1.member.data.AWS:InstanceInformation.member.schemaVersion")  # of what is counted
# Recorded and documented answers hold these empty though the model forbids it.
declared.loose.update(("invalidParameters", "deletedParameters", "invalidLabels", "removedLabels", "outputs",
                       "executionStartDateTime", "executionEndDateTime", "executionElapsedTime",
                       "cloudWatchOutputConfig.cloudWatchLogGroupName", "cloudWatchLogGroupName", "notificationType",
                       "outputS3BucketName"))
OVER = ("Success", "Failed", "Cancelled", "TimedOut", "SUCCESS", "FAILED")


def ended(world, look, ready):
    """What is seen once it is ready. Raises LookupError when it does not become so while the endpoint has patience."""
    found = world.wait(look, ready)
    if not ready(found):
        raise LookupError(f"it does not end: {found}")
    return found


def uuid_of(world):
    return f"00000000-0000-4000-8000-00{world.tag}"


def error(code):
    return Error(code, 400)


def deletes(operation, *names):
    return lambda world, fields: world.ask(operation, {name: fields[name] for name in names})


# Parameters


def no_parameter(world):
    return {"Name": f"/absent/{world.tag}", "Path": f"/absent/{world.tag}"}


declared.errors.update({(operation, "ResourceId"): error("InvalidResourceId") for operation in (
    "AddTagsToResource", "RemoveTagsFromResource", "ListTagsForResource")})


@declared.fixture("parameter", deletes("DeleteParameter", "Name"), lambda world: {
    **no_parameter(world), "ARN": f"arn:aws:ssm:{world.region}:{world.account}:parameter/absent/{world.tag}"},
    error("ParameterNotFound"))
def parameter(world):
    world.unknown("GetParameter", {"Name": no_parameter(world)["Name"]})
    name = f"/{world.unique('fixture')}/parameter"
    world.ask("PutParameter", {"Name": name, "Value": world.tag, "Type": "String", "Description": "what it is",
                               "Tags": [{"Key": "k", "Value": "v"}, {"Key": "other", "Value": world.tag}]})
    world.ask("LabelParameterVersion", {"Name": name, "Labels": ["label"]})
    found = world.ask("GetParameter", {"Name": name})["Parameter"]
    return {"Name": name, "Names": [name], "Path": name.rpartition("/")[0], "ARN": found["ARN"], "Value": world.tag}


# Documents


def no_document(world):
    return {"Name": f"absent{world.tag}"}


def drop_document(world, fields):
    world.ask("DeleteDocument", {"Name": fields["Name"], "Force": True})


@declared.fixture("document", drop_document, no_document, error("InvalidDocument"))
def document(world):
    world.unknown("GetDocument", no_document(world))
    name = world.unique("fixture")
    content = json.dumps(hints.COMMAND | {"description": world.tag})
    made = world.ask("CreateDocument", {"Name": name, "Content": content, "DocumentType": "Command",
                                        "VersionName": "first", "Tags": hints.TAGS})["DocumentDescription"]
    world.ask("UpdateDocument", {"Name": name, "Content": hints.CONTENTS["Command"], "VersionName": "second",
                                 "DocumentVersion": "$LATEST"})
    return {"Name": name, "Content": content, "Hash": made["Hash"], "FirstName": "first", "SecondName": "second"}


@declared.fixture("runbook", deletes("DeleteDocument", "Name"), no_document,
                  error("AutomationDefinitionNotFoundException"))
def runbook(world, content=None):
    world.unknown("GetDocument", no_document(world))
    name = world.unique("runbook")
    world.ask("CreateDocument", {"Name": name, "Content": json.dumps(content or hints.RUNBOOK),
                                 "DocumentType": "Automation"})
    return {"Name": name}


@declared.fixture("calendar", deletes("DeleteDocument", "Name"), no_document, error("InvalidDocument"))
def calendar(world):
    """Closed on the first of January 2030, open else."""
    world.unknown("GetDocument", no_document(world))
    name = world.unique("calendar")
    world.ask("CreateDocument", {"Name": name, "Content": hints.CALENDAR, "DocumentType": "ChangeCalendar",
                                 "DocumentFormat": "TEXT"})
    return {"Name": name}


# Nodes


@declared.fixture("activation", deletes("DeleteActivation", "ActivationId"),
                  lambda world: {"ActivationId": uuid_of(world)}, error("InvalidActivationId"))
def activation(world):
    world.unknown("DeleteActivation", {"ActivationId": uuid_of(world)})
    return {**world.ask("CreateActivation", {"IamRole": "nodes", "DefaultInstanceName": world.tag}),
            "DefaultInstanceName": world.tag}


@declared.fixture("node", deletes("DeregisterManagedInstance", "InstanceId"),
                  lambda world: {"InstanceId": f"mi-0000000{world.tag}"}, error("InvalidInstanceId"))
def node(world):
    """The agent's call is in no SDK: another one with its target and its body."""
    made = activation(world)

    def registering(request):
        return {**request, "headers": {**request["headers"], "X-Amz-Target": "AmazonSSM.RegisterManagedInstance"},
                "body": json.dumps({name: made[name] for name in ("ActivationId", "ActivationCode")})}

    answer = world.caller().call("DeleteActivation", {"ActivationId": made["ActivationId"]}, reshape=registering)
    return {"InstanceId": json.loads(answer.raw.body)["InstanceId"], "Name": world.tag}


declared.errors["StartSession", "Target"] = error("TargetNotConnected")


@declared.fixture("inventory")
def inventory(world):
    name = world.fixture("node")["InstanceId"]
    world.ask("PutInventory", {"InstanceId": name, "Items": [hints.INVENTORY]})
    return {"InstanceId": name}


@declared.fixture("deletion", None, lambda world: {"DeletionId": uuid_of(world)}, error("InvalidDeletionIdException"))
def deletion(world):
    world.fixture("inventory")
    return world.ask("DeleteInventory", {"TypeName": "Custom:Rack"})


@declared.fixture("compliance", None, lambda world: {"ResourceId": f"mi-0000000{world.tag}"})
def compliance(world):
    name = world.fixture("node")["InstanceId"]
    world.ask("PutComplianceItems", {
        "ResourceId": name, "ResourceType": "ManagedInstance", "ComplianceType": "Custom:Mine",
        "ExecutionSummary": {"ExecutionTime": hints.SOON}, "Items": [
            {"Id": "1", "Title": world.tag, "Severity": "HIGH", "Status": "NON_COMPLIANT"}]})
    return {"ResourceId": name, "Title": world.tag}


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

GONE = error("DoesNotExistException")


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


# Patch baselines


@declared.fixture("baseline", deletes("DeletePatchBaseline", "BaselineId"),
                  lambda world: {"BaselineId": f"pb-0000000{world.tag}"}, GONE)
def baseline(world):
    world.unknown("GetPatchBaseline", {"BaselineId": f"pb-0000000{world.tag}"})
    name = world.unique("fixture")
    return {**world.ask("CreatePatchBaseline", {"Name": name, "Description": world.tag}), "Name": name,
            "Description": world.tag}


declared.errors["DeletePatchBaseline", "BaselineId"] = None  # accepted, as that of a window is


@declared.fixture("patch group", deletes("DeregisterPatchBaselineForPatchGroup", "BaselineId", "PatchGroup"),
                  lambda world: {"PatchGroup": f"absent{world.tag}", "BaselineId": f"pb-0000000{world.tag}"}, GONE)
def patch_group(world):
    return world.ask("RegisterPatchBaselineForPatchGroup", {
        "BaselineId": world.fixture("baseline")["BaselineId"], "PatchGroup": world.unique("group")})


PATCH_SUMMARY = {
    "BaselineId": "pb-0123456789abcdef0", "InstalledCount": "5", "MissingCount": "1", "FailedCount": "0",
    "OperationType": "Scan", "OperationStartTime": "2030-01-01T00:00:00Z", "RebootOption": "NoReboot",
    "OperationEndTime": "2030-01-01T00:01:00Z", "SnapshotId": hints.UUID,
}  # fmt: skip
PATCH = {"Title": "bash", "KBId": "bash.x86_64", "Classification": "Security", "Severity": "Important",
         "State": "Installed", "InstalledTime": "2030-01-01T00:00:00Z", "CVEIds": "CVE-2014-6271"}


@declared.fixture("patched")
def patched(world):
    """A node that has reported its patches as AWS-RunPatchBaseline does."""
    name, group = world.fixture("node")["InstanceId"], world.unique("group")
    report = {"SchemaVersion": "1.0", "CaptureTime": "2030-01-01T00:00:00Z"}
    world.ask("PutInventory", {"InstanceId": name, "Items": [
        {**report, "TypeName": "AWS:PatchSummary", "Content": [{**PATCH_SUMMARY, "PatchGroup": group}]},
        {**report, "TypeName": "AWS:PatchCompliance", "Content": [PATCH]}]})
    return {"InstanceId": name, "PatchGroup": group}


# The model counts a state among words that AWS's answers write otherwise, and only five nodes of a group.
declared.loose.update(("state", "instancePatchStates", "ownerInformation"))
declared.errors["GetDeployablePatchSnapshotForInstance", "InstanceId"] = None

# Access to nodes, and changes


@declared.fixture("access", deletes("DeleteOpsItem", "OpsItemId"),
                  lambda world: {"AccessRequestId": f"oi-00{world.tag}"}, error("ResourceNotFoundException"))
def access(world):
    made = world.ask("StartAccessRequest", {"Reason": world.tag, "Targets": [
        {"Key": "InstanceIds", "Values": [world.fixture("node")["InstanceId"]]}]})["AccessRequestId"]
    return {"AccessRequestId": made, "OpsItemId": made}


@declared.fixture("change template", deletes("DeleteDocument", "Name"), no_document,
                  error("AutomationDefinitionNotFoundException"))
def change_template(world):
    name, runs = world.unique("template"), world.fixture("runbook")["Name"]
    content = {"schemaVersion": "0.3", "autoApprovable": True, "executableRunBooks": [{"name": runs}], "mainSteps": [
        {"name": "approval", "action": "aws:approve", "inputs": {"Message": "?", "EnhancedApprovals": {"Approvers": [
            {"approver": f"arn:aws:iam::{world.account}:root", "type": "IamUser", "minRequiredApprovals": 1}]}}}]}
    world.ask("CreateDocument", {"Name": name, "Content": json.dumps(content),
                                 "DocumentType": "Automation.ChangeTemplate"})
    return {"Name": name, "Runbook": runs}


# OpsCenter


@declared.fixture("ops item", deletes("DeleteOpsItem", "OpsItemId"),
                  lambda world: {"OpsItemId": f"oi-00{world.tag}"}, error("OpsItemNotFoundException"))
def ops_item(world):
    world.unknown("GetOpsItem", {"OpsItemId": f"oi-00{world.tag}"})
    given = {"Title": f"fixture {world.tag}", "Source": "conformance", "Description": world.tag, "Priority": 3,
             "OperationalData": {"kept": {"Value": world.tag, "Type": "SearchableString"}}}
    return {**world.ask("CreateOpsItem", given), **given}


declared.errors["DeleteOpsItem", "OpsItemId"] = None  # accepted
declared.errors["ListOpsItemEvents", "Values"] = None


@declared.fixture("relation", None, lambda world: {"OpsItemId": f"oi-00{world.tag}", "AssociationId": uuid_of(world)},
                  error("OpsItemNotFoundException"))
def relation(world):
    given = {"OpsItemId": world.fixture("ops item")["OpsItemId"], "AssociationType": "RelatesTo",
             "ResourceType": "AWS::SSM::Document", "ResourceUri": f"arn:aws:ssm:us-east-1:{world.account}:document/d"}
    return {**given, **world.ask("AssociateOpsItemRelatedItem", given)}


declared.errors["DisassociateOpsItemRelatedItem", "AssociationId"] = error(
    "OpsItemRelatedItemAssociationNotFoundException")


@declared.fixture("ops metadata", deletes("DeleteOpsMetadata", "OpsMetadataArn"), lambda world: {
    "OpsMetadataArn": f"arn:aws:ssm:{world.region}:{world.account}:opsmetadata/absent{world.tag}"},
    error("OpsMetadataNotFoundException"))
def ops_metadata(world):
    world.unknown("GetOpsMetadata", {
        "OpsMetadataArn": f"arn:aws:ssm:{world.region}:{world.account}:opsmetadata/absent{world.tag}"})
    given = {"ResourceId": f"/{world.unique('fixture')}", "Metadata": {"a": {"Value": world.tag}}}
    return {**given, **world.ask("CreateOpsMetadata", given)}


# Settings, policies, syncs, connectors


@declared.fixture("setting", deletes("ResetServiceSetting", "SettingId"),
                  lambda world: {"SettingId": f"/ssm/absent/{world.tag}"}, error("ServiceSettingNotFound"))
def setting(world):
    world.unknown("GetServiceSetting", {"SettingId": f"/ssm/absent/{world.tag}"})
    return {"SettingId": "/ssm/parameter-store/default-parameter-tier"}


@declared.fixture("changed setting", deletes("ResetServiceSetting", "SettingId"),
                  lambda world: {"SettingId": f"/ssm/absent/{world.tag}"}, error("ServiceSettingNotFound"))
def changed_setting(world):
    given = setting(world)
    world.ask("UpdateServiceSetting", {**given, "SettingValue": "Intelligent-Tiering"})
    return given


@declared.fixture("policy", None, lambda world: {"PolicyId": uuid_of(world)}, error("ResourcePolicyNotFoundException"))
def policy(world):
    given = {"ResourceArn": world.fixture("parameter")["ARN"], "Policy": hints.POLICY}
    return {**given, **world.ask("PutResourcePolicy", given)}


def sync_of(world, **given):
    name = world.unique("fixture")
    world.ask("CreateResourceDataSync", {"SyncName": name, **given})
    world.unknown("DeleteResourceDataSync", {"SyncName": f"absent{world.tag}"})
    return {"SyncName": name, **given}


NO_SYNC = error("ResourceDataSyncNotFoundException")


@declared.fixture("sync", deletes("DeleteResourceDataSync", "SyncName"),
                  lambda world: {"SyncName": f"absent{world.tag}"}, NO_SYNC)
def sync(world):
    return sync_of(world, S3Destination=hints.DESTINATION)


@declared.fixture("source sync", deletes("DeleteResourceDataSync", "SyncName", "SyncType"),
                  lambda world: {"SyncName": f"absent{world.tag}"}, NO_SYNC)
def source_sync(world):
    return sync_of(world, SyncType="SyncFromSource", SyncSource=hints.SOURCE)


@declared.fixture("connector", deletes("DeleteCloudConnector", "CloudConnectorId"),
                  lambda world: {"CloudConnectorId": uuid_of(world)}, error("ResourceNotFoundException"))
def connector(world):
    world.unknown("GetCloudConnector", {"CloudConnectorId": uuid_of(world)})
    given = {"DisplayName": world.tag, "RoleArn": hints.ROLE, "Configuration": hints.AZURE}
    return {**given, **world.ask("CreateCloudConnector", given)}


#: What must stand for lists, though nothing in their input names it.
declared.before.update({
    "DescribeParameters": ("parameter",), "ListDocuments": ("document",), "DescribeActivations": ("activation",),
    **dict.fromkeys(("DescribeInstanceInformation", "ListNodes", "ListNodesSummary", "DescribeInstanceProperties"),
                    ("node",)),
    "GetInventory": ("inventory",), "DeleteInventory": ("inventory",),
    "ListInventoryEntries": ("inventory",), "GetInventorySchema": ("inventory",),
    "DescribeInventoryDeletions": ("deletion",), "ListComplianceItems": ("compliance",),
    "ListComplianceSummaries": ("compliance",), "ListResourceComplianceSummaries": ("compliance",),
    "ListCommands": ("command",), "ListCommandInvocations": ("command",), "DescribeSessions": ("session",),
    "DescribeAutomationExecutions": ("execution",), "ListAssociations": ("association",),
    "DescribeEffectiveInstanceAssociations": ("node association",),
    "DescribeInstanceAssociationsStatus": ("node association",),
    "GetOpsSummary": ("ops item",), "GetDefaultPatchBaseline": ("baseline",),
    "DescribeMaintenanceWindows": ("window",), "DescribeMaintenanceWindowTargets": ("window target",),
    "DescribeMaintenanceWindowTasks": ("window task",), "DescribeMaintenanceWindowsForTarget": ("window target",),
    "DescribeMaintenanceWindowSchedule": ("window target",), "DescribePatchBaselines": ("baseline",),
    "DescribePatchGroups": ("patch group",), "DescribeOpsItems": ("ops item",), "ListOpsItemEvents": ("ops item",),
    "ListOpsItemRelatedItems": ("relation",), "ListOpsMetadata": ("ops metadata",),
    "GetResourcePolicies": ("policy",), "ListResourceDataSync": ("sync",), "ListCloudConnectors": ("connector",),
})  # fmt: skip

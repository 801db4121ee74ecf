"""What must stand before an operation can be tried, made through the API; and what naming an absent one is answered."""

import json

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


GONE = error("DoesNotExistException")


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

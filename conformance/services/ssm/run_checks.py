"""What proves that a call did its work: where nodes, commands, automation, associations and windows are at work."""

from conformance.services.readback import alike, gone, listed, repeated, told, written
from conformance.services.ssm.fixtures import OVER, declared
from conformance.services.ssm.hints import INVENTORY, TOKEN

# Nodes


@declared.check("CreateActivation")
def activation_stands(proof, world, given, answer):
    found = proof.read("DescribeActivations", {"Filters": [
        {"FilterKey": "ActivationIds", "FilterValues": [answer["ActivationId"]]}]})["ActivationList"]
    wanted = {name: value for name, value in given.items() if name not in ("RegistrationMetadata", "Tags")}
    proof.holds("ActivationList", [{"ActivationId": answer["ActivationId"], "Tags": given.get("Tags", []), **wanted}],
                found)


listed(declared, "DescribeActivations", "ActivationList", "activation", "ActivationId", "ActivationId", TOKEN)
listed(declared, "DescribeInstanceInformation", "InstanceInformationList", "node", "InstanceId", "InstanceId")


listed(declared, "DescribeInstanceProperties", "InstanceProperties", "node", "InstanceId", "InstanceId")


@declared.check("ListNodes")
def nodes_listed(proof, world, given, answer):
    made = world.fixture("node")
    proof.holds("Nodes", [{"Id": made["InstanceId"], "NodeType": {"Instance": {"Name": made["Name"]}}, "Owner": {
        "AccountId": world.account}}], answer["Nodes"])


@declared.check("ListNodesSummary")
def nodes_counted(proof, world, given, answer):
    world.fixture("node")
    name = given["Aggregators"][0]["AttributeName"]
    value = {"ResourceType": "ManagedInstance", "Region": world.region}[name]
    proof.equal("Summary", [{name: value, "Count": "1"}], answer["Summary"])


@declared.check("DeleteActivation")
def activation_gone(proof, world, given, answer):
    found = proof.read("DescribeActivations", {})
    proof.true("ActivationList", given["ActivationId"] not in [
        each["ActivationId"] for each in found["ActivationList"]], "without it", found)


@declared.check("DeregisterManagedInstance", "UpdateManagedInstanceRole")
def node_stands(proof, world, given, answer):
    found = proof.read("DescribeInstanceInformation", {})["InstanceInformationList"]
    wanted = [{"InstanceId": given["InstanceId"], "IamRole": given["IamRole"]}] if "IamRole" in given else []
    proof.holds("InstanceInformationList", wanted, found)


@declared.check("GetConnectionStatus")
def connection_told(proof, world, given, answer):
    proof.equal("Target", given["Target"], answer.get("Target"))
    proof.equal("Status", "connected", answer.get("Status"))


@declared.check("PutInventory", "ListInventoryEntries")
def entries_stand(proof, world, given, answer):
    found = proof.read("ListInventoryEntries", {"InstanceId": given["InstanceId"], "TypeName": INVENTORY["TypeName"]})
    sent = given["Items"][0] if "Items" in given else INVENTORY
    proof.holds("entries", {"SchemaVersion": sent["SchemaVersion"], "CaptureTime": sent["CaptureTime"],
                            "Entries": sent.get("Content", [])}, found)
    if "Filters" in given or "MaxResults" in given:
        count = 1 if "Filters" in given or given.get("MaxResults") == 1 else 2
        proof.equal("Entries", INVENTORY["Content"][:count], answer["Entries"])
    if given.get("MaxResults") == 1 and "Filters" not in given:
        proof.pages("ListInventoryEntries", given, "Entries", TOKEN, "")


@declared.check("GetInventory")
def inventory_told(proof, world, given, answer):
    if "Aggregators" in given:
        proof.holds("Entities", [{"Data": {"AWS:InstanceInformation": {"Content": [
            {"Count": "1", "ResourceType": "ManagedInstance"}]}}}], answer["Entities"])
        return
    kind = given.get("ResultAttributes", [{"TypeName": "AWS:InstanceInformation"}])[0]["TypeName"]
    proof.equal("Id", [world.fixture("node")["InstanceId"]], [each["Id"] for each in answer["Entities"]])
    proof.equal("TypeName", kind, answer["Entities"][0]["Data"][kind]["TypeName"])
    if kind == INVENTORY["TypeName"]:
        proof.equal("Content", INVENTORY["Content"], answer["Entities"][0]["Data"][kind]["Content"])


@declared.check("GetInventorySchema")
def schema_told(proof, world, given, answer):
    found = {each["TypeName"]: [one["Name"] for one in each["Attributes"]] for each in answer["Schemas"]}
    if "TypeName" in given:
        proof.equal("TypeName", [given["TypeName"]], list(found))
    else:
        proof.equal("Attributes", ["a"], found.get(INVENTORY["TypeName"]))


@declared.check("DeleteInventory")
def inventory_gone(proof, world, given, answer):
    found = proof.read("ListInventoryEntries", {"InstanceId": world.fixture("node")["InstanceId"],
                                                "TypeName": INVENTORY["TypeName"]})
    left = 1 if given.get("DryRun") else 0
    proof.equal("Entries", INVENTORY["Content"] if left else [], found.get("Entries"))
    proof.equal("TypeName", given["TypeName"], answer.get("TypeName"))
    proof.holds("DeletionSummary", {"TotalCount": 1, "RemainingCount": left, "SummaryItems": [
        {"Version": INVENTORY["SchemaVersion"], "Count": 1, "RemainingCount": left}]}, answer.get("DeletionSummary"))
    if not left:
        made = proof.read("DescribeInventoryDeletions", {"DeletionId": answer["DeletionId"]})["InventoryDeletions"]
        proof.equal("DeletionId", [answer["DeletionId"]], [each["DeletionId"] for each in made])


@declared.check("DescribeInventoryDeletions")
def deletion_told(proof, world, given, answer):
    proof.holds("InventoryDeletions", [{"DeletionId": world.fixture("deletion")["DeletionId"],
                                        "TypeName": INVENTORY["TypeName"]}], answer["InventoryDeletions"])


@declared.check("PutComplianceItems", "ListComplianceItems")
def compliance_stands(proof, world, given, answer):
    name = given.get("ResourceId") or world.fixture("compliance")["ResourceId"]
    found = proof.read("ListComplianceItems", {"ResourceIds": [name]})["ComplianceItems"]
    if "Items" in given:
        proof.holds("ComplianceItems", given["Items"], found)
        proof.holds("ExecutionSummary", given["ExecutionSummary"], found[0]["ExecutionSummary"] if found else given[
            "ExecutionSummary"])
    else:
        proof.equal("Title", [world.fixture("compliance")["Title"]], [each["Title"] for each in answer[
            "ComplianceItems"]])


@declared.check("ListComplianceSummaries", "ListResourceComplianceSummaries")
def compliance_summed(proof, world, given, answer):
    world.fixture("compliance")
    rows = answer.get("ComplianceSummaryItems", answer.get("ResourceComplianceSummaryItems"))
    proof.holds("summary", [{"ComplianceType": "Custom:Mine", "NonCompliantSummary": {
        "NonCompliantCount": 1, "SeveritySummary": {"HighCount": 1, "LowCount": 0}},
        "CompliantSummary": {"CompliantCount": 0}}], rows)


# Commands, automation, sessions

repeated(declared, "SendCommand", at="Command", leave=("DocumentVersion", "ServiceRoleArn"))
written(declared, "SendCommand", read="ListCommands", by={"CommandId": "answer.Command.CommandId"}, at="Commands.0",
        leave=("DocumentVersion",), renamed={"ServiceRoleArn": "ServiceRole"})


@declared.check("CancelCommand")
def command_cancelled(proof, world, given, answer):
    found = world.wait(lambda: proof.read("ListCommands", {"CommandId": given["CommandId"]})["Commands"][0],
                       lambda found: found["Status"] in OVER)
    proof.equal("Status", "Cancelled", found["Status"])


@declared.check("GetCommandInvocation")
def invocation_told(proof, world, given, answer):
    proof.equal("StandardOutputContent", f"{world.tag}\n", answer["StandardOutputContent"])
    proof.equal("Status", "Success", answer["Status"])
    proof.equal("ResponseCode", 0, answer["ResponseCode"])


def runs_listed(operation, at, fixture, name):
    """The one run there is."""

    @declared.check(operation)
    def check(proof, world, given, answer):
        found = [each[name] for each in answer[at]]
        proof.equal(name, [world.fixture(fixture)[name]], found)


runs_listed("ListCommands", "Commands", "command", "CommandId")
runs_listed("ListCommandInvocations", "CommandInvocations", "command", "CommandId")
runs_listed("DescribeAutomationExecutions", "AutomationExecutionMetadataList", "execution", "AutomationExecutionId")
runs_listed("DescribeSessions", "Sessions", "session", "SessionId")


@declared.check("StartAutomationExecution", "GetAutomationExecution")
def execution_stands(proof, world, given, answer):
    name = {"AutomationExecutionId": given.get("AutomationExecutionId") or answer["AutomationExecutionId"]}
    found = proof.read("GetAutomationExecution", name).get("AutomationExecution", {})
    if "DocumentName" in given:
        words = given.get("Parameters", {"words": ["none"]})
        proof.holds("AutomationExecution", {"DocumentName": given["DocumentName"], "Parameters": words,
                                            "Mode": given.get("Mode", "Auto")}, found)
    else:
        made = world.fixture("execution")
        proof.holds("AutomationExecution", {
            "AutomationExecutionStatus": "Success", "DocumentName": made["DocumentName"],
            "Parameters": {"words": [world.tag]}}, found)


@declared.check("StartExecutionPreview", "GetExecutionPreview")
def preview_stands(proof, world, given, answer):
    found = world.wait(lambda: proof.read("GetExecutionPreview", {"ExecutionPreviewId": answer["ExecutionPreviewId"]}),
                       lambda found: found.get("Status") in OVER)
    proof.equal("StepPreviews", {"NonMutating": 1}, found["ExecutionPreview"]["Automation"]["StepPreviews"])


@declared.check("DescribeAutomationStepExecutions")
def steps_told(proof, world, given, answer):
    proof.holds("StepExecutions", [{"StepName": "wait", "Action": "aws:sleep", "StepStatus": "Success"}],
                answer["StepExecutions"])


@declared.check("SendAutomationSignal", "StopAutomationExecution")
def execution_ends(proof, world, given, answer):
    name = {"AutomationExecutionId": given["AutomationExecutionId"]}
    wanted = "Success" if "SignalType" in given else "Cancelled"
    found = world.wait(lambda: proof.read("GetAutomationExecution", name)["AutomationExecution"],
                       lambda found: found["AutomationExecutionStatus"] in OVER or given.get("Type") == "Complete")
    status = found["AutomationExecutionStatus"]
    proof.true("AutomationExecutionStatus", status == wanted or given.get("Type") == "Complete", wanted, status)


@declared.check("StartSession", "ResumeSession", "TerminateSession")
def session_stands(proof, world, given, answer):
    name = answer["SessionId"]
    state = "Active" if "TokenValue" in answer else "History"
    found = proof.read("DescribeSessions", {"State": state, "Filters": [{"key": "SessionId", "value": name}]})
    wanted = {"SessionId": name, "Target": world.fixture("node")["InstanceId"]}
    if "Target" in given:
        wanted |= {name: given[name] for name in ("Reason", "DocumentName") if name in given}
    proof.holds("Sessions", [wanted], found["Sessions"])


# Associations

NEW = {"AssociationId": "answer.AssociationDescription.AssociationId"}
written(declared, "CreateAssociation", "UpdateAssociation", read="DescribeAssociation", by=NEW,
        at="AssociationDescription", leave=("AssociationVersion", "AssociationId"))
repeated(declared, "CreateAssociation", "UpdateAssociation", at="AssociationDescription",
         leave=("AssociationVersion", "AssociationId"))
told(declared, "DescribeAssociation", fixture="association", names=("AssociationId", "AssociationName", "Name"),
     at="AssociationDescription")
listed(declared, "ListAssociations", "Associations", "association", "AssociationId", "AssociationId", TOKEN)
gone(declared, "DeleteAssociation", read="DescribeAssociation", by=("AssociationId",), code="AssociationDoesNotExist")
for operation, at in {"DescribeEffectiveInstanceAssociations": "Associations.0",
                      "DescribeInstanceAssociationsStatus": "InstanceAssociationStatusInfos.0"}.items():
    told(declared, operation, fixture="node association", names=("AssociationId", "InstanceId"), at=at)
told(declared, "ListAssociationVersions", fixture="association", names=("AssociationId", "AssociationName", "Name"),
     at="AssociationVersions.0")
told(declared, "DescribeAssociationExecutions", fixture="application", names=("AssociationId", "ExecutionId"),
     at="AssociationExecutions.0")
told(declared, "DescribeAssociationExecutionTargets", fixture="application", names=("AssociationId", "ExecutionId"),
     at="AssociationExecutionTargets.0")


@declared.check("CreateAssociationBatch")
def batch_stands(proof, world, given, answer):
    proof.equal("Failed", [], answer.get("Failed", []))
    for sent, made in zip(given["Entries"], answer["Successful"], strict=True):
        found = proof.read("DescribeAssociation", {"AssociationId": made["AssociationId"]})
        proof.holds("AssociationDescription", sent, found.get("AssociationDescription"))
        proof.holds("Successful", sent, made)


@declared.check("UpdateAssociationStatus")
def status_stands(proof, world, given, answer):
    found = proof.read("DescribeAssociation", {"AssociationId": world.fixture("node association")["AssociationId"]})
    proof.holds("Status", given["AssociationStatus"], found["AssociationDescription"].get("Status"))
    proof.holds("AssociationDescription", found["AssociationDescription"], answer["AssociationDescription"])


@declared.check("StartAssociationsOnce")
def association_applied(proof, world, given, answer):
    found = world.wait(lambda: proof.read("DescribeAssociationExecutions", {"AssociationId": given["AssociationIds"][
        0]})["AssociationExecutions"], bool)
    proof.equal("AssociationExecutions", 1, len(found))


# Maintenance windows

written(declared, "CreateMaintenanceWindow", read="GetMaintenanceWindow", by={"WindowId": "answer.WindowId"})
written(declared, "UpdateMaintenanceWindow", read="GetMaintenanceWindow", by=("WindowId",))
told(declared, "GetMaintenanceWindow", fixture="window", names=("WindowId", "Description"))
gone(declared, "DeleteMaintenanceWindow", read="GetMaintenanceWindow", by=("WindowId",), code="DoesNotExistException")
listed(declared, "DescribeMaintenanceWindows", "WindowIdentities", "window", "WindowId", "WindowId", TOKEN)
for operation, read, read_at, leave in (
    ("UpdateMaintenanceWindow", "GetMaintenanceWindow", "", ("CreatedDate", "ModifiedDate", "NextExecutionTime")),
    ("UpdateMaintenanceWindowTarget", "DescribeMaintenanceWindowTargets", "Targets.0", ("ResourceType",)),
    ("UpdateMaintenanceWindowTask", "GetMaintenanceWindowTask", "", ("TaskType",)),
):
    alike(declared, operation, read=read, by={"WindowId": "WindowId"} | (
        {"WindowTaskId": "WindowTaskId"} if read == "GetMaintenanceWindowTask" else {}), at="", read_at=read_at,
        leave=(*leave, "ResponseMetadata"))
written(declared, "RegisterTargetWithMaintenanceWindow", "UpdateMaintenanceWindowTarget",
        read="DescribeMaintenanceWindowTargets", by=("WindowId",), at="Targets.0")
listed(declared, "DescribeMaintenanceWindowTargets", "Targets", "window target", "WindowTargetId", "WindowTargetId",
       TOKEN)
TASK = {"WindowId": "WindowId", "WindowTaskId": "answer.WindowTaskId"}
written(declared, "RegisterTaskWithMaintenanceWindow", "UpdateMaintenanceWindowTask", read="GetMaintenanceWindowTask",
        by=TASK)
told(declared, "GetMaintenanceWindowTask", fixture="window task", names=("WindowId", "WindowTaskId"))
gone(declared, "DeregisterTaskFromMaintenanceWindow", read="GetMaintenanceWindowTask",
     by=("WindowId", "WindowTaskId"), code="DoesNotExistException")
listed(declared, "DescribeMaintenanceWindowTasks", "Tasks", "window task", "WindowTaskId", "WindowTaskId", TOKEN)
told(declared, "DescribeMaintenanceWindowExecutions", fixture="opening", names=("WindowId", "WindowExecutionId"),
     at="WindowExecutions.0")
told(declared, "GetMaintenanceWindowExecution", "CancelMaintenanceWindowExecution", fixture="opening",
     names=("WindowExecutionId",))
RUN = ("WindowExecutionId",)
told(declared, "GetMaintenanceWindowExecutionTask", fixture="opening", names=RUN)
told(declared, "DescribeMaintenanceWindowExecutionTasks", fixture="opening", names=RUN,
     at="WindowExecutionTaskIdentities.0")
told(declared, "GetMaintenanceWindowExecutionTaskInvocation", fixture="opening", names=(*RUN, "InvocationId"))
told(declared, "DescribeMaintenanceWindowExecutionTaskInvocations", fixture="opening", names=(*RUN, "InvocationId"),
     at="WindowExecutionTaskInvocationIdentities.0")


@declared.check("DeregisterTargetFromMaintenanceWindow")
def target_gone(proof, world, given, answer):
    found = proof.read("DescribeMaintenanceWindowTargets", {"WindowId": given["WindowId"]})
    proof.equal("Targets", [], found.get("Targets"))


@declared.check("DescribeMaintenanceWindowsForTarget")
def windows_of_target(proof, world, given, answer):
    fits = given["ResourceType"] == "INSTANCE" and {"Key": "tag:nobody", "Values": ["has this"]} in given["Targets"]
    proof.equal("WindowIdentities", [world.fixture("window")["WindowId"]] if fits else [],
                [each["WindowId"] for each in answer["WindowIdentities"]])


@declared.check("DescribeMaintenanceWindowSchedule")
def schedule_told(proof, world, given, answer):
    made = {each["WindowId"] for each in answer["ScheduledWindowExecutions"]}
    fits = given.get("Targets", [{"Key": "tag:nobody"}])[0]["Key"] == "tag:nobody"
    proof.equal("WindowId", {world.fixture("window")["WindowId"]} if fits else set(), made)
    if fits and "MaxResults" in given:
        proof.pages("DescribeMaintenanceWindowSchedule", given, "ScheduledWindowExecutions", TOKEN, "ExecutionTime")

"""What proves that a call did its work."""

from conformance.services.readback import gone, listed, told, written
from conformance.services.ssm.fixtures import OVER, declared
from conformance.services.ssm.hints import INVENTORY

TOKEN = ("NextToken", "NextToken")


# Parameters


@declared.check("PutParameter")
def parameter_stands(proof, world, given, answer):
    found = proof.read("GetParameter", {"Name": given["Name"], "WithDecryption": True}).get("Parameter")
    kept = ("Name", "Value", "Type", "DataType")
    proof.holds("Parameter", {"Version": answer["Version"], **{name: given[name] for name in kept if name in given}},
                found)
    rows = proof.read("DescribeParameters", {"ParameterFilters": [{"Key": "Name", "Values": [given["Name"]]}]})
    kept = ("Description", "KeyId", "AllowedPattern")
    proof.holds("Parameters", [{"Tier": answer["Tier"], **{name: given[name] for name in kept if given.get(name)}}],
                rows.get("Parameters"))
    if "Policies" in given:
        proof.equal("Policies", ["Expiration"], [each["PolicyType"] for each in rows["Parameters"][0]["Policies"]])
    tags = proof.read("ListTagsForResource", {"ResourceType": "Parameter", "ResourceId": given["Name"]})
    proof.equal("TagList", given.get("Tags", []), tags.get("TagList"))


told(declared, "GetParameter", fixture="parameter", names=("Name", "Value", "ARN"), at="Parameter")
told(declared, "GetParameters", fixture="parameter", names=("Name", "Value", "ARN"), at="Parameters.0")
told(declared, "GetParameterHistory", fixture="parameter", names=("Name", "Value"), at="Parameters.0")
told(declared, "GetParametersByPath", fixture="parameter", names=("Name", "Value"), at="Parameters.0")
listed(declared, "DescribeParameters", "Parameters", "parameter", "Name", "Name", TOKEN)
gone(declared, "DeleteParameter", read="GetParameter", by=("Name",), code="ParameterNotFound")


@declared.check("DeleteParameters")
def parameters_gone(proof, world, given, answer):
    for name in given["Names"]:
        proof.equal("DeletedParameters", given["Names"], answer["DeletedParameters"])
        proof.refused("GetParameter", {"Name": name}, "ParameterNotFound")


@declared.check("LabelParameterVersion", "UnlabelParameterVersion")
def labels_stand(proof, world, given, answer):
    found = proof.read("GetParameterHistory", {"Name": given["Name"]})["Parameters"][0].get("Labels", [])
    wanted = {"label", *given["Labels"]} if "RemovedLabels" not in answer else set()
    proof.equal("Labels", sorted(wanted), sorted(found))


@declared.check("AddTagsToResource", "RemoveTagsFromResource", "ListTagsForResource")
def tags_stand(proof, world, given, answer):
    found = proof.read("ListTagsForResource", {name: given[name] for name in ("ResourceType", "ResourceId")})
    wanted = {"k": "v", "other": world.tag} | {each["Key"]: each["Value"] for each in given.get("Tags", [])}
    for name in given.get("TagKeys", []):
        wanted.pop(name, None)
    proof.equal("TagList", wanted, {each["Key"]: each["Value"] for each in found.get("TagList", [])})


# Documents

written(declared, "CreateDocument", read="DescribeDocument", by=("Name",), at="Document")


@declared.check("CreateDocument", "UpdateDocument")
def content_stands(proof, world, given, answer):
    version = answer["DocumentDescription"]["DocumentVersion"]
    found = proof.read("GetDocument", {"Name": given["Name"], "DocumentVersion": version})
    proof.equal("Content", given["Content"], found.get("Content"))
    proof.equal("Hash", answer["DocumentDescription"]["Hash"], proof.read("DescribeDocument", {
        "Name": given["Name"], "DocumentVersion": version})["Document"]["Hash"])


@declared.check("GetDocument", "DescribeDocument")
def document_told(proof, world, given, answer):
    made, latest = world.fixture("document"), given.get("DocumentVersion") == "$LATEST"
    found = answer.get("Document", answer)
    proof.holds("answer", {"Name": made["Name"], "DocumentVersion": "2" if latest else "1", "VersionName": made[
        "SecondName" if latest else "FirstName"]}, found)
    if "Hash" in found:
        proof.true("Hash", latest or found["Hash"] == made["Hash"], made["Hash"], found["Hash"])


listed(declared, "ListDocuments", "DocumentIdentifiers", "document", "Name", "Name", TOKEN)


@declared.check("ListDocumentVersions")
def versions_listed(proof, world, given, answer):
    made = world.fixture("document")
    names = [each["VersionName"] for each in answer["DocumentVersions"]]
    wanted = [made["FirstName"], made["SecondName"]]
    proof.equal("VersionName", wanted[:given.get("MaxResults", 2)], names)


@declared.check("UpdateDocumentDefaultVersion")
def default_stands(proof, world, given, answer):
    found = proof.read("DescribeDocument", {"Name": given["Name"]})["Document"]
    proof.equal("DefaultVersion", given["DocumentVersion"], found.get("DefaultVersion"))


@declared.check("DeleteDocument")
def document_gone(proof, world, given, answer):
    if "DocumentVersion" in given or "VersionName" in given:
        proof.refused("GetDocument", {"Name": given["Name"], "DocumentVersion": "2"}, "InvalidDocumentVersion")
    else:
        proof.refused("GetDocument", {"Name": given["Name"]}, "InvalidDocument")


@declared.check("ModifyDocumentPermission", "DescribeDocumentPermission")
def sharing_stands(proof, world, given, answer):
    found = proof.read("DescribeDocumentPermission", {"Name": given["Name"], "PermissionType": "Share"})
    proof.equal("AccountIds", given.get("AccountIdsToAdd", []), found.get("AccountIds"))
    if "SharedDocumentVersion" in given:
        proof.equal("SharedDocumentVersion", [given["SharedDocumentVersion"]] * len(given.get("AccountIdsToAdd", [])),
                    [each["SharedDocumentVersion"] for each in found["AccountSharingInfoList"]])


@declared.check("UpdateDocumentMetadata", "ListDocumentMetadataHistory")
def reviews_stand(proof, world, given, answer):
    found = proof.read("ListDocumentMetadataHistory", {"Metadata": "DocumentReviews", **{
        name: given[name] for name in ("Name", "DocumentVersion") if name in given}})
    reviews = found["Metadata"].get("ReviewerResponse", [])
    proof.equal("ReviewStatus", ["PENDING"] if "DocumentReviews" in given else [],
                [each["ReviewStatus"] for each in reviews])
    if given.get("DocumentReviews", {}).get("Comment"):
        proof.equal("Comment", given["DocumentReviews"]["Comment"], reviews[0]["Comment"])


@declared.check("GetCalendarState")
def calendar_told(proof, world, given, answer):
    at = given.get("AtTime", "")[:19]
    closed = at == "2030-01-01T12:00:00"
    following = {"2030-01-01T12:00:00": "2030-01-02T00:00:00Z", "2029-12-31T23:59:59": "2030-01-01T00:00:00Z"}
    proof.equal("State", "CLOSED" if closed else "OPEN", answer["State"])
    if at:
        proof.equal("AtTime", f"{at}Z", answer["AtTime"])
        proof.equal("NextTransitionTime", following.get(at), answer.get("NextTransitionTime"))


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


def means(given):
    """Whether the filters mean the node: the last sample's don't."""
    return "Win" not in str(given.get("Filters"))


@declared.check("ListNodes")
def nodes_listed(proof, world, given, answer):
    made = world.fixture("node")
    proof.holds("Nodes", [{"Id": made["InstanceId"], "NodeType": {"Instance": {"Name": made["Name"]}}, "Owner": {
        "AccountId": world.account}}] if means(given) else [], answer["Nodes"])


@declared.check("ListNodesSummary")
def nodes_counted(proof, world, given, answer):
    world.fixture("node")
    name = given["Aggregators"][0]["AttributeName"]
    value = {"ResourceType": "ManagedInstance", "Region": world.region}[name]
    proof.equal("Summary", [{name: value, "Count": "1"}] if means(given) else [], answer["Summary"])


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


@declared.check("GetInventory")
def inventory_told(proof, world, given, answer):
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
    proof.equal("Entries", INVENTORY["Content"] if given.get("DryRun") else [], found.get("Entries"))


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
    """The one run there is, or none where a filter does not mean it."""

    @declared.check(operation)
    def check(proof, world, given, answer):
        found = [each[name] for each in answer[at]]
        values = [each.get("value") for each in given.get("Filters", [])]
        proof.equal(name, [] if "nobody" in values else [world.fixture(fixture)[name]], found)


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


@declared.check("UpdateAssociationStatus")
def status_stands(proof, world, given, answer):
    found = proof.read("DescribeAssociation", {"AssociationId": world.fixture("node association")["AssociationId"]})
    proof.holds("Status", given["AssociationStatus"], found["AssociationDescription"].get("Status"))


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


# Patch baselines

written(declared, "CreatePatchBaseline", read="GetPatchBaseline", by={"BaselineId": "answer.BaselineId"})
written(declared, "UpdatePatchBaseline", read="GetPatchBaseline", by=("BaselineId",))
told(declared, "GetPatchBaseline", fixture="baseline", names=("BaselineId", "Name", "Description"))
gone(declared, "DeletePatchBaseline", read="GetPatchBaseline", by=("BaselineId",), code="DoesNotExistException")
listed(declared, "DescribePatchBaselines", "BaselineIdentities", "baseline", "BaselineId", "BaselineId", TOKEN)
written(declared, "RegisterDefaultPatchBaseline", read="GetDefaultPatchBaseline", by={})
written(declared, "RegisterPatchBaselineForPatchGroup", read="GetPatchBaselineForPatchGroup", by=("PatchGroup",))
told(declared, "GetPatchBaselineForPatchGroup", fixture="patch group", names=("BaselineId", "PatchGroup"))
listed(declared, "DescribePatchGroups", "Mappings", "patch group", "PatchGroup", "PatchGroup", TOKEN)


@declared.check("DeregisterPatchBaselineForPatchGroup")
def group_gone(proof, world, given, answer):
    proof.equal("Mappings", [], proof.read("DescribePatchGroups", {}).get("Mappings"))


@declared.check("GetDefaultPatchBaseline")
def default_told(proof, world, given, answer):
    proof.equal("OperatingSystem", given.get("OperatingSystem", "WINDOWS"), answer.get("OperatingSystem"))


# OpsCenter

written(declared, "CreateOpsItem", read="GetOpsItem", by={"OpsItemId": "answer.OpsItemId"}, at="OpsItem")
written(declared, "UpdateOpsItem", read="GetOpsItem", by=("OpsItemId",), at="OpsItem")
told(declared, "GetOpsItem", fixture="ops item", names=("OpsItemId", "OpsItemArn", "Title", "OperationalData"),
     at="OpsItem")
gone(declared, "DeleteOpsItem", read="GetOpsItem", by=("OpsItemId",), code="OpsItemNotFoundException")
listed(declared, "DescribeOpsItems", "OpsItemSummaries", "ops item", "OpsItemId", "OpsItemId", TOKEN)
listed(declared, "ListOpsItemEvents", "Summaries", "ops item", "OpsItemId", "OpsItemId")
written(declared, "AssociateOpsItemRelatedItem", read="ListOpsItemRelatedItems", by=("OpsItemId",), at="Summaries.0")
listed(declared, "ListOpsItemRelatedItems", "Summaries", "relation", "AssociationId", "AssociationId", TOKEN)


@declared.check("DisassociateOpsItemRelatedItem")
def relation_gone(proof, world, given, answer):
    found = proof.read("ListOpsItemRelatedItems", {"OpsItemId": given["OpsItemId"]})
    proof.equal("Summaries", [], found.get("Summaries"))


written(declared, "CreateOpsMetadata", read="GetOpsMetadata", by={"OpsMetadataArn": "answer.OpsMetadataArn"})
told(declared, "GetOpsMetadata", fixture="ops metadata", names=("ResourceId", "Metadata"))
gone(declared, "DeleteOpsMetadata", read="GetOpsMetadata", by=("OpsMetadataArn",), code="OpsMetadataNotFoundException")
listed(declared, "ListOpsMetadata", "OpsMetadataList", "ops metadata", "OpsMetadataArn", "OpsMetadataArn", TOKEN)


@declared.check("UpdateOpsMetadata")
def metadata_stands(proof, world, given, answer):
    wanted = {**world.fixture("ops metadata")["Metadata"], **given.get("MetadataToUpdate", {})}
    for name in given.get("KeysToDelete", []):
        wanted.pop(name, None)
    found = proof.read("GetOpsMetadata", {"OpsMetadataArn": given["OpsMetadataArn"]})
    proof.equal("Metadata", wanted, found.get("Metadata", {}))


# Settings, policies, syncs, connectors

written(declared, "UpdateServiceSetting", read="GetServiceSetting", by=("SettingId",), at="ServiceSetting")


@declared.check("GetServiceSetting", "ResetServiceSetting")
def setting_told(proof, world, given, answer):
    proof.holds("ServiceSetting", {"SettingId": given["SettingId"], "SettingValue": "Standard", "Status": "Default"},
                answer["ServiceSetting"])


@declared.check("PutResourcePolicy", "GetResourcePolicies")
def policy_stands(proof, world, given, answer):
    found = proof.read("GetResourcePolicies", {"ResourceArn": given["ResourceArn"]}).get("Policies")
    wanted = {"Policy": given["Policy"], **answer} if "Policy" in given else world.fixture("policy")
    proof.holds("Policies", [{name: wanted[name] for name in ("Policy", "PolicyId", "PolicyHash")}], found)


@declared.check("DeleteResourcePolicy")
def policy_gone(proof, world, given, answer):
    found = proof.read("GetResourcePolicies", {"ResourceArn": given["ResourceArn"]})
    proof.equal("Policies", [], found.get("Policies"))


written(declared, "CreateResourceDataSync", "UpdateResourceDataSync", read="ListResourceDataSync", by=(),
        at="ResourceDataSyncItems.0")
listed(declared, "ListResourceDataSync", "ResourceDataSyncItems", "sync", "SyncName", "SyncName", TOKEN)


@declared.check("DeleteResourceDataSync")
def sync_gone(proof, world, given, answer):
    proof.equal("ResourceDataSyncItems", [], proof.read("ListResourceDataSync", {}).get("ResourceDataSyncItems"))


written(declared, "CreateCloudConnector", read="GetCloudConnector", by={"CloudConnectorId": "answer.CloudConnectorId"})
written(declared, "UpdateCloudConnector", read="GetCloudConnector", by=("CloudConnectorId",))
told(declared, "GetCloudConnector", fixture="connector", names=("DisplayName", "RoleArn", "Configuration"))
gone(declared, "DeleteCloudConnector", read="GetCloudConnector", by=("CloudConnectorId",),
     code="ResourceNotFoundException")
listed(declared, "ListCloudConnectors", "CloudConnectors", "connector", "CloudConnectorId", "CloudConnectorId", TOKEN)

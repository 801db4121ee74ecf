"""What proves that a call did its work: where things are written, read, listed and deleted."""

from conformance.services.readback import alike, gone, listed, repeated, told, written
from conformance.services.ssm.fixtures import declared
from conformance.services.ssm.hints import TOKEN

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
repeated(declared, "CreateDocument", "UpdateDocument", at="DocumentDescription", leave=("DocumentVersion",))


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
    if "MaxResults" in given:
        proof.pages("ListDocumentVersions", given, "DocumentVersions", TOKEN, "DocumentVersion")


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


# Patch baselines

written(declared, "CreatePatchBaseline", read="GetPatchBaseline", by={"BaselineId": "answer.BaselineId"})
alike(declared, "UpdatePatchBaseline", read="GetPatchBaseline", by=("BaselineId",), at="", read_at="",
      leave=("PatchGroups", "ResponseMetadata"))
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
    name = {"BaselineId": world.fixture("baseline")["BaselineId"]}
    world.ask("RegisterDefaultPatchBaseline", name)
    proof.holds("GetDefaultPatchBaseline", name, proof.read("GetDefaultPatchBaseline", given))


# OpsCenter

written(declared, "CreateOpsItem", read="GetOpsItem", by={"OpsItemId": "answer.OpsItemId"}, at="OpsItem")


@declared.check("CreateOpsItem")
def only_this_item_stands(proof, world, given, answer):
    proof.refused("GetOpsItem", {"OpsItemId": f"oi-00{world.tag}"}, "OpsItemNotFoundException")


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
    proof.holds("GetServiceSetting", answer["ServiceSetting"], proof.read("GetServiceSetting", {
        "SettingId": given["SettingId"]}).get("ServiceSetting"))


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

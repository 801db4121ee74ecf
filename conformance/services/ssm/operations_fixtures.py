"""What operators keep, made through the API: patch baselines, requests of access, OpsCenter, settings, syncs."""

import json

from conformance.services.ssm import hints
from conformance.services.ssm.fixtures import GONE, declared, deletes, error, no_document, uuid_of

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

"""Predefined baselines, what baselines approve, and the patches that nodes report."""

import json
import urllib.request

import pytest

SUMMARY = {
    "BaselineId": "pb-0123456789abcdef0", "PatchGroup": "blue", "InstalledCount": "5", "MissingCount": "1",
    "FailedCount": "0", "OperationType": "Scan", "OperationStartTime": "2030-01-01T00:00:00Z",
    "OperationEndTime": "2030-01-01T00:01:00Z", "RebootOption": "NoReboot",
}  # fmt: skip
PATCHES = [{"Title": "one", "KBId": "bash.x86_64", "Classification": "Security", "Severity": "Important",
            "State": "Installed", "InstalledTime": "2030-01-01T00:00:00Z"},
           {"Title": "two", "KBId": "vim.x86_64", "Classification": "Bugfix", "Severity": "Low", "State": "Missing",
            "InstalledTime": ""}]  # fmt: skip


def report(ssm, node, kind, content):
    ssm.put_inventory(InstanceId=node, Items=[{
        "TypeName": kind, "SchemaVersion": "1.0", "CaptureTime": "2030-01-01T00:00:00Z", "Content": content}])


def test_awss_baselines_are_the_defaults_until_another_is(ssm):
    name = ssm.get_default_patch_baseline(OperatingSystem="UBUNTU")["BaselineId"]
    assert name == "arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-0c7e89f711c3095f4"
    found = ssm.get_patch_baseline(BaselineId=name)
    rule = found["ApprovalRules"]["PatchRules"][0]
    assert (found["Name"], rule["ApproveAfterDays"]) == ("AWS-UbuntuDefaultPatchBaseline", 7)
    owned = ssm.describe_patch_baselines(Filters=[{"Key": "OWNER", "Values": ["AWS"]}])["BaselineIdentities"]
    assert {each["BaselineName"] for each in owned} >= {"AWS-DefaultPatchBaseline", "AWS-SuseDefaultPatchBaseline"}
    own = ssm.create_patch_baseline(Name="own", OperatingSystem="UBUNTU")["BaselineId"]
    ssm.register_default_patch_baseline(BaselineId=own)
    shown = {each["BaselineId"]: each["DefaultBaseline"] for each in ssm.describe_patch_baselines(
        Filters=[{"Key": "OPERATING_SYSTEM", "Values": ["UBUNTU"]}])["BaselineIdentities"]}
    assert shown == {name: False, own: True}
    ssm.register_default_patch_baseline(BaselineId=name)
    assert ssm.get_patch_baseline_for_patch_group(PatchGroup="g", OperatingSystem="UBUNTU")["BaselineId"] == name
    ssm.register_patch_baseline_for_patch_group(BaselineId=name, PatchGroup="g")
    assert ssm.describe_patch_groups()["Mappings"][0]["BaselineIdentity"]["BaselineId"] == name


def test_a_baseline_approves_by_names_before_rules(ssm):
    rules = {"PatchRules": [{"PatchFilterGroup": {"PatchFilters": [
        {"Key": "MSRC_SEVERITY", "Values": ["Critical"]}, {"Key": "PRODUCT", "Values": ["*"]}]},
        "ApproveAfterDays": 100, "ComplianceLevel": "HIGH"}]}  # fmt: skip
    name = ssm.create_patch_baseline(Name="own", ApprovalRules=rules, RejectedPatches=["KB4487038"],
                                     ApprovedPatches=["KB4483452"])["BaselineId"]  # fmt: skip
    found = {each["Patch"]["KbNumber"]: each["PatchStatus"] for each in
             ssm.describe_effective_patches_for_patch_baseline(BaselineId=name)["EffectivePatches"]}  # fmt: skip
    assert {name: each["DeploymentStatus"] for name, each in found.items()} == {
        "KB4470788": "APPROVED", "KB4480979": "APPROVED", "KB4487038": "EXPLICIT_REJECTED",
        "KB4483452": "EXPLICIT_APPROVED"}
    assert found["KB4470788"]["ComplianceLevel"] == "HIGH"
    linux = ssm.create_patch_baseline(Name="linux", OperatingSystem="DEBIAN")["BaselineId"]
    with pytest.raises(ssm.exceptions.UnsupportedOperatingSystem):
        ssm.describe_effective_patches_for_patch_baseline(BaselineId=linux)


def test_patches_and_their_properties(ssm):
    found = ssm.describe_available_patches(Filters=[{"Key": "PRODUCT", "Values": ["WindowsServer2016"]}])["Patches"]
    assert [each["KbNumber"] for each in found] == ["KB4480979"]
    first = ssm.describe_available_patches(MaxResults=1)
    assert len(first["Patches"]) == 1 and first["NextToken"]
    properties = ssm.describe_patch_properties(OperatingSystem="WINDOWS", Property="MSRC_SEVERITY")["Properties"]
    assert properties[0] == {"Name": "Critical"}
    assert ssm.describe_patch_properties(OperatingSystem="UBUNTU", Property="MSRC_SEVERITY")["Properties"] == []


def test_what_nodes_report_is_told_of_them_and_of_their_group(ssm, node):
    assert ssm.describe_instance_patch_states(InstanceIds=[node])["InstancePatchStates"] == []
    report(ssm, node, "AWS:PatchSummary", [SUMMARY])
    report(ssm, node, "AWS:PatchCompliance", PATCHES)
    state = ssm.describe_instance_patch_states(InstanceIds=[node])["InstancePatchStates"][0]
    assert (state["InstalledCount"], state["MissingCount"], state["Operation"]) == (5, 1, "Scan")
    missing = [{"Key": "MissingCount", "Values": ["0"], "Type": "GreaterThan"}]
    asked = ssm.describe_instance_patch_states_for_patch_group
    assert asked(PatchGroup="blue", Filters=missing)["InstancePatchStates"] == [state]
    assert asked(PatchGroup="red")["InstancePatchStates"] == []
    sums = ssm.describe_patch_group_state(PatchGroup="blue")
    assert (sums["Instances"], sums["InstancesWithMissingPatches"], sums["InstancesWithFailedPatches"]) == (1, 1, 0)
    shown = ssm.describe_instance_patches(InstanceId=node, Filters=[{"Key": "State", "Values": ["Missing"]}])
    assert [each["KBId"] for each in shown["Patches"]] == ["vim.x86_64"]


def test_a_node_fetches_its_snapshot(ssm, node):
    snapshot = "521c3536-930c-4aa9-950e-01234567abcd"
    found = ssm.get_deployable_patch_snapshot_for_instance(InstanceId=node, SnapshotId=snapshot)
    assert found["SnapshotId"] == snapshot
    with urllib.request.urlopen(found["SnapshotDownloadUrl"]) as answer:
        told = json.load(answer)["patchBaseline"]
    assert told["name"].startswith("AWS-") and told["approvalRules"]["rules"][0]["filterGroup"]["filters"]

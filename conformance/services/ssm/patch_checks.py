"""What proves that a call did its work: patches, the role that manages hosts, access and changes, OpsData."""

from conformance.services.readback import told
from conformance.services.ssm.fixtures import declared
from conformance.services.ssm.hints import TOKEN

PATCH = ("Id", "ReleaseDate", "Title", "Description", "ContentUrl", "Vendor", "ProductFamily", "Product",
         "Classification", "MsrcSeverity", "KbNumber", "MsrcNumber", "Language")  # fmt: skip
FIELDS = {"PRODUCT": "Product", "MSRC_SEVERITY": "MsrcSeverity", "CLASSIFICATION": "Classification"}


@declared.check("DescribeAvailablePatches")
def patches_fit(proof, world, given, answer):
    if "MaxResults" in given:
        proof.true("Patches", len(answer["Patches"]) <= given["MaxResults"], "as many as asked", answer)
        proof.pages("DescribeAvailablePatches", {**given, "MaxResults": max(given["MaxResults"], 2)}, "Patches", TOKEN,
                    "Id")
        return
    proof.true("Patches", answer["Patches"], "some", answer)
    none = proof.read("DescribeAvailablePatches", {"Filters": [{"Key": "PRODUCT", "Values": ["none"]}]})
    proof.equal("of no product", [], none.get("Patches"))
    for each in given.get("Filters", []):
        found = {patch[FIELDS[each["Key"]]] for patch in answer["Patches"]}
        proof.equal(each["Key"], each["Values"], sorted(found))


@declared.check("DescribeEffectivePatchesForPatchBaseline")
def approvals_told(proof, world, given, answer):
    """A baseline without rules approves nothing; one that names a patch approves that."""
    proof.equal("EffectivePatches", [], answer["EffectivePatches"])
    name = {"BaselineId": given["BaselineId"]}
    world.ask("UpdatePatchBaseline", {**name, "RejectedPatches": ["KB4480979"]})
    found = proof.read("DescribeEffectivePatchesForPatchBaseline", name)["EffectivePatches"]
    proof.equal("KbNumber", ["KB4480979"], [each["Patch"]["KbNumber"] for each in found])
    proof.equal("DeploymentStatus", ["EXPLICIT_REJECTED"], [each["PatchStatus"]["DeploymentStatus"] for each in found])
    world.ask("UpdatePatchBaseline", {**name, "RejectedPatches": []})


@declared.check("DescribePatchProperties")
def properties_told(proof, world, given, answer):
    wanted = {"CLASSIFICATION": "CriticalUpdates", "MSRC_SEVERITY": "Critical"}[given["Property"]]
    proof.equal("Name", wanted, answer["Properties"][0]["Name"])
    proof.true("Properties", len(answer["Properties"]) <= given.get("MaxResults", 50), "as many as asked", answer)


@declared.check("DescribeInstancePatchStates", "DescribeInstancePatchStatesForPatchGroup")
def states_told(proof, world, given, answer):
    made = world.fixture("patched")
    proof.holds("InstancePatchStates", [{
        **made, "InstalledCount": 5, "MissingCount": 1, "FailedCount": 0, "Operation": "Scan",
        "RebootOption": "NoReboot", "BaselineId": "pb-0123456789abcdef0"}], answer["InstancePatchStates"])


@declared.check("DescribePatchGroupState")
def group_told(proof, world, given, answer):
    proof.holds("answer", {"Instances": 1, "InstancesWithInstalledPatches": 1, "InstancesWithMissingPatches": 1,
                           "InstancesWithFailedPatches": 0}, answer)


@declared.check("DescribeInstancePatches")
def patches_told(proof, world, given, answer):
    proof.holds("Patches", [{"Title": "bash", "KBId": "bash.x86_64", "Classification": "Security",
                             "Severity": "Important", "State": "Installed", "CVEIds": "CVE-2014-6271"}],
                answer["Patches"])


@declared.check("GetDeployablePatchSnapshotForInstance")
def snapshot_told(proof, world, given, answer):
    proof.holds("answer", {"InstanceId": given["InstanceId"], "SnapshotId": given["SnapshotId"]}, answer)
    proof.true("SnapshotDownloadUrl", answer["SnapshotDownloadUrl"].startswith("http"), "an address", answer)


SETTING = {"SettingId": "/ssm/managed-instance/default-ec2-instance-management-role"}


@declared.check("RegisterDefaultHostManagementConfiguration")
def role_registered(proof, world, given, answer):
    found = proof.read("GetServiceSetting", SETTING)["ServiceSetting"]
    proof.holds("ServiceSetting", {**SETTING, "Status": "Customized"}, found)
    proof.true("SettingValue", answer["RoleArn"].endswith(found["SettingValue"]), "the role", found)
    world.later(lambda: world.ask("DeregisterDefaultHostManagementConfiguration", {}))


@declared.check("DeregisterDefaultHostManagementConfiguration")
def role_gone(proof, world, given, answer):
    proof.holds("ServiceSetting", {"Status": "Default"}, proof.read("GetServiceSetting", SETTING)["ServiceSetting"])


@declared.fixture("managed hosts")
def managed_hosts(world):
    return world.ask("RegisterDefaultHostManagementConfiguration", {"PermissionModel": "SERVICE_MANAGED"})


declared.before["DeregisterDefaultHostManagementConfiguration"] = ("managed hosts",)


@declared.check("StartAccessRequest")
def access_asked(proof, world, given, answer):
    name = {"OpsItemId": answer["AccessRequestId"]}
    proof.holds("OpsItem", {"Description": given["Reason"], "OpsItemType": "/aws/accessrequest"},
                proof.read("GetOpsItem", name).get("OpsItem"))
    world.later(lambda: world.ask("DeleteOpsItem", name))


@declared.check("GetAccessToken")
def access_told(proof, world, given, answer):
    proof.equal("AccessRequestStatus", "Pending", answer["AccessRequestStatus"])
    proof.equal("Credentials told", False, "Credentials" in answer)


@declared.check("StartChangeRequestExecution")
def change_stands(proof, world, given, answer):
    found = proof.read("GetAutomationExecution", {
        "AutomationExecutionId": answer["AutomationExecutionId"]})["AutomationExecution"]
    kept = ("ChangeRequestName", "Runbooks", "ScheduledTime")
    proof.holds("AutomationExecution", {
        "DocumentName": given["DocumentName"], "AutomationSubtype": "ChangeRequest",
        **{name: given[name] for name in kept if name in given}}, found)
    proof.true("OpsItemId", found.get("OpsItemId"), "told", found)


@declared.check("GetOpsSummary")
def counts_told(proof, world, given, answer):
    made = world.fixture("ops item")
    data = [each["Data"]["AWS:OpsItem"]["Content"] for each in answer["Entities"]]
    if "Aggregators" in given:
        name = given["Aggregators"][0]["AttributeName"]
        wanted = {"Status": "Open", "Source": made["Source"]}[name]
        proof.equal("Content", [[{name: wanted, "Count": "1"}]], data)
    else:
        proof.holds("Content", [[{"Title": made["Title"], "Status": "Open"}]], data)
        proof.equal("Id", [made["OpsItemId"]], [each["Id"] for each in answer["Entities"]])


declared.looking.add("ValidateCloudConnector")


@declared.check("ValidateCloudConnector")
def findings_told(proof, world, given, answer):
    """The role does not exist and the other cloud's tenant is nobody's."""
    codes = [each["Code"] for each in answer["ValidationFindings"]]
    proof.true("Code", "AwsRoleAssumptionFailed" in codes or given.get("MaxResults") == 0, "a finding", codes)


told(declared, "DescribeInstancePatchStates", fixture="patched", names=("InstanceId", "PatchGroup"),
     at="InstancePatchStates.0")
declared.tells("DescribeAvailablePatches", *PATCH, at="Patches")
STATE = ("SnapshotId", "OperationStartTime", "OperationEndTime", "OwnerInformation")
for _operation in ("DescribeInstancePatchStates", "DescribeInstancePatchStatesForPatchGroup"):
    declared.tells(_operation, *STATE, at="InstancePatchStates")
declared.tells("DescribeInstancePatches", "InstalledTime", at="Patches")
declared.tells("GetDeployablePatchSnapshotForInstance", "Product", "SnapshotDownloadUrl")
declared.tells("DescribePatchGroupState", *(f"InstancesWith{kind}Patches" for kind in (
    "InstalledOther", "InstalledPendingReboot", "InstalledRejected", "NotApplicable", "UnreportedNotApplicable",
    "CriticalNonCompliant", "SecurityNonCompliant", "OtherNonCompliant")), "InstancesWithAvailableSecurityUpdates")
declared.tells("ValidateCloudConnector", "Type", "Code", "Message", at="ValidationFindings")

"""Many targets, baselines that AWS predefines, inventory that is counted, requests that need an approval."""

import json

from conformance.probes import probe

API = "https://docs.aws.amazon.com/systems-manager/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/systems-manager/latest/userguide/"
OVER = ("Success", "Failed", "Cancelled", "TimedOut")


@probe("ssm", "GetDefaultPatchBaseline", "Until another is registered a predefined baseline is the default",
       GUIDE + "patch-manager-predefined-and-custom-patch-baselines.html")
def baselines_are_predefined(trial):
    name = trial.ask("GetDefaultPatchBaseline", OperatingSystem="UBUNTU")["BaselineId"]
    found = trial.ask("GetPatchBaseline", BaselineId=name)
    assert found["Name"] == "AWS-UbuntuDefaultPatchBaseline", found
    assert found["ApprovalRules"]["PatchRules"][0]["PatchFilterGroup"]["PatchFilters"][0]["Key"] == "PRIORITY", found


@probe("ssm", "DescribeEffectivePatchesForPatchBaseline", "A rejected patch is rejected, whatever the rules say",
       GUIDE + "patch-manager-approved-rejected-package-name-formats.html")
def rejection_comes_first(trial):
    known = trial.ask("DescribeAvailablePatches", MaxResults=1)["Patches"][0]
    rules = {"PatchRules": [{"ApproveAfterDays": 0, "PatchFilterGroup": {"PatchFilters": [
        {"Key": "PRODUCT", "Values": [known["Product"]]}]}}]}
    name = trial.ask("CreatePatchBaseline", Name=trial.unique("probe"), ApprovalRules=rules,
                     RejectedPatches=[known["KbNumber"]])["BaselineId"]  # fmt: skip
    trial.later(lambda: trial.call("DeletePatchBaseline", BaselineId=name))
    found = trial.ask("DescribeEffectivePatchesForPatchBaseline", BaselineId=name)["EffectivePatches"]
    states = {each["Patch"]["KbNumber"]: each["PatchStatus"]["DeploymentStatus"] for each in found}
    assert states[known["KbNumber"]] == "EXPLICIT_REJECTED", states


@probe("ssm", "StartAutomationExecution", "A rate-controlled automation starts an execution for each target",
       GUIDE + "running-automations-scale.html")
def targets_have_executions(trial):
    content = {"schemaVersion": "0.3", "parameters": {"name": {"type": "String"}}, "mainSteps": [
        {"name": "wait", "action": "aws:sleep", "inputs": {"Duration": "PT0S"}, "isEnd": True}]}
    document = trial.unique("probe")
    trial.ask("CreateDocument", Name=document, Content=json.dumps(content), DocumentType="Automation")
    trial.later(lambda: trial.call("DeleteDocument", Name=document))
    name = trial.ask("StartAutomationExecution", DocumentName=document, TargetParameterName="name", Targets=[
        {"Key": "ParameterValues", "Values": ["a", "b"]}])["AutomationExecutionId"]
    found = trial.world.wait(
        lambda: trial.ask("GetAutomationExecution", AutomationExecutionId=name)["AutomationExecution"],
        lambda found: found["AutomationExecutionStatus"] in OVER)
    assert found["AutomationExecutionStatus"] == "Success", found
    rows = trial.ask("DescribeAutomationExecutions", Filters=[{"Key": "ParentExecutionId", "Values": [name]}])
    assert len(rows["AutomationExecutionMetadataList"]) == 2, rows


@probe("ssm", "GetInventory", "Groups tell how many nodes report a type, and how many do not",
       GUIDE + "inventory-aggregate.html")
def groups_are_counted(trial):
    trial.fixture("node")
    group = {"Name": "group", "Filters": [{"Key": "TypeName", "Values": ["Custom:Nobody"], "Type": "Exists"}]}
    found = trial.ask("GetInventory", Aggregators=[{"Groups": [group]}])["Entities"][0]["Data"]["group"]["Content"]
    assert found == [{"notMatchingCount": "1"}, {"matchingCount": "0"}], found


@probe("ssm", "GetAccessToken", "A request for access that nobody has approved gives no credentials",
       API + "API_GetAccessToken.html")
def access_waits(trial):
    node = trial.fixture("node")["InstanceId"]
    name = trial.ask("StartAccessRequest", Reason="probe", Targets=[{"Key": "InstanceIds", "Values": [node]}])
    found = trial.ask("GetAccessToken", AccessRequestId=name["AccessRequestId"])
    assert found["AccessRequestStatus"] == "Pending" and "Credentials" not in found, found

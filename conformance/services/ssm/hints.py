"""What the model leaves open: names of fixtures, schedules, documents' contents, settings of a kind."""

import json
from datetime import UTC, datetime, timedelta

from conformance.generator.hints import Leave, Ref, Samples, Unique

ROLE = "arn:aws:iam::111122223333:role/nodes"
BUCKET = "amzn-s3-demo-bucket"
UUID = "00000000-0000-4000-8000-000000000000"
SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=10)
RATE, SUNDAYS, ONCE = "rate(7 days)", "cron(0 2 ? * SUN *)", "at(2031-01-01T10:00:00)"
NOWHERE = [{"Key": "tag:nobody", "Values": ["has this"]}]
TAGS = [{"Key": "k", "Value": "v"}]
TOKEN = ("NextToken", "NextToken")  # of answers and of requests

#: Sleeps so many seconds and tells the words. Schema 1.2 is the one that associations with an InstanceId may have.
COMMAND = {
    "schemaVersion": "1.2", "description": "Say words.",
    "parameters": {"words": {"type": "StringList", "default": ["none"]},
                   "seconds": {"type": "String", "default": "0"}},
    "runtimeConfig": {"aws:runShellScript": {"properties": [{
        "id": "0.aws:runShellScript", "runCommand": ["sleep {{ seconds }}", "echo {{ words }}"]}]}},
}  # fmt: skip
RUNBOOK = {
    "schemaVersion": "0.3", "parameters": {"words": {"type": "StringList", "default": ["none"]}},
    "mainSteps": [{"name": "wait", "action": "aws:sleep", "inputs": {"Duration": "PT0S"}, "isEnd": True}],
}
PAUSING = {"schemaVersion": "0.3", "mainSteps": [{"name": "pause", "action": "aws:pause", "inputs": {}}]}
CALENDAR = ("BEGIN:VCALENDAR\nPRODID:-//AWS//Change Calendar 1.0//EN\nVERSION:2.0\nX-CALENDAR-TYPE:DEFAULT_OPEN\n"
            "BEGIN:VEVENT\nUID:1\nDTSTAMP:20300101T000000Z\nDTSTART:20300101T000000Z\nDTEND:20300102T000000Z\n"
            "SUMMARY:frozen\nEND:VEVENT\nEND:VCALENDAR\n")  # fmt: skip
#: The content that a document of a type may have.
CONTENTS = {
    "Command": json.dumps(COMMAND), "Automation": json.dumps(RUNBOOK), "ChangeCalendar": CALENDAR,
    "Session": json.dumps({"schemaVersion": "1.0", "sessionType": "InteractiveCommands", "properties": {
        "linux": {"commands": "ls", "runAsElevated": False}}}),
    "Policy": json.dumps({"schemaVersion": "2.0", "mainSteps": [{
        "action": "aws:softwareInventory", "name": "collect", "inputs": {"applications": "Enabled"}}]}),
}  # fmt: skip
CHANGED = json.dumps(COMMAND | {"description": "Say other words."})

POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": ["ssm:GetParameter"],
    "Resource": "arn:aws:ssm:us-east-1:111122223333:parameter/*"}]})  # fmt: skip
POLICIES = json.dumps([{"Type": "Expiration", "Version": "1.0", "Attributes": {"Timestamp": "2031-01-01T00:00:00Z"}}])
AZURE = {"AzureConfiguration": {"TenantId": UUID, "ApplicationId": UUID, "Targets": {"Subscriptions": [{"Id": UUID}]}}}
GCP = {"GcpConfiguration": {
    "WorkloadIdentityPoolProvider": "projects/1/locations/global/workloadIdentityPools/pool/providers/provider",
    "ServiceAccountEmail": "nodes@project.iam.gserviceaccount.com"}}  # fmt: skip
ALARM = {"Alarms": [{"Name": "alarm"}], "IgnorePollAlarmFailure": True}
DESTINATION = {"BucketName": BUCKET, "SyncFormat": "JsonSerDe", "Region": "us-east-1"}
SOURCE = {"SourceType": "SingleAccountMultiRegions", "SourceRegions": ["us-east-1"]}
INVENTORY = {"TypeName": "Custom:Rack", "SchemaVersion": "1.0", "CaptureTime": "2030-01-01T00:00:00Z",
             "Content": [{"a": "1"}, {"a": "2"}]}  # fmt: skip
REGISTERED = [{"Key": "WindowTargetIds", "Values": [Ref("window target", "WindowTargetId")]}]

MANY = Leave("starts an execution for each target, which is another behaviour than one execution")
ELSEWHERE = Leave("needs other accounts of an organization")
OLDER = Leave("an association is named by its id; UpdateAssociationStatus names one by document and node")


def filters(**values):
    """One sample for each filter: a name and a value."""
    return Samples(*([{"Key": key, "Values": [value]}] for key, value in values.items()))


def small(**values):
    """The same for filters that are written small and have one value."""
    return Samples(*([{"key": key, "value": value}] for key, value in values.items()))


PARAMETERS = {
    "PutParameter.Name": Unique("conformance"), "Name": Ref("parameter", "Name"),
    "PutParameter.Value": Samples("value", "x" * 4096, "ü日本"), "PutParameter.DataType": Samples("text"),
    "PutParameter.KeyId": Samples("alias/aws/ssm"), "PutParameter.AllowedPattern": Samples(".*", ""),
    "PutParameter.Policies": Samples(POLICIES), "PutParameter.Tags": Samples(TAGS, []),
    "Names": Ref("parameter", "Names", must=False), "Path": Ref("parameter", "Path", must=False),
    "GetParametersByPath.ParameterFilters": Samples([{"Key": "Type", "Option": "Equals", "Values": ["String"]}]),
    "DescribeParameters.Filters": Samples([{"Key": "Type", "Values": ["String"]}]),
    "DescribeParameters.ParameterFilters": Samples([{"Key": "Type", "Option": "Equals", "Values": ["String"]}],
                                                   [{"Key": "Tier", "Values": ["Standard"]}]),
    "DescribeParameters.Shared": Samples(False),
    "LabelParameterVersion.Labels": Samples(["mine"], ["one", "two"]), "ParameterVersion": Samples(1),
    "UnlabelParameterVersion.Labels": Samples(["label"], ["label", "unknown"]),
    "ResourceType": Samples("Parameter"), "ResourceId": Ref("parameter", "Name"),
    "AddTagsToResource.Tags": Samples(TAGS, [{"Key": "a", "Value": ""}, {"Key": "other", "Value": "x"}]),
    "TagKeys": Samples(["k"], ["k", "unknown"]),
}  # fmt: skip

DOCUMENTS = {
    **{f"{operation}.Name": Ref("document", "Name") for operation in (
        "DescribeDocument", "GetDocument", "UpdateDocument", "UpdateDocumentDefaultVersion", "DeleteDocument",
        "ListDocumentVersions", "ListDocumentMetadataHistory", "DescribeDocumentPermission",
        "ModifyDocumentPermission", "UpdateDocumentMetadata", "CreateAssociation", "UpdateAssociation")},
    "CreateDocument.Name": Unique("document"), "CreateDocument.Content": Samples(CONTENTS["Command"]),
    "CreateDocument.DocumentType": Samples(*CONTENTS), "DocumentFormat": Samples("JSON", "YAML"),
    "Requires": Leave("for application configurations"), "Attachments": Leave("needs files in a bucket"),
    "TargetType": Samples("/AWS::EC2::Instance", "/"), "CreateDocument.Tags": Samples(TAGS, []),
    "UpdateDocument.Content": Samples(CHANGED), "DocumentVersion": Samples("1", "$DEFAULT", "$LATEST"),
    "UpdateDocumentDefaultVersion.DocumentVersion": Samples("2", "1"),
    "DeleteDocument.DocumentVersion": Samples("2", "$LATEST"),
    "DeleteDocument.VersionName": Ref("document", "SecondName", must=False),
    **{f"{operation}.VersionName": Ref("document", "FirstName", must=False)
       for operation in ("GetDocument", "DescribeDocument")},
    "AccountIdsToAdd": Samples(["111122223333"], ["all"]), "AccountIdsToRemove": Samples(["444455556666"]),
    "SharedDocumentVersion": Samples("$DEFAULT", "$LATEST", "$ALL"),
    "DocumentReviews": Samples({"Action": "SendForReview", "Comment": [{"Type": "Comment", "Content": "please"}]},
                               {"Action": "SendForReview"}),
    "CalendarNames": Samples([Ref("calendar", "Name")]),
    "AtTime": Samples("2030-01-01T12:00:00Z", "2029-12-31T23:59:59Z", "2030-01-02T00:00:00+0000"),
    "ListDocuments.DocumentFilterList": small(Owner="Self", DocumentType="Command"),
    "ListDocuments.Filters": filters(Owner="Self", DocumentType="Command", SearchKeyword="fixture"),
}  # fmt: skip

NODES = {
    "InstanceId": Ref("node", "InstanceId"), "Target": Ref("node", "InstanceId"),
    "GetConnectionStatus.Target": Ref("node", "InstanceId", must=False),
    **{f"{operation}.InstanceId": Ref("node", "InstanceId", must=False)
       for operation in ("ListCommands", "ListCommandInvocations")},
    "ActivationId": Ref("activation", "ActivationId"), "CreateActivation.ExpirationDate": Samples(SOON),
    "CreateActivation.Tags": Samples(TAGS, []),
    "DescribeActivations.Filters": Samples([{"FilterKey": "IamRole", "FilterValues": ["nodes"]}]),
    "InstanceInformationFilterList": Samples([{"key": "PingStatus", "valueSet": ["Online"]}]),
    "DescribeInstanceInformation.Filters": filters(PingStatus="Online", ResourceType="ManagedInstance"),
    "InstancePropertyFilterList": Samples([{"key": "PingStatus", "valueSet": ["Online"]}]),
    "FiltersWithOperator": Samples([{"Key": "PingStatus", "Values": ["Online"]}], [
        {"Key": "AgentVersion", "Values": ["3."], "Operator": "BeginWith"}]),
    **{f"{operation}.Filters": Samples([{"Key": "ResourceType", "Values": ["ManagedInstance"]}], [
        {"Key": "ManagedStatus", "Values": ["All"], "Type": "Equal"}]) for operation in ("ListNodes",
                                                                                        "ListNodesSummary")},
    **{f"{operation}.SyncName": Leave("for nodes of other accounts and regions")
       for operation in ("ListNodes", "ListNodesSummary")},
    "ListNodesSummary.Aggregators": Samples(*([{"AggregatorType": "Count", "TypeName": "Instance",
                                                "AttributeName": name}] for name in ("ResourceType", "Region"))),
    "PutInventory.Items": Samples([INVENTORY]), "ListInventoryEntries.TypeName": Samples("Custom:Rack"),
    "ListInventoryEntries.Filters": Samples([{"Key": "Custom:Rack.a", "Values": ["1"]}],
                                            [{"Key": "Custom:Rack.a", "Values": ["1"], "Type": "Equal"}]),
    "GetInventory.Filters": Samples([{"Key": "AWS:InstanceInformation.ResourceType", "Values": ["ManagedInstance"]}]),
    "GetInventory.Aggregators": Samples(
        [{"Expression": "AWS:InstanceInformation.ResourceType"}],
        [{"Expression": "AWS:InstanceInformation.ResourceType", "Aggregators": [
            {"Expression": "AWS:InstanceInformation.AgentType"}]}]),
    "GetInventory.ResultAttributes": Samples([{"TypeName": "Custom:Rack"}], [{"TypeName": "AWS:InstanceInformation"}]),
    "GetInventorySchema.TypeName": Samples("AWS:Application", "AWS:Tag"),
    "DeleteInventory.TypeName": Samples("Custom:Rack"), "DeletionId": Ref("deletion", "DeletionId"),
    "PutComplianceItems.ResourceId": Ref("node", "InstanceId", must=False),
    "PutComplianceItems.ResourceType": Samples("ManagedInstance"),
    "ExecutionSummary": Samples({"ExecutionTime": SOON, "ExecutionId": "1", "ExecutionType": "Command"}),
    "PutComplianceItems.ComplianceType": Samples("Custom:Mine"),
    "PutComplianceItems.Items": Samples(
        [{"Id": "1", "Title": "one", "Severity": "HIGH", "Status": "NON_COMPLIANT"}],
        [{"Id": "1", "Severity": "LOW", "Status": "COMPLIANT", "Details": {"a": "b"}}, {
            "Id": "2", "Severity": "UNSPECIFIED", "Status": "COMPLIANT"}]),
    **{f"{operation}.Filters": Samples([{"Key": "ComplianceType", "Values": ["Custom:Mine"], "Type": "EQUAL"}])
       for operation in ("ListComplianceItems", "ListComplianceSummaries", "ListResourceComplianceSummaries")},
    "ResourceIds": Samples([Ref("compliance", "ResourceId", must=False)]),
    "ResourceTypes": Samples(["ManagedInstance"]),
}  # fmt: skip

RUNS = {
    "SendCommand.DocumentName": Ref("document", "Name"), "InstanceIds": Samples([Ref("node", "InstanceId")]),
    "SendCommand.Targets": Samples(NOWHERE), "SendCommand.Parameters": Samples({"words": ["a", "b"]}),
    "SendCommand.DocumentHash": Ref("document", "Hash", must=False), "DocumentHashType": Samples("Sha256"),
    "OutputS3BucketName": Samples(BUCKET), "OutputS3Region": Samples("us-east-1"),
    "ServiceRoleArn": Samples(ROLE), "NotificationConfig": Samples({
        "NotificationArn": "arn:aws:sns:us-east-1:111122223333:t", "NotificationEvents": ["All"],
        "NotificationType": "Command"}),
    "AlarmConfiguration": Samples(ALARM, {"Alarms": [{"Name": "alarm"}]}),
    "CommandId": Ref("command", "CommandId"), "CancelCommand.CommandId": Ref("long command", "CommandId"),
    "PluginName": Samples("aws:runShellScript"),
    "ListCommands.Filters": small(Status="Success", InvokedAfter="2020-01-01T00:00:00Z"),
    "ListCommandInvocations.Filters": small(Status="Success", InvokedAfter="2020-01-01T00:00:00Z"),
    "StartAutomationExecution.DocumentName": Ref("runbook", "Name"),
    "StartAutomationExecution.Parameters": Samples({"words": ["a"]}, {"words": ["a", "b"]}),
    "StartAutomationExecution.Tags": Samples(TAGS, []), "StartAutomationExecution.Targets": MANY,
    "TargetParameterName": MANY, "TargetMaps": MANY, "TargetLocations": ELSEWHERE, "TargetLocationsURL": ELSEWHERE,
    "StartAutomationExecution.MaxConcurrency": MANY, "StartAutomationExecution.MaxErrors": MANY,
    "AutomationExecutionId": Ref("execution", "AutomationExecutionId"),
    **{f"{operation}.AutomationExecutionId": Ref("pausing", "AutomationExecutionId")
       for operation in ("SendAutomationSignal", "StopAutomationExecution")},
    "SignalType": Samples("Resume"), "SendAutomationSignal.Payload": Leave("for signals to single steps"),
    "DescribeAutomationExecutions.Filters": filters(DocumentNamePrefix="runbook", ExecutionStatus="Success"),
    "DescribeAutomationStepExecutions.Filters": filters(StepName="wait", Action="aws:sleep"),
    "StartExecutionPreview.DocumentName": Ref("runbook", "Name"),
    "StartExecutionPreview.ExecutionInputs": Samples({"Automation": {"Parameters": {"words": ["a"]}}}, {
        "Automation": {}}),
    "ExecutionPreviewId": Ref("preview", "ExecutionPreviewId"),
    "StartSession.DocumentName": Samples("SSM-SessionManagerRunShell"),
    "StartSession.Parameters": Leave("for documents that declare parameters"),
    "SessionId": Ref("session", "SessionId"), "DescribeSessions.State": Samples("Active"),
    "DescribeSessions.Filters": small(Status="Connecting", InvokedAfter="2020-01-01T00:00:00Z", AccessType="Standard"),
}  # fmt: skip

ASSOCIATIONS = {
    "AssociationId": Ref("association", "AssociationId"), "ExecutionId": Ref("application", "ExecutionId"),
    **{f"{operation}.AssociationId": Ref("application", "AssociationId")
       for operation in ("DescribeAssociationExecutions", "DescribeAssociationExecutionTargets")},
    "AssociationIds": Samples([Ref("association", "AssociationId")]),
    **{f"{operation}.{name}": OLDER for operation in ("DeleteAssociation", "DescribeAssociation")
       for name in ("Name", "InstanceId")},
    "UpdateAssociationStatus.Name": Ref("node association", "Name"),
    "UpdateAssociationStatus.InstanceId": Ref("node association", "InstanceId"),
    "CreateAssociationBatch.Entries": Samples(
        [{"Name": Ref("document", "Name"), "Targets": NOWHERE, "AssociationName": "one"}],
        [{"Name": Ref("document", "Name"), "Targets": NOWHERE}, {
            "Name": Ref("document", "Name"), "Targets": NOWHERE, "ScheduleExpression": RATE}]),
    **{f"{operation}Association.{name}": value for operation in ("Create", "Update") for name, value in {
        "Targets": Samples(NOWHERE, [{"Key": "tag:other", "Values": ["a", "b"]}]),
        "Parameters": Samples({"words": ["a", "b"]}), "ScheduleExpression": Samples(RATE, SUNDAYS),
        "AutomationTargetParameterName": Leave("for Automation documents"),
        "CalendarNames": Leave("needs a change calendar"),
    }.items()},
    "CreateAssociation.Tags": Samples(TAGS, []), "AssociationVersion": Samples("1", "$LATEST"),
    "AssociationDispatchAssumeRole": Samples(ROLE),
    "UpdateAssociationStatus.AssociationStatus": Samples(
        {"Date": SOON, "Name": "Success", "Message": "done", "AdditionalInfo": "more"},
        {"Date": SOON, "Name": "Failed", "Message": "not done"}),
    "AssociationFilterList": small(AssociationStatusName="Pending", LastExecutedBefore="2031-01-01T00:00:00Z"),
    "DescribeAssociationExecutions.Filters": Samples([{"Key": "Status", "Value": "Success", "Type": "EQUAL"}]),
    "DescribeAssociationExecutionTargets.Filters": Samples([{"Key": "ResourceType", "Value": "ManagedInstance"}]),
}  # fmt: skip

WINDOWS = {
    "CreateMaintenanceWindow.Name": Samples("window", "a" * 128), "UpdateMaintenanceWindow.Name": Samples("other"),
    **{f"{operation}MaintenanceWindow.{name}": value for operation in ("Create", "Update") for name, value in {
        "StartDate": Samples("2030-01-01T00:00:00Z"), "EndDate": Samples("2032-01-01T00:00:00Z"),
        "Schedule": Samples(RATE, SUNDAYS, ONCE), "ScheduleTimezone": Samples("UTC", "America/New_York"),
        "Duration": Samples(4, 2, 24), "Cutoff": Samples(1, 0)}.items()},
    "CreateMaintenanceWindow.Tags": Samples(TAGS, []),
    "WindowId": Ref("window", "WindowId"), "WindowTargetId": Ref("window target", "WindowTargetId"),
    "WindowTaskId": Ref("window task", "WindowTaskId"),
    **{f"{operation}.Name": Samples("named", "a" * 128) for operation in (
        "RegisterTargetWithMaintenanceWindow", "RegisterTaskWithMaintenanceWindow", "UpdateMaintenanceWindowTarget",
        "UpdateMaintenanceWindowTask")},
    **{f"{operation}.Targets": Samples(NOWHERE, [{"Key": "tag:other", "Values": ["a", "b"]}]) for operation in (
        "RegisterTargetWithMaintenanceWindow", "UpdateMaintenanceWindowTarget",
        "DescribeMaintenanceWindowsForTarget", "DescribeMaintenanceWindowSchedule")},
    **{f"{operation}MaintenanceWindow{thing}": value for operation in ("RegisterTaskWith", "Update")
       for thing, value in {
        **({"Task.Targets": Samples(REGISTERED)} if operation == "Update" else {".Targets": Samples(REGISTERED)}),
    }.items()},
    "RegisterTargetWithMaintenanceWindow.ResourceType": Samples("INSTANCE", "RESOURCE_GROUP"),
    "DescribeMaintenanceWindowsForTarget.ResourceType": Samples("INSTANCE", "RESOURCE_GROUP"),
    "DescribeMaintenanceWindowSchedule.ResourceType": Samples("INSTANCE"),
    "TaskArn": Samples("AWS-RunShellScript"), "TaskParameters": Samples({"commands": {"Values": ["true"]}}),
    "TaskType": Samples("RUN_COMMAND", "AUTOMATION", "STEP_FUNCTIONS", "LAMBDA"),
    "TaskInvocationParameters": Samples({"RunCommand": {"Parameters": {"commands": ["true"]}, "Comment": "a"}},
                                        {"RunCommand": {"TimeoutSeconds": 30, "ServiceRoleArn": ROLE}}),
    "LoggingInfo": Samples({"S3BucketName": BUCKET, "S3Region": "us-east-1"}),
    "WindowExecutionId": Ref("opening", "WindowExecutionId"), "TaskId": Ref("opening", "TaskId"),
    "InvocationId": Ref("opening", "InvocationId"),
    "DescribeMaintenanceWindowExecutions.WindowId": Ref("opening", "WindowId"),
    "DescribeMaintenanceWindows.Filters": filters(Enabled="true"),
    "DescribeMaintenanceWindowTargets.Filters": filters(Type="INSTANCE"),
    "DescribeMaintenanceWindowTasks.Filters": filters(TaskType="RUN_COMMAND"),
    "DescribeMaintenanceWindowExecutions.Filters": filters(ExecutedAfter="2020-01-01T00:00:00Z"),
    "DescribeMaintenanceWindowExecutionTasks.Filters": Leave("of the states that a run passes through"),
    "DescribeMaintenanceWindowExecutionTaskInvocations.Filters": Leave("of the states that a run passes through"),
    "DescribeMaintenanceWindowSchedule.Filters": Leave("what it knows is not documented"),
}  # fmt: skip

PRODUCTS = {"PatchFilters": [{"Key": "PRODUCT", "Values": ["*"]}]}
PATCHES = {
    "BaselineId": Ref("baseline", "BaselineId"), "GlobalFilters": Samples(PRODUCTS),
    "ApprovalRules": Samples({"PatchRules": [{"PatchFilterGroup": PRODUCTS, "ComplianceLevel": "HIGH",
                                              "ApproveAfterDays": 7, "EnableNonSecurity": False}]}),
    "Sources": Samples([{"Name": "source", "Products": ["AmazonLinux2018.03"], "Configuration": "[repo]\nname=a"}]),
    "CreatePatchBaseline.Tags": Samples(TAGS, []),
    **{f"{operation}.Name": Samples("baseline", "a" * 128) for operation in (
        "CreatePatchBaseline", "UpdatePatchBaseline")},
    "RegisterPatchBaselineForPatchGroup.PatchGroup": Unique("group"), "PatchGroup": Ref("patch group", "PatchGroup"),
    "GetPatchBaselineForPatchGroup.PatchGroup": Ref("patch group", "PatchGroup", must=False),
    "DeregisterPatchBaselineForPatchGroup.BaselineId": Ref("patch group", "BaselineId"),
    "GetDefaultPatchBaseline.OperatingSystem": Samples("WINDOWS"),
    "GetPatchBaselineForPatchGroup.OperatingSystem": Samples("WINDOWS"),
    "DescribePatchBaselines.Filters": filters(OWNER="Self", NAME_PREFIX="fixture", OPERATING_SYSTEM="WINDOWS"),
    "DescribePatchGroups.Filters": filters(NAME_PREFIX="fixture", OPERATING_SYSTEM="WINDOWS"),
    "DescribeAvailablePatches.Filters": filters(PRODUCT="WindowsServer2019", MSRC_SEVERITY="Critical",
                                                CLASSIFICATION="SecurityUpdates"),
    "DescribePatchProperties.OperatingSystem": Samples("WINDOWS"),
    "Property": Samples("CLASSIFICATION", "MSRC_SEVERITY"),
    "PatchSet": Samples("OS"),
    "DescribeInstancePatchStates.InstanceIds": Samples([Ref("patched", "InstanceId", must=False)]),
    "DescribeInstancePatches.InstanceId": Ref("patched", "InstanceId", must=False),
    "DescribeInstancePatches.Filters": filters(State="Installed", KBId="bash.x86_64", Severity="Important"),
    **{f"{operation}.PatchGroup": Ref("patched", "PatchGroup", must=False) for operation in (
        "DescribeInstancePatchStatesForPatchGroup", "DescribePatchGroupState")},
    "DescribeInstancePatchStatesForPatchGroup.Filters": Samples(
        [{"Key": "MissingCount", "Values": ["0"], "Type": "GreaterThan"}],
        [{"Key": "InstalledCount", "Values": ["5"], "Type": "Equal"}]),
    "SnapshotId": Samples(UUID), "BaselineOverride": Leave("is another baseline than the node's; a test gives one"),
}  # fmt: skip

SAMPLE = {"a": {"Value": "1", "Type": "SearchableString"}}
OPERATIONS = {
    "OpsItemId": Ref("ops item", "OpsItemId"), "OpsItemArn": Ref("ops item", "OpsItemArn", must=False),
    "ListOpsItemRelatedItems.OpsItemId": Ref("relation", "OpsItemId", must=False),
    "DisassociateOpsItemRelatedItem.OpsItemId": Ref("relation", "OpsItemId"),
    "DisassociateOpsItemRelatedItem.AssociationId": Ref("relation", "AssociationId"),
    **{f"{name}Time": Samples(SOON) for name in ("ActualStart", "ActualEnd", "PlannedStart", "PlannedEnd")},
    "OpsItemType": Samples("/aws/issue"), "CreateOpsItem.Tags": Samples(TAGS, []),
    "OperationalData": Samples(SAMPLE, {"a": {"Value": "1", "Type": "String"}}),
    "OperationalDataToDelete": Samples(["kept"]), "RelatedOpsItems": Samples([{"OpsItemId": Ref(
        "ops item", "OpsItemId")}]), "Notifications": Samples([{"Arn": "arn:aws:sns:us-east-1:111122223333:t"}]),
    "Category": Samples("Availability", "Cost", "Performance", "Recovery", "Security"),
    "Severity": Samples("1", "2", "3", "4"), "CreateOpsItem.AccountId": ELSEWHERE,
    "UpdateOpsItem.Status": Samples("Open", "InProgress", "Resolved"),
    "OpsItemFilters": Samples(*([{"Key": key, "Values": [value], "Operator": operator}] for key, value, operator in (
        ("Status", "Open", "Equal"), ("Title", "fixture", "Contains"), ("CreatedTime", "2020-01-01T00:00:00Z",
                                                                        "GreaterThan"), ("Priority", "3", "Equal")))),
    "AssociationType": Samples("IsParentOf", "RelatesTo"), "ResourceUri": Samples(
        "arn:aws:ssm:us-east-1:111122223333:document/AWS-RunShellScript"),
    "AssociateOpsItemRelatedItem.ResourceType": Samples("AWS::SSM::Document"),
    "ListOpsItemEvents.Filters": Samples([{"Key": "OpsItemId", "Values": [Ref("ops item", "OpsItemId")],
                                           "Operator": "Equal"}]),
    "ListOpsItemRelatedItems.Filters": Samples([{"Key": "ResourceType", "Values": ["AWS::SSM::Document"],
                                                 "Operator": "Equal"}]),
    "CreateOpsMetadata.ResourceId": Unique("/application"), "Metadata": Samples({"a": {"Value": "1"}}),
    "ListDocumentMetadataHistory.Metadata": Samples("DocumentReviews"), "CreateOpsMetadata.Tags": Samples(TAGS, []),
    "OpsMetadataArn": Ref("ops metadata", "OpsMetadataArn"), "MetadataToUpdate": Samples({"b": {"Value": "2"}}),
    "KeysToDelete": Samples(["a"], ["a", "unknown"]),
    "ListOpsMetadata.Filters": Samples([{"Key": "ResourceId", "Values": [Ref(
        "ops metadata", "ResourceId", must=False)]}]),
}  # fmt: skip

SETTINGS = {
    "SettingId": Ref("setting", "SettingId"),
    "ResetServiceSetting.SettingId": Ref("changed setting", "SettingId"),
    "SettingValue": Samples("Advanced", "Standard", "Intelligent-Tiering"),
    "ResourceArn": Ref("policy", "ResourceArn", must=False), "PutResourcePolicy.Policy": Samples(POLICY),
    "PutResourcePolicy.ResourceArn": Ref("parameter", "ARN", must=False),
    "PutResourcePolicy.PolicyId": Leave("with the hash of a policy that stands; a test updates one"),
    "PutResourcePolicy.PolicyHash": Leave("with the id of a policy that stands; a test updates one"),
    "PolicyId": Ref("policy", "PolicyId"), "PolicyHash": Ref("policy", "PolicyHash", must=False),
    "DeletionMode": Leave("for parameters that an organization shares"),
    "CreateResourceDataSync.SyncName": Unique("sync"), "SyncName": Ref("sync", "SyncName"),
    "UpdateResourceDataSync.SyncName": Ref("source sync", "SyncName"),
    "S3Destination": Samples(DESTINATION, DESTINATION | {"Prefix": "a"}), "SyncSource": Samples(SOURCE, {
        **SOURCE, "IncludeFutureRegions": True}),
    "SyncType": Samples("SyncToDestination"), "UpdateResourceDataSync.SyncType": Samples("SyncFromSource"),
    "RoleArn": Samples(ROLE), "CreateCloudConnector.Configuration": Samples(AZURE, GCP),
    "UpdateCloudConnector.Configuration": Samples(GCP, AZURE), "CreateCloudConnector.Tags": Samples(TAGS, []),
    "ConfigConnectorArn": Samples("arn:aws:config:us-east-1:111122223333:connector/c"),
    "CloudConnectorId": Ref("connector", "CloudConnectorId"),
    "PermissionModel": Samples("SERVICE_MANAGED"),
    "RegisterDefaultHostManagementConfiguration.RoleArn": Leave("excludes a role that is made; a test names one"),
    "StartAccessRequest.Targets": Samples([{"Key": "InstanceIds", "Values": [Ref("node", "InstanceId")]}]),
    "StartAccessRequest.Tags": Samples(TAGS, []), "AccessRequestId": Ref("access", "AccessRequestId"),
    "StartChangeRequestExecution.DocumentName": Ref("change template", "Name"),
    "Runbooks": Samples([{"DocumentName": Ref("change template", "Runbook", must=False)}]),
    "StartChangeRequestExecution.Parameters": Leave("for templates that declare some"),
    **{f"{operation}Time": Samples(SOON) for operation in ("Scheduled", "ScheduledEnd")},
    "StartChangeRequestExecution.Tags": Samples(TAGS, []),
    "GetOpsSummary.SyncName": Leave("for data of other accounts and regions"),
    "GetOpsSummary.Filters": Samples([{"Key": "AWS:OpsItem.Status", "Values": ["Open"], "Type": "Equal"}],
                                     [{"Key": "AWS:OpsItem.Title", "Values": ["fixture"], "Type": "BeginWith"}]),
    "GetOpsSummary.Aggregators": Samples(
        [{"AggregatorType": "count", "TypeName": "AWS:OpsItem", "AttributeName": "Status"}],
        [{"AggregatorType": "count", "TypeName": "AWS:OpsItem", "AttributeName": "Source"}]),
    "GetOpsSummary.ResultAttributes": Samples([{"TypeName": "AWS:OpsItem"}]),
    "ListCloudConnectors.Filters": Samples([{"FilterKey": "TenantId", "FilterValues": [UUID]}]),
}  # fmt: skip

HINTS = {
    **PARAMETERS, **DOCUMENTS, **NODES, **RUNS, **ASSOCIATIONS, **WINDOWS, **PATCHES, **OPERATIONS, **SETTINGS,
    "NextToken": Leave("a token comes from an answer; checks follow pages"),
}  # fmt: skip
#: Members without which an input would not be accepted, or not tell what it means.
ALWAYS = {
    "PutParameter": ("Type",), "ModifyDocumentPermission": ("AccountIdsToAdd",), "CreateAssociation": ("Targets",),
    "SendCommand": ("InstanceIds",), "DeleteAssociation": ("AssociationId",),
    "DescribeAssociation": ("AssociationId",), "RegisterTaskWithMaintenanceWindow": ("Targets",),
    "CreateResourceDataSync": ("S3Destination",),
}  # fmt: skip

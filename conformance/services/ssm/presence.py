"""Members that Systems Manager always answers.

Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Operations.html
"""

from conformance.services.ssm.fixtures import declared

WINDOW = ("WindowId", "Name", "Schedule", "Duration", "Cutoff", "Enabled")
WINDOW_TOLD = (*WINDOW, "AllowUnassociatedTargets")
TASK = ("WindowId", "WindowTaskId", "TaskArn", "Priority")
BASELINE = ("BaselineId", "Name", "OperatingSystem", "GlobalFilters", "ApprovalRules", "ApprovedPatches",
            "ApprovedPatchesComplianceLevel", "ApprovedPatchesEnableNonSecurity", "RejectedPatches",
            "RejectedPatchesAction", "CreatedDate", "ModifiedDate", "Sources")
ASSOCIATION = ("Name", "AssociationId", "AssociationVersion", "Date", "LastUpdateAssociationDate", "DocumentVersion",
               "Overview", "ApplyOnlyAtCronInterval")
DOCUMENT = ("Name", "Owner", "CreatedDate", "DocumentVersion", "DocumentType", "DocumentFormat", "PlatformTypes")
DESCRIPTION = (*DOCUMENT, "Hash", "HashType", "Status", "LatestVersion", "DefaultVersion")
PARAMETER = ("Name", "Type", "Value", "Version", "LastModifiedDate", "ARN", "DataType")
METADATA = ("Name", "Type", "LastModifiedDate", "LastModifiedUser", "Version", "Tier", "DataType", "Policies")
OPS_ITEM = ("OpsItemId", "Title", "Source", "Status", "CreatedBy", "CreatedTime", "LastModifiedBy", "LastModifiedTime")
SETTING = ("SettingId", "SettingValue", "LastModifiedDate", "LastModifiedUser", "ARN", "Status")
NODE = ("InstanceId", "PingStatus", "LastPingDateTime", "IamRole", "RegistrationDate", "ResourceType", "IPAddress")
COMMAND = ("CommandId", "DocumentName", "DocumentVersion", "ExpiresAfter", "InstanceIds",
           "RequestedDateTime", "Status", "StatusDetails", "MaxConcurrency", "MaxErrors", "TargetCount",
           "CompletedCount", "ErrorCount")


def each(place, names):
    return tuple(f"{place}.{name}" for name in names)


declared.present.update({
    "CreateActivation": ("ActivationId", "ActivationCode"),
    "DescribeActivations": each("ActivationList", ("ActivationId", "IamRole", "RegistrationLimit",
                                                   "ExpirationDate", "Expired", "CreatedDate")),
    "DescribeInstanceInformation": each("InstanceInformationList", NODE),
    "DescribeInstanceProperties": each("InstanceProperties", NODE),
    "GetParameter": each("Parameter", PARAMETER),
    "GetParameters": (*each("Parameters", PARAMETER), "InvalidParameters"),
    "GetParametersByPath": each("Parameters", PARAMETER), "PutParameter": ("Version", "Tier"),
    "DescribeParameters": each("Parameters", (*METADATA, "ARN")),
    "GetParameterHistory": each("Parameters", (*METADATA, "Value", "Labels")),
    "DeleteParameters": ("DeletedParameters", "InvalidParameters"),
    "LabelParameterVersion": ("InvalidLabels", "ParameterVersion"),
    "UnlabelParameterVersion": ("RemovedLabels", "InvalidLabels"),
    "CreateDocument": each("DocumentDescription", DESCRIPTION), "DescribeDocument": each("Document", DESCRIPTION),
    "UpdateDocument": each("DocumentDescription", DESCRIPTION), "ListDocuments": each("DocumentIdentifiers", DOCUMENT),
    "GetDocument": ("Name", "DocumentVersion", "Status", "Content", "DocumentType", "DocumentFormat", "CreatedDate"),
    "ListDocumentVersions": each("DocumentVersions", (
        "Name", "DocumentVersion", "CreatedDate", "IsDefaultVersion", "DocumentFormat", "Status")),
    "CreateMaintenanceWindow": ("WindowId",), "DeleteMaintenanceWindow": ("WindowId",),
    "GetMaintenanceWindow": (*WINDOW_TOLD, "CreatedDate", "ModifiedDate"), "UpdateMaintenanceWindow": WINDOW_TOLD,
    "DescribeMaintenanceWindows": each("WindowIdentities", WINDOW),
    "DescribeMaintenanceWindowsForTarget": each("WindowIdentities", ("WindowId", "Name")),
    "DescribeMaintenanceWindowSchedule": each("ScheduledWindowExecutions", ("WindowId", "Name", "ExecutionTime")),
    "GetMaintenanceWindowTask": (*TASK, "TaskType"), "UpdateMaintenanceWindowTask": TASK,
    "DescribeMaintenanceWindowTasks": each("Tasks", ("WindowId", "WindowTaskId", "TaskArn", "Type", "Priority")),
    "UpdateMaintenanceWindowTarget": ("WindowId", "WindowTargetId"),
    "DescribeMaintenanceWindowTargets": each("Targets", ("WindowId", "WindowTargetId", "ResourceType", "Targets")),
    "CreatePatchBaseline": ("BaselineId",), "DeletePatchBaseline": ("BaselineId",),
    "GetPatchBaseline": (*BASELINE, "PatchGroups"), "UpdatePatchBaseline": BASELINE,
    "GetDefaultPatchBaseline": ("BaselineId", "OperatingSystem"), "RegisterDefaultPatchBaseline": ("BaselineId",),
    "GetPatchBaselineForPatchGroup": ("BaselineId", "PatchGroup", "OperatingSystem"),
    "RegisterPatchBaselineForPatchGroup": ("BaselineId", "PatchGroup"),
    "DeregisterPatchBaselineForPatchGroup": ("BaselineId", "PatchGroup"),
    "DescribePatchBaselines": each("BaselineIdentities", (
        "BaselineId", "BaselineName", "OperatingSystem", "DefaultBaseline")),
    "CreateAssociation": each("AssociationDescription", ASSOCIATION),
    "UpdateAssociation": each("AssociationDescription", ASSOCIATION),
    "DescribeAssociation": each("AssociationDescription", ASSOCIATION),
    "ListAssociations": each("Associations", ("Name", "AssociationId", "AssociationVersion", "Overview")),
    "ListAssociationVersions": each("AssociationVersions", (
        "AssociationId", "AssociationVersion", "CreatedDate", "Name", "ApplyOnlyAtCronInterval")),
    "DescribeInstanceAssociationsStatus": each("InstanceAssociationStatusInfos", (
        "AssociationId", "Name", "AssociationVersion", "InstanceId", "ExecutionDate", "Status", "DetailedStatus")),
    "CreateOpsItem": ("OpsItemId", "OpsItemArn"), "DescribeOpsItems": each("OpsItemSummaries", OPS_ITEM),
    "GetOpsItem": each("OpsItem", (*OPS_ITEM, "Description", "Version", "OpsItemArn")),
    "ListOpsMetadata": each("OpsMetadataList", (
        "ResourceId", "OpsMetadataArn", "LastModifiedDate", "LastModifiedUser", "CreationDate")),
    "GetServiceSetting": each("ServiceSetting", SETTING), "ResetServiceSetting": each("ServiceSetting", SETTING),
    "SendCommand": each("Command", COMMAND), "ListCommands": each("Commands", COMMAND),
    "StartSession": ("SessionId", "TokenValue", "StreamUrl"), "TerminateSession": ("SessionId",),
    "StartAutomationExecution": ("AutomationExecutionId",),
    "GetAutomationExecution": each("AutomationExecution", (
        "AutomationExecutionId", "DocumentName", "DocumentVersion", "ExecutionStartTime", "AutomationExecutionStatus",
        "Mode", "StepExecutions")),
    "DescribeDocumentPermission": ("AccountIds", "AccountSharingInfoList"),
    "UpdateDocumentDefaultVersion": each("Description", ("Name", "DefaultVersion")),
    "RegisterTargetWithMaintenanceWindow": ("WindowTargetId",), "RegisterTaskWithMaintenanceWindow": ("WindowTaskId",),
    "GetCloudConnector": ("CloudConnectorArn", "CreatedAt", "UpdatedAt"),
    "ListResourceDataSync": each("ResourceDataSyncItems", ("SyncName", "SyncCreatedTime", "LastStatus")),
})  # fmt: skip

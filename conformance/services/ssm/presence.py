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
DESCRIPTION = (*DOCUMENT, "Hash", "HashType", "Status", "LatestVersion", "DefaultVersion", "Parameters",
               "Tags", "Author", "Sha1", "AttachmentsInformation")
PARAMETER = ("Name", "Type", "Value", "Version", "LastModifiedDate", "ARN", "DataType")
METADATA = ("Name", "Type", "LastModifiedDate", "LastModifiedUser", "Version", "Tier", "DataType", "Policies")
OPS_ITEM = ("OpsItemId", "Title", "Source", "Status", "CreatedBy", "CreatedTime", "LastModifiedBy", "LastModifiedTime")
SETTING = ("SettingId", "SettingValue", "LastModifiedDate", "LastModifiedUser", "ARN", "Status")
NODE = ("InstanceId", "PingStatus", "LastPingDateTime", "IamRole", "RegistrationDate", "ResourceType", "IPAddress",
        "AgentVersion", "PlatformType", "PlatformName", "PlatformVersion", "ActivationId", "Name", "ComputerName",
        "SourceId", "SourceType")
COMMAND = ("CommandId", "DocumentName", "DocumentVersion", "ExpiresAfter", "InstanceIds",
           "RequestedDateTime", "Status", "StatusDetails", "MaxConcurrency", "MaxErrors", "TargetCount",
           "CompletedCount", "ErrorCount", "Parameters", "TimeoutSeconds", "DeliveryTimedOutCount", "ServiceRole",
           "OutputS3BucketName", "OutputS3KeyPrefix", "NotificationConfig", "CloudWatchOutputConfig", "Comment",
           "Targets")
INVOCATION = ("CommandId", "InstanceId", "Comment", "DocumentName", "DocumentVersion", "Status", "StatusDetails",
              "StandardOutputUrl", "StandardErrorUrl", "CloudWatchOutputConfig")
RUN = ("AutomationExecutionId", "DocumentName", "DocumentVersion", "AutomationExecutionStatus", "ExecutionStartTime",
       "ExecutionEndTime", "ExecutedBy", "Mode", "Outputs", "Targets", "ResolvedTargets")
MADE = ("CreatedBy", "CreatedTime")


def each(place, names):
    return tuple(f"{place}.{name}" for name in names)


declared.present.update({
    "CreateActivation": ("ActivationId", "ActivationCode"),
    "DescribeActivations": each("ActivationList", (
        "ActivationId", "DefaultInstanceName", "Tags", "IamRole", "RegistrationLimit", "ExpirationDate",
        "Expired", "CreatedDate")),
    "DescribeInstanceInformation": each("InstanceInformationList", (*NODE, "IsLatestVersion")),
    "DescribeInstanceProperties": each("InstanceProperties", NODE),
    "GetParameter": each("Parameter", PARAMETER),
    "GetParameters": (*each("Parameters", PARAMETER), "InvalidParameters"),
    "GetParametersByPath": each("Parameters", PARAMETER), "PutParameter": ("Version", "Tier"),
    "DescribeParameters": each("Parameters", (*METADATA, "ARN", "Description")),
    "GetParameterHistory": each("Parameters", (*METADATA, "Value", "Labels", "Description")),
    "DeleteParameters": ("DeletedParameters", "InvalidParameters"),
    "LabelParameterVersion": ("InvalidLabels", "ParameterVersion"),
    "UnlabelParameterVersion": ("RemovedLabels", "InvalidLabels"),
    "CreateDocument": each("DocumentDescription", DESCRIPTION),
    "DescribeDocument": each("Document", (*DESCRIPTION, "SchemaVersion", "Description")),
    "UpdateDocument": each("DocumentDescription", (*DESCRIPTION, "SchemaVersion", "Description")),
    "ListDocuments": each("DocumentIdentifiers", (
        *DOCUMENT, "SchemaVersion", "Tags", "Author")),
    "GetDocument": ("Name", "DocumentVersion", "Status", "Content", "DocumentType", "DocumentFormat", "CreatedDate",
                    "AttachmentsContent"),
    "ListDocumentMetadataHistory": ("Name", "DocumentVersion", "Author", "Metadata.ReviewerResponse"),
    "ListDocumentVersions": each("DocumentVersions", (
        "Name", "DocumentVersion", "CreatedDate", "IsDefaultVersion", "DocumentFormat", "Status")),
    "CreateMaintenanceWindow": ("WindowId",), "DeleteMaintenanceWindow": ("WindowId",),
    "GetMaintenanceWindow": (
        *WINDOW_TOLD, "CreatedDate", "ModifiedDate", "NextExecutionTime", "Description"),
    "UpdateMaintenanceWindow": WINDOW_TOLD,
    "DescribeMaintenanceWindows": each("WindowIdentities", (*WINDOW, "Description", "NextExecutionTime")),
    "DescribeMaintenanceWindowsForTarget": each("WindowIdentities", ("WindowId", "Name")),
    "DescribeMaintenanceWindowSchedule": each("ScheduledWindowExecutions", ("WindowId", "Name", "ExecutionTime")),
    "GetMaintenanceWindowTask": (
        *TASK, "TaskType", "Targets.Key", "Targets.Values", "TaskInvocationParameters.RunCommand", "MaxConcurrency",
        "MaxErrors", "Description", "CutoffBehavior"),
    "UpdateMaintenanceWindowTask": TASK,
    "DescribeMaintenanceWindowTasks": each("Tasks", (
        "WindowId", "WindowTaskId", "TaskArn", "Type", "Priority", "Targets", "MaxConcurrency", "MaxErrors",
        "Description", "CutoffBehavior")),
    "UpdateMaintenanceWindowTarget": ("WindowId", "WindowTargetId"),
    "DescribeMaintenanceWindowTargets": each("Targets", (
        "WindowId", "WindowTargetId", "ResourceType", "Targets", "Description")),
    "DeregisterTargetFromMaintenanceWindow": ("WindowId", "WindowTargetId"),
    "DeregisterTaskFromMaintenanceWindow": ("WindowId", "WindowTaskId"),
    "DescribeMaintenanceWindowExecutions": each("WindowExecutions", (
        "WindowId", "WindowExecutionId", "Status", "StartTime", "EndTime")),
    "GetMaintenanceWindowExecution": ("WindowExecutionId", "TaskIds", "Status", "StartTime", "EndTime"),
    "GetMaintenanceWindowExecutionTask": (
        "WindowExecutionId", "TaskExecutionId", "TaskArn", "Type", "TaskParameters", "Priority", "MaxConcurrency",
        "MaxErrors", "Status", "StartTime", "EndTime"),
    "DescribeMaintenanceWindowExecutionTasks": each("WindowExecutionTaskIdentities", (
        "WindowExecutionId", "TaskExecutionId", "Status", "StartTime", "EndTime", "TaskArn", "TaskType")),
    "GetMaintenanceWindowExecutionTaskInvocation": (
        "WindowExecutionId", "TaskExecutionId", "InvocationId", "ExecutionId", "TaskType", "Parameters", "Status",
        "StartTime", "EndTime"),
    "DescribeMaintenanceWindowExecutionTaskInvocations": each("WindowExecutionTaskInvocationIdentities", (
        "WindowExecutionId", "TaskExecutionId", "InvocationId", "ExecutionId", "TaskType", "Parameters", "Status",
        "StartTime", "EndTime")),
    "CreatePatchBaseline": ("BaselineId",), "DeletePatchBaseline": ("BaselineId",),
    "GetPatchBaseline": (*BASELINE, "PatchGroups"), "UpdatePatchBaseline": BASELINE,
    "DescribePatchGroups": each("Mappings", ("PatchGroup", "BaselineIdentity.BaselineId")),
    "GetDefaultPatchBaseline": ("BaselineId", "OperatingSystem"), "RegisterDefaultPatchBaseline": ("BaselineId",),
    "GetPatchBaselineForPatchGroup": ("BaselineId", "PatchGroup", "OperatingSystem"),
    "RegisterPatchBaselineForPatchGroup": ("BaselineId", "PatchGroup"),
    "DeregisterPatchBaselineForPatchGroup": ("BaselineId", "PatchGroup"),
    "DescribePatchBaselines": each("BaselineIdentities", (
        "BaselineId", "BaselineName", "OperatingSystem", "BaselineDescription", "DefaultBaseline")),
    "CreateAssociation": each("AssociationDescription", ASSOCIATION),
    "UpdateAssociation": each("AssociationDescription", ASSOCIATION),
    "DescribeAssociation": each("AssociationDescription", (*ASSOCIATION, "Targets", "ScheduleExpression")),
    "CreateAssociationBatch": ("Failed", *each("Successful", (*ASSOCIATION, "Targets"))),
    "UpdateAssociationStatus": each("AssociationDescription", (*ASSOCIATION, "Targets", "InstanceId", "Status")),
    "DescribeEffectiveInstanceAssociations": each("Associations", (
        "AssociationId", "InstanceId", "Content", "AssociationVersion")),
    "ListAssociations": each("Associations", (
        "Name", "AssociationId", "AssociationVersion", "Overview", "DocumentVersion", "Targets", "ScheduleExpression",
        "AssociationName")),
    "ListAssociationVersions": each("AssociationVersions", (
        "AssociationId", "AssociationVersion", "CreatedDate", "Name", "ApplyOnlyAtCronInterval", "Targets",
        "ScheduleExpression")),
    "DescribeInstanceAssociationsStatus": each("InstanceAssociationStatusInfos", (
        "AssociationId", "Name", "AssociationVersion", "InstanceId", "ExecutionDate", "Status", "DetailedStatus",
        "DocumentVersion")),
    "CreateOpsItem": ("OpsItemId", "OpsItemArn"), "DescribeOpsItems": each("OpsItemSummaries", (
        *OPS_ITEM, "Priority", "OperationalData")),
    "AssociateOpsItemRelatedItem": ("AssociationId",), "UpdateOpsMetadata": ("OpsMetadataArn",),
    "ListOpsItemEvents": each("Summaries", ("OpsItemId", "EventId", "Source", "DetailType", "Detail", *MADE)),
    "ListOpsItemRelatedItems": each("Summaries", (
        "OpsItemId", "AssociationId", "ResourceType", "AssociationType", "ResourceUri", *MADE, "LastModifiedBy",
        "LastModifiedTime")),
    "GetOpsItem": each("OpsItem", (*OPS_ITEM, "Priority", "Description", "Version", "OpsItemArn")),
    "ListOpsMetadata": each("OpsMetadataList", (
        "ResourceId", "OpsMetadataArn", "LastModifiedDate", "LastModifiedUser", "CreationDate")),
    "GetServiceSetting": each("ServiceSetting", SETTING), "ResetServiceSetting": each("ServiceSetting", SETTING),
    "SendCommand": each("Command", COMMAND), "ListCommands": each("Commands", COMMAND),
    "GetCommandInvocation": (
        *INVOCATION, "PluginName", "ExecutionStartDateTime", "ExecutionEndDateTime", "ExecutionElapsedTime",
        "StandardErrorContent"),
    "ListCommandInvocations": each("CommandInvocations", (
        *INVOCATION, "InstanceName", "RequestedDateTime", "CommandPlugins", "ServiceRole", "NotificationConfig")),
    "DescribeSessions": each("Sessions", (
        "SessionId", "Target", "Status", "StartDate", "DocumentName", "Owner", "Reason", "OutputUrl", "AccessType")),
    "ResumeSession": ("SessionId", "TokenValue", "StreamUrl"),
    "StartSession": ("SessionId", "TokenValue", "StreamUrl"), "TerminateSession": ("SessionId",),
    "StartAutomationExecution": ("AutomationExecutionId",),
    "GetAutomationExecution": each("AutomationExecution", (*RUN, "StepExecutions", "StepExecutionsTruncated")),
    "DescribeAutomationExecutions": each("AutomationExecutionMetadataList", (*RUN, "AutomationType")),
    "DescribeAutomationStepExecutions": each("StepExecutions", (
        "StepName", "Action", "StepStatus", "ExecutionStartTime", "ExecutionEndTime", "ResponseCode",
        "StepExecutionId", "Inputs", "Outputs", "IsEnd", "ValidNextSteps")),
    "GetExecutionPreview": ("ExecutionPreviewId", "Status", "EndedAt", "ExecutionPreview"),
    "DescribeDocumentPermission": ("AccountIds", "AccountSharingInfoList"),
    "UpdateDocumentDefaultVersion": each("Description", ("Name", "DefaultVersion", "DefaultVersionName")),
    "RegisterTargetWithMaintenanceWindow": ("WindowTargetId",), "RegisterTaskWithMaintenanceWindow": ("WindowTaskId",),
    "GetCloudConnector": ("CloudConnectorArn", "CreatedAt", "UpdatedAt"),
    "DeleteCloudConnector": ("CloudConnectorId",), "UpdateCloudConnector": ("CloudConnectorId",),
    "ListCloudConnectors": each("CloudConnectors", (
        "CloudConnectorId", "DisplayName", "RoleArn", "CreatedAt", "UpdatedAt", "Provider")),
    "ListResourceDataSync": each("ResourceDataSyncItems", (
        "SyncName", "SyncType", "S3Destination", "SyncCreatedTime", "SyncLastModifiedTime", "LastStatus")),
    "DescribeInventoryDeletions": each("InventoryDeletions", (
        "DeletionId", "TypeName", "DeletionStartTime", "LastStatus", "LastStatusMessage", "DeletionSummary",
        "LastStatusUpdateTime")),
    "GetInventorySchema": each("Schemas", ("TypeName", "Version", "Attributes")), "PutInventory": ("Message",),
    "ListInventoryEntries": ("TypeName", "InstanceId", "SchemaVersion", "CaptureTime", "Entries"),
    "ListNodes": each("Nodes", ("Id", "CaptureTime", "Region", "Owner", "NodeType")),
    "ListComplianceItems": each("ComplianceItems", (
        "ComplianceType", "ResourceType", "ResourceId", "Id", "Title", "Status", "Severity", "ExecutionSummary",
        "Details")),
    "ListResourceComplianceSummaries": each("ResourceComplianceSummaryItems", (
        "ComplianceType", "ResourceType", "ResourceId", "Status", "OverallSeverity", "ExecutionSummary")),
})  # fmt: skip

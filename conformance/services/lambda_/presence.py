"""Members that Lambda always answers."""

from conformance.services.lambda_.fixtures import declared

CONFIGURATION = (
    "FunctionName", "FunctionArn", "Runtime", "Role", "Handler", "CodeSize", "Description", "Timeout", "MemorySize",
    "LastModified", "CodeSha256", "Version", "TracingConfig.Mode", "RevisionId", "PackageType", "Architectures",
    "EphemeralStorage.Size", "SnapStart.ApplyOn", "SnapStart.OptimizationStatus", "LoggingConfig.LogFormat",
    "LoggingConfig.LogGroup", "RuntimeVersionConfig.RuntimeVersionArn",
)  # fmt: skip
STATE = ("State", "LastUpdateStatus")
ALIAS = ("AliasArn", "Name", "FunctionVersion", "Description", "RevisionId")
CONFIG = ("LastModified", "FunctionArn", "DestinationConfig.OnSuccess", "DestinationConfig.OnFailure")
LISTED_LAYER = ("LayerVersionArn", "Version", "Description", "CreatedDate")
LAYER = (*LISTED_LAYER, "LayerArn", "Content.Location", "Content.CodeSha256", "Content.CodeSize", "CompatibleRuntimes",
         "CompatibleArchitectures")  # fmt: skip
ADDRESS = ("FunctionUrl", "FunctionArn", "AuthType", "CreationTime")
TOLD_ADDRESS = (*ADDRESS, "LastModifiedTime", "InvokeMode")
PROVISIONED = (
    "RequestedProvisionedConcurrentExecutions", "AllocatedProvisionedConcurrentExecutions",
    "AvailableProvisionedConcurrentExecutions", "Status", "LastModified",
)  # fmt: skip
SIGNING = ("CodeSigningConfigId", "CodeSigningConfigArn", "Description", "AllowedPublishers.SigningProfileVersionArns",
           "CodeSigningPolicies.UntrustedArtifactOnDeployment", "LastModified")  # fmt: skip
PROVIDER = ("CapacityProviderArn", "State", "VpcConfig.SubnetIds", "PermissionsConfig.CapacityProviderOperatorRoleArn",
            "CapacityProviderScalingConfig.MaxVCpuCount", "LastModified")  # fmt: skip
MAPPING = ("UUID", "EventSourceArn", "FunctionArn", "EventSourceMappingArn", "BatchSize", "State", "LastModified",
           "MaximumBatchingWindowInSeconds", "StateTransitionReason", "FunctionResponseTypes")  # fmt: skip
EXECUTION = ("DurableExecutionArn", "DurableExecutionName", "FunctionArn", "Status", "StartTimestamp")


def each(place, names):
    return tuple(f"{place}.{name}" for name in names)


declared.present.update({
    "CreateFunction": (*CONFIGURATION, "State", "StateReason", "StateReasonCode"),
    "UpdateFunctionCode": CONFIGURATION,  # and more, where it publishes nothing
    "UpdateFunctionConfiguration": (*CONFIGURATION, *STATE, "LastUpdateStatusReason", "LastUpdateStatusReasonCode"),
    "GetFunctionConfiguration": (*CONFIGURATION, *STATE), "PublishVersion": (*CONFIGURATION, *STATE),
    "GetFunction": (*each("Configuration", (*CONFIGURATION, *STATE)), "Code.Location", "Code.RepositoryType", "Tags"),
    "ListFunctions": each("Functions", CONFIGURATION), "ListVersionsByFunction": each("Versions", CONFIGURATION),
    "CreateAlias": ALIAS, "GetAlias": ALIAS, "UpdateAlias": ALIAS, "ListAliases": each("Aliases", ALIAS),
    "AddPermission": ("Statement",), "GetPolicy": ("Policy", "RevisionId"),
    "GetResourcePolicy": ("Policy", "RevisionId"), "PutResourcePolicy": ("Policy", "RevisionId"),
    "PutFunctionEventInvokeConfig": CONFIG, "UpdateFunctionEventInvokeConfig": CONFIG,
    "GetFunctionEventInvokeConfig": CONFIG,
    "ListFunctionEventInvokeConfigs": each("FunctionEventInvokeConfigs", CONFIG),
    "PublishLayerVersion": LAYER, "GetLayerVersion": LAYER, "GetLayerVersionByArn": LAYER,
    "ListLayerVersions": each("LayerVersions", LISTED_LAYER),
    "ListLayers": ("Layers.LayerName", "Layers.LayerArn", *each("Layers.LatestMatchingVersion", LISTED_LAYER)),
    "AddLayerVersionPermission": ("Statement", "RevisionId"), "GetLayerVersionPolicy": ("Policy", "RevisionId"),
    "CreateFunctionUrlConfig": ADDRESS, "GetFunctionUrlConfig": TOLD_ADDRESS, "UpdateFunctionUrlConfig": TOLD_ADDRESS,
    "ListFunctionUrlConfigs": each("FunctionUrlConfigs", TOLD_ADDRESS),
    "PutProvisionedConcurrencyConfig": PROVISIONED, "GetProvisionedConcurrencyConfig": PROVISIONED,
    "ListProvisionedConcurrencyConfigs": each("ProvisionedConcurrencyConfigs", (*PROVISIONED, "FunctionArn")),
    **{f"{verb}CodeSigningConfig": each("CodeSigningConfig", SIGNING) for verb in ("Create", "Get", "Update")},
    "ListCodeSigningConfigs": each("CodeSigningConfigs", SIGNING),
    **{f"{verb}CapacityProvider": each("CapacityProvider", PROVIDER) for verb in ("Create", "Get", "Update", "Delete")},
    "ListCapacityProviders": each("CapacityProviders", PROVIDER),
    **{f"{verb}EventSourceMapping": MAPPING for verb in ("Create", "Get", "Update", "Delete")},
    "ListEventSourceMappings": each("EventSourceMappings", MAPPING),
    "GetAccountSettings": (
        *each("AccountLimit", ("TotalCodeSize", "CodeSizeUnzipped", "CodeSizeZipped", "ConcurrentExecutions",
                               "UnreservedConcurrentExecutions")),
        "AccountUsage.TotalCodeSize", "AccountUsage.FunctionCount"),
    "GetDurableExecution": (*EXECUTION, "Version", "DurableConfig.ExecutionTimeout", "ExecutionDataIncluded",
                            "ExpectedExecutionTimeoutTimestamp"),
    "ListDurableExecutionsByFunction": each("DurableExecutions", EXECUTION),
    "GetDurableExecutionHistory": each("Events", ("EventType", "EventId", "EventTimestamp")),
    "CheckpointDurableExecution": ("CheckpointToken", "NewExecutionState"),
    "GetDurableExecutionState": each("Operations", ("Id", "Type", "Status", "StartTimestamp")),
    "StopDurableExecution": ("StopTimestamp",), "DeleteDurableExecution": ("DeletionRequestTimestamp",),
    "GetFunctionScalingConfig": ("FunctionArn", "AppliedFunctionScalingConfig", "RequestedFunctionScalingConfig"),
    "PutFunctionScalingConfig": ("FunctionState",),
    "GetRuntimeManagementConfig": ("UpdateRuntimeOn", "FunctionArn"), "Invoke": ("StatusCode",),
})  # fmt: skip

"""What an absent thing is answered where its own refusal is not it; each as recorded, or left open."""

from conformance.services.declared import Error
from conformance.services.lambda_.fixtures import GONE, NOT_FOUND, declared

INVALID = "InvalidParameterValueException"
LATEST = Error(NOT_FOUND, 404, "Function not found: {FunctionArn}:$LATEST")
NO_CONFIG = Error(NOT_FOUND, 404, "The function {FunctionArn}:$LATEST doesn't have an EventInvokeConfig")
NOT_THERE = Error(NOT_FOUND, 404, "The function doesn't exist.")
NO_FUNCTION = Error(NOT_FOUND, 404, "Function does not exist")
NO_VERSION = Error(NOT_FOUND, 404)
NO_LAYER = Error(NOT_FOUND, 404)
NO_SIGNING = Error("CodeSigningConfigNotFoundException", 404)
NO_PROVIDER = Error(NOT_FOUND, 404, "Capacity provider not found: {CapacityProviderArn}")

declared.errors.update({
    ("Invoke", "FunctionName"): LATEST, ("InvokeAsync", "FunctionName"): LATEST,
    ("PutFunctionEventInvokeConfig", "FunctionName"): NOT_THERE,
    ("UpdateFunctionEventInvokeConfig", "FunctionName"): NOT_THERE,
    ("GetFunctionEventInvokeConfig", "FunctionName"): NO_CONFIG,
    ("DeleteFunctionEventInvokeConfig", "FunctionName"): NO_CONFIG,
    ("ListFunctionEventInvokeConfigs", "FunctionName"): NOT_THERE,
    ("CreateFunctionUrlConfig", "FunctionName"): NO_FUNCTION, ("UpdateFunctionUrlConfig", "FunctionName"): NO_FUNCTION,
    ("GetFunctionUrlConfig", "FunctionName"): GONE, ("DeleteFunctionUrlConfig", "FunctionName"): GONE,
    ("CreateAlias", "FunctionName"): Error(NOT_FOUND, 404, "Function not found: {FunctionArn}:1"),
    ("CreateAlias", "FunctionVersion"): NO_VERSION, ("UpdateAlias", "FunctionVersion"): NO_VERSION,
    ("GetAlias", "FunctionName"): Error(NOT_FOUND, 404, "Cannot find alias arn: {FunctionArn}:live"),
    ("UpdateAlias", "FunctionName"): Error(NOT_FOUND, 404, "Alias not found: {FunctionArn}:live"),
    ("GetAlias", "Name"): Error(NOT_FOUND, 404), ("UpdateAlias", "Name"): Error(NOT_FOUND, 404),
    **{(f"{verb}ProvisionedConcurrencyConfig", "FunctionName"): Error(
        NOT_FOUND, 404, "Function not found: {FunctionArn}:1") for verb in ("Put", "Get", "Delete")},
    **{(f"{verb}ProvisionedConcurrencyConfig", "Qualifier"): NO_VERSION for verb in ("Put", "Get", "Delete")},
    **{(f"{verb}FunctionScalingConfig", name): NO_VERSION for verb in ("Put", "Get")
       for name in ("FunctionName", "Qualifier")},
    ("RemovePermission", "StatementId"): Error(NOT_FOUND, 404,
                                               "Statement {StatementId} is not found in resource policy."),
    **{(operation, member): NO_LAYER for member in ("LayerName", "VersionNumber") for operation in (
        "AddLayerVersionPermission", "RemoveLayerVersionPermission", "GetLayerVersionPolicy")},
    ("CreateFunction", "Layers"): Error(INVALID, 400, "Layer version {LayerVersionArn} does not exist."),
    ("UpdateFunctionConfiguration", "Layers"): Error(INVALID, 400, "Layer version {LayerVersionArn} does not exist."),
    ("CreateFunction", "CodeSigningConfigArn"): NO_SIGNING,
    ("PutFunctionCodeSigningConfig", "CodeSigningConfigArn"): NO_SIGNING,
    ("ListFunctionsByCodeSigningConfig", "CodeSigningConfigArn"): Error(NOT_FOUND, 404),
    ("CreateFunction", "CapacityProviderConfig"): NO_PROVIDER,
    ("UpdateFunctionConfiguration", "CapacityProviderConfig"): NO_PROVIDER,
    ("CreateEventSourceMapping", "EventSourceArn"): Error(INVALID, 400, (
        "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error "
        "Message: The specified queue does not exist.")),
    **{(f"SendDurableExecutionCallback{end}", "CallbackId"): Error(NOT_FOUND, 404)
       for end in ("Success", "Failure", "Heartbeat")},
    ("ListDurableExecutionsByFunction", "FunctionName"): Error(NOT_FOUND, 404, "Function not found: {FunctionArn}"),
})

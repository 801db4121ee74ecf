"""Inputs made right that the model allows and AWS refuses."""

from conformance.services.lambda_.fixtures import declared
from conformance.services.lambda_.hints import NETWORK

RUNTIME = "arn:aws:lambda:us-east-1::runtime:" + "0a" * 32


@declared.rule("PutRuntimeManagementConfig")
def manual(given):
    """A version of the runtime is named for manual updates, and for no others."""
    given = dict(given)
    if given.get("UpdateRuntimeOn") == "Manual":
        given.setdefault("RuntimeVersionArn", RUNTIME)
    elif given.get("RuntimeVersionArn") == RUNTIME:
        del given["RuntimeVersionArn"]
    return given


@declared.rule("PutFunctionEventInvokeConfig", "UpdateFunctionEventInvokeConfig")
def something(given):
    """One of the settings must be there."""
    if {"MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"} & set(given):
        return given
    return {**given, "MaximumRetryAttempts": 1}


@declared.rule("CreateCapacityProvider")
def short(given):
    """The ARN around the name is 140 characters long at most."""
    name = given.get("CapacityProviderName")
    return {**given, "CapacityProviderName": name[:80]} if isinstance(name, str) and 80 < len(name) <= 140 else given


@declared.rule("AddPermission")
def for_addresses(given):
    """Conditions on addresses go with the actions that these ask for."""
    given = dict(given)
    if "FunctionUrlAuthType" in given:
        given["Action"] = "lambda:InvokeFunctionUrl"
        given.pop("InvokedViaFunctionUrl", None)
    return given


@declared.rule("AddLayerVersionPermission")
def organization(given):
    """An organization is named for all accounts."""
    return {**given, "Principal": "*"} if "OrganizationId" in given else given


@declared.rule("CreateFunction", "UpdateFunctionConfiguration")
def networked(given):
    """File systems are reached through a network."""
    return {**given, "VpcConfig": NETWORK} if given.get("FileSystemConfigs") else given

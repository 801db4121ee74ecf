"""Connectors to other clouds: their settings, and what of them holds. No other cloud is ever asked from here.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateCloudConnector.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.resources import Filters, IdPattern, Listing, Resource, page
from emulator.resources.documents import read
from emulator.services.ssm import tags
from emulator.services.ssm.common import INVALID_TOKEN, invalid, service

AZURE, GCP = "Configuration.AzureConfiguration", "Configuration.GcpConfiguration"
FIELDS = {
    "SubscriptionId": lambda view: [each["Id"] for each in read(view, f"{AZURE}.Targets.Subscriptions") or ()],
    "TenantId": lambda view: read(view, f"{AZURE}.TenantId"),
    "ProjectId": lambda view: [each["ProjectId"] for each in read(view, f"{GCP}.Targets.Projects") or ()],
    "OrganizationId": lambda view: read(view, f"{GCP}.OrganizationId"),
}

Connector = Resource(
    "CloudConnector", service, id=IdPattern("{uuid}", "CloudConnectorId"), tags=tags.RULES,
    arn="arn:{partition}:ssm:{region}:{account}:cloud-connector/{CloudConnectorId}", arn_member="CloudConnectorArn",
    create="CreateCloudConnector", read="GetCloudConnector", update="UpdateCloudConnector",
    delete="DeleteCloudConnector", created="CreatedAt", modified="UpdatedAt",
    list=Listing("ListCloudConnectors", {"Filters": Filters(FIELDS, (
        "ValidationException", "The filter key {key} is not valid."), key="FilterKey", values="FilterValues")},
        limit=10, invalid_token=INVALID_TOKEN),
    missing=("ResourceNotFoundException", "Cloud connector {CloudConnectorId} not found."),
)  # fmt: skip
tags.tagged("CloudConnector", Connector)


@Connector.on_validate
def check(ctx: Context, document: dict, before) -> None:
    if len(document["Configuration"]) != 1:
        raise invalid("Configuration must name exactly one provider.")


@Connector.on_read
def shown(ctx: Context, record) -> dict:
    return {"Provider": "Azure" if "AzureConfiguration" in record.document["Configuration"] else "GCP"}


@service.operation
def validate_cloud_connector(ctx: Context, CloudConnectorId, MaxResults=None, NextToken=None):
    """What stands in a connector's way: its role, the account's federation, and that the other cloud is out of reach.

    Raises ResourceNotFoundException.
    """
    record = Connector.get(ctx, {"CloudConnectorId": CloudConnectorId})
    rows = list(enumerate(_findings(ctx, record.document)))
    found, following = page(ctx, rows, lambda row: row[0], NextToken, MaxResults or 50, query=CloudConnectorId,
                            invalid=INVALID_TOKEN)  # fmt: skip
    return {"ValidationFindings": [row for _, row in found], "NextToken": following}


def _findings(ctx: Context, document: dict):
    role = document["RoleArn"]
    if _refused(ctx, "GetRole", {"RoleName": role.rpartition("/")[2]}):
        yield {"Type": "ERROR", "Code": "AwsRoleAssumptionFailed", "Message": f"The role {role} cannot be assumed."}
    if _refused(ctx, "GetOutboundWebIdentityFederationInfo", {}):
        yield {"Type": "ERROR", "Code": "OutboundWebIdentityFederationDisabled",
               "Message": "Outbound web identity federation is not enabled for this account."}  # fmt: skip
    for kind, name in _targets(document["Configuration"]):
        yield {"Type": "ERROR", "Code": "TargetInaccessible", "Scope": {"Type": kind, "Id": name},
               "Message": "This emulator reaches no other cloud."}  # fmt: skip


def _refused(ctx: Context, operation: str, given: dict) -> bool:
    try:
        ctx.call("iam", operation, given)
    except AwsError:
        return True
    return False


def _targets(configuration: dict):
    """The scopes that a connector speaks of."""
    azure, google = configuration.get("AzureConfiguration"), configuration.get("GcpConfiguration")
    if azure:
        yield "azure:tenant", azure["TenantId"]
        for each in read(configuration, "AzureConfiguration.Targets.Subscriptions") or ():
            yield "azure:subscription", each["Id"]
    if google:
        if google.get("OrganizationId"):
            yield "gcp:organization", google["OrganizationId"]
        for each in read(configuration, "GcpConfiguration.Targets.Projects") or ():
            yield "gcp:project", each["ProjectId"]

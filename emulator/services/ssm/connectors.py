"""Connectors to other clouds: their settings. Whether another cloud lets us in cannot be told from here.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateCloudConnector.html
"""

from emulator.kernel.context import Context
from emulator.resources import Filters, IdPattern, Listing, Resource
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

"""Integrations with OpenSearch Service, which fail: there is no OpenSearch Serverless; syslog, the storage tier.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutIntegration.html
"""

from operator import attrgetter

from emulator.kernel.errors import AwsError
from emulator.kernel.store import Record, Table
from emulator.resources import Lifecycle, Listing, Resource, after
from emulator.services.logs.errors import not_found
from emulator.services.logs.lookup import group, millis
from emulator.services.logs.pages import paged
from emulator.services.logs.service import service

PROVISIONING = 60.0  # seconds
PARTS = ("dataSource", "application", "collection", "workspace", "encryptionPolicy", "networkPolicy", "accessPolicy",
         "lifecyclePolicy")  # fmt: skip
MISSING = {"status": "NOT_FOUND", "statusMessage": "OpenSearch Service could not be reached."}

Integration = Resource(
    "Integration", service, id="integrationName", created="made", modified="changed",
    states=Lifecycle("PROVISIONING", after(PROVISIONING), "FAILED", member="integrationStatus"),
    missing=("ResourceNotFoundException", "The specified integration does not exist."),
    exists=("InvalidParameterException", "An integration of this name exists already."), list=Listing(
        "ListIntegrations", {
            "integrationNamePrefix": lambda view, given: view["integrationName"].startswith(given),
            "integrationType": lambda view, given: view["integrationType"] == given,
            "integrationStatus": lambda view, given: view["integrationStatus"] == given}, limit=50),
)  # fmt: skip


@service.operation
def put_integration(ctx, integrationName, resourceConfig, integrationType):
    """The account's one integration. Raises LimitExceededException."""
    if len(Integration.rows(ctx)):
        raise AwsError("LimitExceededException", "An account can have only one integration.", 400)
    made = Integration.make(ctx, {"integrationName": integrationName, "integrationType": integrationType,
                                  "resourceConfig": resourceConfig})  # fmt: skip
    return {"integrationName": integrationName, "integrationStatus": made.state}


@service.operation
def get_integration(ctx, integrationName):
    """Raises ResourceNotFoundException."""
    found = Integration.get(ctx, {"integrationName": integrationName})
    parts = {part: {"status": MISSING} for part in PARTS} if found.state == "FAILED" else {}
    return {"integrationName": integrationName, "integrationType": found.document["integrationType"],
            "integrationStatus": found.state,
            "integrationDetails": {"openSearchIntegrationDetails": parts}}  # fmt: skip


@service.operation
def delete_integration(ctx, integrationName, force=None):
    """Raises ResourceNotFoundException."""
    Integration.remove(ctx, Integration.get(ctx, {"integrationName": integrationName}))


class Syslog(Record):
    """Syslog messages of a VPC endpoint ("" for any) are meant for a log group."""

    group: str
    endpoint: str
    created: int


syslogs = Table("logs.syslog", Syslog, key=attrgetter("group", "endpoint"), ordered=True)


@service.operation
def put_syslog_configuration(ctx, logGroupIdentifier, vpcEndpointId=None):
    """Raises ResourceNotFoundException."""
    ctx.rows(syslogs).put(Syslog(group(ctx, logGroupIdentifier).arn, vpcEndpointId or "", millis(ctx)))


@service.operation
def delete_syslog_configuration(ctx, logGroupIdentifier, vpcEndpointId=None):
    """Raises ResourceNotFoundException."""
    if ctx.rows(syslogs).delete((group(ctx, logGroupIdentifier).arn, vpcEndpointId or "")) is None:
        raise not_found("The specified syslog configuration does not exist.")


@service.operation
def list_syslog_configurations(ctx, logGroupIdentifier=None, vpcEndpointId=None, nextToken=None, maxResults=50):
    """Raises InvalidParameterException, ResourceNotFoundException."""
    arn = group(ctx, logGroupIdentifier).arn if logGroupIdentifier else None
    rows = [each for each in ctx.rows(syslogs)
            if arn in (None, each.group) and vpcEndpointId in (None, each.endpoint)]  # fmt: skip
    return paged(ctx, "syslogConfigurations", rows, attrgetter("group", "endpoint"), nextToken, maxResults,
                 [arn, vpcEndpointId], _told)  # fmt: skip


def _told(each: Syslog) -> dict:
    out = {"logGroupArn": each.group, "sourceType": "VPCE", "createdAt": each.created}
    return out | ({"vpcEndpointId": each.endpoint} if each.endpoint else {})


class Tier(Record):
    """The storage tier of an account in a region."""

    name: str
    modified: int


tiers = Table("logs.tier", Tier, key=lambda _: "tier")


@service.operation
def put_storage_tier_policy(ctx, storageTier):
    made = ctx.rows(tiers).put(Tier(storageTier, millis(ctx)))
    return {"storageTier": made.name, "lastUpdatedTime": made.modified}


@service.operation
def get_storage_tier_policy(ctx):
    """The account's tier; STANDARD where none was ever set."""
    found = ctx.rows(tiers).get("tier")
    return {"storageTier": found.name, "lastUpdatedTime": found.modified} if found else {"storageTier": "STANDARD"}

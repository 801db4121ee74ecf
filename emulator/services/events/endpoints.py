"""Global endpoints: two buses of one name in two regions, the second taking over when a health check fails.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-global-endpoints.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import Lifecycle, Listing, Resource, after, prefix
from emulator.services.events.buses import Place, place
from emulator.services.events.errors import invalid, not_found
from emulator.services.events.service import service

LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"


def _at_home(view: dict, region: str) -> bool:
    return view["Arn"].split(":")[3] == region


Endpoint = Resource(
    "Endpoint", service, id="Name", arn="arn:{partition}:events:{region}:{account}:endpoint/{Name}",
    create="CreateEndpoint", read="DescribeEndpoint", update="UpdateEndpoint", delete="DeleteEndpoint",
    list=Listing("ListEndpoints", {"NamePrefix": prefix("Name"), "HomeRegion": _at_home}),
    missing=("ResourceNotFoundException", "Endpoint {Name} does not exist."),
    exists=("ResourceAlreadyExistsException", "Endpoint {Name} already exists."),
    defaults={"ReplicationConfig.State": "ENABLED"}, created="CreationTime", modified="LastModifiedTime",
    states=Lifecycle("CREATING", after(1), "ACTIVE", update=("UPDATING", after(1), "ACTIVE"),
                     delete=("DELETING", after(1)), member="State"),
    cloudformation="AWS::Events::Endpoint",
)  # fmt: skip


@Endpoint.on_validate
def check(ctx, document, before):
    buses = [place(ctx, each["EventBusArn"]) for each in document["EventBuses"]]
    if len({bus.name for bus in buses}) > 1:
        raise invalid("EventBuses must have the same name in both regions.")
    if len({bus.region for bus in buses}) < 2:
        raise invalid("EventBuses must be in different regions.")
    secondary = document["RoutingConfig"]["FailoverConfig"]["Secondary"]["Route"]
    if secondary not in {bus.region for bus in buses}:
        raise invalid("The secondary route must be the region of one of the event buses.")
    if document["ReplicationConfig"]["State"] == "ENABLED" and not document.get("RoleArn"):
        raise invalid("RoleArn is required when replication is enabled.")


@Endpoint.on_create
def created(ctx, record):
    id = f"{ctx.ids.text(10, LOWER)}.{ctx.ids.text(3, LOWER)}"
    more = {"EndpointId": id, "EndpointUrl": f"https://{id}.endpoint.events.amazonaws.com"}
    return replace(record, document={**record.document, **more})


def places(ctx: Context, id: str, named: Place) -> list[Place]:
    """The buses that events for an endpoint go to, the one that takes them first. Raises ResourceNotFoundException."""
    record = _find(ctx, id)
    buses = [place(ctx, each["EventBusArn"]) for each in record.document["EventBuses"]]
    if named.name != buses[0].name:
        raise invalid(f"EventBusName {named.name} does not match the event bus of endpoint {id}.")
    failover = record.document["RoutingConfig"]["FailoverConfig"]
    primary_first = sorted(buses, key=lambda bus: bus.region == failover["Secondary"]["Route"])
    if not _healthy(ctx, failover["Primary"]["HealthCheck"]):
        primary_first.reverse()
    replicated = record.document["ReplicationConfig"]["State"] == "ENABLED"
    return primary_first if replicated else primary_first[:1]


def _find(ctx: Context, id: str):
    """Endpoints are the account's, whichever region they were made in."""
    for rows in ctx.partitions(Endpoint.rows(ctx).table):
        if rows.partition[:2] == (Endpoint.kind, ctx.account):
            for record in rows:
                if record.document.get("EndpointId") == id:
                    return record
    raise not_found(f"Endpoint {id} does not exist.")


def _healthy(ctx: Context, check: str) -> bool:
    """What Route 53 says of a health check; one that it can't tell of counts as healthy, as AWS counts it."""
    try:
        answer = ctx.call("route53", "GetHealthCheckStatus", {"HealthCheckId": check.rpartition("/")[2]})
    except AwsError:
        return True
    seen = answer.get("HealthCheckObservations") or ()
    return not seen or any(each["StatusReport"]["Status"].startswith("Success") for each in seen)

"""Name servers, and the reusable delegation sets that several zones can share.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateReusableDelegationSet.html
"""

from emulator.kernel.errors import AwsError
from emulator.kernel.store import ACCOUNT, replace
from emulator.resources import IdPattern, Listing, Resource, Unique, declared
from emulator.services.route53.service import location, service

TOP_LEVEL = ("com", "net", "org", "co.uk")
#: Private zones all have the same.
PRIVATE = ("ns-1536.awsdns-00.co.uk", "ns-0.awsdns-00.com", "ns-1024.awsdns-00.org", "ns-512.awsdns-00.net")
MOST_ZONES = 100  # of one delegation set

DelegationSet = Resource(
    "DelegationSet", service, id=IdPattern("N{20:A-Z0-9}", prefix="/delegationset/"), scope=ACCOUNT,
    arn="arn:{partition}:route53:::delegationset/{Id}", create="CreateReusableDelegationSet",
    read="GetReusableDelegationSet", delete="DeleteReusableDelegationSet",
    list=Listing("ListReusableDelegationSets", marker=True, maximum=100, items="DelegationSets"),
    missing=("NoSuchDelegationSet", "The specified delegation set does not exist."),
    unique=(Unique("CallerReference", (
        "DelegationSetAlreadyCreated",
        "A delegation set with the same owner and caller reference combination has already been created.")),),
)  # fmt: skip
DelegationSet.on_read(location("delegationset"))


def four(ctx) -> list[str]:
    """Four name servers, one under each top-level domain, in no order."""
    names = []
    for place, domain in enumerate(TOP_LEVEL):
        number = ctx.ids.below(512)
        names.insert(ctx.ids.below(place + 1), f"ns-{place * 512 + number}.awsdns-{number // 8:02}.{domain}")
    return names


def of_zone(ctx, document: dict) -> dict | None:
    """The delegation set that a zone's document names, as zones tell it; None for a private one."""
    if "VPCs" in document:
        return None
    if "DelegationSetId" not in document:
        return {"NameServers": document["NameServers"]}
    found = DelegationSet.get(ctx, {"Id": document["DelegationSetId"]})
    return {name: value for name, value in DelegationSet.view(ctx, found).items()
            if name in ("Id", "CallerReference", "NameServers")}  # fmt: skip


@DelegationSet.on_create
def created(ctx, record):
    """The four name servers: new ones, or those of the zone that is named."""
    document = dict(record.document)
    zone_id = document.pop("HostedZoneId", None)
    zones = next(each for each in declared(service) if each.name == "HostedZone")
    zone = zones.find(ctx, {"Id": zone_id}) if zone_id else None
    if zone_id and zone is None:
        raise AwsError("HostedZoneNotFound")
    if zone and "DelegationSetId" in zone.document:
        raise AwsError("DelegationSetAlreadyReusable")
    document["NameServers"] = zone.document["NameServers"] if zone else four(ctx)
    record = replace(record, document=document)
    if zone:
        zones.put(ctx, replace(zone, document={**zone.document, "DelegationSetId": record.id[0]}))
    return record


@DelegationSet.on_delete
def deleted(ctx, record):
    zones = next(each for each in declared(service) if each.name == "HostedZone")
    if any(each.document.get("DelegationSetId") == record.id[0] for each in zones.rows(ctx)):
        raise AwsError("DelegationSetInUse")

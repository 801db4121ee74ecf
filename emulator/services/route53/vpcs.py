"""VPCs of private zones: associations, and authorizations for those of other accounts.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-associate-vpcs-different-accounts.html
"""

from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import page
from emulator.services.route53 import changes
from emulator.services.route53.service import MOST, bare, page_size, service
from emulator.services.route53.zones import Zone, check_conflict, check_vpc

INVALID_TOKEN = ("InvalidPaginationToken", "The value that you specified to get the second or subsequent page of "
                 "results is invalid.")  # fmt: skip
AUTHORIZATIONS = 1000  # of one zone


def _anywhere(ctx, zone_id: str):
    """A zone of whatever account, and that account. Raises NoSuchHostedZone."""
    for rows in [Zone.rows(ctx), *ctx.partitions(Zone.rows(ctx).table)]:
        if rows.partition[0] == Zone.kind and (bare(zone_id),) in rows:
            return rows[bare(zone_id),], rows.partition[1]
    return Zone.get(ctx, {"Id": zone_id}), ctx.account


def _private(zone) -> list[dict]:
    """Raises PublicZoneVPCAssociation."""
    if "VPCs" not in zone.document:
        raise AwsError("PublicZoneVPCAssociation")
    return zone.document["VPCs"]


@service.operation
def associate_vpc_with_hosted_zone(ctx, HostedZoneId, VPC, Comment=None):
    """Raises NoSuchHostedZone, InvalidVPCId, PublicZoneVPCAssociation, NotAuthorizedException and others."""
    zone, owner = _anywhere(ctx, HostedZoneId)
    check_vpc(VPC)
    vpcs = _private(zone)
    if owner != ctx.account and VPC not in zone.private.get("authorized", ()):
        raise AwsError("NotAuthorizedException", (
            f"The VPC: {VPC['VPCId']} has not authorized to associate with your hosted zone."))  # fmt: skip
    check_conflict(ctx, zone.document["Name"], VPC)
    guests = sorted({*zone.private.get("guests", ()), ctx.account} - {owner})  # whose VPCs are among them
    document, private = {**zone.document, "VPCs": [*vpcs, VPC]}, {**zone.private, "guests": guests}
    Zone.rows(ctx, owner).put(replace(zone, document=document, private=private))
    return changes.submit(ctx, Comment)


@service.operation
def disassociate_vpc_from_hosted_zone(ctx, HostedZoneId, VPC, Comment=None):
    """Raises NoSuchHostedZone, InvalidVPCId, VPCAssociationNotFound, LastVPCAssociation."""
    zone, owner = _anywhere(ctx, HostedZoneId)
    check_vpc(VPC)
    vpcs = zone.document.get("VPCs", [])
    if VPC not in vpcs or ctx.account not in (owner, *zone.private.get("guests", ())):
        raise AwsError("VPCAssociationNotFound")
    if len(vpcs) == 1:
        raise AwsError("LastVPCAssociation")
    rest = [each for each in vpcs if each != VPC]
    Zone.rows(ctx, owner).put(replace(zone, document={**zone.document, "VPCs": rest}))
    return changes.submit(ctx, Comment)


@service.operation
def create_vpc_association_authorization(ctx, HostedZoneId, VPC):
    """Raises NoSuchHostedZone, InvalidVPCId, TooManyVPCAssociationAuthorizations."""
    zone = Zone.get(ctx, {"Id": HostedZoneId})
    check_vpc(VPC)
    _private(zone)
    kept = zone.private.get("authorized", [])
    if len(kept) >= AUTHORIZATIONS:
        raise AwsError("TooManyVPCAssociationAuthorizations")
    Zone.put(ctx, replace(zone, private={**zone.private, "authorized": [*(each for each in kept if each != VPC), VPC]}))
    return {"HostedZoneId": zone.id[0], "VPC": VPC}


@service.operation
def delete_vpc_association_authorization(ctx, HostedZoneId, VPC):
    """Raises NoSuchHostedZone, InvalidVPCId, VPCAssociationAuthorizationNotFound."""
    zone = Zone.get(ctx, {"Id": HostedZoneId})
    check_vpc(VPC)
    kept = zone.private.get("authorized", [])
    if VPC not in kept:
        raise AwsError("VPCAssociationAuthorizationNotFound")
    Zone.put(ctx, replace(zone, private={**zone.private, "authorized": [each for each in kept if each != VPC]}))


@service.operation
def list_vpc_association_authorizations(ctx, HostedZoneId, NextToken=None, MaxResults=None):
    """Raises NoSuchHostedZone, InvalidPaginationToken."""
    zone = Zone.get(ctx, {"Id": HostedZoneId})
    kept = sorted(zone.private.get("authorized", []), key=_key)
    found, following = page(ctx, kept, _key, NextToken, page_size(MaxResults), query=zone.id[0], invalid=INVALID_TOKEN)
    return {"HostedZoneId": zone.id[0], "VPCs": found} | ({"NextToken": following} if following else {})


@service.operation
def list_hosted_zones_by_vpc(ctx, VPCId, VPCRegion, MaxItems=None, NextToken=None):
    """Raises InvalidInput, InvalidPaginationToken."""
    check_vpc({"VPCId": VPCId, "VPCRegion": VPCRegion})
    vpc, limit = {"VPCId": VPCId, "VPCRegion": VPCRegion}, page_size(MaxItems, MOST)
    found = [(zone, rows.partition[1]) for rows in ctx.partitions(Zone.rows(ctx).table)
             if rows.partition[0] == Zone.kind for zone in rows if vpc in zone.document.get("VPCs", ())
             and ctx.account in (rows.partition[1], *zone.private.get("guests", ()))]
    found.sort(key=lambda each: each[0].id)
    shown, following = page(ctx, found, lambda each: each[0].id, NextToken, limit, query=vpc, invalid=INVALID_TOKEN)
    summaries = [{"HostedZoneId": zone.id[0], "Name": zone.document["Name"], "Owner": {"OwningAccount": owner}}
                 for zone, owner in shown]
    return {"HostedZoneSummaries": summaries, "MaxItems": str(limit)} | ({"NextToken": following} if following else {})


def _key(vpc: dict) -> tuple[str, str]:
    return vpc["VPCRegion"], vpc["VPCId"]

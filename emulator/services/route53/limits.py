"""Limits and counts. https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html"""

from emulator.kernel.errors import AwsError
from emulator.services.route53 import records
from emulator.services.route53.delegation import MOST_ZONES, DelegationSet
from emulator.services.route53.health import HealthCheck
from emulator.services.route53.service import bare, service
from emulator.services.route53.traffic import Instance, policies
from emulator.services.route53.zones import Zone

ACCOUNT = {
    "MAX_HEALTH_CHECKS_BY_OWNER": (200, lambda ctx: len(HealthCheck.rows(ctx))),
    "MAX_HOSTED_ZONES_BY_OWNER": (500, lambda ctx: len(Zone.rows(ctx))),
    "MAX_TRAFFIC_POLICY_INSTANCES_BY_OWNER": (5, lambda ctx: len(Instance.rows(ctx))),
    "MAX_REUSABLE_DELEGATION_SETS_BY_OWNER": (100, lambda ctx: len(DelegationSet.rows(ctx))),
    "MAX_TRAFFIC_POLICIES_BY_OWNER": (50, lambda ctx: len({each.id for each in ctx.rows(policies)})),
}


def _limit(kind: str, value: int, count: int) -> dict:
    return {"Limit": {"Type": kind, "Value": value}, "Count": count}


@service.operation
def get_account_limit(ctx, Type):
    value, count = ACCOUNT[Type]
    return _limit(Type, value, count(ctx))


@service.operation
def get_hosted_zone_limit(ctx, Type, HostedZoneId):
    """Raises NoSuchHostedZone, HostedZoneNotPrivate."""
    zone = Zone.get(ctx, {"Id": HostedZoneId})
    if Type == "MAX_RRSETS_BY_ZONE":
        return _limit(Type, 10000, len(records.of(ctx, zone.id[0])))
    if "VPCs" not in zone.document:
        raise AwsError("HostedZoneNotPrivate")
    return _limit(Type, 300, len(zone.document["VPCs"]))


@service.operation
def get_reusable_delegation_set_limit(ctx, Type, DelegationSetId):
    """Raises NoSuchDelegationSet."""
    found = DelegationSet.get(ctx, {"Id": bare(DelegationSetId)})
    count = sum(each.document.get("DelegationSetId") == found.id[0] for each in Zone.rows(ctx))
    return _limit(Type, MOST_ZONES, count)

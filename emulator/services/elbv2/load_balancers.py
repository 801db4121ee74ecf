"""Load balancers: where they stand, and what is changed of them one by one.

Subnets, security groups and VPCs belong to EC2, which is not here: they are taken by their pattern, the zones of
subnets are given out in their order, and every load balancer of an account and region is in one VPC.
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
"""

import hashlib
import re

from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import Among, IdPattern, Lifecycle, Listing, Resource, Unique, after
from emulator.services.elbv2 import facts
from emulator.services.elbv2.service import INVALID_MARKER, TAGS, configuration, refused, service

KINDS = {"application": "app", "network": "net", "gateway": "gwy"}
ADDRESS_TYPES = {
    "application": ("ipv4", "dualstack", "dualstack-without-public-ipv4"), "network": ("ipv4", "dualstack"),
    "gateway": ("ipv4", "dualstack"),
}  # fmt: skip
MISSING = ("LoadBalancerNotFound", "One or more load balancers not found")

LoadBalancer = Resource(
    "LoadBalancer", service, id=IdPattern("{16:hex}", "LoadBalancerId"), arn_member="LoadBalancerArn", by_arn=True,
    arn="arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{Type}/{LoadBalancerName}/{LoadBalancerId}",
    words={"Type": lambda kind: KINDS.get(kind, kind)}, created="CreatedTime", tags=TAGS, lenient_delete=True,
    names={"Name": "LoadBalancerName", "SecurityGroupIds": "SecurityGroups"},
    create="CreateLoadBalancer", update=("SetSecurityGroups", "SetIpAddressType"), delete="DeleteLoadBalancer",
    list=Listing("DescribeLoadBalancers", {
        "LoadBalancerArns": Among("LoadBalancerArn", MISSING),
        "Names": Among("LoadBalancerName", ("LoadBalancerNotFound", "Load balancers '[{LoadBalancerName}]' not found")),
    }, limit=400, order="created", invalid_token=INVALID_MARKER),
    missing=MISSING, states=Lifecycle("provisioning", after(0), "active", member="StateCode"),
    defaults={"Type": "application", "IpAddressType": "ipv4"},
    unique=(Unique("LoadBalancerName", (
        "DuplicateLoadBalancerName",
        "A load balancer with the same name '{LoadBalancerName}' exists, but with different settings"), repeats=True),),
    cloudformation="AWS::ElasticLoadBalancingV2::LoadBalancer",
)  # fmt: skip


@LoadBalancer.on_validate
def check(ctx, document, before):
    if before is None:
        check_name("load balancer", document["LoadBalancerName"])
        if document["LoadBalancerName"].startswith("internal-"):
            raise refused("Load balancer name cannot begin with 'internal-'")
        check_places(document)
        there = [each for each in LoadBalancer.rows(ctx) if each.document["Type"] == document["Type"]]
        facts.check_quota(f"{document['Type']}-load-balancers", len(there), "TooManyLoadBalancers")
    kind, groups = document["Type"], document.get("SecurityGroups", ())
    if document["IpAddressType"] not in ADDRESS_TYPES[kind]:
        raise configuration(f"The IP address type '{document['IpAddressType']}' is not supported for {kind} load "
                            "balancers")  # fmt: skip
    if groups and kind == "gateway":
        raise configuration("Security groups are not supported for load balancers with type 'gateway'")
    if before is not None and groups and kind == "network" and not before.document.get("SecurityGroups"):
        raise configuration("You cannot set security groups on a load balancer that was created without them")
    if any(not re.fullmatch(r"sg-[0-9A-Za-z]+", group) for group in groups):
        raise configuration("One or more security groups are invalid")


def check_name(called: str, name: str) -> None:
    """Raise ValidationError for a name that neither load balancers nor target groups may have."""
    if len(name) > 32:
        raise refused(f"The {called} name '{name}' cannot be longer than '32' characters")
    if not re.fullmatch(r"[A-Za-z0-9-]+", name):
        raise refused(f"The {called} name '{name}' can only contain characters that are alphanumeric characters and "
                      "hyphens(-)")  # fmt: skip
    if name.startswith("-") or name.endswith("-"):
        raise refused(f"The {called} name '{name}' cannot begin or end with a hyphen(-)")


def subnets(document: dict) -> list[dict]:
    """The mappings of a load balancer's subnets, however they were given."""
    return document.get("SubnetMappings") or [{"SubnetId": each} for each in document.get("Subnets", ())]


def check_places(document: dict) -> None:
    """Raise for subnets that no load balancer can be in."""
    if document.get("Subnets") and document.get("SubnetMappings"):
        raise refused("You must specify only one of subnets or subnet mappings")
    named = [each.get("SubnetId", "") for each in subnets(document)]
    if document["Type"] == "application" and len(named) < 2:
        raise refused("At least two subnets in two different Availability Zones must be specified")
    if not named:
        raise refused("At least one subnet must be specified")
    for each in named:
        if not re.fullmatch(r"subnet-[0-9A-Za-z]+", each):
            raise AwsError("SubnetNotFound", f"The subnet ID '{each}' does not exist")
    if len(set(named)) < len(named):
        raise configuration("A load balancer cannot be attached to multiple subnets in the same Availability Zone")


def default_id(ctx, kind: str) -> str:
    """The id of an account's default VPC or security group in a region: EC2 would tell it."""
    return f"{kind}-{hashlib.sha256(f'{kind}/{ctx.account}/{ctx.region}'.encode()).hexdigest()[:17]}"


@LoadBalancer.on_create
def created(ctx, record):
    document, region = record.document, ctx.region
    kind, name, (id,) = document["Type"], document["LoadBalancerName"], record.id
    extra = {"VpcId": default_id(ctx, "vpc")}
    if kind != "gateway":
        extra["Scheme"] = document.get("Scheme", "internet-facing")
        inside = "internal-" if extra["Scheme"] == "internal" and kind == "application" else ""
        extra["DNSName"] = (f"{inside}{name}-{1 + ctx.ids.below(2**31 - 1)}.{region}.elb.amazonaws.com"
                            if kind == "application" else f"{name}-{id}.elb.{region}.amazonaws.com")  # fmt: skip
        if region in facts.hosted_zones(kind):
            extra["CanonicalHostedZoneId"] = facts.hosted_zones(kind)[region]
    if kind == "application" and "SecurityGroups" not in document:
        extra["SecurityGroups"] = [default_id(ctx, "sg")]
    return replace(record, document={**document, **extra})


@LoadBalancer.on_read
def shown(ctx, record):
    return {"State": {"Code": record.state}, "AvailabilityZones": zones(record)}


def zones(record) -> list[dict]:
    """The zones that a load balancer is in, with what addresses were asked for there."""
    region = record.arn.split(":")[3]
    found = []
    for place, mapping in enumerate(subnets(record.document)):
        address = {name: mapping[name] for name in ("AllocationId", "PrivateIPv4Address") if name in mapping}
        if "IPv6Address" in mapping:
            address["IPv6Address"] = mapping["IPv6Address"]
        zone = {"ZoneName": f"{region}{'abcdefghijklmnopqrstuvwxyz'[place % 26]}", "SubnetId": mapping["SubnetId"],
                "LoadBalancerAddresses": [address] if address else []}  # fmt: skip
        if "SourceNatIpv6Prefix" in mapping:
            zone["SourceNatIpv6Prefixes"] = [mapping["SourceNatIpv6Prefix"]]
        found.append(zone)
    return found


@LoadBalancer.on_delete
def protected(ctx, record):
    if record.private.get("attributes", {}).get("deletion_protection.enabled") == "true":
        raise AwsError("OperationNotPermitted", f"Load balancer '{record.arn}' cannot be deleted because deletion "
                                                "protection is enabled")  # fmt: skip


@service.operation
def set_subnets(ctx, LoadBalancerArn, Subnets=None, SubnetMappings=None, IpAddressType=None,
                EnablePrefixForIpv6SourceNat=None):  # fmt: skip
    """Raises LoadBalancerNotFound, SubnetNotFound, InvalidConfigurationRequest."""
    record = LoadBalancer.get(ctx, {"LoadBalancerArn": LoadBalancerArn})
    kept = {name: value for name, value in record.document.items() if name not in ("Subnets", "SubnetMappings")}
    given = {"Subnets": Subnets, "SubnetMappings": SubnetMappings, "IpAddressType": IpAddressType,
             "EnablePrefixForIpv6SourceNat": EnablePrefixForIpv6SourceNat}  # fmt: skip
    document = {**kept, **{name: value for name, value in given.items() if value is not None}}
    check_places(document)
    check(ctx, document, record)
    return LoadBalancer.output(ctx, LoadBalancer.put(ctx, replace(record, document=document)), "SetSubnets")


@service.operation
def modify_ip_pools(ctx, LoadBalancerArn, IpamPools=None, RemoveIpamPools=None):
    """Raises LoadBalancerNotFound."""
    record = LoadBalancer.get(ctx, {"LoadBalancerArn": LoadBalancerArn})
    pools = {**record.document.get("IpamPools", {}), **(IpamPools or {})}
    if "ipv4" in (RemoveIpamPools or ()):
        pools.pop("Ipv4IpamPoolId", None)
    LoadBalancer.put(ctx, replace(record, document={**record.document, "IpamPools": pools}))
    return {"IpamPools": pools}

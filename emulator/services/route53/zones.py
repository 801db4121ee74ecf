"""Hosted zones: public ones with name servers, private ones with VPCs.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
"""

from emulator.engines import dns_names as names
from emulator.kernel.errors import AwsError
from emulator.kernel.store import ACCOUNT, replace
from emulator.resources import IdPattern, Listing, Resource, Unique
from emulator.services.route53 import changes, delegation
from emulator.services.route53.service import bare, invalid, location, page_size, service

Zone = Resource(
    "HostedZone", service, id=IdPattern("Z{20:A-Z0-9}", prefix="/hostedzone/"), scope=ACCOUNT,
    arn="arn:{partition}:route53:::hostedzone/{Id}", create="CreateHostedZone", read="GetHostedZone",
    delete="DeleteHostedZone", names={"HostedZoneConfig": "Config", "HostedZoneId": "Id"},
    list=Listing("ListHostedZones", {
        "DelegationSetId": lambda view, given: view.get("DelegationSetId") == bare(given),
        "HostedZoneType": lambda view, given: view["Config"]["PrivateZone"],
    }, marker=True, maximum=100),
    missing=("NoSuchHostedZone", "No hosted zone found with ID: {Id}"),
    unique=(Unique("CallerReference", (
        "HostedZoneAlreadyExists", "A hosted zone has already been created with the specified caller reference.")),),
    cloudformation="AWS::Route53::HostedZone",
)  # fmt: skip
Zone.on_read(location("hostedzone"))


@Zone.on_validate
def check(ctx, document, before):
    problem = names.problem(names.written(document["Name"]))
    if problem:
        raise AwsError("InvalidDomainName", problem)
    vpc, private = document.get("VPC"), document.get("Config", {}).get("PrivateZone")
    if vpc:
        if document.get("DelegationSetId"):
            raise invalid("A private hosted zone cannot have a reusable delegation set.")
        check_vpc(vpc)
        check_conflict(ctx, document["Name"], vpc)
    elif private:
        raise invalid("A private hosted zone must be associated with a VPC.")


@Zone.on_create
def created(ctx, record):
    document = {**record.document, "Name": names.written(record.document["Name"])}
    vpc = document.get("VPC")
    if vpc:
        document |= {"VPCs": [vpc], "NameServers": list(delegation.PRIVATE)}
    elif "DelegationSetId" in document:
        chosen = delegation.DelegationSet.get(ctx, {"Id": document["DelegationSetId"]})
        users = [each for each in Zone.rows(ctx) if each.document.get("DelegationSetId") == chosen.id[0]]
        if len(users) >= delegation.MOST_ZONES:
            raise AwsError("TooManyHostedZones")
        document |= {"DelegationSetId": chosen.id[0], "NameServers": chosen.document["NameServers"]}
    else:
        document["NameServers"] = delegation.four(ctx)
    comment = document.get("Config", {}).get("Comment")
    document["Config"] = {"PrivateZone": bool(vpc)} | ({"Comment": comment} if comment else {})
    return replace(record, document=document)


@Zone.on_read
def shown(ctx, record):
    answers = {"DelegationSet": delegation.of_zone(ctx, record.document)}
    if ctx.operation in ("CreateHostedZone", "DeleteHostedZone"):
        answers |= changes.submit(ctx)
    return answers


@service.operation
def update_hosted_zone_comment(ctx, Id, Comment=None):
    """Replace the comment, or take it away. Raises NoSuchHostedZone."""
    zone = Zone.get(ctx, {"Id": Id})
    config = {"PrivateZone": zone.document["Config"]["PrivateZone"]} | ({"Comment": Comment} if Comment else {})
    zone = Zone.put(ctx, replace(zone, document={**zone.document, "Config": config}))
    return {"HostedZone": Zone.output(ctx, zone, "GetHostedZone")["HostedZone"]}


@service.operation
def update_hosted_zone_features(ctx, HostedZoneId, EnableAcceleratedRecovery=None):
    """Accelerated recovery of a public zone, on or off. Raises NoSuchHostedZone, InvalidInput."""
    zone = Zone.get(ctx, {"Id": HostedZoneId})
    if zone.document["Config"]["PrivateZone"]:
        raise invalid("Accelerated recovery is not supported for private hosted zones.")
    if EnableAcceleratedRecovery is not None:
        status = "ENABLED" if EnableAcceleratedRecovery else "DISABLED"
        Zone.put(ctx, replace(zone, document={**zone.document, "Features": {"AcceleratedRecoveryStatus": status}}))


@service.operation
def get_hosted_zone_count(ctx):
    return {"HostedZoneCount": len(Zone.rows(ctx))}


@service.operation
def list_hosted_zones_by_name(ctx, DNSName=None, HostedZoneId=None, MaxItems=None):
    """In the order of reversed names. Raises InvalidInput, InvalidDomainName."""
    if HostedZoneId and not DNSName:
        raise invalid("The parameter hostedzoneid requires the parameter dnsname.")
    limit = page_size(MaxItems)
    zones = sorted(Zone.rows(ctx), key=_place)
    start = (names.order(names.written(DNSName)) if DNSName else "", bare(HostedZoneId or ""))
    rest = [each for each in zones if _place(each) >= start]
    shown = [Zone.output(ctx, each, "GetHostedZone")["HostedZone"] for each in rest[:limit]]
    answer = {"HostedZones": shown, "IsTruncated": len(rest) > limit, "MaxItems": str(limit)}
    answer |= {name: given for name, given in (("DNSName", DNSName), ("HostedZoneId", HostedZoneId)) if given}
    if len(rest) > limit:
        answer |= {"NextDNSName": rest[limit].document["Name"], "NextHostedZoneId": rest[limit].id[0]}
    return answer


def _place(zone) -> tuple[str, str]:
    return names.order(zone.document["Name"]), zone.id[0]


# What VPCs may be


def check_vpc(vpc: dict) -> None:
    """Raises InvalidVPCId for what cannot be one: EC2 is not here to be asked."""
    id = vpc.get("VPCId", "")
    if not id.startswith("vpc-") or not id[4:].isalnum() or "VPCRegion" not in vpc:
        raise AwsError("InvalidVPCId")


def check_conflict(ctx, name: str, vpc: dict) -> None:
    """Raises ConflictingDomainExists when the VPC has a zone of the same name already."""
    name = names.written(name)
    for zone in Zone.rows(ctx):
        if zone.document["Name"] == name and vpc in zone.document.get("VPCs", ()):
            raise AwsError("ConflictingDomainExists", (
                f"The VPC {vpc['VPCId']} in region {vpc['VPCRegion']} has already been associated with the hosted zone "
                f"{zone.id[0]} with the same domain name."))  # fmt: skip

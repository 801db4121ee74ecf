"""What is done to tenants beside their update: web ACLs, invalidations, and domains that move.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-config-options.html
"""

from emulator.kernel.errors import AwsError
from emulator.resources import page
from emulator.services.cloudfront.common import invalid, service
from emulator.services.cloudfront.distribution_changes import condition, covers, masked, set_aliases
from emulator.services.cloudfront.distribution_checks import check_web_acl
from emulator.services.cloudfront.distributions import CONFIG, Distribution
from emulator.services.cloudfront.invalidations import TenantInvalidation
from emulator.services.cloudfront.networks import ConnectionGroup
from emulator.services.cloudfront.tenants import Tenant, holders


@service.operation
def get_distribution_tenant_by_domain(ctx, Domain):
    """The tenant that a domain belongs to. Raises EntityNotFound."""
    for record in Tenant.rows(ctx):
        if any(each["Domain"] == Domain for each in record.document["Domains"]):
            return Tenant.output(ctx, record, "GetDistributionTenantByDomain")
    raise Tenant.is_missing({})


def _customized(ctx, Id: str, **changed):
    """A tenant with other customizations; None takes one away."""
    record = Tenant.get(ctx, {"Id": Id})
    members = {**record.document.get("Customizations", {}), **changed}
    kept = {name: value for name, value in members.items() if value is not None}
    return Tenant.change(ctx, record, condition(ctx, record), Customizations=kept)


@service.operation
def associate_distribution_tenant_web_acl(ctx, Id, WebACLArn, IfMatch=None):
    """Protect a tenant by a web ACL of its own."""
    check_web_acl(ctx, WebACLArn, "InvalidArgument")
    record = _customized(ctx, Id, WebAcl={"Action": "override", "Arn": WebACLArn})
    return {"Id": Id, "WebACLArn": WebACLArn, "ETag": record.version}


@service.operation
def disassociate_distribution_tenant_web_acl(ctx, Id, IfMatch=None):
    """Take a tenant's own web ACL away."""
    return {"Id": Id, "ETag": _customized(ctx, Id, WebAcl=None).version}


@service.operation
def create_invalidation_for_distribution_tenant(ctx, Id, InvalidationBatch):
    """Have the edge forget a tenant's paths."""
    tenant = Tenant.get(ctx, {"Id": Id})
    document = {"DistributionTenantId": tenant.id[-1], "InvalidationBatch": InvalidationBatch}
    record = TenantInvalidation.add(ctx, document)
    return TenantInvalidation.output(ctx, record, "CreateInvalidationForDistributionTenant")


@service.operation
def list_invalidations_for_distribution_tenant(ctx, Id, Marker=None, MaxItems=None):
    """A tenant's invalidations."""
    tenant, limit = Tenant.get(ctx, {"Id": Id}), int(MaxItems or 100)
    found, following = page(ctx, TenantInvalidation.below(ctx, tenant.id), lambda each: each.id, Marker, limit,
                            query=Id, invalid=("InvalidArgument", "The Marker is not valid."))  # fmt: skip
    items = [{"Id": each.id[-1], "CreateTime": each.created, "Status": each.state} for each in found]
    return {"InvalidationList": {
        "Marker": Marker or "", "MaxItems": limit, "IsTruncated": following is not None, "Quantity": len(items),
        **({"Items": items} if items else {}), **({"NextMarker": following} if following else {})}}  # fmt: skip


@service.operation
def list_domain_conflicts(ctx, Domain, DomainControlValidationResource, MaxItems=None, Marker=None):
    """Who holds a domain, or one that overlaps with it, beside the resource that is to get it."""
    own = _target(ctx, DomainControlValidationResource).id[-1]
    found = sorted((domain, kind, record.id[-1], record.arn.split(":")[4])
                   for kind, record, domains in holders(ctx) if record.id[-1] != own
                   for domain in domains if covers(domain, Domain))  # fmt: skip
    rows, following = page(ctx, found, lambda row: row, Marker, int(MaxItems or 100), query=[Domain, own],
                           invalid=("InvalidArgument", "The Marker is not valid."))  # fmt: skip
    conflicts = [{"Domain": domain, "ResourceType": kind, "ResourceId": masked(id), "AccountId": masked(account)}
                 for domain, kind, id, account in rows]  # fmt: skip
    return {"DomainConflicts": conflicts, **({"NextMarker": following} if following else {})}


def _target(ctx, named: dict):
    """The distribution or the tenant that a structure names. Raises InvalidArgument, EntityNotFound."""
    if len(named) != 1:
        raise invalid("Either a distribution or a distribution tenant must be given.")
    kind, id = (Distribution, named["DistributionId"]) if "DistributionId" in named else (
        Tenant, named["DistributionTenantId"])  # fmt: skip
    record = kind.find(ctx, {"Id": id})
    if record is None:
        raise Tenant.is_missing({})
    return record


@service.operation
def update_domain_association(ctx, Domain, TargetResource, IfMatch=None):
    """Move a domain from the distribution or tenant that has it to another one of the account."""
    target = _target(ctx, TargetResource)
    if IfMatch is not None and IfMatch != target.version:
        raise AwsError(*Distribution.version.stale)
    for _, record, domains in list(holders(ctx)):
        if Domain.lower() in domains and record.arn.split(":")[4] == ctx.account:
            _hold(ctx, record, [each for each in _domains(record) if each.lower() != Domain.lower()])
    changed = _hold(ctx, target, [*_domains(target), Domain])
    return {"Domain": Domain, "ResourceId": target.id[-1], "ETag": changed.version}


def _domains(record) -> list[str]:
    """A distribution's or a tenant's domains, as they were written."""
    if CONFIG in record.document:
        return record.document[CONFIG]["Aliases"].get("Items", [])
    return [each["Domain"] for each in record.document["Domains"]]


def _hold(ctx, record, domains: list[str]):
    """Give a distribution or a tenant other domains."""
    if CONFIG in record.document:
        return set_aliases(ctx, record, domains)
    members = {"Domains": [{"Domain": each} for each in domains]}
    return Tenant.change(ctx, record, {"IfMatch": record.version}, **members)


@service.operation
def verify_dns_configuration(ctx, Identifier, Domain=None):
    """Whether a tenant's domains lead to its connection group: what Route 53's zones of this account say."""
    tenant = Tenant.get(ctx, {"Id": Identifier})
    group = ConnectionGroup.get(ctx, {"Id": tenant.document["ConnectionGroupId"]})
    domains = [each for each in _domains(tenant) if Domain in (None, each)]
    if not domains:
        raise Tenant.is_missing({})
    return {"DnsConfigurationList": [_configuration(ctx, each, group.document["RoutingEndpoint"]) for each in domains]}


def _configuration(ctx, domain: str, endpoint: str) -> dict:
    try:
        zones = ctx.call("route53", "ListHostedZones", {})["HostedZones"]
    except AwsError as error:
        return {"Domain": domain, "Status": "unknown-configuration", "Reason": error.message}
    for zone in zones:
        if f"{domain}.".endswith(f".{zone['Name']}") or f"{domain}." == zone["Name"]:
            rows = ctx.call("route53", "ListResourceRecordSets", {"HostedZoneId": zone["Id"]})["ResourceRecordSets"]
            for row in rows:
                if row["Name"] == f"{domain}.":
                    leads = [row.get("AliasTarget", {}).get("DNSName", "")]
                    leads += [each["Value"] for each in row.get("ResourceRecords", ())]
                    if endpoint in (each.rstrip(".") for each in leads):
                        return {"Domain": domain, "Status": "valid-configuration"}
    return {"Domain": domain, "Status": "invalid-configuration", "Reason": f"The domain does not lead to {endpoint}."}

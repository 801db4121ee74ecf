"""Distribution tenants: domains of their own on a distribution that many share.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-config-options.html
"""

from emulator.kernel.errors import AwsError
from emulator.resources import IdPattern, Reference, Unique
from emulator.resources.documents import every
from emulator.services.cloudfront import certificates
from emulator.services.cloudfront.common import (
    ARN,
    DEPLOYED,
    ENTITY_EXISTS,
    ENTITY_IN_USE,
    NO_ENTITY,
    TAGS,
    added,
    invalid,
    listing,
    resource,
    service,
)
from emulator.services.cloudfront.distribution_checks import everywhere
from emulator.services.cloudfront.distributions import CONFIG, Distribution
from emulator.services.cloudfront.networks import ConnectionGroup, associated


def customized(place: str):
    return lambda view, asked: asked in every(view, f"Customizations.{place}")


Tenant = resource(
    "DistributionTenant", "distribution-tenant", IdPattern("dt_{27:A-Za-z0-9}"), arn=ARN + "distribution-tenant/{Id}",
    create="CreateDistributionTenant", read="GetDistributionTenant", update="UpdateDistributionTenant",
    delete="DeleteDistributionTenant", tags=TAGS, missing=NO_ENTITY, names={"Identifier": "Id"}, also=("Name",),
    by_arn=True, states=DEPLOYED, defaults={"Enabled": True}, unique=(Unique("Name", ENTITY_EXISTS),),
    list=(listing("ListDistributionTenants", {"AssociationFilter": associated}, bare=False),
          listing("ListDistributionTenantsByCustomization", {
              "WebACLArn": customized("WebAcl.Arn"), "CertificateArn": customized("Certificate.Arn")}, bare=False)),
    refers=(Reference(Distribution, ("DistributionId",), NO_ENTITY, (
        "ResourceInUse", "The distribution is in use by distribution tenants.")),
        Reference(ConnectionGroup, ("ConnectionGroupId",), NO_ENTITY, ENTITY_IN_USE)),
    cloudformation="AWS::CloudFront::DistributionTenant",
)  # fmt: skip


@Tenant.on_prepare
def in_a_group(ctx, document, before):
    """A tenant that names no connection group is in the account's default one, which is made for the first."""
    if document.get("ConnectionGroupId"):
        return document
    group = next((each for each in ConnectionGroup.rows(ctx) if each.document["IsDefault"]), None)
    if group is None:
        name = f"CreatedByCloudFront-{ctx.ids.hex(8)}"
        made = service.functions["create_connection_group"](ctx, Name=name)["ConnectionGroup"]["Id"]
        group = ConnectionGroup.get(ctx, {"Id": made})
        ConnectionGroup.put(ctx, added(group, IsDefault=True))
    return {**document, "ConnectionGroupId": group.id[-1]}


@Tenant.on_validate
def check(ctx, document, before):
    distribution = Distribution.find(ctx, {"Id": document["DistributionId"]})
    if distribution is None:
        return  # the reference refuses it
    config = distribution.document[CONFIG]
    if config["ConnectionMode"] != "tenant-only":
        raise AwsError("InvalidAssociation", "The distribution is not a multi-tenant one (ConnectionMode tenant-only).")
    given = {each["Name"] for each in document.get("Parameters", ())}
    for each in every(config, "TenantConfig.ParameterDefinitions[]"):
        schema = each["Definition"].get("StringSchema", {})
        if schema.get("Required") and "DefaultValue" not in schema and each["Name"] not in given:
            raise invalid(f"The parameter {each['Name']} is required.")
    if not document["Domains"]:
        raise invalid("A distribution tenant must have at least one domain.")
    check_domains(ctx, {each["Domain"].lower() for each in document["Domains"]}, document["Id"])
    for arn in every(document, "Customizations.Certificate.Arn"):
        certificates.check(ctx, arn, [each["Domain"] for each in document["Domains"]])


def check_domains(ctx, wanted: set[str], id: str) -> None:
    """A domain belongs to one distribution or tenant of all accounts. Raises CNAMEAlreadyExists."""
    if any(wanted & domains for kind, record, domains in holders(ctx) if record.id[-1] != id):
        text = "One or more of the CNAMEs you provided are already associated with a different resource."
        raise AwsError("CNAMEAlreadyExists", text)


def holders(ctx):
    """Whoever holds domains: (type, record, its domains in lower case)."""
    for record in everywhere(ctx, Distribution):
        yield "distribution", record, {each.lower() for each in every(record.document, f"{CONFIG}.Aliases.Items[]")}
    for record in everywhere(ctx, Tenant):
        yield "distribution-tenant", record, {each["Domain"].lower() for each in record.document["Domains"]}


@Tenant.on_read
def shown(ctx, record):
    return {"Domains": [{"Domain": each["Domain"], "Status": "active"} for each in record.document["Domains"]]}


@Tenant.on_delete
def check_disabled(ctx, record):
    if record.document["Enabled"]:
        raise AwsError("ResourceNotDisabled", "The specified resource has not been disabled.")


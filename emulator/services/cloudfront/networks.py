"""What distributions are reached by and reach out through: VPC origins, static IPs, trust stores, connection groups.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html,
request-static-ips.html, distribution-config-options.html (connection groups)
"""

import ipaddress

from emulator.engines import certificate_store
from emulator.kernel.errors import AwsError
from emulator.resources import IdPattern, Lifecycle, Reference, Unique
from emulator.services.cloudfront.common import (
    ARN,
    DEPLOYED,
    ENTITY_EXISTS,
    ENTITY_IN_USE,
    NO_ENTITY,
    SOON,
    TAGS,
    added,
    host_name,
    invalid,
    listing,
    read_object,
    resource,
    service,
)

DEPLOYING = {"states": Lifecycle("Deploying", SOON, "Deployed", update=("Deploying", SOON, "Deployed"))}

VpcOrigin = resource(
    "VpcOrigin", "vpc-origin", IdPattern("vo_{22:A-Za-z0-9}"), arn=ARN + "vpcorigin/{Id}",
    body="VpcOriginEndpointConfig", create="CreateVpcOrigin", read="GetVpcOrigin", update="UpdateVpcOrigin",
    delete="DeleteVpcOrigin", list=listing("ListVpcOrigins"), tags=TAGS, missing=NO_ENTITY,
    names={"OriginEndpointArn": "VpcOriginEndpointConfig.Arn"},
    unique=(Unique("VpcOriginEndpointConfig.Name", ENTITY_EXISTS),),
    cloudformation="AWS::CloudFront::VpcOrigin", **DEPLOYING,
)  # fmt: skip
VpcOrigin.on_read(lambda ctx, record: {"AccountId": record.arn.split(":")[4]})

AnycastIpList = resource(
    "AnycastIpList", "anycast-ip-list", IdPattern("aip_{22:A-Za-z0-9}"), arn=ARN + "anycast-ip-list/{Id}",
    create="CreateAnycastIpList", read="GetAnycastIpList", update="UpdateAnycastIpList", delete="DeleteAnycastIpList",
    list=listing("ListAnycastIpLists"), tags=TAGS, missing=NO_ENTITY, unique=(Unique("Name", ENTITY_EXISTS),),
    defaults={"IpAddressType": "ipv4"}, cloudformation="AWS::CloudFront::AnycastIpList", **DEPLOYING,
)  # fmt: skip


@AnycastIpList.on_validate
def check_count(ctx, document, before):
    if document["IpCount"] not in (3, 21):
        raise invalid("The IpCount must be 3 or 21.")


@AnycastIpList.on_create
def with_addresses(ctx, record):
    """Addresses of the block that is reserved for documentation: they lead nowhere."""
    first = int(ipaddress.ip_address("203.0.113.0")) + ctx.ids.below(200)
    count = record.document["IpCount"]
    return added(record, AnycastIps=[str(ipaddress.ip_address(first + each)) for each in range(count)])


@AnycastIpList.on_read
def with_pools(ctx, record):
    cidrs = record.document.get("IpamCidrConfigs")
    return {"IpamConfig": {"Quantity": len(cidrs), "IpamCidrConfigs": cidrs}} if cidrs else {}


TrustStore = resource(
    "TrustStore", "trust-store", IdPattern("ts_{22:A-Za-z0-9}"), arn=ARN + "trust-store/{Id}",
    create="CreateTrustStore", read="GetTrustStore", update="UpdateTrustStore", delete="DeleteTrustStore",
    list=listing("ListTrustStores", bare=False), tags=TAGS, missing=NO_ENTITY, names={"Identifier": "Id"},
    also=("Name",), by_arn=True, unique=(Unique("Name", ENTITY_EXISTS),),
    states=Lifecycle("pending", SOON, "active", update=("pending", SOON, "active")),
    defaults={"UseClientCertificateOCSPEndpoint": False}, cloudformation="AWS::CloudFront::TrustStore",
)  # fmt: skip


def _certificates(pem: bytes) -> int:
    """How many certificates a bundle holds; 0 for what is none."""
    from cryptography import x509

    try:
        return len(x509.load_pem_x509_certificates(pem))
    except ValueError:
        return 0


@TrustStore.on_create
def with_certificates(ctx, record, before=None):
    """The certificates of the bundle that lies in S3, kept where TLS finds them."""
    at = record.document["CaCertificatesBundleSource"].get("CaCertificatesBundleS3Location")
    if at is None:
        raise invalid("CaCertificatesBundleS3Location must be given.")
    version = {"VersionId": at["Version"]} if "Version" in at else {}
    try:
        body = read_object(ctx, at["Bucket"], at["Key"], region=at["Region"], **version)
    except AwsError as error:
        raise invalid(f"The CA certificates bundle could not be read: {error.message}") from error
    count = _certificates(body)
    if not count:
        raise invalid("The CA certificates bundle holds no certificate.")
    ctx.rows(certificate_store.authorities).put(certificate_store.Authorities(record.arn, body.decode("latin-1")))
    return added(record, NumberOfCaCertificates=count)


TrustStore.on_update(with_certificates)


@TrustStore.on_delete
def forgotten(ctx, record):
    ctx.rows(certificate_store.authorities).delete(record.arn)


def associated(view: dict, asked: dict) -> bool:
    """Whether a record has what an AssociationFilter names."""
    return all(view.get(name) == value for name, value in asked.items())


ConnectionGroup = resource(
    "ConnectionGroup", "connection-group", IdPattern("cg_{27:A-Za-z0-9}"), arn=ARN + "connection-group/{Id}",
    create="CreateConnectionGroup", read="GetConnectionGroup", update="UpdateConnectionGroup",
    delete="DeleteConnectionGroup", tags=TAGS, missing=NO_ENTITY, names={"Identifier": "Id"}, also=("Name",),
    by_arn=True, list=listing("ListConnectionGroups", {"AssociationFilter": associated}, bare=False),
    unique=(Unique("Name", ENTITY_EXISTS),), defaults={"Ipv6Enabled": True, "Enabled": True, "IsDefault": False},
    refers=(Reference(AnycastIpList, ("AnycastIpListId",), NO_ENTITY, ENTITY_IN_USE),),
    cloudformation="AWS::CloudFront::ConnectionGroup",
    states=DEPLOYED,
)  # fmt: skip


@ConnectionGroup.on_create
def with_endpoint(ctx, record):
    return added(record, RoutingEndpoint=host_name(ctx))


@ConnectionGroup.on_delete
def check_disabled(ctx, record):
    if record.document["Enabled"]:
        raise AwsError("ResourceNotDisabled", "The specified resource has not been disabled.")


@service.operation
def get_connection_group_by_routing_endpoint(ctx, RoutingEndpoint):
    """The connection group with an endpoint. Raises EntityNotFound."""
    for record in ConnectionGroup.rows(ctx):
        if record.document["RoutingEndpoint"] == RoutingEndpoint:
            return ConnectionGroup.output(ctx, record, "GetConnectionGroup")
    raise ConnectionGroup.is_missing({})

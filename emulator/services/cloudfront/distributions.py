"""Distributions: stored whole, replaced whole by an update, deployed a moment later, listed by whatever they use.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Distribution.html
"""

from emulator.kernel.errors import AwsError
from emulator.resources import IdPattern, Reference, Unique, names
from emulator.resources.documents import every
from emulator.services.cloudfront import certificates
from emulator.services.cloudfront import distribution_checks as checks
from emulator.services.cloudfront.access import (
    FieldLevelEncryption,
    KeyGroup,
    OriginAccessControl,
    OriginAccessIdentity,
)
from emulator.services.cloudfront.common import (
    ARN,
    DEPLOYED,
    ENTITY_IN_USE,
    NO_ENTITY,
    TAGS,
    added,
    configured,
    host_name,
    immutable,
    listing,
    service,
)
from emulator.services.cloudfront.functions import ConnectionFunction, Function
from emulator.services.cloudfront.logs import MonitoringSubscription, RealtimeLogConfig
from emulator.services.cloudfront.networks import AnycastIpList, TrustStore, VpcOrigin
from emulator.services.cloudfront.policies import (
    ILLEGAL_UPDATE,
    CachePolicy,
    OriginRequestPolicy,
    ResponseHeadersPolicy,
)

CONFIG = "DistributionConfig"
IN_USE_POLICY = "is currently associated with a cache behavior. Please disassociate the policy before deleting."


def in_behaviors(member: str) -> tuple[str, str]:
    """The places of a member of cache behaviors."""
    return f"{CONFIG}.DefaultCacheBehavior.{member}", f"{CONFIG}.CacheBehaviors.Items[].{member}"


def of_policy(policy, words: str) -> Reference:
    return Reference(policy, in_behaviors(f"{policy.name}Id"),
                     in_use=(f"{policy.name}InUse", f"The specified {words} {IN_USE_POLICY}"))  # fmt: skip


ORIGIN = f"{CONFIG}.Origins.Items[]"
ORIGIN_CERTIFICATE = f"{ORIGIN}.CustomOriginConfig.OriginMtlsConfig.ClientCertificateArn"
IDENTITY = "origin-access-identity/cloudfront/"
KEY_GROUPS = in_behaviors("TrustedKeyGroups.Items[]")
VPC_ORIGIN, ANYCAST = f"{ORIGIN}.VpcOriginConfig.VpcOriginId", f"{CONFIG}.AnycastIpListId"
TRUST_STORE = f"{CONFIG}.ViewerMtlsConfig.TrustStoreConfig.TrustStoreId"
CONNECTION_FUNCTION = f"{CONFIG}.ConnectionFunctionAssociation.Id"

REFERENCES = (
    of_policy(CachePolicy, "cache policy"), of_policy(OriginRequestPolicy, "origin request policy"),
    of_policy(ResponseHeadersPolicy, "response headers policy"),
    Reference(OriginAccessControl, (f"{ORIGIN}.OriginAccessControlId",), (
        "InvalidOriginAccessControl", "The specified origin access control does not exist."), (
        "OriginAccessControlInUse", "Cannot delete the origin access control because it's in use by one or more "
        "distributions.")),
    Reference(OriginAccessIdentity, (f"{ORIGIN}.S3OriginConfig.OriginAccessIdentity",), (
        "InvalidOriginAccessIdentity", "The specified origin access identity does not exist or is not valid."), (
        "CloudFrontOriginAccessIdentityInUse", "The CloudFront origin access identity is still being used."),
        lambda value: value.removeprefix(IDENTITY)),
    Reference(KeyGroup, KEY_GROUPS, ("TrustedKeyGroupDoesNotExist", "The specified key group does not exist."), (
        "ResourceInUse", "The specified key group is in use.")),
    Reference(Function, in_behaviors("FunctionAssociations.Items[].FunctionARN"), (
        "InvalidFunctionAssociation", "The function {id} does not exist."), (
        "FunctionInUse", "Cannot delete function {Name}, it is in use by {count} distributions")),
    Reference(FieldLevelEncryption, in_behaviors("FieldLevelEncryptionId"), in_use=(
        "FieldLevelEncryptionConfigInUse", "The specified configuration for field-level encryption is in use.")),
    Reference(RealtimeLogConfig, in_behaviors("RealtimeLogConfigArn"), in_use=(
        "RealtimeLogConfigInUse", "Cannot delete the real-time log configuration because it is in use.")),
    Reference(VpcOrigin, (VPC_ORIGIN,), NO_ENTITY, ENTITY_IN_USE),
    Reference(AnycastIpList, (ANYCAST,), NO_ENTITY, ENTITY_IN_USE),
    Reference(TrustStore, (TRUST_STORE,), NO_ENTITY, ENTITY_IN_USE),
    Reference(ConnectionFunction, (CONNECTION_FUNCTION,), NO_ENTITY, ENTITY_IN_USE),
)  # fmt: skip


def by_id(operation: str, member: str, paths: tuple[str, ...]):
    return listing(operation, {member: names(*paths)}, element="Id")


def by_web_acl(view: dict, asked: str) -> bool:
    """``null`` asks for the distributions without a web ACL."""
    return view[CONFIG].get("WebACLId", "") == ("" if asked == "null" else asked)


def by_log_config(view: dict, asked: str) -> bool:
    """By its ARN, or by the name that its ARN ends with."""
    return any(asked in (arn, arn.rpartition("/")[2])
               for path in in_behaviors("RealtimeLogConfigArn") for arn in every(view, path))  # fmt: skip


def by_owned(view: dict, arn: str) -> bool:
    return any(arn.endswith(f"/{id}") for path in (VPC_ORIGIN, ANYCAST, TRUST_STORE) for id in every(view, path))


LISTINGS = (
    listing("ListDistributions"),
    by_id("ListDistributionsByCachePolicyId", "CachePolicyId", in_behaviors("CachePolicyId")),
    by_id("ListDistributionsByOriginRequestPolicyId", "OriginRequestPolicyId", in_behaviors("OriginRequestPolicyId")),
    by_id("ListDistributionsByResponseHeadersPolicyId", "ResponseHeadersPolicyId",
          in_behaviors("ResponseHeadersPolicyId")),
    by_id("ListDistributionsByKeyGroup", "KeyGroupId", KEY_GROUPS),
    by_id("ListDistributionsByVpcOriginId", "VpcOriginId", (VPC_ORIGIN,)),
    listing("ListDistributionsByAnycastIpListId", {"AnycastIpListId": names(ANYCAST)}),
    listing("ListDistributionsByTrustStore", {"TrustStoreIdentifier": names(TRUST_STORE)}),
    listing("ListDistributionsByConnectionFunction", {"ConnectionFunctionIdentifier": names(CONNECTION_FUNCTION)}),
    listing("ListDistributionsByConnectionMode", {
        "ConnectionMode": lambda view, asked: view[CONFIG]["ConnectionMode"] == asked}),
    listing("ListDistributionsByRealtimeLogConfig", {
        "RealtimeLogConfigName": by_log_config, "RealtimeLogConfigArn": by_log_config}),
    listing("ListDistributionsByWebACLId", {"WebACLId": by_web_acl}),
    listing("ListDistributionsByOwnedResource", {"ResourceArn": by_owned}),
)  # fmt: skip
# What a list asks for must be there: the member that names it (by its id, its name or its ARN), and what it is.
LISTED_BY = {
    "CachePolicyId": CachePolicy, "OriginRequestPolicyId": OriginRequestPolicy, "KeyGroupId": KeyGroup,
    "ResponseHeadersPolicyId": ResponseHeadersPolicy, "VpcOriginId": VpcOrigin, "AnycastIpListId": AnycastIpList,
    "TrustStoreIdentifier": TrustStore, "ConnectionFunctionIdentifier": ConnectionFunction,
}  # fmt: skip

Distribution = configured(
    "Distribution", "distribution", IdPattern("E{13:A-Z0-9}"), arn=ARN + "distribution/{Id}", arn_member="ARN",
    list=LISTINGS, tags=TAGS, envelopes=("DistributionConfigWithTags",), states=DEPLOYED, refers=REFERENCES,
    names={"DistributionId": "Id"}, create=("CreateDistribution", "CreateDistributionWithTags"),
    missing=("NoSuchDistribution", "The specified distribution does not exist."),
    unique=(Unique(f"{CONFIG}.CallerReference", (
        "DistributionAlreadyExists",
        "The caller reference that you are using to create a distribution is associated with another distribution. "
        "Already exists: {Id}")),),
    cloudformation="AWS::CloudFront::Distribution",
)  # fmt: skip
immutable(Distribution, ILLEGAL_UPDATE, "CallerReference", "Staging")


@service.before.append
def check_listed(ctx):
    """The id of what a list of distributions asks for. Raises that resource's own error."""
    if ctx.operation.startswith("ListDistributionsBy"):
        for member, asked in ctx.input.items():
            if member in LISTED_BY and asked:
                kind = LISTED_BY[member]
                ctx.input[member] = kind.get(ctx, {kind.id_member: asked}).id[-1]


@Distribution.on_validate
def check(ctx, document, before):
    checks.check(document[CONFIG])
    acl = document[CONFIG]["WebACLId"]
    if before is None or acl != before.document[CONFIG]["WebACLId"]:
        checks.check_web_acl(ctx, acl, "InvalidWebACLId")
    checks.check_aliases(ctx, Distribution, document[CONFIG], document.get("Id"))
    for arn in every(document, ORIGIN_CERTIFICATE):
        certificates.check(ctx, arn)
    shown = certificates.arn_of(ctx, document[CONFIG]["ViewerCertificate"])
    if shown:
        certificates.check(ctx, shown, document[CONFIG]["Aliases"].get("Items", []))


@MonitoringSubscription.on_validate
def check_monitored(ctx, document, before):
    Distribution.get(ctx, {"Id": document["DistributionId"]})


@Distribution.on_create
def with_domain_name(ctx, record):
    return added(record, DomainName=host_name(ctx))


@Distribution.on_delete
def check_disabled(ctx, record):
    if record.document[CONFIG]["Enabled"]:
        text = "The distribution you are trying to delete has not been disabled."
        raise AwsError("DistributionNotDisabled", text)


@Distribution.on_read
def shown(ctx, record):
    """What follows from the configuration."""
    config = record.document[CONFIG]
    behaviors = [config["DefaultCacheBehavior"], *config["CacheBehaviors"].get("Items", ())]
    signers = sorted({each for one in behaviors for each in one["TrustedSigners"].get("Items", ())})
    groups = sorted({each for one in behaviors for each in one["TrustedKeyGroups"].get("Items", ())})
    aliases = config["Aliases"].get("Items")
    return {
        "OwnerAccountId": record.arn.split(":")[4], "InProgressInvalidationBatches": 0,
        "ActiveTrustedSigners": _active([
            {"AwsAccountNumber": each, "KeyPairIds": {"Quantity": 0}} for each in signers]),
        "ActiveTrustedKeyGroups": _active([{"KeyGroupId": each, "KeyPairIds": _keys(ctx, each)} for each in groups]),
        **({"AliasICPRecordals": [{"CNAME": each, "ICPRecordalStatus": "APPROVED"} for each in aliases]}
           if aliases else {}),
    }  # fmt: skip


def _active(items: list[dict]) -> dict:
    return {"Enabled": bool(items), "Quantity": len(items), **({"Items": items} if items else {})}


def _keys(ctx, group: str) -> dict:
    """The public keys of a key group."""
    record = KeyGroup.find(ctx, {"Id": group})
    items = record.document["KeyGroupConfig"]["Items"] if record else []
    return {"Quantity": len(items), **({"Items": items} if items else {})}


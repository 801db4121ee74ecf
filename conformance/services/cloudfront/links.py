"""What the inputs of the operations without a configuration of their own name."""

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.cloudfront.configs import CERTIFICATE, DISTRIBUTIONS, KINDS, declared, distribution, items
from conformance.services.cloudfront.fixtures import CODE, CONNECTION_CODE, LOGS, RUNTIME, SOURCE, SUBSCRIPTION, VPC
from conformance.services.declared import Error

TAGS = {"Items": [{"Key": "a", "Value": "1"}]}
BATCHES = Samples(*({"Paths": items(*paths), "CallerReference": Unique("batch")}
                    for paths in (("/a",), ("/a", "/b/*"))))
EVENT = b'{"version":"1.0","context":{},"viewer":{"ip":"1.2.3.4"},"request":{"method":"GET","uri":"/a",' \
        b'"querystring":{},"headers":{},"cookies":{}}}'
BELOW = ".example.com"  # names that the certificate of the fixture covers
LIMIT, TOKEN = Samples("100", "1"), Leave("a marker comes from an answer; sequences follow pages")


def at(fixture: str, field: str, *operations: str, must: bool = True) -> dict:
    return {operation: Ref(fixture, field, must=must) for operation in operations}


declared.hints.table.update({
    "Marker": TOKEN, "MaxItems": LIMIT, "Type": Samples("custom", "managed"),
    "CreateDistributionWithTags.DistributionConfigWithTags": Samples(*(
        {"DistributionConfig": {**each, "CallerReference": Unique("reference")}, "Tags": tags}
        for each, tags in ((DISTRIBUTIONS[0], TAGS), (DISTRIBUTIONS[1], {"Items": []})))),
    "CreateStreamingDistributionWithTags.StreamingDistributionConfigWithTags": Samples(*(
        {"StreamingDistributionConfig": {**each, "CallerReference": Unique("reference")}, "Tags": TAGS}
        for each in KINDS["streaming"].values)),
    **at("distribution", "Id", "AssociateAlias.TargetDistributionId", "CopyDistribution.PrimaryDistributionId",
         "AssociateDistributionWebACL.Id", "DisassociateDistributionWebACL.Id", "CreateInvalidation.DistributionId",
         "ListInvalidations.DistributionId", "CreateMonitoringSubscription.DistributionId",
         "ListConflictingAliases.DistributionId", "UpdateDistributionWithStagingConfig.Id"),
    **at("distribution", "ETag", "CopyDistribution.IfMatch", "AssociateDistributionWebACL.IfMatch",
         "DisassociateDistributionWebACL.IfMatch", must=False),
    "AssociateAlias.TargetDistributionId": Ref("certified", "Id"), "AssociateAlias.Alias": Unique("www-", BELOW),
    "CopyDistribution.CallerReference": Unique("copy"), "CopyDistribution.Staging": Samples(True),
    "ListConflictingAliases.Alias": "www.example.com", "WebACLArn": Ref("acl", "Arn", must=False),
    "UpdateDistributionWithStagingConfig.StagingDistributionId": Ref("staging", "Id"),
    "UpdateDistributionWithStagingConfig.IfMatch": Ref("staging", "Both", must=False),
    "InvalidationBatch": BATCHES,
    "GetInvalidation.DistributionId": Ref("invalidation", "DistributionId"),
    "GetInvalidation.Id": Ref("invalidation", "Id"),
    "MonitoringSubscription": Samples(SUBSCRIPTION),
    **at("subscription", "DistributionId", "GetMonitoringSubscription.DistributionId",
         "DeleteMonitoringSubscription.DistributionId"),
    "Resource": Ref("tagged", "Arn"), "TagResource.Tags": Samples(TAGS, {"Items": [{"Key": "k", "Value": "2"}]}),
    "UntagResource.TagKeys": Samples({"Items": ["k"]}, {"Items": ["k", "other"]}), "Tags": Samples(TAGS),
    **at("policy", "Arn", "GetResourcePolicy.ResourceArn", "DeleteResourcePolicy.ResourceArn"),
    "PutResourcePolicy.ResourceArn": Ref("tagged", "Arn"),
    "PolicyDocument": Samples('{"Version":"2012-10-17"}', '{"Statement":[]}'),
    # Functions
    "FunctionCode": Samples(CODE, b"function handler(event) { return 1; }"),
    "ConnectionFunctionCode": Samples(CONNECTION_CODE),
    "FunctionConfig": Samples(RUNTIME, {"Comment": "", "Runtime": "cloudfront-js-1.0"}, {
        **RUNTIME, "KeyValueStoreAssociations": items({"KeyValueStoreARN": Ref("store", "ARN", must=False)})}),
    "ConnectionFunctionConfig": Samples(RUNTIME, {**RUNTIME, "Comment": "two"}),
    "CreateFunction.Name": Unique("function"), "CreateConnectionFunction.Name": Unique("function"),
    **at("function", "Name", *(f"{each}.Name" for each in (
        "DescribeFunction", "GetFunction", "UpdateFunction", "DeleteFunction", "PublishFunction", "TestFunction"))),
    **at("function", "ETag", *(f"{each}Function.IfMatch" for each in ("Update", "Delete", "Publish", "Test")),
         must=False),
    **at("connection_function", "Id", *(f"{each}ConnectionFunction.{name}" for each, name in (
        ("Describe", "Identifier"), ("Get", "Identifier"), ("Update", "Id"), ("Delete", "Id"), ("Publish", "Id"),
        ("Test", "Id")))),
    **at("connection_function", "ETag", *(f"{each}ConnectionFunction.IfMatch" for each in (
        "Update", "Delete", "Publish", "Test")), must=False),
    "EventObject": Samples(EVENT), "ConnectionObject": Samples(b'{"clientIp":"1.2.3.4"}'),
    # Key value stores
    "CreateKeyValueStore.Name": Unique("store"),
    "CreateKeyValueStore.ImportSource": Samples({
        "SourceType": "S3", "SourceARN": Ref("bundle", "Pairs", must=False)}),
    **at("store", "Name", *(f"{each}KeyValueStore.Name" for each in ("Describe", "Update", "Delete"))),
    **at("store", "ETag", "UpdateKeyValueStore.IfMatch", "DeleteKeyValueStore.IfMatch", must=False),
    "ListKeyValueStores.Status": Samples("READY", "PROVISIONING"),
    # Logs
    "CreateRealtimeLogConfig.Name": Unique("logs"), "UpdateRealtimeLogConfig.Name": Ref("log_config", "Name"),
    "GetRealtimeLogConfig.Name": Ref("log_config", "Name"), "DeleteRealtimeLogConfig.Name": Ref("log_config", "Name"),
    "ARN": Ref("log_config", "ARN", must=False), "EndPoints": Samples(LOGS["EndPoints"]),
    "Fields": Samples(["timestamp"], ["timestamp", "c-ip"]), "SamplingRate": Samples(1, 100),
    # Networks
    "VpcOriginEndpointConfig": Samples(*({**each, "Name": Unique("vpc")} for each in (VPC, {
        name: VPC[name] for name in ("Arn", "HTTPPort", "HTTPSPort", "OriginProtocolPolicy")}))),
    "CreateAnycastIpList.Name": Unique("ips"), "IpCount": Samples(3, 21), "IpamCidrConfigs": Samples([
        {"Cidr": "203.0.113.0/24", "IpamPoolArn": "arn:aws:ec2::111122223333:ipam-pool/ipam-pool-1"}]),
    "CreateTrustStore.Name": Unique("trust"), "CaCertificatesBundleSource": Samples(SOURCE),
    "CreateConnectionGroup.Name": Unique("group"), "AnycastIpListId": Ref("anycast", "Id"),
    "GetConnectionGroup.Identifier": Ref("group", "Identifier"), "GetTrustStore.Identifier": Ref("trust_store", "Id"),
    "RoutingEndpoint": Ref("group", "Endpoint"),
    **{f"{verb}{name}.{member}": Ref(fixture, field, must=field == "Id")
       for fixture, name in (("vpc_origin", "VpcOrigin"), ("anycast", "AnycastIpList"), ("trust_store", "TrustStore"),
                             ("group", "ConnectionGroup"), ("tenant", "DistributionTenant"))
       for verb, member, field in (("Get", "Id", "Id"), ("Update", "Id", "Id"), ("Update", "IfMatch", "ETag"),
                                   ("Delete", "Id", "Id"), ("Delete", "IfMatch", "ETag"))},
    # Tenants
    "CreateDistributionTenant.DistributionId": Ref("shared", "DistributionId"),
    "UpdateDistributionTenant.DistributionId": Ref("shared", "DistributionId"),
    "CreateDistributionTenant.Name": Unique("tenant"), "ConnectionGroupId": Ref("group", "Id"),
    "Domains": Samples([{"Domain": Unique("ten-", BELOW)}], [{"Domain": Unique("a-", BELOW)}, {
        "Domain": Unique("b-", BELOW)}]),
    "Customizations": Samples(
        {"Certificate": {"Arn": CERTIFICATE}, "GeoRestrictions": {"RestrictionType": "whitelist", "Locations": ["DE"]}},
        {"WebAcl": {"Action": "disable"}}),
    "Parameters": Samples([{"Name": "size", "Value": "2"}]),
    "ManagedCertificateRequest": Samples({"ValidationTokenHost": "self-hosted", "PrimaryDomainName": "example.com"}),
    "GetDistributionTenant.Identifier": Ref("tenant", "Identifier"),
    "GetManagedCertificateDetails.Identifier": Ref("tenant", "Identifier"),
    "VerifyDnsConfiguration.Identifier": Ref("tenant", "Identifier"),
    "VerifyDnsConfiguration.Domain": Ref("tenant", "Domain"),
    "GetDistributionTenantByDomain.Domain": Ref("tenant", "Domain"),
    **at("tenant", "Id", "AssociateDistributionTenantWebACL.Id", "DisassociateDistributionTenantWebACL.Id",
         "CreateInvalidationForDistributionTenant.Id", "ListInvalidationsForDistributionTenant.Id"),
    **at("tenant", "ETag", "AssociateDistributionTenantWebACL.IfMatch", "DisassociateDistributionTenantWebACL.IfMatch",
         must=False),
    "GetInvalidationForDistributionTenant.Id": Ref("tenant_invalidation", "Id"),
    "GetInvalidationForDistributionTenant.DistributionTenantId": Ref("tenant_invalidation", "DistributionTenantId"),
    "ListDomainConflicts.Domain": Ref("tenant", "Domain", must=False),
    "ListDomainConflicts.DomainControlValidationResource": Samples({"DistributionId": Ref("distribution", "Id")}),
    "UpdateDomainAssociation.Domain": Unique("moved-", BELOW),
    "UpdateDomainAssociation.TargetResource": Samples({"DistributionTenantId": Ref("tenant", "Id")}),
    "UpdateDomainAssociation.IfMatch": Ref("tenant", "ETag", must=False),
    "ListDistributionTenants.AssociationFilter": Samples({"ConnectionGroupId": Ref("group", "Id", must=False)}),
    "ListConnectionGroups.AssociationFilter": Leave("it needs a group with static addresses; a probe makes one"),
    "ListDistributionTenantsByCustomization.WebACLArn": Ref("tenant", "WebACLArn", must=False),
    "ListDistributionTenantsByCustomization.CertificateArn": Ref("tenant", "CertificateArn", must=False),
    # Lists of distributions
    **{f"ListDistributionsBy{operation}.{member}": Ref(fixture, field) for operation, member, fixture, field in (
        ("CachePolicyId", "CachePolicyId", "cache_policy", "Id"),
        ("OriginRequestPolicyId", "OriginRequestPolicyId", "origin_request_policy", "Id"),
        ("ResponseHeadersPolicyId", "ResponseHeadersPolicyId", "response_headers_policy", "Id"),
        ("KeyGroup", "KeyGroupId", "key_group", "Id"), ("VpcOriginId", "VpcOriginId", "vpc_origin", "Id"),
        ("AnycastIpListId", "AnycastIpListId", "anycast", "Id"),
        ("TrustStore", "TrustStoreIdentifier", "trust_store", "Id"),
        ("ConnectionFunction", "ConnectionFunctionIdentifier", "connection_function", "Id"))},
    "ListDistributionsByRealtimeLogConfig.RealtimeLogConfigName": Ref("log_config", "Name", must=False),
    "ListDistributionsByRealtimeLogConfig.RealtimeLogConfigArn": Ref("log_config", "ARN", must=False),
    "ListDistributionsByWebACLId.WebACLId": Ref("using", "WebACLId", must=False),
    "ListDistributionsByOwnedResource.ResourceArn": Ref("owned", "Arn", must=False),
})  # fmt: skip
declared.hints.always.update({
    "CopyDistribution": ("IfMatch", "Staging"), "UpdateDistributionWithStagingConfig": (
        "IfMatch", "StagingDistributionId"), "GetRealtimeLogConfig": ("Name",), "DeleteRealtimeLogConfig": ("Name",),
    "UpdateRealtimeLogConfig": ("Name",), "ListDistributionTenantsByCustomization": ("WebACLArn",),
    "ListDistributionsByRealtimeLogConfig": ("RealtimeLogConfigArn",),
})  # fmt: skip
declared.errors["PutResourcePolicy", "ResourceArn"] = Error("EntityNotFound", 404)
for _operation in ("UpdateConnectionGroup", "DeleteConnectionGroup"):
    declared.before[_operation] = ("group",)
for _name in ("CachePolicyId", "OriginRequestPolicyId", "ResponseHeadersPolicyId", "KeyGroup", "VpcOriginId",
              "TrustStore", "AnycastIpListId", "ConnectionFunction", "RealtimeLogConfig", "WebACLId", "OwnedResource",
              "ConnectionMode"):  # fmt: skip
    declared.before[f"ListDistributionsBy{_name}"] = ("using",)
declared.before.update({
    "ListDistributionTenants": ("tenant",), "ListDistributionTenantsByCustomization": ("tenant",),
    "ListInvalidationsForDistributionTenant": ("tenant_invalidation",), "ListInvalidations": ("invalidation",),
    "ListFunctions": ("function",), "ListConnectionFunctions": ("connection_function",),
    "ListKeyValueStores": ("store",), "ListRealtimeLogConfigs": ("log_config",), "ListVpcOrigins": ("vpc_origin",),
    "ListAnycastIpLists": ("anycast",), "ListTrustStores": ("trust_store",), "ListConnectionGroups": ("group",),
    "ListConflictingAliases": ("certified",), "ListDomainConflicts": ("tenant",),
    **{kind.listed: (fixture,) for fixture, kind in KINDS.items()},
})  # fmt: skip


@declared.fixture("certified", None, lambda world: {"Id": "EABSENT"}, Error("NoSuchDistribution", 404))
def certified(world):
    """A distribution with a certificate and an alternate name."""
    world.unknown("GetDistribution", {"Id": "EABSENT"})
    alias = f"{world.unique('a')}{BELOW}"
    config = {**distribution(), "CallerReference": world.unique("certified"), "Aliases": items(alias),
              "ViewerCertificate": {"ACMCertificateArn": world.fixture("certificate")["Arn"],
                                    "SSLSupportMethod": "sni-only"}}
    made = world.ask("CreateDistribution", {"DistributionConfig": config})["Distribution"]
    return {"Id": made["Id"], "Alias": alias}


@declared.fixture("owned")
def owned(world):
    """The ARN of a resource that the using distribution has."""
    id = world.fixture("anycast")["Id"]
    return {"Arn": world.ask("GetAnycastIpList", {"Id": id})["AnycastIpList"]["Arn"]}

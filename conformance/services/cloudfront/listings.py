"""How lists by use are read back, and what every answer must tell."""

from conformance.services.cloudfront.configs import declared

BY = ("CachePolicyId", "OriginRequestPolicyId", "ResponseHeadersPolicyId", "KeyGroup", "VpcOriginId", "TrustStore",
      "AnycastIpListId", "ConnectionFunction", "RealtimeLogConfig", "WebACLId", "OwnedResource", "ConnectionMode")


@declared.check(*(f"ListDistributionsBy{each}" for each in BY))
def listed_by_use(proof, world, given, answer):
    """Only the distribution that uses it is listed, in the same words as by all other lists."""
    id = world.fixture("using")["Id"]
    [around] = [value for name, value in answer.items() if name != "ResponseMetadata"]
    rows = around.get("Items", [])
    every = proof.read("ListDistributions", {}).get("DistributionList", {}).get("Items", [])
    mode = given.get("ConnectionMode")
    wanted = [each for each in every if (each["Id"] == id if mode is None else each["ConnectionMode"] == mode)]
    limit = int(given.get("MaxItems", 100))
    if rows and isinstance(rows[0], str):
        proof.equal("Items", [id], rows)
    elif rows and "DistributionId" in rows[0]:
        proof.equal("Items", [{"DistributionId": id, "OwnerAccountId": world.account}], rows)
    else:
        proof.equal("Items", wanted[:limit], rows)
    proof.equal("page", (len(wanted) > limit, len(rows), limit, ""), (
        around["IsTruncated"], around["Quantity"], around["MaxItems"], around["Marker"]))


declared.looking.update(("TestFunction", "TestConnectionFunction", "VerifyDnsConfiguration"))
for _operation, _place, _names in (
    ("DescribeKeyValueStore", "KeyValueStore", ("Name", "Id", "Comment", "ARN", "Status", "LastModifiedTime")),
    ("GetConnectionGroup", "ConnectionGroup", ("Id", "Name", "Arn", "RoutingEndpoint", "CreatedTime",
                                               "LastModifiedTime", "Enabled", "Ipv6Enabled", "IsDefault", "Status")),
    ("GetDistributionTenant", "DistributionTenant", ("Id", "DistributionId", "Name", "Arn", "Domains", "Enabled",
                                                     "ConnectionGroupId", "CreatedTime", "LastModifiedTime", "Status")),
    ("GetTrustStore", "TrustStore", ("Id", "Arn", "Name", "Status", "NumberOfCaCertificates", "LastModifiedTime",
                                     "UseClientCertificateOCSPEndpoint")),
    ("GetAnycastIpList", "AnycastIpList", ("Id", "Name", "Status", "Arn", "AnycastIps", "IpCount", "LastModifiedTime")),
    ("GetVpcOrigin", "VpcOrigin", ("Id", "Arn", "Status", "CreatedTime", "LastModifiedTime", "AccountId",
                                   "VpcOriginEndpointConfig")),
    ("GetDistribution", "Distribution", (
        "ARN", "Status", "LastModifiedTime", "InProgressInvalidationBatches", "DomainName", "ActiveTrustedSigners",
        "ActiveTrustedKeyGroups", "DistributionConfig")),
    ("GetDistributionConfig", "DistributionConfig", (
        "Aliases", "DefaultRootObject", "OriginGroups", "CacheBehaviors", "CustomErrorResponses", "Logging",
        "PriceClass", "ViewerCertificate", "Restrictions", "WebACLId", "HttpVersion", "IsIPV6Enabled",
        "DefaultCacheBehavior.AllowedMethods", "DefaultCacheBehavior.TrustedSigners", "DefaultCacheBehavior.Compress",
        "DefaultCacheBehavior.TrustedKeyGroups", "DefaultCacheBehavior.SmoothStreaming",
        "DefaultCacheBehavior.LambdaFunctionAssociations", "DefaultCacheBehavior.FunctionAssociations",
        "DefaultCacheBehavior.FieldLevelEncryptionId")),
):
    declared.tells(_operation, *_names, at=_place)
declared.tells("DescribeConnectionFunction", "ETag")

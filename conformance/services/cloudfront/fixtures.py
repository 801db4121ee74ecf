"""What must stand: one fixture a kind of configuration, and those of the resources without one."""

from conformance.generator.hints import Ref, Unique
from conformance.services.cloudfront.configs import KINDS, Kind, behavior, declared, distribution, items
from conformance.services.declared import Error
from conformance.services.self_signed import pair, signed

STATUS = {"NoSuchResource": 404, "EntityNotFound": 404}
CODE = b"function handler(event) { return event.request; }"
CONNECTION_CODE = b"function connectionHandler(connection) { connection.allow(); }"
RUNTIME = {"Comment": "one", "Runtime": "cloudfront-js-2.0"}
ABSENT = {
    "Id": "EABSENT", "ETag": "EABSENT", "Name": "absent", "Identifier": "absent", "ARN": "arn:aws:cloudfront::1:x/y",
    "DomainName": "dabsent.cloudfront.net", "DistributionId": "EABSENT", "CallerReference": "absent",
}  # fmt: skip
NO_ENTITY = Error("EntityNotFound", 404)


def absent(world):
    return {
        **ABSENT, "DistributionTenantId": "dt_absent", "Endpoint": "dabsent.cloudfront.net",
        "Arn": f"arn:aws:cloudfront::{world.account}:distribution/EABSENT", "Domain": f"absent{world.tag}.example.com",
    }


def drop(operation, read, by="Id"):
    """Delete what a fixture made, under the version that it has by now."""

    def undo(world, fields):
        version = world.ask(read, {by: fields[by]})["ETag"]
        world.ask(operation, {by: fields[by], "IfMatch": version})

    return undo


def declare(fixture: str, kind: Kind) -> None:
    @declared.fixture(fixture, drop(f"Delete{kind.named}", f"Get{kind.name}"), absent, Error(kind.missing, 404))
    def make(world):
        world.unknown(f"Get{kind.name}", {"Id": "EABSENT"})
        config = world.settle({**kind.values[0], **{name: Unique(name.lower()) for name in kind.unique}})
        made = world.ask(f"Create{kind.named}", {kind.config: config})
        whole = made[kind.name]
        return {**{name: config[name] for name in kind.unique}, "Id": whole["Id"], "ETag": made["ETag"],
                "Config": config, "ARN": whole.get("ARN", ""), "DomainName": whole.get("DomainName", ""),
                "EncodedKey": config.get("EncodedKey", "")}


for _fixture, _kind in KINDS.items():
    declare(_fixture, _kind)


@declared.fixture("staging", drop("DeleteDistribution", "GetDistribution"), absent, Error("NoSuchDistribution", 404))
def staging(world):
    """A staging distribution."""
    primary = world.fixture("distribution")
    made = world.ask("CopyDistribution", {
        "PrimaryDistributionId": primary["Id"], "IfMatch": primary["ETag"], "Staging": True,
        "CallerReference": world.unique("staging"), "Enabled": False})
    return {"Id": made["Distribution"]["Id"], "ETag": made["ETag"], "DomainName": made["Distribution"]["DomainName"],
            "Both": f"{primary['ETag']}, {made['ETag']}"}


@declared.fixture("tagged", drop("DeleteDistribution", "GetDistribution"), absent, Error("NoSuchResource", 404))
def tagged(world):
    """A distribution with tags."""
    world.unknown("GetDistribution", {"Id": "EABSENT"})
    config = {**distribution(), "CallerReference": world.unique("tagged")}
    made = world.ask("CreateDistributionWithTags", {"DistributionConfigWithTags": {
        "DistributionConfig": config, "Tags": {"Items": [{"Key": "k", "Value": "v"}]}}})
    return {"Id": made["Distribution"]["Id"], "Arn": made["Distribution"]["ARN"], "Tags": {"k": "v"}}


@declared.fixture("acl")
def acl(world):
    """A web ACL that lets everything pass."""
    made = world.ask("CreateWebACL", {
        "Name": world.unique("acl"), "Scope": "CLOUDFRONT", "DefaultAction": {"Allow": {}}, "VisibilityConfig": {
            "SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"}}, "wafv2")
    return {"Arn": made["Summary"]["ARN"]}


@declared.fixture("using", drop("DeleteDistribution", "GetDistribution"), absent, Error("NoSuchDistribution", 404))
def using(world):
    """A distribution that uses what lists ask for."""
    arns = {name: world.fixture(name) for name in ("cache_policy", "origin_request_policy", "response_headers_policy",
                                                   "key_group", "log_config", "vpc_origin", "anycast", "trust_store",
                                                   "connection_function")}
    config = {**distribution(), "CallerReference": world.unique("using"), "DefaultCacheBehavior": {
        **behavior(), "CachePolicyId": arns["cache_policy"]["Id"],
        "OriginRequestPolicyId": arns["origin_request_policy"]["Id"],
        "ResponseHeadersPolicyId": arns["response_headers_policy"]["Id"],
        "TrustedKeyGroups": {"Enabled": True, **items(arns["key_group"]["Id"])},
        "RealtimeLogConfigArn": arns["log_config"]["ARN"]},
        "Origins": items({"Id": "web", "DomainName": "internal.example.com", "VpcOriginConfig": {
            "VpcOriginId": arns["vpc_origin"]["Id"]}}),
        "AnycastIpListId": arns["anycast"]["Id"], "WebACLId": world.fixture("acl")["Arn"],
        "ConnectionFunctionAssociation": {"Id": arns["connection_function"]["Id"]},
        "ViewerMtlsConfig": {"Mode": "required", "TrustStoreConfig": {"TrustStoreId": arns["trust_store"]["Id"]}}}
    made = world.ask("CreateDistribution", {"DistributionConfig": config})
    return {"Id": made["Distribution"]["Id"], "WebACLId": config["WebACLId"]}


@declared.fixture("function", drop("DeleteFunction", "DescribeFunction", "Name"), absent,
                  Error("NoSuchFunctionExists", 404))
def function(world):
    world.unknown("DescribeFunction", {"Name": "absent"})
    name = world.unique("function")
    made = world.ask("CreateFunction", {"Name": name, "FunctionConfig": RUNTIME, "FunctionCode": CODE})
    world.ask("PublishFunction", {"Name": name, "IfMatch": made["ETag"]})
    return {"Name": name, "ETag": made["ETag"], "Arn": made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]}


@declared.fixture("connection_function", None, absent, NO_ENTITY)
def connection_function(world):
    world.unknown("DescribeConnectionFunction", {"Identifier": "absent"})
    made = world.ask("CreateConnectionFunction", {
        "Name": world.unique("function"), "ConnectionFunctionConfig": RUNTIME,
        "ConnectionFunctionCode": CONNECTION_CODE})
    summary = made["ConnectionFunctionSummary"]
    world.ask("PublishConnectionFunction", {"Id": summary["Id"], "IfMatch": made["ETag"]})
    return {"Id": summary["Id"], "Name": summary["Name"], "ETag": made["ETag"], "Identifier": summary["Id"]}


@declared.fixture("store", drop("DeleteKeyValueStore", "DescribeKeyValueStore", "Name"), absent, NO_ENTITY)
def store(world):
    world.unknown("DescribeKeyValueStore", {"Name": "absent"})
    name = world.unique("store")
    made = world.ask("CreateKeyValueStore", {"Name": name, "Comment": "one"})
    return {"Name": name, "ETag": made["ETag"], **{key: made["KeyValueStore"][key] for key in ("Id", "ARN")}}


@declared.fixture("invalidation", None, absent, Error("NoSuchInvalidation", 404))
def invalidation(world):
    id, batch = world.fixture("distribution")["Id"], {"Paths": items("/a"), "CallerReference": world.unique("r")}
    made = world.ask("CreateInvalidation", {"DistributionId": id, "InvalidationBatch": batch})["Invalidation"]
    return {"DistributionId": id, "Id": made["Id"], "Batch": batch}


@declared.fixture("log_config", lambda world, fields: world.ask("DeleteRealtimeLogConfig", {"Name": fields["Name"]}),
                  absent, Error("NoSuchRealtimeLogConfig", 404))
def log_config(world):
    world.unknown("GetRealtimeLogConfig", {"Name": "absent"})
    name = world.unique("logs")
    made = world.ask("CreateRealtimeLogConfig", {"Name": name, **LOGS})["RealtimeLogConfig"]
    return {"Name": name, "ARN": made["ARN"]}


LOGS = {"SamplingRate": 50, "Fields": ["timestamp", "c-ip"], "EndPoints": [{
    "StreamType": "Kinesis", "KinesisStreamConfig": {
        "RoleARN": "arn:aws:iam::111122223333:role/r",
        "StreamARN": "arn:aws:kinesis:us-east-1:111122223333:stream/s"}}]}
SUBSCRIPTION = {"RealtimeMetricsSubscriptionConfig": {"RealtimeMetricsSubscriptionStatus": "Enabled"}}


@declared.fixture("subscription", lambda world, fields: world.ask("DeleteMonitoringSubscription", {
    "DistributionId": fields["DistributionId"]}), absent, Error("NoSuchMonitoringSubscription", 404))
def subscription(world):
    id = world.fixture("distribution")["Id"]
    world.ask("CreateMonitoringSubscription", {"DistributionId": id, "MonitoringSubscription": SUBSCRIPTION})
    return {"DistributionId": id}


@declared.fixture("policy", lambda world, fields: world.ask("DeleteResourcePolicy", {"ResourceArn": fields["Arn"]}),
                  absent, NO_ENTITY)
def policy(world):
    arn = world.fixture("tagged")["Arn"]
    world.ask("PutResourcePolicy", {"ResourceArn": arn, "PolicyDocument": '{"Version":"2012-10-17"}'})
    return {"Arn": arn, "PolicyDocument": '{"Version":"2012-10-17"}'}


VPC = {"Arn": "arn:aws:ec2:us-east-1:111122223333:instance/i-0123456789abcdef0", "HTTPPort": 80, "HTTPSPort": 443,
       "OriginProtocolPolicy": "https-only", "OriginSslProtocols": items("TLSv1.2"), "IpAddressType": "dualstack"}


@declared.fixture("vpc_origin", drop("DeleteVpcOrigin", "GetVpcOrigin"), absent, NO_ENTITY)
def vpc_origin(world):
    world.unknown("GetVpcOrigin", {"Id": "absent"})
    config = {**VPC, "Name": world.unique("vpc")}
    made = world.ask("CreateVpcOrigin", {"VpcOriginEndpointConfig": config})
    return {"Id": made["VpcOrigin"]["Id"], "ETag": made["ETag"], "Name": config["Name"], "Config": config}


@declared.fixture("anycast", drop("DeleteAnycastIpList", "GetAnycastIpList"), absent, NO_ENTITY)
def anycast(world):
    world.unknown("GetAnycastIpList", {"Id": "absent"})
    name = world.unique("ips")
    made = world.ask("CreateAnycastIpList", {"Name": name, "IpCount": 3})
    return {"Id": made["AnycastIpList"]["Id"], "ETag": made["ETag"], "Name": name}


@declared.fixture("bundle")
def bundle(world):
    """A bundle of certificates in a bucket, and pairs for a store."""
    name = world.unique("bundle")
    world.ask("CreateBucket", {"Bucket": name}, "s3")
    world.ask("PutObject", {"Bucket": name, "Key": "ca.pem", "Body": pair("*.example.com")[0]}, "s3")
    world.ask("PutObject", {"Bucket": name, "Key": "pairs.json", "Body": b'{"data":[{"key":"k","value":"v"}]}'}, "s3")
    return {"Bucket": name, "Pairs": f"arn:aws:s3:::{name}/pairs.json"}


def imported(world) -> str:
    """The ARN of a certificate of *.example.com in ACM."""
    body, key, chain = signed("*.example.com")
    given = {"Certificate": body, "PrivateKey": key, "CertificateChain": chain}
    arn = world.ask("ImportCertificate", given, "acm")["CertificateArn"]
    world.later(lambda: world.ask("DeleteCertificate", {"CertificateArn": arn}, "acm"))
    return arn


@declared.fixture("certificate")
def certificate(world):
    return {"Arn": imported(world)}


SOURCE = {"CaCertificatesBundleS3Location": {
    "Bucket": Ref("bundle", "Bucket", must=False), "Key": "ca.pem", "Region": "us-east-1"}}


@declared.fixture("trust_store", drop("DeleteTrustStore", "GetTrustStore", "Id"), absent, NO_ENTITY)
def trust_store(world):
    world.unknown("GetTrustStore", {"Identifier": "absent"})
    name = world.unique("trust")
    made = world.ask("CreateTrustStore", {"Name": name, "CaCertificatesBundleSource": world.settle(SOURCE)})
    return {"Id": made["TrustStore"]["Id"], "ETag": made["ETag"], "Name": name, "Identifier": name}


@declared.fixture("group", None, absent, NO_ENTITY)
def group(world):
    world.unknown("GetConnectionGroup", {"Identifier": "absent"})
    name = world.unique("group")
    made = world.ask("CreateConnectionGroup", {"Name": name, "Enabled": False})
    whole = made["ConnectionGroup"]
    return {"Id": whole["Id"], "ETag": made["ETag"], "Name": name, "Identifier": name,
            "Endpoint": whole["RoutingEndpoint"]}


@declared.fixture("shared", None, absent, NO_ENTITY)
def shared(world):
    """A distribution for tenants."""
    world.unknown("GetDistribution", {"Id": "EABSENT"})
    config = {**distribution(), "CallerReference": world.unique("shared"), "ConnectionMode": "tenant-only",
              "TenantConfig": {"ParameterDefinitions": [{"Name": "size", "Definition": {
                  "StringSchema": {"Required": False, "DefaultValue": "1", "Comment": "c"}}}]}}
    return {"DistributionId": world.ask("CreateDistribution", {"DistributionConfig": config})["Distribution"]["Id"]}


@declared.fixture("tenant", None, absent, NO_ENTITY)
def tenant(world):
    world.unknown("GetDistributionTenant", {"Identifier": "absent"})
    name = world.unique("tenant")
    domain, certificate = f"{name}.example.com", imported(world)
    made = world.ask("CreateDistributionTenant", {
        "DistributionId": world.fixture("shared")["DistributionId"], "Name": name, "Domains": [{"Domain": domain}],
        "Enabled": False, "ConnectionGroupId": world.fixture("group")["Id"], "ManagedCertificateRequest": {
            "ValidationTokenHost": "cloudfront"}, "Customizations": {"Certificate": {"Arn": certificate}}})
    whole = made["DistributionTenant"]
    acl = world.fixture("acl")["Arn"]
    bound = world.ask("AssociateDistributionTenantWebACL", {"Id": whole["Id"], "WebACLArn": acl})
    return {"Id": whole["Id"], "ETag": bound["ETag"], "Name": name, "Identifier": name, "Domain": domain,
            "WebACLArn": acl, "CertificateArn": certificate}


@declared.fixture("tenant_invalidation", None, absent, Error("NoSuchInvalidation", 404))
def tenant_invalidation(world):
    id, batch = world.fixture("tenant")["Id"], {"Paths": items("/a"), "CallerReference": world.unique("r")}
    made = world.ask("CreateInvalidationForDistributionTenant", {"Id": id, "InvalidationBatch": batch})
    return {"DistributionTenantId": id, "Id": made["Invalidation"]["Id"], "Batch": batch}



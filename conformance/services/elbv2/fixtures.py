"""What must stand before calls: load balancers, listeners, rules, target groups, trust stores; and the hints.

Subnets, security groups and VPCs are of an account; at AWS theirs must stand in their place.
"""

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared, Error
from conformance.services.elbv2 import pem

SUBNETS = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
VPC = "vpc-0a1b2c3d"
TAGS = {"k": "v", "other": "w"}
TAG_LIST = [{"Key": key, "Value": value} for key, value in TAGS.items()]
OK = {"Type": "fixed-response", "FixedResponseConfig": {
    "StatusCode": "200", "MessageBody": "ok", "ContentType": "text/plain"}}
REDIRECT = {"Type": "redirect", "RedirectConfig": {
    "Protocol": "HTTPS", "Port": "443", "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}",
    "StatusCode": "HTTP_301"}}
CONDITIONS = (
    [{"Field": "path-pattern", "Values": ["/img/*"]}],
    [{"Field": "host-header", "HostHeaderConfig": {"Values": ["*.example.com"]}}],
    [{"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-A", "Values": ["1*", "2?"]}}],
    [{"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "v", "Value": "1"}, {"Value": "x*"}]}}],
    [{"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET", "HEAD"]}},
     {"Field": "source-ip", "SourceIpConfig": {"Values": ["192.0.2.0/24", "2001:db8::/32"]}}],
    [{"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["^/v[12]/"]}}],
)
TRANSFORMS = Samples([{"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [{"Regex": "^/a", "Replace": "/b"}]}}])
BUCKET, BUNDLE, LIST = "conformance-trust", "ca.pem", "crl.pem"

MISSING = {kind: Error(f"{kind}NotFound", 400, f"One or more {words} not found") for kind, words in (
    ("LoadBalancer", "load balancers"), ("TargetGroup", "target groups"), ("Listener", "listeners"),
    ("Rule", "rules"), ("TrustStore", "trust stores"))}

declared = Declared("elbv2", {
    "LoadBalancerArn": Ref("balancer", "LoadBalancerArn"), "LoadBalancerArns": Ref("balancer", "LoadBalancerArns"),
    "TargetGroupArn": Ref("group", "TargetGroupArn"), "TargetGroupArns": Ref("group", "TargetGroupArns"),
    "ListenerArn": Ref("listener", "ListenerArn"), "ListenerArns": Ref("listener", "ListenerArns"),
    "RuleArn": Ref("rule", "RuleArn"), "RuleArns": Ref("rule", "RuleArns"),
    "TrustStoreArn": Ref("store", "TrustStoreArn"), "TrustStoreArns": Ref("store", "TrustStoreArns"),
    "DescribeLoadBalancers.Names": Ref("balancer", "Names"), "DescribeTargetGroups.Names": Ref("group", "Names"),
    "DescribeTrustStores.Names": Ref("store", "Names"),
    "DescribeSSLPolicies.Names": Samples(["ELBSecurityPolicy-2016-08"], ["ELBSecurityPolicy-TLS13-1-2-2021-06"]),
    "LoadBalancerType": Samples("application", "network"),
    "CreateLoadBalancer.Name": Unique("lb"), "CreateTargetGroup.Name": Unique("tg"),
    "CreateTrustStore.Name": Unique("ts"), "CreateTargetGroup.IpAddressType": Samples("ipv4", "ipv6"),
    "Subnets": Samples(SUBNETS, ["subnet-2a1b2c3d", *SUBNETS]),
    "SubnetMappings": Samples([{"SubnetId": each} for each in SUBNETS]),
    "SecurityGroups": Samples(["sg-0a1b2c3d"], ["sg-0a1b2c3d", "sg-1a1b2c3d"]),
    "CreateLoadBalancer.Type": Samples("application"),
    "CreateLoadBalancer.IpAddressType": Samples("ipv4", "dualstack"), "IpAddressType": Samples("ipv4", "dualstack"),
    "CustomerOwnedIpv4Pool": Leave("pools are of Outposts"),
    "EnablePrefixForIpv6SourceNat": Leave("for network load balancers with UDP listeners"),
    "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": Leave("for network load balancers"),
    "IpamPools": Samples({"Ipv4IpamPoolId": "ipam-pool-0123456789abcdef0"}),
    "RemoveIpamPools": Samples(["ipv4"]),
    "MinimumLoadBalancerCapacity": Samples({"CapacityUnits": 100}, {"CapacityUnits": 1500}),
    "ResetCapacityReservation": Samples(True),
    "Tags": Samples([{"Key": "a", "Value": "1"}], [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]),
    "TagKeys": Samples(["k"], ["k", "unknown"]),
    "ResourceArns": Ref("balancer", "LoadBalancerArns"), "ResourceArn": Ref("store", "TrustStoreArn"),
    "DefaultActions": Samples([OK], [REDIRECT]), "Actions": Samples([OK], [REDIRECT]),
    "Conditions": Samples(*CONDITIONS), "Transforms": TRANSFORMS, "ResetTransforms": Samples(True),
    "CreateRule.Priority": Samples(7, 1, 50000),
    "RulePriorities": Ref("rule", "RulePriorities"),
    "CreateListener.LoadBalancerArn": Ref("empty", "LoadBalancerArn"),
    "Protocol": Samples("HTTP"), "Port": Samples(80, 1, 65535),
    "SslPolicy": Leave("for secure listeners: probes and tests use it"),
    "AlpnPolicy": Leave("for listeners of the protocol TLS"),
    "MutualAuthentication": Leave("for HTTPS listeners: probes use it"),
    "CreateListener.Certificates": Leave("for secure listeners: the secure listener's fixture has one"),
    "ModifyListener.Certificates": Leave("for secure listeners: the secure listener's fixture has one"),
    "AddListenerCertificates.ListenerArn": Ref("secure", "ListenerArn"),
    "AddListenerCertificates.Certificates": Ref("secure", "Second"),
    "RemoveListenerCertificates.ListenerArn": Ref("secure", "ListenerArn"),
    "RemoveListenerCertificates.Certificates": Ref("secure", "Second"),
    "DescribeListenerCertificates.ListenerArn": Ref("secure", "ListenerArn"),
    "ModifyLoadBalancerAttributes.Attributes": Samples(
        [{"Key": "idle_timeout.timeout_seconds", "Value": "30"}],
        [{"Key": "routing.http2.enabled", "Value": "false"}, {"Key": "client_keep_alive.seconds", "Value": "60"}]),
    "ModifyTargetGroupAttributes.Attributes": Samples(
        [{"Key": "stickiness.enabled", "Value": "true"}],
        [{"Key": "deregistration_delay.timeout_seconds", "Value": "5"},
         {"Key": "load_balancing.algorithm.type", "Value": "least_outstanding_requests"}]),
    "ModifyListenerAttributes.Attributes": Samples(
        [{"Key": "routing.http.response.server.enabled", "Value": "false"}],
        [{"Key": "routing.http.response.x_frame_options.header_value", "Value": "DENY"}]),
    "VpcId": Samples(VPC), "TargetType": Samples("ip", "instance"),
    "ProtocolVersion": Samples("HTTP1", "HTTP2", "GRPC"),
    "HealthCheckProtocol": Samples("HTTP", "HTTPS"), "HealthCheckPort": Samples("traffic-port", "8080"),
    "HealthCheckEnabled": Samples(True), "HealthCheckPath": Samples("/", "/ping?x=1"),
    "HealthCheckIntervalSeconds": Samples(30, 300, 10), "HealthCheckTimeoutSeconds": Samples(5, 2),
    "Matcher": Samples({"HttpCode": "200"}, {"HttpCode": "200,202"}, {"HttpCode": "200-299"}),
    "TargetControlPort": Leave("for the target optimizer's agent"),
    "RegisterTargets.Targets": Samples([{"Id": "10.0.0.4"}], [{"Id": "10.0.0.5", "Port": 8080}, {"Id": "10.0.0.6"}]),
    "Targets": Ref("group", "Targets"),
    "Include": Samples(["AnomalyDetection"], ["All"]),
    "CaCertificatesBundleS3Bucket": Ref("bundle", "Bucket"), "CaCertificatesBundleS3Key": Ref("bundle", "Key"),
    "CaCertificatesBundleS3ObjectVersion": Leave("the fixture's bucket has no versions"),
    "RevocationContents": Ref("bundle", "RevocationContents"),
    "RevocationId": Ref("revocation", "RevocationId"), "RevocationIds": Ref("revocation", "RevocationIds"),
    **{f"{operation}.TrustStoreArn": Ref("revocation", "TrustStoreArn") for operation in (
        "DescribeTrustStoreRevocations", "GetTrustStoreRevocationContent", "RemoveTrustStoreRevocations")},
    "Marker": Leave("a marker comes from an answer; sequences follow pages"),
    "PageSize": Samples(400, 1),
})  # fmt: skip
declared.hints.always.update(
    CreateLoadBalancer=("Subnets",), SetSubnets=("Subnets",), CreateListener=("Protocol", "Port"),
    CreateTargetGroup=("Protocol", "Port", "VpcId", "TargetType"), DescribeListeners=("LoadBalancerArn",),
    DescribeRules=("ListenerArn",), AddTrustStoreRevocations=("RevocationContents",), ModifyIpPools=("IpamPools",),
    ModifyCapacityReservation=("MinimumLoadBalancerCapacity",),
)
declared.before.update(
    DescribeLoadBalancers=("balancer",), DescribeTargetGroups=("group",), DescribeTrustStores=("store",),
    AddTrustStoreRevocations=("store",),
)
declared.left_out.update(
    GetResourcePolicy="a policy is written by Resource Access Manager, which is out of scope",
    DeleteSharedTrustStoreAssociation="what can be deleted is another account's, shared by Resource Access Manager",
)


@declared.rule("CreateLoadBalancer", "SetSubnets")
def places_are_given_once(given):
    """Either subnets or their mappings."""
    return {name: value for name, value in given.items() if not (name == "SubnetMappings" and "Subnets" in given)}


@declared.rule("ModifyIpPools")
def pools_go_or_come(given):
    """What is set is not removed in the same call."""
    return {name: value for name, value in given.items() if not (name == "IpamPools" and "RemoveIpamPools" in given)}


@declared.rule("DescribeListeners", "DescribeRules")
def asked_one_way(given):
    """By the ARNs themselves, or by what they belong to."""
    by = {"LoadBalancerArn", "ListenerArn"} if {"ListenerArns", "RuleArns"} & set(given) else set()
    return {name: value for name, value in given.items() if name not in by}


@declared.rule("ModifyCapacityReservation")
def reserved_or_reset(given):
    """A reservation is set or taken back."""
    return {name: value for name, value in given.items() if not (
        name == "ResetCapacityReservation" and "MinimumLoadBalancerCapacity" in given)}


@declared.rule("ModifyRule")
def transforms_set_or_reset(given):
    """Transforms are set or taken back."""
    return {name: value for name, value in given.items() if not (name == "ResetTransforms" and "Transforms" in given)}


@declared.rule("CreateTargetGroup", "ModifyTargetGroup")
def checks_of_grpc(given):
    """A group that speaks gRPC is asked for codes of gRPC."""
    if given.get("ProtocolVersion") == "GRPC" and "Matcher" in given:
        return {**given, "Matcher": {"GrpcCode": "0-5"}}
    return given


def arn(world, rest):
    return f"arn:aws:elasticloadbalancing:{world.region}:{world.account}:{rest}"


def absent(world):
    lb = "app/absent/0123456789abcdef"
    found = {"LoadBalancerArn": f"loadbalancer/{lb}", "TargetGroupArn": "targetgroup/absent/0123456789abcdef",
             "ListenerArn": f"listener/{lb}/0123456789abcdef",
             "RuleArn": f"listener-rule/{lb}/0123456789abcdef/0123456789abcdef",
             "TrustStoreArn": "truststore/absent/0123456789abcdef"}
    named = {name: arn(world, rest) for name, rest in found.items()}
    return {**named, **{f"{name}s": [value] for name, value in named.items()}, "Names": ["absent"],
            "RulePriorities": [{"RuleArn": named["RuleArn"], "Priority": 9}], "Targets": [{"Id": "10.0.0.9"}],
            "Second": [{"CertificateArn": "arn:aws:iam::123456789012:server-certificate/absent"}],
            "RevocationId": 99, "RevocationIds": [99], "Bucket": "conformance-absent", "Key": "absent",
            "RevocationContents": [{"S3Bucket": "conformance-absent", "S3Key": "absent"}]}


def made(world, name, **more):
    given = {"Name": name, "Subnets": SUBNETS, **more}
    return world.ask("CreateLoadBalancer", given)["LoadBalancers"][0]["LoadBalancerArn"]


def drop_balancer(world, fields):
    world.ask("DeleteLoadBalancer", {"LoadBalancerArn": fields["LoadBalancerArn"]})


@declared.fixture("balancer", drop_balancer, absent, MISSING["LoadBalancer"])
def balancer(world):
    world.unknown("DescribeLoadBalancers", {"LoadBalancerArns": absent(world)["LoadBalancerArns"]})
    name = world.unique("lb")
    found = made(world, name, Tags=TAG_LIST, SecurityGroups=["sg-0a1b2c3d"])
    return {"LoadBalancerArn": found, "LoadBalancerArns": [found], "Names": [name], "Name": name, "Tags": TAGS}


@declared.fixture("empty", drop_balancer, absent, MISSING["LoadBalancer"])
def empty(world):
    return {"LoadBalancerArn": made(world, world.unique("lb"))}


def drop_group(world, fields):
    world.ask("DeleteTargetGroup", {"TargetGroupArn": fields["TargetGroupArn"]})


@declared.fixture("group", drop_group, absent, MISSING["TargetGroup"])
def group(world):
    name = world.unique("tg")
    found = world.ask("CreateTargetGroup", {"Name": name, "Protocol": "HTTP", "Port": 80, "VpcId": VPC,
                                            "TargetType": "ip", "Tags": TAG_LIST})["TargetGroups"][0]["TargetGroupArn"]
    targets = [{"Id": "10.0.0.4", "Port": 80}]
    world.ask("RegisterTargets", {"TargetGroupArn": found, "Targets": targets})
    return {"TargetGroupArn": found, "TargetGroupArns": [found], "Names": [name], "Name": name, "Targets": targets}


@declared.fixture("listener", drop_balancer, absent, MISSING["Listener"])
def listener(world):
    at = made(world, world.unique("lb"))
    found = world.ask("CreateListener", {"LoadBalancerArn": at, "Protocol": "HTTP", "Port": 80,
                                         "DefaultActions": [OK], "Tags": TAG_LIST})["Listeners"][0]["ListenerArn"]
    return {"LoadBalancerArn": at, "ListenerArn": found, "ListenerArns": [found]}


@declared.fixture("rule", drop_balancer, absent, MISSING["Rule"])
def rule(world):
    at = listener(world)
    found = world.ask("CreateRule", {"ListenerArn": at["ListenerArn"], "Priority": 5, "Conditions": CONDITIONS[0],
                                     "Actions": [OK], "Tags": TAG_LIST})["Rules"][0]["RuleArn"]
    return {**at, "RuleArn": found, "RuleArns": [found], "RulePriorities": [{"RuleArn": found, "Priority": 9}]}


def drop_secure(world, fields):
    drop_balancer(world, fields)
    for each in fields["Uploaded"]:
        world.ask("DeleteServerCertificate", {"ServerCertificateName": each}, service="iam")


@declared.fixture("secure", drop_secure, absent, MISSING["Listener"])
def secure(world):
    certificates, names = [], [world.unique("one"), world.unique("two")]
    for name in names:
        body, key = pem.certificate(f"{name}.example.com")
        given = {"ServerCertificateName": name, "CertificateBody": body, "PrivateKey": key}
        uploaded = world.ask("UploadServerCertificate", given, service="iam")
        certificates.append(uploaded["ServerCertificateMetadata"]["Arn"])
    at = made(world, world.unique("lb"))
    found = world.ask("CreateListener", {
        "LoadBalancerArn": at, "Protocol": "HTTPS", "Port": 443, "DefaultActions": [OK],
        "Certificates": [{"CertificateArn": certificates[0]}]})["Listeners"][0]["ListenerArn"]
    second = [{"CertificateArn": certificates[1]}]
    world.ask("AddListenerCertificates", {"ListenerArn": found, "Certificates": second})
    return {"LoadBalancerArn": at, "ListenerArn": found, "First": certificates[0], "Second": second, "Uploaded": names}


def drop_bundle(world, fields):
    for key in (fields["Key"], LIST):
        world.ask("DeleteObject", {"Bucket": fields["Bucket"], "Key": key}, service="s3")
    world.ask("DeleteBucket", {"Bucket": fields["Bucket"]}, service="s3")


@declared.fixture("bundle", drop_bundle, absent, Error("CaCertificatesBundleNotFound", 400))
def bundle(world):
    bucket = world.unique(BUCKET)
    world.ask("CreateBucket", {"Bucket": bucket}, service="s3")
    authority, revoked = pem.authority()
    for key, content in ((BUNDLE, authority), (LIST, revoked)):
        world.ask("PutObject", {"Bucket": bucket, "Key": key, "Body": content.encode()}, service="s3")
    return {"Bucket": bucket, "Key": BUNDLE, "RevocationContents": [{"S3Bucket": bucket, "S3Key": LIST}]}


declared.errors["AddTrustStoreRevocations", "RevocationContents"] = Error("RevocationContentNotFound", 400)


def drop_store(world, fields):
    world.ask("DeleteTrustStore", {"TrustStoreArn": fields["TrustStoreArn"]})
    drop_bundle(world, fields)


@declared.fixture("store", drop_store, absent, MISSING["TrustStore"])
def store(world):
    kept, name = bundle(world), world.unique("ts")
    found = world.ask("CreateTrustStore", {
        "Name": name, "CaCertificatesBundleS3Bucket": kept["Bucket"], "CaCertificatesBundleS3Key": BUNDLE,
        "Tags": TAG_LIST})["TrustStores"][0]["TrustStoreArn"]
    return {**kept, "TrustStoreArn": found, "TrustStoreArns": [found], "Names": [name], "Name": name}


@declared.fixture("revocation", drop_store, absent, MISSING["TrustStore"])
def revocation(world):
    kept = store(world)
    added = world.ask("AddTrustStoreRevocations", {
        "TrustStoreArn": kept["TrustStoreArn"], "RevocationContents": kept["RevocationContents"]})
    id = added["TrustStoreRevocations"][0]["RevocationId"]
    return {**kept, "RevocationId": id, "RevocationIds": [id]}


declared.errors.update({(operation, member): Error("RevocationIdNotFound", 400) for operation, member in (
    ("DescribeTrustStoreRevocations", "RevocationIds"), ("GetTrustStoreRevocationContent", "RevocationId"),
    ("RemoveTrustStoreRevocations", "RevocationIds"))})
declared.errors.update({
    ("DescribeLoadBalancers", "Names"): Error("LoadBalancerNotFound", 400, "Load balancers '[absent]' not found"),
    ("DeleteLoadBalancer", "LoadBalancerArn"): None, ("DeleteTargetGroup", "TargetGroupArn"): None,
    ("DescribeTargetHealth", "Targets"): None, ("DeregisterTargets", "Targets"): None,
    ("AddListenerCertificates", "Certificates"): Error("CertificateNotFound", 400),
    ("RemoveListenerCertificates", "Certificates"): None,
})
# Length 20 is what a request may hold; answers tell all attributes, which are more.
declared.loose.add("attributes")

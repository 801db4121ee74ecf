"""What the suite knows of Elastic Load Balancing's values: hints, rules, refusals.

Subnets, security groups and VPCs are of an account; at AWS theirs must stand in their place.
"""

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared, Error

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

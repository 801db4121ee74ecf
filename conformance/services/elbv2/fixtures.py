"""What must stand before calls: load balancers, listeners, rules, target groups, trust stores."""

from conformance.services.declared import Error
from conformance.services.elbv2 import pem
from conformance.services.elbv2.base import (
    BUCKET,
    BUNDLE,
    CONDITIONS,
    LIST,
    MISSING,
    OK,
    SUBNETS,
    TAG_LIST,
    TAGS,
    VPC,
    declared,
)


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

"""Target groups: what listens behind a load balancer, and how its health is asked for.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
"""

import re

from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.resources import Among, IdPattern, Listing, Of, Resource, Unique
from emulator.services.elbv2 import facts
from emulator.services.elbv2.load_balancers import LoadBalancer, check_name
from emulator.services.elbv2.service import INVALID_MARKER, TAGS, configuration, refused, service

MISSING = ("TargetGroupNotFound", "One or more target groups not found")
APPLICATION, GATEWAY = ("HTTP", "HTTPS"), ("GENEVE",)

class Behind(Of):
    """Target groups that a load balancer forwards to."""

    def __call__(self, view, given):
        return given in view[self.member]


TargetGroup = Resource(
    "TargetGroup", service, id=IdPattern("{16:hex}", "TargetGroupId"), arn_member="TargetGroupArn", by_arn=True,
    arn="arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{TargetGroupName}/{TargetGroupId}",
    names={"Name": "TargetGroupName"}, tags=TAGS, missing=MISSING, lenient_delete=True,
    create="CreateTargetGroup", update="ModifyTargetGroup", delete="DeleteTargetGroup",
    list=Listing("DescribeTargetGroups", {
        "TargetGroupArns": Among("TargetGroupArn", MISSING), "Names": Among("TargetGroupName", MISSING),
        "LoadBalancerArn": Behind(LoadBalancer, "LoadBalancerArns"),
    }, limit=400, order="created", invalid_token=INVALID_MARKER),
    defaults={"TargetType": "instance", "IpAddressType": "ipv4"},
    unique=(Unique("TargetGroupName", (
        "DuplicateTargetGroupName",
        "A target group with the same name '{TargetGroupName}' exists, but with different settings"), repeats=True),),
    cloudformation="AWS::ElasticLoadBalancingV2::TargetGroup",
)  # fmt: skip


def family(document: dict) -> str:
    """Which load balancers a target group is for: application, network, gateway, or lambda."""
    if document["TargetType"] == "lambda":
        return "lambda"
    protocol = document.get("Protocol")
    return "application" if protocol in APPLICATION else "gateway" if protocol in GATEWAY else "network"


def _defaults(document: dict) -> dict:
    """What AWS fills in, by family and by how health is asked for."""
    kind = family(document)
    asked = document.get("HealthCheckProtocol", "HTTP" if kind in ("application", "lambda") else "TCP")
    over_http = asked in APPLICATION
    timeout = {"lambda": 30, "application": 5, "gateway": 5}.get(kind, 6 if asked == "HTTP" else 10)
    found = {
        "HealthCheckEnabled": kind != "lambda", "HealthCheckTimeoutSeconds": timeout,
        "HealthCheckIntervalSeconds": {"lambda": 35, "gateway": 10}.get(kind, 30),
        "HealthyThresholdCount": 5, "UnhealthyThresholdCount": 2,
    }  # fmt: skip
    if kind != "lambda":
        found |= {"HealthCheckProtocol": asked, "HealthCheckPort": "80" if kind == "gateway" else "traffic-port"}
    if kind == "application":
        found["ProtocolVersion"] = "HTTP1"
    if over_http:
        grpc = document.get("ProtocolVersion") == "GRPC"
        found |= {"HealthCheckPath": "/AWS.ALB/healthcheck" if grpc else "/",
                  "Matcher": {"GrpcCode": "12"} if grpc else {"HttpCode": "200" if kind != "network" else "200-399"}}
    return found


@TargetGroup.on_validate
def check(ctx, document, before):
    if before is None:
        check_name("target group", document["TargetGroupName"])
        _check_place(document)
        facts.check_quota("target-groups", len(TargetGroup.rows(ctx)), "TooManyTargetGroups")
    full = {**_defaults(document), **document}
    if full["HealthCheckIntervalSeconds"] <= full["HealthCheckTimeoutSeconds"] and family(document) != "network":
        raise refused("Health check interval must be greater than the timeout.")
    if "Matcher" in document and full.get("HealthCheckProtocol") == "TCP":
        raise configuration("Custom health check matchers are not supported for health checks for target groups with "
                            "the TCP protocol")
    if not document.get("HealthCheckEnabled", True) and document["TargetType"] != "lambda":
        raise refused("Health check enabled must be true for target groups with target type "
                      f"'{document['TargetType']}'")
    for code in document.get("Matcher", {}).values():
        if not re.fullmatch(r"\d{1,3}(-\d{1,3})?(,\d{1,3}(-\d{1,3})?)*", code):
            raise refused(f"Health check matcher HTTP code '{code}' must be within '200-499' inclusive")


def _check_place(document: dict) -> None:
    """Raise for members that a target of this type must, or cannot, have."""
    if document["TargetType"] == "lambda":
        for name, called in (("Protocol", "Protocol"), ("Port", "Port"), ("VpcId", "VPC ID")):
            if name in document:
                raise refused(f"{called} cannot be specified for target groups with target type 'lambda'")
        return
    for name, called in (("Protocol", "protocol"), ("Port", "port"), ("VpcId", "VPC ID")):
        if name not in document:
            raise refused(f"A {called} must be specified")
    if not re.fullmatch(r"vpc-[0-9A-Za-z]+", document["VpcId"]):
        raise refused(f"The VPC ID '{document['VpcId']}' is not found")
    if document["Protocol"] in GATEWAY and document["Port"] != 6081:
        raise refused("Port must be 6081 for target groups with the GENEVE protocol")
    if document["TargetType"] == "alb" and document["Protocol"] != "TCP":
        raise refused("Protocol must be TCP for target groups with target type 'alb'")


@TargetGroup.on_create
def created(ctx, record):
    return replace(record, document={**_defaults(record.document), **record.document})


def find(ctx, arn: str):
    return TargetGroup.get(ctx, {"TargetGroupArn": arn})


def in_use(arn: str) -> AwsError:
    return AwsError("ResourceInUse", f"Target group '{arn}' is currently in use by a listener or a rule")

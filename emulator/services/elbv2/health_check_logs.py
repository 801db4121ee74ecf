"""Health check logs of application load balancers: what each check of each target found.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-health-check-logs.html
"""

from typing import NamedTuple

from emulator.services.elbv2 import log_files
from emulator.services.elbv2.listening import HOST, Plane
from emulator.services.elbv2.load_balancers import LoadBalancer
from emulator.services.elbv2.log_files import moment, resource

KIND = "health_check_logs"
NEWER = {"HTTP2": "h2", "GRPC": "grpc"}  # what the log calls checks by protocol version, else by protocol


class Finding(NamedTuple):
    """What a check found: ``healthy`` or AWS's reason, how the log calls that, its description, the target's status."""

    state: str
    reason: str = "-"
    description: str = ""
    status: str = "-"


def note(ctx, group, target, balancers: list[str], found: Finding, began: float, seconds: float) -> None:
    """Log a check for each load balancer (by ARN) that forwards to the group and logs checks."""
    document = group.document
    kind = NEWER.get(document.get("ProtocolVersion"), document.get("HealthCheckProtocol", "lambda").lower())
    address = f"{target.id}:{target.port}" if target.port else target.id
    result = "PASS" if found.state == "healthy" else "FAIL"
    for arn in balancers:
        balancer = LoadBalancer.get(ctx, {"LoadBalancerArn": arn})
        if log_files.wanted(balancer, KIND):
            log_files.note(ctx, ctx.backend(Plane), balancer, KIND, (
                f"{kind} {moment(began)} {seconds:.9f} {address} {document['TargetGroupName']} "
                f"{result} {found.status} {found.reason} {resource(arn)} {HOST}"))

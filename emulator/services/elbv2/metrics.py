"""What load balancers tell CloudWatch of connections, of the requests that they answered, of the health of targets.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html and
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
"""

import re

from emulator.backends.http_messages import Request, Response
from emulator.engines.desync import COMPLIANT
from emulator.engines.service_metrics import measure

NAMESPACES = {"app": "AWS/ApplicationELB", "net": "AWS/NetworkELB", "gwy": "AWS/GatewayELB"}
NEW = {"application": "NewConnectionCount", "network": "NewFlowCount"}  # what a connection is called
# By the reason of a failure, the first that fits.
BY_REASON = (
    ("Auth.*(Ep|Unhandled)", "ELBAuthError"), ("Auth", "ELBAuthFailure"),
    ("Lambda(Service|Unhandled)Exception", "LambdaInternalError"), ("Lambda", "LambdaUserError"),
)  # fmt: skip
BY_ACTION = {"redirect": "HTTP_Redirect_Count", "fixed-response": "HTTP_Fixed_Response_Count"}


def _measure(ctx, balancer: str, group: str, *values: tuple[str, float, str]) -> None:
    """Count for a load balancer, and for one of its target groups where there is one. Both by their ARNs."""
    name = balancer.split("loadbalancer/")[1]
    place, namespace = (ctx.account, ctx.region), NAMESPACES[name.partition("/")[0]]
    measure(ctx, place, namespace, (("LoadBalancer", name),), values)
    if group != "-":
        dimensions = (("LoadBalancer", name), ("TargetGroup", group.rpartition(":")[2]))
        measure(ctx, place, namespace, dimensions, values)


def connected(ctx, balancer, failed: bool) -> None:
    """A client has connected, or failed to agree on TLS."""
    name = "ClientTLSNegotiationErrorCount" if failed else NEW[balancer.document["Type"]]
    with ctx.transaction():
        _measure(ctx, balancer.arn, "-", (name, 1.0, "Count"))


def carried(ctx, balancer, group: str, size: int) -> None:
    """A connection to a target has ended after so many bytes, both ways."""
    with ctx.transaction():
        _measure(ctx, balancer.arn, group, ("ProcessedBytes", float(size), "Bytes"))


def answered(ctx, balancer, request: Request, trail, found: Response, sent: int) -> None:
    """A request was answered (with ``sent`` bytes): how many, by whom, how large, how fast."""
    status = f"{found.status // 100}XX_Count"
    by_target = trail.target_status != "-"
    values = [("RequestCount", 1.0, "Count"), ("ProcessedBytes", float(len(request.body) + sent), "Bytes"),
              (f"HTTPCode_{'Target' if by_target else 'ELB'}_{status}", 1.0, "Count")]
    if by_target:
        values.append(("TargetResponseTime", ctx.monotonic() - trail.began, "Seconds"))
    values += [(BY_ACTION[each], 1.0, "Count") for each in trail.actions if each in BY_ACTION]
    values += [(metric, 1.0, "Count") for reason, metric in BY_REASON if re.match(reason, trail.error)][:1]
    if request.grpc:
        values.append(("GrpcRequestCount", 1.0, "Count"))
    if trail.compliance != COMPLIANT:
        values.append(("DesyncMitigationMode_NonCompliant_Request_Count", 1.0, "Count"))
    with ctx.transaction():
        _measure(ctx, balancer.arn, trail.group, *values)


def checked(ctx, balancer: str, group: str, healthy: int, unhealthy: int) -> None:
    """The targets of a group were asked for their health."""
    _measure(ctx, balancer, group, ("HealthyHostCount", float(healthy), "Count"),
             ("UnHealthyHostCount", float(unhealthy), "Count"))  # fmt: skip

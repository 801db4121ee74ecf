"""Access logs of application load balancers, written to S3 every five minutes of the emulator's clock.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
"""

import gzip
from datetime import UTC, datetime
from typing import Any

from emulator.backends.http_server import Request, Response
from emulator.engines.listener_rules import Asked
from emulator.kernel.context import root
from emulator.kernel.errors import AwsError
from emulator.services.elbv2 import attributes
from emulator.services.elbv2.listening import Plane, logger
from emulator.services.elbv2.load_balancers import LoadBalancer
from emulator.services.elbv2.service import service

INTERVAL = 300  # seconds


class Trail:
    """What happens to a request on its way: the parts of its log entry."""

    def __init__(self, began: float):
        self.began = began  # on a clock that only measures
        self.priority: Any = "-"
        self.actions: list[str] = []
        self.redirect = self.target = self.target_status = self.group = "-"

    def reached(self, group: str, target: str, status: int | str) -> None:
        self.group, self.target, self.target_status = group, target, str(status)


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def line(ctx, balancer, request: Request, asked: Asked, trail: Trail, found: Response) -> str:
    """One entry."""
    kind = "ws" if found.tunnel else asked.protocol.lower()
    url = f"{asked.protocol.lower()}://{asked.host}:{asked.port}{request.target}"
    cipher, protocol = (request.tls.cipher()[0], request.tls.version()) if request.tls else ("-", "-")
    sent = len(found.body) if isinstance(found.body, bytes) else 0
    trace = next((value for name, value in request.headers if name.lower() == "x-amzn-trace-id"), "-")
    times = "0.000 0.000 0.000" if trail.target != "-" else "-1 -1 -1"
    moment = _time(ctx.now)
    return (
        f"{kind} {moment} {balancer.arn.split('loadbalancer/')[1]} {request.client[0]}:{request.client[1]} "
        f"{trail.target} {times} {found.status} {trail.target_status} {len(request.body)} {sent} "
        f'"{request.method} {url} {request.version}" "{request.header("user-agent") or "-"}" {cipher} {protocol} '
        f'{trail.group} "{trace}" "{asked.host if request.tls else "-"}" "-" {trail.priority} {moment} '
        f'"{",".join(trail.actions) or "-"}" "{trail.redirect}" "-" "{trail.target}" "{trail.target_status}" "-" "-" '
        f"TID_{ctx.ids.hex(32)}"
    )  # fmt: skip


def note(ctx, plane: Plane, balancer, request: Request, asked: Asked, trail: Trail, found: Response) -> None:
    """Keep an entry until the next file is written, where the load balancer logs."""
    if attributes.of("LoadBalancer", balancer)["access_logs.s3.enabled"] != "true":
        return
    waiting = plane.lines.setdefault(balancer.arn, [])
    waiting.append(line(ctx, balancer, request, asked, trail, found))
    if len(waiting) == 1:
        with ctx.transaction():
            ctx.after(INTERVAL, "write_access_log", job_id=f"log/{balancer.id[0]}", balancer=balancer.arn)


@service.job
def write_access_log(ctx, balancer):
    """Write what has come together; what cannot be written is lost, and told in the emulator's own log."""
    record = LoadBalancer.find(ctx, {"LoadBalancerArn": balancer})
    lines = ctx.backend(Plane).lines.pop(balancer, [])
    if record is None or not lines:
        return
    chosen = attributes.of("LoadBalancer", record)
    prefix = chosen["access_logs.s3.prefix"]
    end = datetime.fromtimestamp(ctx.now, UTC)
    name = balancer.split("loadbalancer/")[1].replace("/", ".")
    key = (f"{prefix + '/' if prefix else ''}AWSLogs/{ctx.account}/elasticloadbalancing/{ctx.region}/{end:%Y/%m/%d}/"
           f"{ctx.account}_elasticloadbalancing_{ctx.region}_{name}_{end:%Y%m%dT%H%MZ}_127.0.0.1_"
           f"{ctx.ids.text(8)}.log.gz")
    content = gzip.compress("".join(f"{each}\n" for each in lines).encode(), mtime=0)
    given = {"Bucket": chosen["access_logs.s3.bucket"], "Key": key, "Body": content}
    try:
        ctx.call("s3", "PutObject", given, as_=root(ctx.account))
    except AwsError as error:
        logger.warning("the access log of %s was lost: %s", balancer, error)

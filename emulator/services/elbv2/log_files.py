"""Logs of load balancers as files in S3, written every five minutes of the emulator's clock.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-monitoring.html
"""

import gzip
from datetime import UTC, datetime

from emulator.kernel.context import root
from emulator.kernel.errors import AwsError
from emulator.services.elbv2 import attributes
from emulator.services.elbv2.listening import HOST, Plane, logger
from emulator.services.elbv2.load_balancers import LoadBalancer
from emulator.services.elbv2.service import service

INTERVAL = 300  # seconds
#: The kinds of logs, as attributes call them, and how the names of their files begin.
KINDS = {"access_logs": "", "connection_logs": "conn_log_", "health_check_logs": "health_check_log_"}


def moment(seconds: float) -> str:
    """A time as logs write it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def resource(arn: str) -> str:
    """The resource id of a load balancer: ``app/name/id``."""
    return arn.split("loadbalancer/")[1]


def wanted(balancer, kind: str) -> bool:
    return attributes.of("LoadBalancer", balancer).get(f"{kind}.s3.enabled") == "true"


def note(ctx, plane: Plane, balancer, kind: str, entry: str) -> None:
    """Keep an entry until the next file is written."""
    waiting = plane.lines.setdefault((kind, balancer.arn), [])
    waiting.append(entry)
    if len(waiting) == 1:
        with ctx.transaction():
            ctx.after(INTERVAL, "write_log", job_id=f"{kind}/{balancer.id[0]}", kind=kind, balancer=balancer.arn)


@service.job
def write_log(ctx, kind, balancer):
    """Write what has come together; what cannot be written is lost, and told in the emulator's own log."""
    record = LoadBalancer.find(ctx, {"LoadBalancerArn": balancer})
    lines = ctx.backend(Plane).lines.pop((kind, balancer), [])
    if record is None or not lines:
        return
    chosen = attributes.of("LoadBalancer", record)
    prefix = chosen[f"{kind}.s3.prefix"]
    end = datetime.fromtimestamp(ctx.now, UTC)
    key = (f"{prefix + '/' if prefix else ''}AWSLogs/{ctx.account}/elasticloadbalancing/{ctx.region}/{end:%Y/%m/%d}/"
           f"{KINDS[kind]}{ctx.account}_elasticloadbalancing_{ctx.region}_{resource(balancer).replace('/', '.')}_"
           f"{end:%Y%m%dT%H%MZ}_{HOST}_{ctx.ids.text(8)}.log.gz")
    content = gzip.compress("".join(f"{each}\n" for each in lines).encode(), mtime=0)
    given = {"Bucket": chosen[f"{kind}.s3.bucket"], "Key": key, "Body": content}
    try:
        ctx.call("s3", "PutObject", given, as_=root(ctx.account))
    except AwsError as error:
        logger.warning("a log of %s was lost: %s", balancer, error)

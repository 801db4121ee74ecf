"""Health checks that really ask: IP targets, while the data plane is on, in the intervals of the emulator's clock.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

from emulator.backends import http_client
from emulator.backends.http2 import Broken
from emulator.backends.http_messages import Answer, Unreachable
from emulator.kernel.store import replace
from emulator.services.elbv2 import functions, health_check_logs, metrics, rules, targets
from emulator.services.elbv2.forwarding import FETCH
from emulator.services.elbv2.health_check_logs import Finding
from emulator.services.elbv2.replies import Failed
from emulator.services.elbv2.service import service
from emulator.services.elbv2.target_groups import TargetGroup

WELL, MISMATCH = Finding("healthy"), "Target.ResponseCodeMismatch"
EMPTY_MESSAGE = bytes(5)  # of gRPC: not compressed, of no length
HEADERS = {
    "HTTP1": (("Connection", "close"),), "HTTP2": (),
    "GRPC": (("Content-Type", "application/grpc"), ("TE", "trailers")),
}  # fmt: skip


def begin(ctx, group):
    if targets.watched(ctx, group) and group.document["HealthCheckEnabled"]:
        ctx.after(0, "probe", job_id=f"probe/{group.id[0]}", group=group.arn)


targets.registered.append(begin)


@TargetGroup.on_update
def again(ctx, group, before):
    begin(ctx, group)


@service.job
def probe(ctx, group):
    """Ask every target of a group, and come again after its interval."""
    record = TargetGroup.find(ctx, {"TargetGroupArn": group})
    known = targets.of(ctx, group) if record else []
    if not known:
        return None
    ctx.after(record.document["HealthCheckIntervalSeconds"], "probe", job_id=f"probe/{record.id[0]}", group=group)
    return _probe(ctx, record, known)


async def _probe(ctx, group, known: list[targets.Target]) -> None:
    balancers = rules.users(ctx, group.arn)
    for each in known:
        began, clock = ctx.afresh().now, ctx.monotonic()
        found = await (_call if group.document["TargetType"] == "lambda" else _ask)(ctx, group, each)
        health_check_logs.note(ctx, group, each, balancers, found, began, ctx.monotonic() - clock)
        before = ctx.rows(targets.targets).get((each.group, each.id, each.port))
        if before is not None:
            after = _counted(group.document, before, found, ctx.now)
            ctx.rows(targets.targets).put(after)
            if before.seen == "healthy" != after.seen:
                targets.lose(ctx, group, after, targets.UNHEALTHY)
    states = [targets.health(ctx, group, each, True)["State"] for each in targets.of(ctx, group.arn)]
    for balancer in balancers:
        metrics.checked(ctx, balancer, group.arn, states.count("healthy"), states.count("unhealthy"))


async def _call(ctx, group, target: targets.Target) -> Finding:
    """What a function has to say for its health."""
    try:
        status = (await functions.answer(ctx, group, target.id, functions.health_check(group))).status
    except Failed as failure:
        status = failure.status
    return _judged(group.document, status)


async def _ask(ctx, group, target: targets.Target) -> Finding:
    """What a target has to say for its health."""
    document = group.document
    protocol, asked = document["HealthCheckProtocol"], document["HealthCheckPort"]
    port = target.port if asked == "traffic-port" else int(asked)
    timeout, anywhere = document["HealthCheckTimeoutSeconds"], bool(ctx.setting("outbound"))
    version = document.get("ProtocolVersion", "HTTP1")
    try:
        if protocol not in ("HTTP", "HTTPS"):
            _, writer = await http_client.connect(target.id, port, timeout, anywhere)
            writer.close()
            return WELL
        headers = (("Host", f"{target.id}:{port}"), ("User-Agent", "ELB-HealthChecker/2.0"), *HEADERS[version])
        answer = await FETCH[version](
            "POST" if version == "GRPC" else "GET", document["HealthCheckPath"], headers,
            EMPTY_MESSAGE if version == "GRPC" else b"", target.id, port, timeout=timeout, anywhere=anywhere,
            secure=protocol == "HTTPS")
        await http_client.read(answer)
    except (Unreachable, Broken) as refusal:
        slow = isinstance(refusal, Unreachable) and refusal.timed_out
        return Finding(*("Target.Timeout", "TimedOut") if slow else ("Target.FailedHealthChecks", "ConnectionReset"))
    return _judged_call(document, answer) if version == "GRPC" else _judged(document, answer.status)


def _judged(document: dict, status: int) -> Finding:
    if fits(document.get("Matcher", {}).get("HttpCode", "200"), status):
        return WELL._replace(status=str(status))
    return Finding(MISMATCH, "TargetError" if status >= 500 else "ResponseCodeMismatch",
                   f"Health checks failed with these codes: [{status}]", str(status))


def _judged_call(document: dict, answer: Answer) -> Finding:
    """gRPC's own status stands in the trailers, or in the head of an answer that has nothing else."""
    told = dict((*answer.headers, *answer.trailers)).get("grpc-status", "")
    if not told.isdecimal():
        return Finding(MISMATCH, "GRPCStatusHeaderEmpty", "Health checks failed without a gRPC status")
    if fits(document["Matcher"]["GrpcCode"], int(told)):
        return WELL._replace(status=told)
    return Finding(MISMATCH, "GRPCUnexpectedStatus", f"Health checks failed with these codes: [{told}]", told)


def fits(matcher: str, status: int) -> bool:
    """Whether a status is among those of a matcher: ``200,202`` or ``200-299``."""
    return any(int(first) <= status <= int(last or first)
               for first, _, last in (each.partition("-") for each in matcher.split(",")))


def _counted(document: dict, target: targets.Target, found: Finding, now: float) -> targets.Target:
    """The target after a check: its state changes once the threshold is reached, the first success counts at once."""
    well, was_well = found.state == "healthy", target.seen == "healthy"
    judged = replace(target, seen=found.state, count=0, description=found.description)
    if well == was_well and target.seen:
        return judged
    threshold = document["HealthyThresholdCount" if well else "UnhealthyThresholdCount"]
    if target.count + 1 >= threshold or (well and not target.seen):
        return replace(judged, since=now)
    return replace(target, count=target.count + 1)

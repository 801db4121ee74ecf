"""Health checks that really ask: IP targets, while the data plane is on, in the intervals of the emulator's clock.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

from emulator.backends import http_client
from emulator.backends.http_client import Unreachable
from emulator.kernel.store import replace
from emulator.services.elbv2 import metrics, rules, targets
from emulator.services.elbv2.service import service
from emulator.services.elbv2.target_groups import TargetGroup


def begin(ctx, group):
    if targets.watched(ctx, group):
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
    for each in known:
        reason, description = await _ask(ctx, group.document, each)
        now = ctx.rows(targets.targets).get((each.group, each.id, each.port))
        if now is not None:
            ctx.rows(targets.targets).put(_counted(group.document, now, reason, description))
    states = [targets.health(ctx, group, each, True)["State"] for each in targets.of(ctx, group.arn)]
    for balancer in rules.users(ctx, group.arn):
        metrics.checked(ctx, balancer, group.arn, states.count("healthy"), states.count("unhealthy"))


async def _ask(ctx, document: dict, target: targets.Target) -> tuple[str, str]:
    """What a target's health is called, ``healthy`` or AWS's reason, and its description."""
    protocol, asked = document["HealthCheckProtocol"], document["HealthCheckPort"]
    port = target.port if asked == "traffic-port" else int(asked)
    timeout, anywhere = document["HealthCheckTimeoutSeconds"], bool(ctx.setting("outbound"))
    try:
        if protocol not in ("HTTP", "HTTPS"):
            _, writer = await http_client.connect(target.id, port, timeout, anywhere)
            writer.close()
            return "healthy", ""
        answer = await http_client.fetch(
            "GET", document["HealthCheckPath"], (("Host", f"{target.id}:{port}"),
                                                 ("User-Agent", "ELB-HealthChecker/2.0"), ("Connection", "close")),
            b"", target.id, port, timeout=timeout, anywhere=anywhere, secure=protocol == "HTTPS")
        await http_client.read(answer)
    except Unreachable as refusal:
        return ("Target.Timeout" if refusal.timed_out else "Target.FailedHealthChecks"), ""
    if fits(document.get("Matcher", {}).get("HttpCode", "200"), answer.status):
        return "healthy", ""
    return "Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{answer.status}]"


def fits(matcher: str, status: int) -> bool:
    """Whether a status is among those of a matcher: ``200,202`` or ``200-299``."""
    return any(int(first) <= status <= int(last or first)
               for first, _, last in (each.partition("-") for each in matcher.split(",")))


def _counted(document: dict, target: targets.Target, reason: str, description: str) -> targets.Target:
    """The target after a check: its state changes once the threshold is reached, the first success counts at once."""
    well, was_well = reason == "healthy", target.seen == "healthy"
    if well == was_well and target.seen:
        return replace(target, seen=reason, count=0, description=description)
    threshold = document["HealthyThresholdCount" if well else "UnhealthyThresholdCount"]
    if target.count + 1 >= threshold or (well and not target.seen):
        return replace(target, seen=reason, count=0, description=description)
    return replace(target, count=target.count + 1)

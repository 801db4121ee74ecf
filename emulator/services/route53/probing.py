"""Probes: a job looks at each endpoint again and again, in a worker thread, and counts what it finds.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
"""

from emulator.backends.endpoint_probes import CHECKERS, RANGES, look
from emulator.engines.service_metrics import measure
from emulator.kernel.store import replace
from emulator.services.route53.health import ENDPOINTS, HealthCheck, config_of
from emulator.services.route53.service import service


@HealthCheck.on_create
@HealthCheck.on_update
def arm(ctx, record, before=None):
    config = config_of(record)
    if config["Type"] in ENDPOINTS and not config["Disabled"]:
        ctx.after(config["RequestInterval"], "probe", job_id=f"probe/{record.id[0]}", id=record.id[0])


@HealthCheck.on_delete
def disarm(ctx, record):
    ctx.cancel(f"probe/{record.id[0]}")


@service.job
async def probe(ctx, id):
    """Look once, and be due again."""
    job_id = f"probe/{id}"
    ctx.stand_by("probe", job_id, id=id)
    record = HealthCheck.find(ctx, {"Id": id})
    if record is None:
        ctx.cancel(job_id)
        return
    config = config_of(record)
    status, success = await ctx.in_thread(look, config, bool(ctx.setting("outbound")))
    record = HealthCheck.find(ctx, {"Id": id})
    if record is None or config_of(record)["Disabled"]:
        ctx.cancel(job_id)
        return
    known = counted(record.private, config, status, success, ctx.now)
    HealthCheck.put(ctx, replace(record, private=known))
    measure(ctx, (ctx.account, "us-east-1"), "AWS/Route53", (("HealthCheckId", id),), (
        ("HealthCheckStatus", float(known["healthy"] != config["Inverted"]), "None"),
        ("HealthCheckPercentageHealthy", 100.0 * success, "Percent")))
    ctx.after(config["RequestInterval"], "probe", job_id=job_id, id=id)


def counted(private: dict, config: dict, status: str, success: bool, now: float) -> dict:
    """What is known of an endpoint after one more look: it changes sides after FailureThreshold looks alike."""
    well = private.get("healthy", True)
    against = 0 if success == well else private.get("against", 0) + 1
    if against >= config["FailureThreshold"]:
        well, against = success, 0
    failure = private.get("failure") if success else {"Status": status, "CheckedTime": now}
    return {**private, "healthy": well, "against": against, "failure": failure,
            "report": {"Status": status, "CheckedTime": now}}  # fmt: skip


def _observed(record, report: dict | None) -> dict:
    regions = config_of(record).get("Regions", CHECKERS) if report else ()
    return {"HealthCheckObservations": [
        {"Region": each, "IPAddress": CHECKERS[each], "StatusReport": report} for each in regions]}


@service.operation
def get_health_check_status(ctx, HealthCheckId):
    """What the checkers saw last: there is one here, which speaks for all regions. Raises NoSuchHealthCheck."""
    record = HealthCheck.get(ctx, {"Id": HealthCheckId})
    return _observed(record, record.private.get("report"))


@service.operation
def get_health_check_last_failure_reason(ctx, HealthCheckId):
    """Raises NoSuchHealthCheck."""
    record = HealthCheck.get(ctx, {"Id": HealthCheckId})
    return _observed(record, record.private.get("failure"))


@service.operation
def get_checker_ip_ranges(ctx):
    return {"CheckerIpRanges": list(RANGES)}

"""Probes: a job looks at each endpoint again and again, in a worker thread, and counts what it finds.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
"""

from emulator.backends import http, tcp
from emulator.kernel.store import replace
from emulator.services.route53.health import ENDPOINTS, MATCHING, HealthCheck, config_of
from emulator.services.route53.service import service

TIMEOUT = 6.0  # seconds: four to connect, two for the answer
BODY = 5120  # bytes of an answer in which the string must stand
#: Each region's checker, an address of those that AWS publishes for it.
CHECKERS = {
    "us-east-1": "54.243.31.192", "us-west-1": "54.183.255.128", "us-west-2": "54.244.52.192",
    "eu-west-1": "176.34.159.192", "ap-southeast-1": "54.255.254.192", "ap-southeast-2": "54.252.254.192",
    "ap-northeast-1": "54.250.253.192", "sa-east-1": "177.71.207.128",
}
RANGES = (
    "15.177.0.0/18", "54.183.255.128/26", "54.228.16.0/26", "54.232.40.64/26", "54.241.32.64/26", "54.243.31.192/26",
    "54.244.52.192/26", "54.245.168.0/26", "54.248.220.0/26", "54.250.253.192/26", "54.251.31.128/26",
    "54.252.79.128/26", "54.252.254.192/26", "54.255.2.128/26", "54.255.254.192/26", "107.23.255.0/26",
    "176.34.159.192/26", "177.71.207.128/26",
)


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
    HealthCheck.put(ctx, replace(record, private=counted(record.private, config, status, success, ctx.now)))
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


def look(config: dict, anywhere: bool) -> tuple[str, bool]:
    """One look at an endpoint, blocking: AWS's words for what was found, and whether it is a success."""
    host = config.get("IPAddress") or config["FullyQualifiedDomainName"]
    if config["Type"] == "TCP":
        reason = tcp.connect(host, config["Port"], TIMEOUT, anywhere)
        return (f"Failure: {reason}", False) if reason else ("Success: TCP connection established.", True)
    scheme = "https" if config["Type"].startswith("HTTPS") else "http"
    name = f"[{host}]" if ":" in host else host
    path = config.get("ResourcePath", "/")
    url = f"{scheme}://{name}:{config['Port']}{path if path.startswith('/') else '/' + path}"
    headers = {"User-Agent": "Amazon-Route53-Health-Check-Service", "Connection": "close"}
    if config.get("IPAddress") and config.get("FullyQualifiedDomainName"):
        headers["Host"] = config["FullyQualifiedDomainName"]
    found = http.request("GET", url, headers, b"", TIMEOUT, anywhere)
    if found.status == 0:
        return f"Failure: {found.reason}", False
    told = f"HTTP Status Code {found.status}"
    if not 200 <= found.status < 400:
        return f"Failure: {told}", False
    if config["Type"] in MATCHING and config["SearchString"].encode() not in found.body[:BODY]:
        return f"Failure: {told}. The specified string was not found in the response body.", False
    return f"Success: {told}", True


def _observed(record, report: dict | None) -> dict:
    regions = config_of(record).get("Regions", CHECKERS)
    return {"HealthCheckObservations": [
        {"Region": each, "IPAddress": CHECKERS[each], "StatusReport": report} for each in regions] if report else []}


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

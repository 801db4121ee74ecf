"""Health checks: their declaration, and whether what they watch is healthy.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-types.html
"""

from emulator.kernel.errors import AwsError
from emulator.kernel.store import ACCOUNT, replace
from emulator.resources import IdPattern, Listing, Resource, Unique
from emulator.resources.documents import with_defaults
from emulator.services.route53.service import invalid, location, service

ENDPOINTS = ("HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP")
MATCHING = ("HTTP_STR_MATCH", "HTTPS_STR_MATCH")
CALCULATED, ALARM, RECOVERY = "CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"
CHILDREN = 256

#: What is told of a check that leaves members out, by type.
DEFAULTS = {
    **{kind: {"RequestInterval": 30, "FailureThreshold": 3, "MeasureLatency": False} for kind in ENDPOINTS},
    ALARM: {"InsufficientDataHealthStatus": "LastKnownStatus"},
    CALCULATED: {"HealthThreshold": 1, "ChildHealthChecks": []},
    RECOVERY: {},
}
PORTS = {"HTTP": 80, "HTTP_STR_MATCH": 80, "HTTPS": 443, "HTTPS_STR_MATCH": 443}

HealthCheck = Resource(
    "HealthCheck", service, id=IdPattern("{uuid}"), scope=ACCOUNT, names={"HealthCheckId": "Id"},
    arn="arn:{partition}:route53:::healthcheck/{Id}", create="CreateHealthCheck", read="GetHealthCheck",
    delete="DeleteHealthCheck", list=Listing("ListHealthChecks", marker=True, maximum=1000),
    missing=("NoSuchHealthCheck", "No health check exists with the specified ID."),
    unique=(Unique("CallerReference", (
        "HealthCheckAlreadyExists", "A health check with the caller reference {CallerReference} already exists."),
        repeats=True),),
    cloudformation="AWS::Route53::HealthCheck",
)  # fmt: skip
HealthCheck.on_read(location("healthcheck"))


def config_of(record) -> dict:
    """The whole configuration, with what AWS adds."""
    given = record.document["HealthCheckConfig"]
    kind = given["Type"]
    added = {"Inverted": False, "Disabled": False, **DEFAULTS[kind]}
    if kind in PORTS:
        added |= {"Port": PORTS[kind], "EnableSNI": kind.startswith("HTTPS")}
    return with_defaults(given, added)


@HealthCheck.on_read
def shown(ctx, record):
    config = config_of(record)
    answer = {"HealthCheckConfig": config, "HealthCheckVersion": record.private.get("version", 1)}
    alarm = _alarm(ctx, config) if config["Type"] == ALARM else None
    if alarm and "MetricName" in alarm:
        names = ("EvaluationPeriods", "Threshold", "ComparisonOperator", "Period", "MetricName", "Namespace",
                 "Statistic", "Dimensions")
        answer["CloudWatchAlarmConfiguration"] = {name: alarm[name] for name in names if name in alarm}
    return answer


@HealthCheck.on_validate
def check(ctx, document, before):
    config = document["HealthCheckConfig"]
    kind = config["Type"]
    if kind in ENDPOINTS:
        if not (config.get("IPAddress") or config.get("FullyQualifiedDomainName")):
            raise invalid("Invalid parameter : Either IPAddress or FullyQualifiedDomainName must be specified.")
        if kind == "TCP" and "Port" not in config:
            raise invalid("Invalid parameter : Port must be specified for a TCP health check.")
        if (kind in MATCHING) != bool(config.get("SearchString")):
            raise invalid("Invalid parameter : SearchString must be specified for, and only for, string matching.")
        if config.get("RequestInterval", 30) not in (10, 30):
            raise invalid("Invalid parameter : RequestInterval must be 10 or 30.")
        if "Regions" in config and len(config["Regions"]) < 3:
            raise invalid("Invalid parameter : At least 3 Regions must be specified.")
    elif kind == CALCULATED:
        for child in config.get("ChildHealthChecks", ()):
            if (child,) not in HealthCheck.rows(ctx):
                raise invalid(f"Invalid parameter : The health check {child} does not exist.")
    elif kind == ALARM and "AlarmIdentifier" not in config:
        raise invalid("Invalid parameter : AlarmIdentifier must be specified for a CloudWatch metric health check.")
    elif kind == RECOVERY and "RoutingControlArn" not in config:
        raise invalid("Invalid parameter : RoutingControlArn must be specified for a routing control health check.")


RESET = ("FullyQualifiedDomainName", "Regions", "ResourcePath", "ChildHealthChecks")


@service.operation
def update_health_check(ctx, HealthCheckId, HealthCheckVersion=None, ResetElements=(), **given):
    """Change what is given. Raises NoSuchHealthCheck, HealthCheckVersionMismatch, InvalidInput."""
    record = HealthCheck.get(ctx, {"Id": HealthCheckId})
    version = record.private.get("version", 1)
    if HealthCheckVersion is not None and HealthCheckVersion != version:
        raise AwsError("HealthCheckVersionMismatch", (
            f"The value of HealthCheckVersion in the request ({HealthCheckVersion}) doesn't match the value of "
            f"HealthCheckVersion in the health check ({version})."))  # fmt: skip
    config = {name: value for name, value in record.document["HealthCheckConfig"].items() if name not in ResetElements}
    document = {**record.document, "HealthCheckConfig": {**config, **given}}
    check(ctx, document, record)
    changed = replace(record, document=document, private={**record.private, "version": version + 1})
    HealthCheck.put(ctx, HealthCheck.run_hooks("update", ctx, changed, record))
    return HealthCheck.output(ctx, changed, "GetHealthCheck")


@service.operation
def get_health_check_count(ctx):
    return {"HealthCheckCount": len(HealthCheck.rows(ctx))}


# Whether it is healthy


def healthy(ctx, id: str, seen: frozenset[str] = frozenset()) -> bool:
    """What a check says now. One that is not there, or has not been looked at yet, is healthy, as AWS takes it."""
    record = HealthCheck.find(ctx, {"Id": id})
    if record is None or id in seen:
        return True
    config = config_of(record)
    well = True if config["Disabled"] else _state(ctx, record, config, seen | {id})
    return well != config["Inverted"]


def _state(ctx, record, config: dict, seen: frozenset[str]) -> bool:
    kind = config["Type"]
    if kind == CALCULATED:
        children = config["ChildHealthChecks"]
        return sum(healthy(ctx, each, seen) for each in children) >= min(config["HealthThreshold"], CHILDREN)
    if kind == ALARM:
        state = (_alarm(ctx, config) or {}).get("StateValue", "INSUFFICIENT_DATA")
        if state == "INSUFFICIENT_DATA":
            return config["InsufficientDataHealthStatus"] != "Unhealthy"
        return state == "OK"
    return record.private.get("healthy", True)


def _alarm(ctx, config: dict) -> dict | None:
    """The alarm that a check follows, as CloudWatch tells it; None where it tells none."""
    wanted = config["AlarmIdentifier"]
    try:
        found = ctx.call("cloudwatch", "DescribeAlarms", {"AlarmNames": [wanted["Name"]]}, region=wanted["Region"])
    except AwsError:
        return None
    return next(iter(found.get("MetricAlarms", ())), None)

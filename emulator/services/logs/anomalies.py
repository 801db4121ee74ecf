"""Anomalies that detectors have found: listed, suppressed, taken as usual.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListAnomalies.html
"""

from operator import attrgetter
from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.store import Record, Table, replace
from emulator.services.logs.errors import invalid, not_found
from emulator.services.logs.lookup import millis
from emulator.services.logs.pages import paged

PAGE = 50
UNITS = {"SECONDS": 1000, "MINUTES": 60_000, "HOURS": 3_600_000}


class Anomaly(Record):
    """``told`` is what it tells of its pattern, ``histogram`` the events that were unusual by the time they were found.

    ``until`` is the end of its suppression (0: none), None where it is not suppressed; ``since`` when it began.
    """

    id: str
    pattern: str  # the pattern's id
    detector: str
    groups: tuple[str, ...]
    first: int
    last: int
    told: dict[str, Any]
    histogram: dict[str, int] = {}
    active: bool = True
    baseline: bool = False
    since: int = 0
    until: int | None = None
    by_pattern: bool = False


# Partitions: (account, region, the detector's ARN).
anomalies = Table("logs.anomaly", Anomaly, key=attrgetter("id"), ordered=True)


def suppressed(ctx: Context, each: Anomaly) -> bool:
    return each.until is not None and (each.until == 0 or each.until > millis(ctx))


def shown(ctx: Context, each: Anomaly) -> dict[str, Any]:
    hidden = suppressed(ctx, each)
    state = "Baseline" if each.baseline else "Suppressed" if hidden else "Active"
    out = {
        "anomalyId": each.id, "patternId": each.pattern, "anomalyDetectorArn": each.detector, "firstSeen": each.first,
        "lastSeen": each.last, "active": each.active, "state": state, "histogram": each.histogram,
        "logGroupArnList": list(each.groups), "suppressed": hidden, **each.told,
    }  # fmt: skip
    if hidden:
        out |= {"suppressedDate": each.since, "suppressedUntil": each.until,
                "isPatternLevelSuppression": each.by_pattern}  # fmt: skip
    return out


def listed(ctx: Context, arns: list[str], state: str | None, limit: int, token: str | None) -> dict[str, Any]:
    """One page of the anomalies of some detectors. Raises InvalidParameterException."""
    rows = [
        each for arn in arns for each in ctx.rows(anomalies, arn)
        if state is None or (state == "SUPPRESSED") == suppressed(ctx, each)
    ]  # fmt: skip
    rows.sort(key=attrgetter("first", "id"))
    return paged(ctx, "anomalies", rows, attrgetter("first", "id"), token, limit, [arns, state],
                 lambda each: shown(ctx, each))  # fmt: skip


def changed(ctx: Context, arn: str, given: dict[str, Any]) -> list[Anomaly]:
    """Suppress an anomaly or those of a pattern, end that, or take them as usual: as UpdateAnomaly is given.

    Returns what was changed. Raises InvalidParameterException, ResourceNotFoundException.
    """
    id, pattern = given.get("anomalyId"), given.get("patternId")
    if (id is None) == (pattern is None):
        raise invalid("Exactly one of anomalyId and patternId must be specified.")
    rows = ctx.rows(anomalies, arn)
    found = [each for each in rows if each.id == id or each.pattern == pattern]
    if not found:
        raise not_found("The specified anomaly does not exist.")
    until = _until(ctx, given.get("suppressionType"), given.get("suppressionPeriod"))
    baseline = bool(given.get("baseline"))
    return [rows.put(replace(each, until=until, since=millis(ctx), by_pattern=pattern is not None,
                             baseline=each.baseline or baseline)) for each in found]  # fmt: skip


def _until(ctx: Context, kind: str | None, period: dict[str, Any] | None) -> int | None:
    """The end of a suppression: None for none at all. Raises InvalidParameterException."""
    if kind != "LIMITED":
        return None if kind is None else 0
    if not period or not period.get("value") or not period.get("suppressionUnit"):
        raise invalid("suppressionPeriod must be specified when suppressionType is LIMITED.")
    return millis(ctx) + period["value"] * UNITS[period["suppressionUnit"]]

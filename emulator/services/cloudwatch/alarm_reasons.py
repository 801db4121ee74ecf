"""Why an alarm has its state, in AWS's words and as data; both as recorded."""

from datetime import UTC, datetime
from typing import Any

import orjson

from emulator.engines.alarm_states import ALARM, COMPARISONS, UNKNOWN, Verdict
from emulator.services.cloudwatch.remembering import stamp

BANDS = {
    "GreaterThanUpperThreshold": "greater than the upper thresholds",
    "LessThanLowerThreshold": "less than the lower thresholds",
    "LessThanLowerOrGreaterThanUpperThreshold": "less than the lower thresholds or greater than the upper thresholds",
}
TREATED = {"breaching": "Breaching", "notBreaching": "NonBreaching"}


def reason(config: dict, before: str, verdict: Verdict, used: list, breaching: list) -> str:
    """``used`` are the datapoints that decided, newest first; ``breaching`` of all looked at."""
    periods = config.get("EvaluationPeriods") or config.get("QueryResultsToEvaluate")
    if verdict.state == UNKNOWN:
        return f"Insufficient Data: {periods} datapoint{_was(periods)} unknown."
    treated = TREATED.get(config.get("TreatMissingData", ""), "")
    if not used:
        return (f"Threshold Crossed: no datapoints were received for {periods} period{'s' * (periods > 1)} and "
                f"{periods} missing datapoint{_was(periods)} treated as [{treated}].")  # fmt: skip
    wanted = verdict.state == ALARM
    told = [(point, index) for point, index in zip(used, verdict.points) if bool(breaching[index]) is wanted]
    told = told or list(zip(used, verdict.points))
    listed = ", ".join(f"{point.value} ({_when(point.at)})" for point, _ in told)
    count = len(told)
    verb = ("were" if count > 1 else "was") + ("" if wanted else " not")
    of_many = config.get("DatapointsToAlarm")
    amount = f"{count} out of the last {len(used)} datapoints" if of_many else f"{count} datapoint{'s' * (count > 1)}"
    text = f"Threshold Crossed: {amount} [{listed}] {verb} {_bound(config, [point for point, _ in told])}"
    if verdict.filled:
        text += f" and {verdict.filled} missing datapoint{_was(verdict.filled)} treated as [{treated}]"
    if of_many:
        needed = of_many if wanted else periods - of_many + 1
        old, new = ("OK", "ALARM") if wanted else ("ALARM", "OK")
        text += f" (minimum {needed} datapoint{'s' * (needed > 1)} for {old} -> {new} transition)"
    return text + "."


def _was(count: int) -> str:
    return "s were" if count > 1 else " was"


def _bound(config: dict, points: list) -> str:
    comparison = config["ComparisonOperator"]
    if comparison in COMPARISONS:
        return f"{COMPARISONS[comparison][1]} the threshold ({float(config['Threshold'])})"
    place = slice(1, 2) if comparison == "LessThanLowerThreshold" else slice(0, 1)
    if comparison == "LessThanLowerOrGreaterThanUpperThreshold":
        place = slice(0, 2)
    bounds = ", ".join(str(bound) for point in points for bound in point.bounds[place])
    return f"{BANDS[comparison]} [{bounds}]"


def _when(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%d/%m/%y %H:%M:%S")


def data(now: float, config: dict, period: int | None, used: list, looked: list, verdict: Verdict) -> str:
    """StateReasonData. ``looked`` are the datapoints of all evaluation periods, newest first."""
    found: dict[str, Any] = {"version": "1.0", "queryDate": stamp(now)}
    if used:
        found["startDate"] = stamp(min(point.at for point in used))
    if config.get("Unit"):
        found["unit"] = config["Unit"]
    statistic = config.get("Statistic") or config.get("ExtendedStatistic")
    if statistic:
        found["statistic"] = statistic
    if period is not None:
        found["period"] = period
    found["recentDatapoints"] = [point.value for point in reversed(used)]
    if config.get("Threshold") is not None:
        found["threshold"] = float(config["Threshold"])
    evaluated = used if used and not verdict.filled else looked
    found["evaluatedDatapoints"] = [_evaluated(point) for point in evaluated]
    return orjson.dumps(found).decode()


def _evaluated(point) -> dict[str, Any]:
    found: dict[str, Any] = {"timestamp": stamp(point.at)}
    if point.value is not None:
        found |= {"sampleCount": point.samples} if point.samples is not None else {}
        found["value"] = point.value
    return found

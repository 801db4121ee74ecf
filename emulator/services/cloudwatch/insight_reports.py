"""GetInsightRuleReport: who contributed most, from the logs that a rule names or from what a service told.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetInsightRuleReport.html
"""

import fnmatch
import operator
import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from emulator.kernel.context import Context
from emulator.services.cloudwatch.errors import invalid_value, not_found
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import Contribution, Named, contributions, insight_rules

MOST_CONTRIBUTORS, USUAL_CONTRIBUTORS = 100, 10
LONGEST = 24 * 3600
_CLF = re.compile(r'"((?:[^"\\]|\\.)*)"|\[([^\]]*)\]|(\S+)')


@service.operation
def get_insight_rule_report(
    ctx, RuleName, StartTime, EndTime, Period, MaxContributorCount=USUAL_CONTRIBUTORS, Metrics=(), OrderBy="Sum"
):
    """Raises InvalidParameterValue, ResourceNotFoundException."""
    rule = ctx.rows(insight_rules).get(RuleName)
    if rule is None:
        raise not_found(f"The rule {RuleName} does not exist.")
    if StartTime >= EndTime:
        raise invalid_value("The parameter StartTime must be less than the parameter EndTime.")
    if EndTime - StartTime > LONGEST:
        raise invalid_value("The time range must not be longer than 24 hours.")
    if Period % 60:
        raise invalid_value("The parameter Period must be a multiple of 60.")
    if not 1 <= MaxContributorCount <= MOST_CONTRIBUTORS:
        raise invalid_value("The parameter MaxContributorCount must be between 1 and 100.")
    wrong = [name for name in Metrics or () if name not in STATISTICS]
    if wrong or OrderBy not in ("Sum", "Maximum"):
        raise invalid_value(f"The value {wrong[0] if wrong else OrderBy} is not supported.")
    found = _by_period(_contributions(ctx, rule, StartTime, EndTime), Period)
    return _report(rule, found, range(int(StartTime // Period * Period), int(-(-EndTime // 1)), Period),
                   MaxContributorCount, Metrics or (), OrderBy)  # fmt: skip


Periods = dict[int, dict[tuple[str, ...], list[Contribution]]]


def _by_period(found: Iterator[Contribution], period: int) -> Periods:
    periods: Periods = {}
    for each in found:
        periods.setdefault(each.at // period * period, {}).setdefault(each.keys, []).append(each)
    return periods


def _definition(rule: Named) -> dict[str, Any]:
    return orjson.loads(rule.config["Definition"])


def _value(rule: Named) -> Callable[[Contribution], float]:
    """What counts of a contribution."""
    if _definition(rule)["AggregateOn"] == "Count":
        return lambda each: each.count
    return lambda each: each.total


def _report(rule: Named, found: Periods, times: range, most: int, metrics, order: str) -> dict[str, Any]:
    value = _value(rule)
    totals: dict[tuple[str, ...], dict[int, float]] = {}
    for at, contributors in found.items():
        for keys, parts in contributors.items():
            totals.setdefault(keys, {})[at] = sum(map(value, parts))
    rank = max if order == "Maximum" else sum
    ranked = sorted(totals.items(), key=lambda item: (-rank(item[1].values()), item[0]))
    counts = _definition(rule)["AggregateOn"] == "Count"
    answer = {
        "KeyLabels": [key.removeprefix("$.") for key in _definition(rule)["Contribution"]["Keys"]],
        "AggregationStatistic": "SampleCount" if counts else "Sum",
        "AggregateValue": float(sum(sum(each.values()) for each in totals.values())),
        "ApproximateUniqueCount": len(totals),
        "Contributors": [
            {"Keys": list(keys), "ApproximateAggregateValue": float(sum(points.values())),
             "Datapoints": [{"Timestamp": at, "ApproximateValue": float(each)} for at, each in sorted(points.items())]}
            for keys, points in ranked[:most]
        ],
    }  # fmt: skip
    if metrics:
        answer["MetricDatapoints"] = [
            {"Timestamp": at, **{name: STATISTICS[name](found.get(at, {}), value) for name in metrics}} for at in times
        ]
    return answer


def _all(contributors) -> list[Contribution]:
    return [each for parts in contributors.values() for each in parts]


def _average(contributors, value) -> float:
    parts = _all(contributors)
    count = sum(each.count for each in parts)
    return sum(each.total for each in parts) / count if count else 0.0


STATISTICS: dict[str, Callable[..., float]] = {
    "UniqueContributors": lambda contributors, value: float(len(contributors)),
    "MaxContributorValue": lambda contributors, value: max(
        (float(sum(map(value, parts))) for parts in contributors.values()), default=0.0),
    "SampleCount": lambda contributors, value: float(sum(each.count for each in _all(contributors))),
    "Sum": lambda contributors, value: float(sum(each.total for each in _all(contributors))),
    "Minimum": lambda contributors, value: min((each.low for each in _all(contributors)), default=0.0),
    "Maximum": lambda contributors, value: max((each.high for each in _all(contributors)), default=0.0),
    "Average": _average,
}  # fmt: skip


def rule_metric(ctx: Context, rule: str, metric: str, start: int, end: int, period: int) -> dict[int, float]:
    """What INSIGHT_RULE_METRIC gives: a statistic of a rule by the period."""
    found = ctx.rows(insight_rules).get(rule)
    if found is None or metric not in STATISTICS:
        return {}
    periods = _by_period(_contributions(ctx, found, start, end), period)
    return {at: STATISTICS[metric](each, _value(found)) for at, each in sorted(periods.items())}


def _contributions(ctx: Context, rule: Named, start: float, end: float) -> Iterator[Contribution]:
    if rule.config["ManagedRule"]:
        for each in ctx.rows(contributions, rule.name).range((int(start),)):
            if each.at >= end:
                return
            yield each
        return
    definition = _definition(rule)
    for event in _events(ctx, definition, start, end):
        found = _contribution(definition, event)
        if found is not None:
            yield found


def _events(ctx: Context, definition: dict, start: float, end: float) -> Iterator[dict]:
    """The log events of the groups that a rule names."""
    patterns = [each.rpartition(":log-group:")[2] or each for each in
                (definition.get("LogGroupNames") or definition.get("LogGroupARNs"))]  # fmt: skip
    for pattern in patterns:
        for group in _groups(ctx, pattern):
            given = {"logGroupName": group, "startTime": int(start * 1000), "endTime": int(end * 1000) - 1}
            while True:
                answer = ctx.call("logs", "FilterLogEvents", given)
                yield from answer.get("events", ())
                if not answer.get("nextToken"):
                    break
                given["nextToken"] = answer["nextToken"]


def _groups(ctx: Context, pattern: str) -> list[str]:
    prefix = pattern.partition("*")[0]
    given: dict[str, Any] = {"logGroupNamePrefix": prefix} if prefix else {}
    found: list[str] = []
    while True:
        answer = ctx.call("logs", "DescribeLogGroups", given)
        found += [each["logGroupName"] for each in answer.get("logGroups", ())]
        if not answer.get("nextToken"):
            return [name for name in found if fnmatch.fnmatchcase(name, pattern)]
        given["nextToken"] = answer["nextToken"]


def _contribution(definition: dict, event: dict) -> Contribution | None:
    """What a log event contributes; None where the rule's filters or keys pass it over."""
    fields = _fields(definition, event["message"])
    wanted = definition["Contribution"]
    keys = [_text(_at(fields, key)) for key in wanted["Keys"]]
    if None in keys or not all(_passes(fields, each) for each in wanted.get("Filters") or ()):
        return None
    value = 1.0
    if definition["AggregateOn"] == "Sum":
        try:
            value = float(_at(fields, wanted["ValueOf"]))
        except (TypeError, ValueError):
            return None
    at = event["timestamp"] // 60_000 * 60
    return Contribution(at, tuple(keys), 1.0, value, value, value)


def _fields(definition: dict, message: str) -> dict[str, Any]:
    if definition["LogFormat"] == "JSON":
        try:
            found = orjson.loads(message)
        except orjson.JSONDecodeError:
            return {}
        return found if isinstance(found, dict) else {}
    words = [next(filter(None, match.groups()), "") for match in _CLF.finditer(message)]
    named = definition.get("Fields") or {}
    return {name: words[int(place) - 1] for place, name in named.items() if 0 < int(place) <= len(words)}


def _at(fields: dict[str, Any], path: str) -> Any:
    """``$.user.id``, with indexes (``$.list[0]``), or a field's name."""
    if path in fields:
        return fields[path]
    value: Any = fields
    for name in re.findall(r"[^.\[\]]+", path.removeprefix("$.")):
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _compared(test: Callable[[float, float], bool]) -> Callable[[Any, Any], bool]:
    return lambda value, bound: (number := _number(value)) is not None and test(number, float(bound))


FILTERS: dict[str, Callable[[Any, Any], bool]] = {
    "In": lambda value, wanted: _text(value) in [_text(each) for each in wanted],
    "NotIn": lambda value, wanted: _text(value) not in [_text(each) for each in wanted],
    "StartsWith": lambda value, wanted: value is not None and _text(value).startswith(tuple(wanted)),
    "EqualTo": _compared(operator.eq), "NotEqualTo": _compared(operator.ne), "GreaterThan": _compared(operator.gt),
    "LessThan": _compared(operator.lt),
    "IsPresent": lambda value, wanted: (value is not None) is wanted,
}  # fmt: skip


def _passes(fields: dict[str, Any], given: dict[str, Any]) -> bool:
    value = _at(fields, given["Match"])
    return all(FILTERS[name](value, wanted) for name, wanted in given.items() if name in FILTERS)



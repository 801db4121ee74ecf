"""The evaluation of metric alarms on the clock: every minute, or as often as their short periods ask.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

import hashlib
from typing import NamedTuple

from emulator.engines import alarm_states
from emulator.engines.alarm_states import COMPARISONS
from emulator.engines.metric_math import MathError
from emulator.engines.metric_statistics import parse
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.cloudwatch import acting, alarm_reasons, changing, composites, measuring, series
from emulator.services.cloudwatch.queries import Evaluation, Window, attributes_of
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import Alarm, alarms, dimensions_of

MINUTE = 60


RANKS = {"ALARM": 0, "OK": 1, "INSUFFICIENT_DATA": 2}  # of several series, which decides


class Point(NamedTuple):
    """A datapoint: when its period begins, its value (None: missing), of how many samples, and what it is held to."""

    at: int
    value: float | None = None
    samples: float | None = None
    bounds: tuple[float, ...] = ()


class Contributor(NamedTuple):
    """One of the series that an alarm watches: what tells it from the others, and its datapoints."""

    attributes: dict[str, str]
    points: list[Point]


def job_of(name: str) -> str:
    return f"alarm/{name}"


def period_of(alarm: Alarm) -> int:
    config = alarm.config
    if "Period" in config:
        return config["Period"]
    queries = config["Metrics"]
    periods = [query["MetricStat"]["Period"] for query in queries if query.get("MetricStat")]
    return max(periods, default=max((query.get("Period") or 0 for query in queries), default=0) or MINUTE)


def arm(ctx: Context, alarm: Alarm) -> None:
    """Let the alarm be evaluated when the next of its periods, or the next minute, has ended."""
    step = min(period_of(alarm), MINUTE)
    due = (ctx.now // step + 1) * step
    ctx.at(due, "evaluate_alarm", job_of(alarm.name), name=alarm.name)


@service.job
def evaluate_alarm(ctx, name):
    alarm = ctx.rows(alarms).get(name)
    if alarm is None:
        return
    arm(ctx, alarm)
    measuring.take(ctx)
    if not _warm(ctx, alarm):
        return
    try:
        found = _points(ctx, alarm)
    except (MathError, AwsError) as error:
        _failed(ctx, alarm, str(error))
        return
    if len(found) > 1 or "contributors" in alarm.more:
        alarm = _note_contributors(ctx, alarm, found)
        found.sort(key=lambda each: RANKS.get(verdict_of(alarm.config, each.points).state, len(RANKS)))
    judge(ctx, alarm, found[0].points)


def _note_contributors(ctx: Context, alarm: Alarm, found: list[Contributor]) -> Alarm:
    """Remember which of an alarm's series are in ALARM, since when and why."""
    before, now = alarm.more.get("contributors", {}), {}
    for each in found:
        verdict = verdict_of(alarm.config, each.points)
        id = hashlib.sha256(repr(sorted(each.attributes.items())).encode()).hexdigest()[:32]
        if verdict.state == "ALARM" or (verdict.state is None and id in before):
            used = [each.points[index] for index in verdict.points]
            breaching = [breaches(alarm.config["ComparisonOperator"], point) for point in each.points]
            reason = alarm_reasons.reason(alarm.config, "OK", verdict, used, breaching)
            now[id] = before.get(id) or {"attributes": each.attributes, "reason": reason, "since": ctx.now}
    return ctx.rows(alarms).put(replace(alarm, more=alarm.more | {"contributors": now}))


@service.job
def evaluate_composite(ctx, name):
    """A composite alarm's state follows from those of the alarms that its rule names."""
    rows = ctx.rows(alarms)
    alarm = rows.get(name)
    if alarm is None or alarm.kind != "CompositeAlarm":
        return
    new = composites.state(ctx, alarm)
    if new != alarm.state:
        reason, data = composites.why(ctx, alarm)
        changing.change(ctx, alarm, new, reason, data)


def judge(ctx: Context, alarm: Alarm, points: list[Point]) -> None:
    """Give an alarm the state that follows from its datapoints, newest first."""
    config = alarm.config
    verdict = verdict_of(config, points)
    if verdict.state is None or _too_few(config, [points[index] for index in verdict.points]):
        return
    if alarm.more.get("evaluation"):
        alarm = ctx.rows(alarms).put(replace(alarm, more={**alarm.more, "evaluation": ""}))
    if verdict.state == alarm.state:
        acting.perform(ctx, alarm, alarm, only=acting.is_scaling)
        return
    used = [points[index] for index in verdict.points]
    breaching = [breaches(config["ComparisonOperator"], point) for point in points]
    reason = alarm_reasons.reason(config, alarm.state, verdict, used, breaching)
    periods = config.get("EvaluationPeriods") or config["QueryResultsToEvaluate"]
    data = alarm_reasons.data(ctx.now, config, period_of(alarm) if alarm.kind == "MetricAlarm" else None, used,
                              points[:periods], verdict)  # fmt: skip
    changing.change(ctx, alarm, verdict.state, reason, data)


def verdict_of(config: dict, points: list[Point]) -> alarm_states.Verdict:
    """What follows from datapoints, newest first, by an alarm's configuration."""
    periods = config.get("EvaluationPeriods") or config["QueryResultsToEvaluate"]
    needed = config.get("DatapointsToAlarm") or config.get("QueryResultsToAlarm") or periods
    breaching = [breaches(config["ComparisonOperator"], point) for point in points]
    return alarm_states.evaluate(breaching, periods, needed, missing_of(config))


def missing_of(config: dict) -> str:
    """Missing data of DynamoDB's metrics is ignored, whatever the alarm says."""
    return "ignore" if config.get("Namespace") == "AWS/DynamoDB" else config.get("TreatMissingData") or "missing"


def breaches(comparison: str, point: Point) -> bool | None:
    """Whether a datapoint breaches its bounds: one threshold, or the upper and the lower end of a band."""
    if point.value is None or not point.bounds:
        return None
    if comparison in COMPARISONS:
        return COMPARISONS[comparison][0](point.value, point.bounds[0])
    upper, lower = point.bounds
    above, below = point.value > upper, point.value < lower
    return {"GreaterThanUpperThreshold": above, "LessThanLowerThreshold": below}.get(comparison, above or below)


def _warm(ctx: Context, alarm: Alarm) -> bool:
    """Whether the warm-up after the last change of the alarm is over, or need not be waited for."""
    warm_up = alarm.config.get("WarmUpConfiguration")
    if not warm_up or ctx.now >= alarm.configured + warm_up["WarmUpPeriodDurationInMinutes"] * MINUTE:
        return True
    if warm_up.get("OnlyStartEvaluatingAfterWarmUpPeriodEnds"):
        return False
    return any(point.value is not None for each in _points(ctx, alarm) for point in each.points)


def _times(ctx: Context, alarm: Alarm, period: int) -> list[int]:
    """The beginnings of the periods looked at, newest first. They slide, or keep to the clock's own."""
    wall = "WallClockWindow" in (alarm.config.get("EvaluationWindow") or {})
    step = period if wall else min(period, MINUTE)
    end = int(ctx.now // step * step)
    return [end - period * (number + 1) for number in range(alarm.config["EvaluationPeriods"] + alarm_states.MORE)]


def _points(ctx: Context, alarm: Alarm) -> list[Contributor]:
    """The datapoints that an alarm is judged by, newest first: one list of them, or one for each series of a query."""
    config, period = alarm.config, period_of(alarm)
    times = _times(ctx, alarm, period)
    start, end = times[-1], times[0] + period
    if "MetricName" in config:
        metric = series.find(ctx, config["Namespace"], config["MetricName"], dimensions_of(config.get("Dimensions")))
        found = series.read_whole(ctx, metric, start, end, period, config.get("Unit"))
        statistic = parse(config.get("Statistic") or config["ExtendedStatistic"])
        bounds = (config["Threshold"],)
        points = [Point(at, statistic.of(found[at]), found[at].count, bounds) if at in found else Point(at)
                  for at in times]  # fmt: skip
        return [Contributor({}, points)]
    return _computed(Evaluation(ctx, config["Metrics"], Window(start, end, start)), config, times)


def _computed(evaluation: Evaluation, config: dict, times: list[int]) -> list[Contributor]:
    """The datapoints of an expression, which may give several series or, for a query that finds nothing, none."""
    band = config.get("ThresholdMetricId")
    returned = next(query["Id"] for query in config["Metrics"]
                    if query.get("ReturnData") is not False and query["Id"] != band)  # fmt: skip
    fixed = (config["Threshold"],) if band is None else ()
    bounds = [each.points for each in evaluation.returned(band)] if band is not None else []
    found = [
        Contributor(attributes_of(each), [
            Point(at, each.points.get(at), None, fixed or tuple(bound[at] for bound in bounds if at in bound))
            for at in times
        ])
        for each in evaluation.returned(returned)
    ]  # fmt: skip
    return found or [Contributor({}, [Point(at) for at in times])]


def _too_few(config: dict, points: list[Point]) -> bool:
    """Whether a percentile rests on too few samples to mean something, where that is asked."""
    name = config.get("ExtendedStatistic", "")
    if config.get("EvaluateLowSampleCountPercentile") != "ignore" or not name.startswith("p"):
        return False
    percent = float(name[1:]) / 100
    least = 10 / (1 - percent) if 0.5 <= percent < 1 else 10 / percent if percent else 0
    return any(point.samples is not None and point.samples < least for point in points)


def _failed(ctx: Context, alarm: Alarm, why: str) -> None:
    if alarm.more.get("evaluation") != "EVALUATION_ERROR":
        alarm = ctx.rows(alarms).put(replace(alarm, more=alarm.more | {"evaluation": "EVALUATION_ERROR"}))
    changing.change(ctx, alarm, "INSUFFICIENT_DATA", why, "")

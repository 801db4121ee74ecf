"""Metric data queries, as GetMetricData and alarms have them: statistics of metrics, and expressions over them.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
"""

import re
from typing import Any, NamedTuple

from emulator.engines import anomaly_bands, metric_math, metric_search, metric_statistics
from emulator.engines.metric_math import Environment, MathError, Series
from emulator.kernel.context import Context
from emulator.services.cloudwatch import series
from emulator.services.cloudwatch.errors import refused
from emulator.services.cloudwatch.insight_reports import rule_metric
from emulator.services.cloudwatch.insights_queries import select
from emulator.services.cloudwatch.tables import Dimensions, detectors, dimensions_of, metrics

ID = re.compile(r"[a-z][A-Za-z0-9_]*")
TRAINING = 14 * 86400  # seconds of history that an anomaly band is made of
FOUND_MOST = 500  # series that a search gives
EXPRESSION_PERIOD = 300  # of an expression that names no metric


class Source(NamedTuple):
    """A statistic of a metric. ``account`` is whose metric it is, None for the caller's."""

    namespace: str
    name: str
    dimensions: Dimensions
    stat: str
    period: int
    unit: str | None = None
    account: str | None = None


class Window(NamedTuple):
    """The times asked for. ``start`` is where the first period begins, or None: each period's own rounding decides.

    Alarms slide: their periods end where the window does.
    """

    begin: float
    end: float
    start: int | None = None


def source_of(query: dict[str, Any]) -> Source:
    stat = query["MetricStat"]
    metric = stat["Metric"]
    return Source(
        metric.get("Namespace", ""), metric.get("MetricName", ""), dimensions_of(metric.get("Dimensions")),
        stat["Stat"], stat["Period"], stat.get("Unit"), query.get("AccountId"),
    )  # fmt: skip


def read(ctx: Context, source: Source, window: Window) -> Series:
    """The series of a statistic."""
    begin = window.start
    if begin is None:
        begin = series.rounded_start(ctx.now, window.begin, source.period)
    statistic = metric_statistics.parse(source.stat)
    metric = None
    if source.account in (None, ctx.account):  # others' would need a link between the accounts
        metric = series.find(ctx, source.namespace, source.name, source.dimensions)
    points = {}
    for at, summary in series.read_whole(ctx, metric, begin, window.end, source.period, source.unit).items():
        value = statistic.of(summary)
        if value is not None:
            points[at] = value
    return Series(points, source.period, source.name, source)


def attributes_of(found: Series) -> dict[str, str]:
    """What tells a series from others of the same query: its metric's dimensions, or what it was grouped by."""
    if isinstance(found.source, Source):
        return dict(found.source.dimensions)
    return found.source if isinstance(found.source, dict) else {}


class Evaluation:
    """The queries of one request over a window: each is worked out when it is first wanted."""

    def __init__(self, ctx: Context, queries: list[dict], window: Window):
        self.ctx = ctx
        self.queries = {query["Id"]: query for query in queries}
        self.window = window
        self._values: dict[str, Any] = {}
        self._under_way: set[str] = set()
        periods = [query["MetricStat"]["Period"] for query in queries if query.get("MetricStat")]
        own = [query["Period"] for query in queries if query.get("Period")]
        self.period = max(periods, default=max(own, default=EXPRESSION_PERIOD))

    def value(self, id: str):
        """What a query stands for. Raises MathError."""
        if id in self._values:
            return self._values[id]
        query = self.queries.get(id)
        if query is None:
            raise MathError(f"Undefined variable '{id}'")
        if query.get("MetricStat"):
            found = read(self.ctx, source_of(query), self.window)
        else:
            if id in self._under_way:
                raise MathError(f"Circular reference to '{id}'")
            self._under_way.add(id)
            found = self._expression(query)
            self._under_way.discard(id)
        self._values[id] = found
        return found

    def _expression(self, query: dict):
        text = query["Expression"]
        environment = self._environment(query.get("Period") or self.period)
        if text.lstrip()[:6].upper() == "SELECT":
            return select(self.ctx, text, environment.period, environment.start, self.window.end)
        return metric_math.evaluate(text, environment)

    def _environment(self, period: int) -> Environment:
        begin = self.window.start
        if begin is None:
            begin = series.rounded_start(self.ctx.now, self.window.begin, period)
        end = min(self.window.end, self.ctx.now) if self.window.start is None else self.window.end
        return Environment(begin, int(-(-end // 1)), period, self.value, self._metrics, {
            "SEARCH": self._search, "ANOMALY_DETECTION_BAND": self._band, "INSIGHT_RULE_METRIC": self._rule,
        })  # fmt: skip

    def _metrics(self) -> dict[str, Series]:
        return {id: self.value(id) for id, query in self.queries.items() if query.get("MetricStat")}

    def _search(self, environment: Environment, text: str, stat: str, period: float | None = None) -> list[Series]:
        try:
            test = metric_search.parse(text)
            metric_statistics.parse(stat)
        except ValueError as error:
            raise MathError(str(error)) from None
        seconds = int(period) if period is not None else environment.period
        found = [
            Source(each.namespace, each.name, each.dimensions, stat, seconds)
            for each in self.ctx.rows(metrics)
            if test(metric_search.Candidate(each.namespace, each.name, each.dimensions))
        ]
        return [read(self.ctx, each, self.window) for each in found[:FOUND_MOST]]

    def _band(self, environment: Environment, given: Series, width: float = 2.0) -> list[Series]:
        history = given.points
        if isinstance(given.source, Source):
            before = Window(environment.start - TRAINING, environment.start, environment.start - TRAINING)
            excluded = self._excluded(given.source)
            history = {
                at: value for at, value in (read(self.ctx, given.source, before).points | history).items()
                if not any(start <= at < end for start, end in excluded)
            }  # fmt: skip
        bounds = anomaly_bands.band(history, environment.grid(given.period), width)
        return [Series(points, given.period, name) for points, name in zip(bounds, ("Upper", "Lower"))]

    def _excluded(self, source: Source) -> list[tuple[float, float]]:
        """The times that the detector of a statistic leaves out of its training."""
        for each in self.ctx.rows(detectors):
            single = each.config.get("SingleMetricAnomalyDetector")
            if single is not None and source[:4] == (
                single["Namespace"], single["MetricName"], dimensions_of(single["Dimensions"]), single["Stat"]
            ):  # fmt: skip
                ranges = each.config.get("Configuration", {}).get("ExcludedTimeRanges") or ()
                return [(one["StartTime"], one["EndTime"]) for one in ranges]
        return []

    def _rule(self, environment: Environment, rule: str, metric: str, *more) -> Series:
        found = rule_metric(self.ctx, rule, metric, environment.start, environment.end, environment.period)
        return Series(found, environment.period, metric)

    def returned(self, id: str) -> list[Series]:
        """The series of a query. Raises MathError, also for an expression that gives a number."""
        value = self.value(id)
        if isinstance(value, list):
            return value
        if isinstance(value, Series):
            return [value]
        raise MathError("The expression must return a time series or an array of time series.")


def check(queries: list[dict], parameter: str) -> None:
    """Raises ValidationError for queries that can't be evaluated."""
    ids = [query["Id"] for query in queries]
    if len(set(ids)) != len(ids):
        raise refused(f"The values for parameter id in {parameter} are not unique.")
    for number, query in enumerate(queries, 1):
        place = f"{parameter}.member.{number}"
        if not ID.fullmatch(query["Id"]):
            raise refused(f"The value {query['Id']} for parameter {place}.Id is invalid. Ids must begin with a lower "
                          "case letter and hold letters, digits and underscores alone.")  # fmt: skip
        if query.get("Expression") and query.get("MetricStat"):
            raise refused(f"The parameters {place}.Expression and {place}.MetricStat are mutually exclusive and you "
                          "have specified both.")  # fmt: skip
        if query.get("MetricStat"):
            check_statistic(query["MetricStat"]["Stat"], f"{place}.MetricStat.Stat")
            check_period(query["MetricStat"]["Period"], f"{place}.MetricStat.Period")
        elif query.get("Expression"):
            _check_expression(query, set(ids))
        else:
            raise refused(f"Either {place}.Expression or {place}.MetricStat must be specified.")


def _check_expression(query: dict, ids: set[str]) -> None:
    text = query["Expression"]
    if text.lstrip()[:6].upper() == "SELECT":
        return
    try:
        unknown = metric_math.names(text) - ids
    except MathError as error:
        raise refused(f"Error in expression '{query['Id']}': {error}") from None
    if unknown:
        raise refused(f"Error in expression '{query['Id']}': Undefined variable '{min(unknown)}'")


def check_statistic(name: str, place: str) -> None:
    try:
        metric_statistics.parse(name)
    except ValueError:
        raise refused(f"The value {name} for parameter {place} is not supported.") from None


def check_period(period: int, place: str) -> None:
    if period < 1 or (period % 60 and period not in (1, 5, 10, 20, 30)):
        raise refused(f"The parameter {place} must be 1, 5, 10, 20, 30 or a multiple of 60.")

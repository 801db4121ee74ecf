"""What CloudWatch keeps: metrics with their data, alarms with their history, and all that is named beside them."""

from operator import attrgetter
from typing import Any

from emulator.kernel.store import Record, Table

Dimensions = tuple[tuple[str, str], ...]


class Metric(Record):
    """A metric. ``id`` names the partition of its data; ``last`` is the moment of its newest datum (epoch seconds)."""

    namespace: str
    name: str
    dimensions: Dimensions
    id: str
    last: float

    @property
    def key(self) -> str:
        return metric_key(self.namespace, self.name, self.dimensions)

    @property
    def shown(self) -> dict[str, Any]:
        """As answers name it."""
        return {
            "Namespace": self.namespace, "MetricName": self.name,
            "Dimensions": [{"Name": name, "Value": value} for name, value in self.dimensions],
        }  # fmt: skip


def metric_key(namespace: str, name: str, dimensions: Dimensions) -> str:
    return "\0".join((namespace, name, *(f"{each}\1{value}" for each, value in dimensions)))


def dimensions_of(given: list[dict] | None) -> Dimensions:
    """Dimensions as requests give them, in the order in which they are kept."""
    return tuple(sorted((each["Name"], each.get("Value", "")) for each in given or ()))


class Datum(Record):
    """Values that came together: how many, their sum, least and greatest, and each with its count.

    ``values`` is empty for a statistic set, which hides them. ``at`` is rounded to ``grain``, the seconds that the
    datum stands for: 1 or 60 as it came, and more once it was rolled up.
    """

    at: int
    id: str
    unit: str
    grain: int
    count: float
    total: float
    low: float
    high: float
    values: tuple[tuple[float, float], ...]


class Alarm(Record):
    """An alarm of any ``kind`` (MetricAlarm, CompositeAlarm, LogAlarm).

    ``config`` is its configuration under wire names; ``more`` what its evaluation remembers. Times are epoch seconds.
    """

    name: str
    kind: str
    arn: str
    config: dict[str, Any]
    configured: float
    state: str = "INSUFFICIENT_DATA"
    reason: str = "Unchecked: Initial alarm creation"
    data: str = ""
    updated: float = 0.0
    transitioned: float = 0.0
    tags: dict[str, str] = {}
    more: dict[str, Any] = {}


class HistoryItem(Record):
    """Something that happened to an alarm. ``number`` tells apart what happened at one moment."""

    at: float
    number: int
    alarm: str
    kind: str
    type: str
    summary: str
    data: str


class Named(Record):
    """A thing with a name and tags: ``config`` holds its members under wire names; times are epoch seconds."""

    name: str
    config: dict[str, Any]
    created: float
    updated: float
    tags: dict[str, str] = {}


class Arrival(Record):
    """That a metric (by its key) got data in a minute, which its streams have not sent yet."""

    metric: str
    at: int


class Contribution(Record):
    """What contributors, by their keys, added in a minute: how often, and how much in all, at least and at most."""

    at: int
    keys: tuple[str, ...]
    count: float
    total: float
    low: float
    high: float


metrics = Table("cloudwatch.metric", Metric, key=attrgetter("key"), ordered=True)
# Partitions: (account, region, metric's id).
data = Table("cloudwatch.datum", Datum, key=lambda each: (each.at, each.id), ordered=True)
alarms = Table("cloudwatch.alarm", Alarm, key=attrgetter("name"), ordered=True)
history = Table("cloudwatch.history", HistoryItem, key=lambda each: (each.at, each.number), ordered=True)
dashboards = Table("cloudwatch.dashboard", Named, key=attrgetter("name"), ordered=True, scope=1)
detectors = Table("cloudwatch.detector", Named, key=attrgetter("name"), ordered=True)
streams = Table("cloudwatch.stream", Named, key=attrgetter("name"), ordered=True)
insight_rules = Table("cloudwatch.insight-rule", Named, key=attrgetter("name"), ordered=True)
mute_rules = Table("cloudwatch.mute-rule", Named, key=attrgetter("name"), ordered=True)
queries = Table("cloudwatch.query-definition", Named, key=attrgetter("name"), ordered=True)
settings = Table("cloudwatch.setting", Named, key=attrgetter("name"), ordered=True)
arrivals = Table("cloudwatch.arrival", Arrival, key=lambda each: (each.metric, each.at))
# Partitions: (account, region, the rule's name).
contributions = Table("cloudwatch.contribution", Contribution, key=lambda each: (each.at, *each.keys), ordered=True)

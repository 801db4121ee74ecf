"""What CloudWatch Logs keeps: log groups with their settings, their streams, and the streams' events in order of time.

Times are in milliseconds since the epoch, as everywhere on the wire of this service.
"""

from operator import attrgetter
from typing import Any, NamedTuple

from emulator.kernel.store import Record, Table


class Policy(Record):
    """A document attached to a log group (data protection, field indexes, a transformer): as given, and its times."""

    document: Any
    created: int
    modified: int


class Filter(Record):
    """A metric or subscription filter; ``settings``: the members of its Put operation besides names, as on the wire."""

    name: str
    created: int
    settings: dict[str, Any]


class Group(Record):
    """A log group. ``id`` tells it from an earlier one of the same name.

    ``retention`` is in days, 0 for ever. ``key`` is the KMS key's ARN, ``data_key`` the key that seals new events, as
    KMS encrypted it (base64).
    """

    name: str
    account: str
    region: str
    id: str
    created: int
    kind: str = "STANDARD"
    retention: int = 0
    key: str = ""
    data_key: str = ""
    protected: bool = False
    bearer: bool = False
    tags: dict[str, str] = {}
    metric_filters: tuple[Filter, ...] = ()
    subscriptions: tuple[Filter, ...] = ()
    data_protection: Policy | None = None
    index_policy: Policy | None = None
    transformer: Policy | None = None

    @property
    def arn(self) -> str:
        return f"arn:aws:logs:{self.region}:{self.account}:log-group:{self.name}"

    @property
    def place(self) -> dict[str, str]:
        """Account and region, as ``ctx.rows`` takes them."""
        return {"account": self.account, "region": self.region}


class Stream(Record):
    """A log stream. ``first``, ``last`` and ``ingested`` are None while it has no events.

    ``next`` is the number of the event that comes next, ``size`` the bytes of all events as AWS counts them.
    """

    name: str
    id: str
    created: int
    first: int | None = None
    last: int | None = None
    ingested: int | None = None
    next: int = 1
    size: int = 0


class Event(NamedTuple):
    """A log event; ``sealed`` names the data key that its message is sealed with, "" where it is not."""

    timestamp: int
    number: int
    ingested: int
    message: str
    sealed: str = ""

    @property
    def place(self) -> tuple[int, int]:
        return self.timestamp, self.number


class Batch(Record):
    """Events that follow each other in time; no batch of a stream reaches into another."""

    events: tuple[Event, ...]


groups = Table("logs.group", Group, key=attrgetter("name"), ordered=True)
# Partitions: (account, region, group's id).
streams = Table("logs.stream", Stream, key=attrgetter("name"), ordered=True)
# Partitions: (account, region, stream's id).
batches = Table("logs.batch", Batch, key=lambda each: each.events[0].place, ordered=True)

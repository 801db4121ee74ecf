"""What Kinesis keeps: streams with their shards, the records of each shard, consumers and their subscriptions."""

from operator import attrgetter
from typing import Any

from emulator.kernel.store import Record, Table

HASHES = 2**128  # hash keys are numbers below this


class Shard(Record):
    """A part of a stream's hash keys, from ``start`` to ``end``, both included, each in 32 hex digits.

    So written, an MD5 digest compares with them as it is. ``parents`` are the shards that this one was made of;
    ``opened`` and ``closed`` (0 while it is open) are epoch seconds.
    """

    index: int
    start: str
    end: str
    opened: float
    parents: tuple[int, ...] = ()
    closed: float = 0.0

    @property
    def id(self) -> str:
        return f"shardId-{self.index:012d}"


class Stream(Record):
    """A stream. ``id`` tells it from an earlier one of the same name.

    ``starts`` and ``opens`` are the open shards' first hash keys in ascending order, and their places in ``shards``:
    what a record finds its shard by. ``retention`` is in hours, ``largest`` (the size of a record) in bytes;
    ``resharded`` holds when the number of shards was updated in the last day, ``grown`` when an on-demand stream grew.
    """

    name: str
    account: str
    region: str
    id: str
    created: float
    mode: str
    status: str = "CREATING"
    shards: tuple[Shard, ...] = ()
    starts: tuple[str, ...] = ()
    opens: tuple[int, ...] = ()
    next: int = 0
    retention: int = 24
    key: str = ""
    metrics: tuple[str, ...] = ()
    tags: dict[str, str] = {}
    policy: str = ""
    largest: int = 1024 * 1024
    warm: int | None = None
    distribution: str = "USER_PARTITION_KEY"
    resharded: tuple[float, ...] = ()
    grown: float = 0.0

    @property
    def arn(self) -> str:
        return f"arn:aws:kinesis:{self.region}:{self.account}:stream/{self.name}"

    @property
    def encryption(self) -> str:
        return "KMS" if self.key else "NONE"

    @property
    def place(self) -> dict[str, str]:
        """Account and region, as ``ctx.rows`` takes them."""
        return {"account": self.account, "region": self.region}

    @property
    def channel(self) -> tuple[str, str, str]:
        """Where whoever waits for records of this stream is told that some came."""
        return ("kinesis", "stream", self.arn)


class Batch(Record, gc=False):
    """Records that came into a shard together: (partition key, data), numbered on from ``first``.

    ``at`` is when they arrived (epoch seconds). ``records_until`` and ``bytes_until`` say when the shard has worked
    off what was written up to here, at its two rates.
    """

    first: int
    at: float
    records: tuple[tuple[str, bytes], ...]
    records_until: float
    bytes_until: float
    encrypted: bool = False


class Reads(Record):
    """A shard's reads: when it has worked off the calls, and the bytes, that were asked of it (epoch seconds)."""

    shard: int
    calls_until: float
    bytes_until: float


class Consumer(Record):
    """A registered consumer with enhanced fan-out. ``stream`` is the stream's ARN."""

    arn: str
    name: str
    stream: str
    created: float
    status: str = "CREATING"
    tags: dict[str, str] = {}
    policy: str = ""


class Subscription(Record):
    """The subscription of a consumer to a shard; whoever holds another ``id`` has been taken over."""

    consumer: str
    shard: int
    id: str
    began: float


class Account(Record):
    """The settings of an account in a region: when its billing commitment began and ended (epoch seconds)."""

    status: str = "DISABLED"
    started: float = 0.0
    ended: float = 0.0


streams = Table("kinesis.stream", Stream, key=attrgetter("name"), ordered=True)
# Partitions: (account, region, stream's id, shard's index).
batches = Table("kinesis.batch", Batch, key=attrgetter("first"), ordered=True)
# Partitions: (account, region, stream's id).
reads = Table("kinesis.reads", Reads, key=attrgetter("shard"))
# Partitions: (account, region, stream's ARN).
consumers = Table("kinesis.consumer", Consumer, key=attrgetter("name"), ordered=True)
subscriptions = Table("kinesis.subscription", Subscription, key=lambda each: (each.consumer, each.shard))
accounts = Table("kinesis.account", Account, key=lambda _: "account")


class Queue(Record):
    """A queue on a stream. ``stream`` is the stream's ARN and ``stream_id`` the id of that very stream.

    ``cursors`` says, by a shard's index, which record number was not yet given out; ``begins`` from where on a shard
    that it does not name is read. ``most`` is how often a record is received before it is a dead letter; None: ever.
    """

    id: str
    name: str
    account: str
    region: str
    stream: str
    stream_id: str
    created: float
    position: dict[str, Any]
    status: str = "CREATING"
    visibility: int = 30
    most: int | None = 6
    cursors: dict[int, int] = {}
    begins: int = 0
    tags: dict[str, str] = {}

    @property
    def arn(self) -> str:
        return f"arn:aws:kinesis:{self.region}:{self.account}:queue/{self.id}"


class Received(Record):
    """A record that a queue gave out and that was not acknowledged; hidden until ``visible``."""

    shard: int
    number: int
    first: float
    visible: float
    count: int = 1
    dead: bool = False


class Channel(Record):
    """A channel from a stream to a bucket. ``config`` is its destination; ``more`` what else is told of it.

    ``cursors`` are as a queue's.
    """

    id: str
    name: str
    account: str
    region: str
    stream: str
    stream_id: str
    created: float
    role: str
    format: str
    config: dict[str, Any]
    more: dict[str, Any]
    status: str = "CREATING"
    cursors: dict[int, int] = {}
    tags: dict[str, str] = {}

    @property
    def arn(self) -> str:
        return f"arn:aws:kinesis:{self.region}:{self.account}:channel/{self.id}"


queues = Table("kinesis.queue", Queue, key=attrgetter("id"), ordered=True)
# Partitions: (account, region, queue's id).
received = Table(
    "kinesis.received", Received, key=lambda each: (each.shard, each.number),
    indexes={"visible": lambda each: (each.dead, each.visible)},
)  # fmt: skip
channels = Table("kinesis.channel", Channel, key=attrgetter("id"), ordered=True)

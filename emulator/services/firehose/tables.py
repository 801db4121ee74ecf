"""What Firehose keeps: delivery streams, the records in their buffers, and deliveries that are under way."""

from operator import attrgetter
from typing import Any, NamedTuple

from emulator.kernel.store import Record, Table


class DeliveryStream(Record):
    """A delivery stream. ``kind`` is a name of ``destinations.KINDS``; ``destination`` its configuration, complete.

    ``origin`` is the configuration of its source; ``encryption`` what is told of it. Times are epoch seconds.
    """

    name: str
    account: str
    region: str
    id: str
    created: float
    type: str
    kind: str
    destination: dict[str, Any]
    encryption: dict[str, str]
    status: str = "CREATING"
    version: int = 1
    updated: float = 0.0
    origin: dict[str, Any] = {}
    tags: dict[str, str] = {}

    @property
    def arn(self) -> str:
        return f"arn:aws:firehose:{self.region}:{self.account}:deliverystream/{self.name}"


class Buffered(Record, gc=False):
    """Records that came in together. ``sources`` is, for records of a data stream, what it says of each."""

    number: int
    at: float
    datas: tuple[bytes, ...]
    sources: tuple[tuple[str, str, str], ...] = ()


class Buffer(Record):
    """How full a stream's buffer is: bytes, since when, and the number of what comes next."""

    stream: str
    size: int = 0
    since: float = 0.0
    next: int = 0


class Item(NamedTuple):
    """A record on its way: its id, its data, when it came (epoch seconds), and what partitions it.

    ``query`` and ``function`` are the partition keys that a query, and a function, found in it; ``source`` what a data
    stream says of it: shard, partition key, sequence number.
    """

    id: str
    data: bytes
    at: float
    query: dict[str, str] = {}
    function: dict[str, str] = {}
    source: tuple[str, ...] = ()


class Delivery(Record):
    """Records on their way to a destination, kept until it took them.

    ``processed`` when what a processor does to them is done; ``began`` is when the destination was first asked,
    ``attempts`` how often that was. ``heavy`` ones are so large that a worker thread compresses or converts them.
    """

    id: str
    items: tuple[Item, ...]
    began: float
    heavy: bool = False
    processed: bool = False
    attempts: int = 0


class Checkpoint(Record):
    """Up to where a data stream's shard has been read: the last sequence number."""

    shard: str
    sequence: str


streams = Table("firehose.stream", DeliveryStream, key=attrgetter("name"), ordered=True)
buffers = Table("firehose.buffer", Buffer, key=attrgetter("stream"))
# Partitions: (account, region, stream's id).
buffered = Table("firehose.record", Buffered, key=attrgetter("number"), ordered=True)
checkpoints = Table("firehose.checkpoint", Checkpoint, key=attrgetter("shard"))
deliveries = Table("firehose.delivery", Delivery, key=attrgetter("id"))

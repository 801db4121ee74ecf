"""What a running pipe remembers: messages that wait for their batch, and how far it has read each shard."""

from operator import attrgetter
from typing import Any

from emulator.kernel.store import Record, Table


class Batch(Record):
    """Messages of a queue that wait for more; ``since`` when the first of them came."""

    pipe: str
    messages: tuple[dict[str, Any], ...]
    since: float


class Position(Record):
    """How far a shard is read. ``start`` is where it begins while ``sequence`` is "", ``iterator`` a place kept then.

    ``since``: when the records that wait for their batch were first seen (0: none wait); ``attempts``: failed tries of
    the batch at hand, since ``failing``; ``size``: its size while it is being halved, else 0.
    """

    key: tuple[str, str]  # pipe, shard
    start: str
    sequence: str = ""
    iterator: str = ""
    since: float = 0.0
    attempts: int = 0
    failing: float = 0.0
    size: int = 0
    done: bool = False


batches = Table("pipes.batch", Batch, key=attrgetter("pipe"))
positions = Table("pipes.position", Position, key=attrgetter("key"), ordered=True)

"""The one table that holds every declared resource: the whole wire document beside the engine's own fields."""

from operator import attrgetter
from typing import Any

from emulator.kernel.store import GLOBAL, Record, Table


class ResourceRecord(Record):
    """One resource. ``id`` is its parents' ids followed by its own; ``private`` belongs to the service's hooks."""

    id: tuple[str, ...]
    arn: str
    document: dict[str, Any]
    created: float  # epoch seconds
    modified: float
    version: str = ""
    state: str = ""
    tags: dict[str, str] = {}
    private: dict[str, Any] = {}


class TokenRecord(Record):
    """What a client token was used for: the digest of the input, and the answer that it gets again."""

    id: tuple[str, str]  # operation, token
    digest: str
    answer: dict[str, Any]
    expires: float


# Partitions begin with the kind ("scheduler.Schedule"); account and region follow as far as the resource's scope goes.
records = Table(
    "resources.record", ResourceRecord, key=attrgetter("id"), scope=GLOBAL, ordered=True,
    indexes={"arn": attrgetter("arn"), "created": attrgetter("created")},
)  # fmt: skip

tokens = Table("resources.token", TokenRecord, key=attrgetter("id"), indexes={"expires": attrgetter("expires")})

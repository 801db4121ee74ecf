"""What DynamoDB keeps: tables, their items, the entries of their secondary indexes, tokens of transactions."""

from operator import attrgetter
from typing import Any

from emulator.kernel.store import ACCOUNT, Record, Table

KeyPart = tuple[str, str]  # name and type (S, N or B) of a key attribute


class Index(Record):
    """A secondary index. A local one has the table's partition key. ``include`` holds projected non-key attributes."""

    name: str
    local: bool
    hash: tuple[KeyPart, ...]
    range: tuple[KeyPart, ...]
    projection: str
    include: tuple[str, ...] = ()
    status: str = "ACTIVE"
    read: int = 0
    write: int = 0
    on_demand: dict[str, int] | None = None
    warm: dict[str, int] | None = None

    @property
    def keys(self) -> tuple[KeyPart, ...]:
        return self.hash + self.range


class VectorIndex(Record):
    """A vector index. ``hash`` (one part or none) and ``filters`` are its search schema."""

    name: str
    attribute: str
    hash: tuple[KeyPart, ...]
    filters: tuple[KeyPart, ...]
    projection: str
    include: tuple[str, ...]
    dimensions: int
    function: str
    status: str = "ACTIVE"


class DynamoTable(Record):
    """A table. ``types`` are the attribute definitions in their order; ``id`` names the partitions of its items.

    ``warm`` and ``on_demand`` hold throughput as given. ``sse``, ``stream`` and ``policy`` are as AWS tells them.
    Times are epoch seconds. ``more`` is room for features that are not items' business.
    """

    name: str
    id: str
    account: str
    region: str
    hash: tuple[KeyPart, ...]
    range: tuple[KeyPart, ...]
    types: dict[str, str]
    created: float
    indexes: tuple[Index, ...] = ()
    status: str = "ACTIVE"
    billing: str = ""
    billing_since: float = 0.0
    read: int = 0
    write: int = 0
    increased: float = 0.0
    decreased: float = 0.0
    table_class: str = ""
    table_class_since: float = 0.0
    deletion_protection: bool = False
    sse: dict[str, Any] | None = None
    stream: dict[str, Any] | None = None
    stream_label: str = ""
    on_demand: dict[str, int] | None = None
    warm: dict[str, int] | None = None
    tags: dict[str, str] = {}
    policy: str = ""
    more: dict[str, Any] = {}
    vectors: tuple[VectorIndex, ...] = ()

    @property
    def arn(self) -> str:
        return f"arn:aws:dynamodb:{self.region}:{self.account}:table/{self.name}"

    @property
    def keys(self) -> tuple[KeyPart, ...]:
        return self.hash + self.range

    def index(self, name: str) -> Index | None:
        return next((each for each in self.indexes if each.name == name), None)


class Stored(Record, gc=False):
    """An item as it lies in a table: its key (see ``keys``), its JSON in stored form, its size in bytes."""

    key: bytes
    body: bytes
    size: int


class Entry(Record, gc=False):
    """An item's place in a secondary index: the index's key, ending in the item's own."""

    key: bytes
    item: bytes


class Vector(Record, gc=False):
    """An item's vector in a vector index: the index's partition key and the item's key, 32-bit floats."""

    key: bytes
    item: bytes
    numbers: bytes


class Token(Record):
    """A ClientRequestToken that a transaction brought; ``digest`` tells whether the request is the same again."""

    token: str
    digest: str
    at: float


class Expiry(Record, gc=False):
    """When an item expires (epoch seconds), by the item's key."""

    key: bytes
    at: float


class Past(Record, gc=False):
    """What an item was before a change, for point-in-time recovery; None: it was not there."""

    number: int
    at: float
    key: bytes
    before: Stored | None


class Stamp(Record, gc=False):
    """When and in which region an item of a global table was last written."""

    key: bytes
    at: float
    region: str


class Bucket(Record):
    """The capacity units that a table or an index had left at a moment, for reading or writing."""

    name: tuple[str, str, str]  # table's id, index's name (empty: the table), "read" or "write"
    left: float
    at: float


class GlobalTable(Record):
    """A global table of version 2017.11.29."""

    name: str
    created: float
    regions: tuple[str, ...]


class Transfer(Record):
    """An export, import or bulk operation: its description under wire names, and the table's name for listing it."""

    arn: str
    table: str
    token: str
    description: dict[str, Any]


class Backup(Record):
    """A table as it was. ``kind`` is USER or SYSTEM; ``expires`` is 0 for what stays."""

    arn: str
    name: str
    kind: str
    created: float
    table: DynamoTable
    size: int
    count: int
    expires: float = 0.0


tables = Table("dynamodb.table", DynamoTable, key=attrgetter("name"), ordered=True)
tokens = Table("dynamodb.token", Token, key=attrgetter("token"), indexes={"at": attrgetter("at")})

# One partition for each table: (account, region, table's id).
items = Table("dynamodb.item", Stored, key=attrgetter("key"), ordered=True)
# One for each index: (account, region, table's id, index's name).
entries = Table("dynamodb.entry", Entry, key=attrgetter("key"), ordered=True)
vectors = Table("dynamodb.vector", Vector, key=attrgetter("key"), ordered=True)
expiries = Table("dynamodb.expiry", Expiry, key=attrgetter("key"), indexes={"at": attrgetter("at")})
pasts = Table("dynamodb.past", Past, key=attrgetter("number"), ordered=True)

backups = Table("dynamodb.backup", Backup, key=attrgetter("arn"), ordered=True)
# One partition for each backup: (account, region, backup's ARN).
saved = Table("dynamodb.saved", Stored, key=attrgetter("key"))

buckets = Table("dynamodb.bucket", Bucket, key=attrgetter("name"))
stamps = Table("dynamodb.stamp", Stamp, key=attrgetter("key"))
global_tables = Table("dynamodb.global_table", GlobalTable, key=attrgetter("name"), scope=ACCOUNT, ordered=True)
exports = Table("dynamodb.export", Transfer, key=attrgetter("arn"), ordered=True)
bulks = Table("dynamodb.bulk", Transfer, key=attrgetter("arn"), ordered=True)
imports = Table("dynamodb.import", Transfer, key=attrgetter("arn"), ordered=True)

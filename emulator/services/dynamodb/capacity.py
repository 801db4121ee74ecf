"""Capacity units: what reads and writes of items consume, and how answers tell it.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from emulator.kernel.context import Context
from emulator.services.dynamodb.keys import index_key
from emulator.services.dynamodb.store import projected
from emulator.services.dynamodb.tables import DynamoTable, Index, Stored
from emulator.services.dynamodb.values import item_size, load

READ_UNIT = 4096
WRITE_UNIT = 1024


def read_units(size: int, consistent: bool = False, transaction: bool = False) -> float:
    """Reading ``size`` bytes; nothing at all counts as one unit's worth."""
    return (-(-size // READ_UNIT) or 1) * (2.0 if transaction else 1.0 if consistent else 0.5)


def write_units(size: int, transaction: bool = False) -> float:
    return (-(-size // WRITE_UNIT) or 1) * (2.0 if transaction else 1.0)


class Consumed:
    """What one request consumed, table by table as the client named them."""

    def __init__(self, wanted: str | None, transaction: bool = False, write: bool = False):
        self.wanted = wanted if wanted in ("TOTAL", "INDEXES") else None
        self.transaction = transaction
        self.kind = "WriteCapacityUnits" if write else "ReadCapacityUnits"
        self._tables: dict[str, dict[tuple[str, bool] | None, float]] = {}  # by index (name, local), None: the table

    def add(self, name: str, units: float, index: Index | None = None) -> None:
        where = self._tables.setdefault(name, {None: 0.0})
        key = None if index is None else (index.name, index.local)
        where[key] = where.get(key, 0.0) + units

    def add_write(self, table: DynamoTable, name: str, before: Stored | None, after: Stored | None) -> None:
        """A put, update or delete, in the table and in its indexes."""
        if self.wanted is None:
            return
        size = max(before.size if before else 0, after.size if after else 0)
        self.add(name, write_units(size, self.transaction))
        old, new = before and load(before.body), after and load(after.body)
        for index in table.indexes:
            units = index_units(table, index, (before or after), old, new)
            if units:
                self.add(name, units * (2 if self.transaction else 1), index)

    def listed(self) -> list[dict]:
        return [self._told(name, where) for name, where in self._tables.items()]

    def one(self) -> dict:
        return self.listed()[0]

    def _told(self, name: str, where: dict) -> dict:
        total = sum(where.values())
        out = {"TableName": name, **self._units(total)}
        if self.wanted == "INDEXES":
            out["Table"] = self._units(where[None])
            for member, local in (("LocalSecondaryIndexes", True), ("GlobalSecondaryIndexes", False)):
                found = {key[0]: self._units(units) for key, units in where.items() if key and key[1] is local}
                if found:
                    out[member] = found
        return out

    def _units(self, units: float) -> dict:
        return {"CapacityUnits": units} | ({self.kind: units} if self.transaction else {})


def index_units(table: DynamoTable, index: Index, place: Stored | None, old, new) -> float:
    """What a change costs in one index: nothing when what it holds stays, twice when an entry moves."""
    if place is None:
        return 0.0
    was = old and index_key(index, old, place.key)
    comes = new and index_key(index, new, place.key)
    held = projected(table, index, old) if was else None
    holds = projected(table, index, new) if comes else None
    if held == holds:
        return 0.0
    if was and comes and was == comes:
        return write_units(max(item_size(held), item_size(holds)))
    return (write_units(item_size(held)) if was else 0.0) + (write_units(item_size(holds)) if comes else 0.0)


def tell(ctx: Context, answer: dict, consumed: Consumed, many: bool = False) -> dict:
    """Add ConsumedCapacity to an answer when it was asked for."""
    if consumed.wanted is not None:
        answer["ConsumedCapacity"] = consumed.listed() if many else consumed.one()
    return answer

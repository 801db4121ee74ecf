"""Which stretch of a table's or an index's keys a request reads."""

from typing import NamedTuple

from emulator.services.dynamodb import keys
from emulator.services.dynamodb.errors import KEY_MISMATCH, invalid, invalid_value
from emulator.services.dynamodb.expressions.key_conditions import Conditions
from emulator.services.dynamodb.tables import DynamoTable, Index, KeyPart
from emulator.services.dynamodb.values import Item, Value, admit

START_INVALID = "The provided starting key is invalid"
START_OUTSIDE = "The provided starting key is outside query boundaries based on provided conditions"
START_UNMATCHED = "The provided starting key does not match the range key predicate"


class Stretch(NamedTuple):
    """Keys from ``low`` on, up to but without ``high``; ``partition`` is what all keys of a query begin with."""

    low: bytes
    high: bytes
    partition: bytes = b""

    def __contains__(self, key: object) -> bool:
        return self.low <= key < self.high


def of_query(place: DynamoTable | Index, conditions: Conditions) -> Stretch:
    """The stretch that conditions on a table's or an index's key leave. Raises ValidationException."""
    if len(conditions) > len(place.keys):
        missing = [name for name, _ in place.keys if name not in conditions]
        if missing:
            raise _missed(missing[0])
        raise invalid("Query key condition not supported" if len(place.range) > 1 else
                      "Conditions can be of length 1 or 2 only")  # fmt: skip
    begin = {}
    for name, kind in place.hash:
        if name not in conditions:
            raise _missed(name)
        operator, values = conditions[name]
        if operator != "=":
            raise invalid("Query key condition not supported")
        _check_types(name, kind, values)
        begin[name] = values[0]
    given_ranges = [name for name, _ in place.range if name in conditions]
    if len(conditions) > len(place.hash) + len(given_ranges):
        missing = next((name for name, _ in place.range if name not in conditions), None)
        raise _missed(missing) if missing else invalid("Query key condition not supported")
    partition = keys.partition(place.hash, begin)
    return _narrowed(partition, place.range, conditions)


def _missed(name: str):
    return invalid(f"Query condition missed key schema element: {name}")


def _narrowed(partition: bytes, ranges: tuple[KeyPart, ...], conditions: Conditions) -> Stretch:
    """Equalities extend the beginning from left to right; the last condition may be any other."""
    low, high, start, open_ended = partition, partition + keys.LAST, partition, False
    for name, kind in ranges:
        if name not in conditions:
            open_ended = True
            continue
        if open_ended:
            raise invalid("Query key condition not supported")
        operator, values = conditions[name]
        _check_types(name, kind, values)
        if operator == "begins_with":
            if kind == "N":
                raise invalid_value("Condition parameter type does not match schema type")
            low = start + keys.beginning(kind, values[0][kind])
            high, open_ended = low + keys.LAST, True
            continue
        at = start + keys.sortable(kind, values[0][kind])
        beyond = (start + keys.sortable(kind, values[-1][kind])) + keys.LAST
        if operator == "=":
            low, high, start = at, beyond, at
            continue
        if operator in (">", ">=", "between"):
            low = beyond if operator == ">" else at
        if operator in ("<", "<=", "between"):
            high = at if operator == "<" else beyond
        open_ended = True
    return Stretch(low, high, partition)


def _check_types(name: str, kind: str, values: list[Value]) -> None:
    for value in values:
        if kind not in value:
            raise invalid_value("Condition parameter type does not match schema type")
        if not value[kind]:
            what = "string" if kind == "S" else "binary"
            raise invalid(
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
                f"empty {what} value. Key: {name}"
            )


def of_segment(segment: int | None, total: int | None) -> Stretch:
    """A segment of a scan as its share of the hashes; the whole without one."""
    if total is None:
        return Stretch(b"", b"\xff" * 5 + keys.LAST)
    low, end = (segment << 32) // total, ((segment + 1) << 32) // total
    high = end.to_bytes(4, "big") if end < 1 << 32 else b"\xff" * 5 + keys.LAST
    return Stretch(low.to_bytes(4, "big"), high)


# Where a page begins and ends


def start_key(table: DynamoTable, index: Index | None, given: dict, query: bool) -> bytes:
    """An ExclusiveStartKey as a key of the table or index. Raises ValidationException."""
    parts = dict(table.keys + (index.keys if index is not None else ()))
    item = {name: admit(value)[0] for name, value in given.items()}
    fits = item.keys() == parts.keys() and all(kind in item[name] and item[name][kind] for name, kind in parts.items())
    if not fits:
        raise invalid(START_INVALID if query or index is not None else f"{START_INVALID}: {KEY_MISMATCH}")
    primary = keys.encode(table.hash, table.range, item)
    return primary if index is None else keys.index_key(index, item, primary)


def check_start(key: bytes, stretch: Stretch) -> None:
    """A query can only go on within what it reads. Raises ValidationException."""
    if not key.startswith(stretch.partition):
        raise invalid(START_OUTSIDE)
    if key not in stretch:
        raise invalid(START_UNMATCHED)


def check_segment(key: bytes, stretch: Stretch, segment: int | None, total: int | None) -> None:
    """A scan can only go on in the segment that it was in. Raises ValidationException."""
    if key not in stretch:
        raise invalid(
            f"{START_INVALID}: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. "
            f"TotalSegments: {total} Segment: {segment}"
        )


def last_key(table: DynamoTable, index: Index | None, item: Item) -> Item:
    """The LastEvaluatedKey of a page that ends with an item."""
    names = dict(table.keys + (index.keys if index is not None else ()))
    return {name: item[name] for name in names}

"""Vector indexes: what a client defines of them, which vectors they take, and their entries.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/VectorSearchWorkingWith.html
"""

import struct

from emulator.kernel.context import Context
from emulator.kernel.store import Rows
from emulator.services.dynamodb.errors import invalid_value
from emulator.services.dynamodb.keys import check_index_key, sortable
from emulator.services.dynamodb.tables import DynamoTable, KeyPart, Stored, Vector, VectorIndex, vectors
from emulator.services.dynamodb.values import Item

MOST = 5  # of a table
MOST_DIMENSIONS = 4096
MOST_FILTERS = 18
HASH, FILTER = "HASH", "INLINE_FILTER"


# Definitions


def index_of(given: dict, types: dict[str, str]) -> VectorIndex:
    """Raises ValidationException."""
    name = given["IndexName"]
    schema = [(each["AttributeName"], each["SearchSchemaElementType"]) for each in given.get("SearchSchema", ())]
    if any(attribute not in types for attribute, _ in schema):
        raise invalid_value("One element in SearchSchema is not defined in attribute definitions")
    hashes = [attribute for attribute, role in schema if role == HASH]
    filters = [attribute for attribute, role in schema if role == FILTER]
    if len(hashes) > 1:
        raise invalid_value(f"SearchSchema has more than one HASH element for index: {name}")
    if len(filters) > MOST_FILTERS:
        raise invalid_value(f"Number of inline filters exceeds the limit of {MOST_FILTERS} for index: {name}")
    if given["Dimensions"] > MOST_DIMENSIONS:
        raise invalid_value(f"Number of dimensions exceeds the limit of {MOST_DIMENSIONS} for index: {name}")
    projection = given["Projection"]
    return VectorIndex(
        name=name, attribute=given["VectorAttribute"]["AttributeName"],
        hash=tuple((each, types[each]) for each in hashes), filters=tuple((each, types[each]) for each in filters),
        projection=projection.get("ProjectionType", "ALL"), include=tuple(projection.get("NonKeyAttributes", ())),
        dimensions=given["Dimensions"], function=given["DistanceFunction"],
    )  # fmt: skip


def check_all(found: tuple[VectorIndex, ...], billing: str, names: list[str]) -> None:
    """Whether a table can have these; ``names`` are those of its other indexes. Raises ValidationException."""
    if not found:
        return
    if billing != "PAY_PER_REQUEST":
        raise invalid_value("Vector indexes are only supported on tables whose BillingMode is PAY_PER_REQUEST")
    if len(found) > MOST:
        raise invalid_value(f"VectorIndex count exceeds the per-table limit of {MOST}")
    names = [*names, *(index.name for index in found)]
    repeated = next((name for number, name in enumerate(names) if name in names[:number]), None)
    if repeated is not None:
        raise invalid_value(f"Duplicate index name: {repeated}")
    dimensions: dict[str, int] = {}
    for index in found:
        if dimensions.setdefault(index.attribute, index.dimensions) != index.dimensions:
            raise invalid_value(
                f"All vector indexes of the attribute {index.attribute} must have the same number of dimensions"
            )


def names_in(found: tuple[VectorIndex, ...]) -> list[str]:
    """The attributes that search schemas name."""
    return [name for index in found for name, _ in index.hash + index.filters]


def describe(ctx: Context, table: DynamoTable, index: VectorIndex) -> dict:
    rows = rows_of(ctx, table, index)
    schema = _schema(index.hash, HASH) + _schema(index.filters, FILTER)
    return {
        "IndexName": index.name,
        "VectorAttribute": {"AttributeName": index.attribute},
        **({"SearchSchema": schema} if schema else {}),
        "Projection": {
            "ProjectionType": index.projection, **({"NonKeyAttributes": list(index.include)} if index.include else {})
        },
        "Dimensions": index.dimensions,
        "DistanceFunction": index.function,
        "IndexStatus": index.status,
        "IndexSizeBytes": sum(len(entry.numbers) for entry in rows),
        "ItemCount": len(rows),
        "IndexArn": f"{table.arn}/index/{index.name}",
    }  # fmt: skip


def _schema(parts: tuple[KeyPart, ...], role: str) -> list[dict]:
    return [{"AttributeName": name, "SearchSchemaElementType": role} for name, _ in parts]


# What items may hold


def check(table: DynamoTable, item: Item) -> None:
    """An item may lack a vector, but what it has must be one of the index's size. Raises ValidationException."""
    for index in table.vectors:
        for name, kind in index.hash:
            value = item.get(name)
            if value is not None:
                check_index_key(index.name, name, kind, value, hashes=True)
        value = item.get(index.attribute)
        if value is not None:
            _check_vector(index, value)


def _check_vector(index: VectorIndex, value: dict) -> None:
    """AWS's documentation quotes these messages but in part."""
    elements = value.get("L")
    wrong = index.attribute if elements is None else next(
        (f"{index.attribute}[{number}]" for number, each in enumerate(elements) if "N" not in each), None
    )
    if wrong is not None:
        raise invalid_value(f"Invalid type for parameter {wrong}. IndexName: {index.name}")
    if len(elements) != index.dimensions:
        raise invalid_value(
            f"Invalid size for parameter {index.attribute}, Expected: {index.dimensions}, Actual: {len(elements)}. "
            f"IndexName: {index.name}"
        )


# Entries


def rows_of(ctx: Context, table: DynamoTable, index: VectorIndex) -> Rows[Vector]:
    return ctx.rows(vectors, table.id, index.name, account=table.account, region=table.region)


def packed(elements: list[dict]) -> bytes:
    """A list of numbers in stored form as 32-bit floats. Raises ValidationException for one beyond their range."""
    try:
        return struct.pack(f"<{len(elements)}f", *[float(each["N"]) for each in elements])
    except OverflowError:
        raise invalid_value("A number is beyond the range of 32-bit floating point") from None


def beginning(index: VectorIndex, item: Item) -> bytes | None:
    """What the entries of an item's partition begin with; None when it lacks the index's partition key."""
    out = b""
    for name, kind in index.hash:
        value = item.get(name)
        if value is None or kind not in value:
            return None
        out += sortable(kind, value[kind])
    return out


def _entry(index: VectorIndex, place: bytes, item: Item | None) -> Vector | None:
    value = None if item is None else item.get(index.attribute)
    start = None if item is None else beginning(index, item)
    if value is None or start is None or len(value.get("L", ())) != index.dimensions:
        return None
    return Vector(start + place, place, packed(value["L"]))


def move(
    ctx: Context, table: DynamoTable, index: VectorIndex, place: Stored, old: Item | None, new: Item | None
) -> None:
    """Keep one index's entry in step with the change of the item at ``place``."""
    leaves, comes = _entry(index, place.key, old), _entry(index, place.key, new)
    if leaves == comes:
        return
    rows = rows_of(ctx, table, index)
    if leaves is not None:
        rows.delete(leaves.key)
    if comes is not None:
        rows.put(comes)


def held(table: DynamoTable, index: VectorIndex, item: Item) -> Item:
    """What an index holds of an item."""
    if index.projection == "ALL":
        return item
    kept = {name for name, _ in table.keys + index.hash + index.filters} | {*index.include, index.attribute}
    return {name: value for name, value in item.items() if name in kept}

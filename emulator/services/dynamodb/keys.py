"""Primary and index keys as bytes that sort as DynamoDB sorts.

A key is four bytes of a hash of the partition key, then its attributes one after the other, each in a form that
sorts as its values do and that is never the beginning of another. So all items of a partition key lie together in the
order of the sort key, a scan meets partition keys in hashed order, and a segment of a scan is one range.

The hash is the one by which AWS orders: all recorded scans (of string keys) come in its order.
"""

from base64 import b64decode
from functools import lru_cache
from hashlib import md5

from emulator.kernel.errors import AwsError
from emulator.services.dynamodb import numbers
from emulator.services.dynamodb.errors import KEY_MISMATCH, invalid, invalid_value
from emulator.services.dynamodb.tables import DynamoTable, Index, KeyPart
from emulator.services.dynamodb.values import Item, Value, admit

LONGEST_HASH = 2048
LONGEST_RANGE = 1024
LONG_HASH = f"Size of hashkey has exceeded the maximum size limit of{LONGEST_HASH} bytes"
LONG_RANGE = f"Aggregated size of all range keys has exceeded the size limit of {LONGEST_RANGE} bytes"
LAST = b"\xff" * (2 * LONGEST_RANGE)  # follows every continuation of a key
END = b"\0\0"
HASH = md5(b"Outliers", usedforsecurity=False)


def raw(kind: str, content: str) -> bytes:
    """The bytes that a key attribute counts, and by which strings and binaries sort."""
    return content.encode() if kind == "S" else b64decode(content)


def sortable(kind: str, content: str) -> bytes:
    """A key attribute's stored content as bytes that sort as it does, delimited."""
    if kind == "N":
        return numbers.sortable(content)
    data = content.encode() if kind == "S" else b64decode(content)
    return (data.replace(b"\0", b"\0\xff") if b"\0" in data else data) + END


def beginning(kind: str, content: str) -> bytes:
    """The same without its end, for keys that begin with the value."""
    return raw(kind, content).replace(b"\0", b"\0\xff")


def partition(hash_parts: tuple[KeyPart, ...], item: Item) -> bytes:
    """The beginning that the keys of all items with the same partition key share."""
    if len(hash_parts) == 1:
        ((name, kind),) = hash_parts
        return _partition(((kind, item[name][kind]),))
    return _partition(tuple([(kind, item[name][kind]) for name, kind in hash_parts]))


@lru_cache(maxsize=4096)
def _partition(contents: tuple[tuple[str, str], ...]) -> bytes:
    out = b"".join([sortable(kind, content) for kind, content in contents])
    hashed = HASH.copy()
    hashed.update(out[:-2] if contents[0][0] != "N" else out)
    return hashed.digest()[:4] + out


def encode(hash_parts: tuple[KeyPart, ...], range_parts: tuple[KeyPart, ...], item: Item) -> bytes:
    """The key of an item that has all key attributes, in stored form."""
    out = partition(hash_parts, item)
    for name, kind in range_parts:
        out += sortable(kind, item[name][kind])
    return out


def index_key(index: Index, item: Item, primary: bytes) -> bytes | None:
    """The key of an item in an index; None when it lacks one of the index's key attributes."""
    for name, kind in index.keys:
        value = item.get(name)
        if value is None or kind not in value:
            return None
    return encode(index.hash, index.range, item) + primary


# What a key may be


def key_of_item(table: DynamoTable, item: Item) -> bytes:
    """The primary key of an item that is to be put. Raises ValidationException."""
    for name, kind in table.keys:
        value = item.get(name)
        if value is None:
            raise invalid_value(f"Missing the key {name} in the item")
        content = value.get(kind)
        if not content:
            if content is None:
                raise invalid_value(f"Type mismatch for key {name} expected: {kind} actual: {next(iter(value))}")
            raise _empty(name, kind)
    return _encoded(table, item)


def key_given(table: DynamoTable, key: dict) -> tuple[Item, bytes]:
    """A client's Key in stored form, and its bytes. Raises ValidationException."""
    stored = {name: admit(value)[0] for name, value in key.items()}
    parts = table.keys
    if len(stored) != len(parts):
        many = len(stored) > len(parts)
        raise invalid("The number of conditions on the keys is invalid" if many else KEY_MISMATCH)
    for name, kind in parts:
        value = stored.get(name)
        if value is None or kind not in value:
            raise invalid(KEY_MISMATCH)
        if not value[kind]:
            raise _empty(name, kind)
    return stored, _encoded(table, stored)


def _empty(name: str, kind: str) -> AwsError:
    return invalid(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
        f"{'string' if kind == 'S' else 'binary'} value. Key: {name}"
    )


def _encoded(table: DynamoTable, item: Item) -> bytes:
    """The key of an item that has all of it. Raises ValidationException when a part is too long."""
    key = encode(table.hash, table.range, item)
    if len(key) > LONGEST_RANGE:  # else no part of it can be too long
        _check_lengths(table, item)
    return key


def _check_lengths(table: DynamoTable, item: Item) -> None:
    for parts, most, words in ((table.hash, LONGEST_HASH, LONG_HASH), (table.range, LONGEST_RANGE, LONG_RANGE)):
        for name, kind in parts:
            if kind != "N" and len(raw(kind, item[name][kind])) > most:
                raise invalid_value(words)


def check_index_keys(table: DynamoTable, item: Item) -> None:
    """An item that is to be written may lack an index's key, but what it has must be of its type and not empty."""
    for index in table.indexes:
        for name, kind in index.keys:
            value = item.get(name)
            if value is not None:
                check_index_key(index.name, name, kind, value, hashes=(name, kind) in index.hash)


def check_index_key(index: str, name: str, kind: str, value: Value, hashes: bool) -> None:
    """One attribute of an index's key; ``hashes``: of its partition key. Raises ValidationException."""
    if kind not in value:
        raise invalid_value(
            f"Type mismatch for Index Key {name} Expected: {kind} Actual: {next(iter(value))} IndexName: {index}"
        )
    content = value[kind]
    if not content:
        what = "string" if kind == "S" else "binary"
        raise invalid(
            "One or more parameter values are not valid. A value specified for a secondary index key is not "
            "supported. The AttributeValue for a key attribute cannot contain an empty "
            f"{what} value. IndexName: {index}, IndexKey: {name}"
        )
    if kind == "N" or len(content) <= LONGEST_RANGE // 4:
        return
    if len(raw(kind, content)) > (LONGEST_HASH if hashes else LONGEST_RANGE):
        if hashes:
            raise invalid_value(LONG_HASH)
        raise invalid_value(LONG_RANGE)

"""The formats of exports and imports: DynamoDB JSON, Amazon Ion as text, CSV.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Format.html
"""

import gzip
import io
import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from decimal import Decimal

import orjson

from emulator.engines import delimited
from emulator.engines.attribute_values import plain_item
from emulator.services.dynamodb.values import Item, Value

SETS = {"SS": "$dynamodb_SS", "NS": "$dynamodb_NS", "BS": "$dynamodb_BS"}

# One line of an export: a record by member (Item, Keys, NewImage, OldImage in stored form; Metadata).
Line = dict[str, Item]


def json_line(line: Line) -> bytes:
    return orjson.dumps(line) + b"\n"


def ion_line(line: Line) -> bytes:
    """A changed item's members stand under ``Record``; an item stands for itself."""
    from amazon.ion import simpleion  # heavy: only who exports Ion pays

    members = {name: {each: _to_ion(value) for each, value in item.items()} for name, item in line.items()}
    whole = members if "Item" in members else {"Record": members}
    return simpleion.dumps(whole, binary=False).encode() + b"\n"


def _to_ion(value: Value):
    from amazon.ion.core import IonType
    from amazon.ion.simple_types import IonPyList

    ((kind, content),) = value.items()
    if kind in SETS:
        element = {"SS": "S", "NS": "N", "BS": "B"}[kind]
        elements = [_to_ion({element: each}) for each in content]
        return IonPyList.from_value(IonType.LIST, elements, annotations=(SETS[kind],))
    if kind == "L":
        return [_to_ion(each) for each in content]
    if kind == "M":
        return {name: _to_ion(each) for name, each in content.items()}
    return {"N": Decimal, "B": b64decode, "NULL": lambda _: None}.get(kind, lambda same: same)(content)


def _from_ion(value) -> Value:
    """A client's value, binaries as bytes. Raises ValueError for what DynamoDB has no type for."""
    from amazon.ion.core import IonType

    names = [annotation.text for annotation in getattr(value, "ion_annotations", ())]
    kind = next((each for each, name in SETS.items() if name in names), None)
    if kind is not None:
        return {kind: [next(iter(_from_ion(each).values())) for each in value]}
    if getattr(value, "ion_type", None) is IonType.NULL or value is None:
        return {"NULL": True}
    if isinstance(value, bool) or getattr(value, "ion_type", None) is IonType.BOOL:
        return {"BOOL": bool(value)}
    if isinstance(value, (int, float, Decimal)):
        return {"N": str(value)}
    if isinstance(value, bytes):
        return {"B": bytes(value)}
    if isinstance(value, str):
        return {"S": str(value)}
    if hasattr(value, "items"):
        return {"M": {name: _from_ion(each) for name, each in value.items()}}
    if isinstance(value, (list, tuple)):
        return {"L": [_from_ion(each) for each in value]}
    raise ValueError("a value of a type that DynamoDB does not have")


def unpacked(data: bytes, compression: str) -> bytes:
    """The content of an object under an InputCompressionType. Raises OSError, EOFError, zlib.error."""
    if compression == "GZIP":
        return gzip.decompress(data)
    if compression == "ZSTD":
        from cramjam import DecompressionError, zstd

        try:
            return bytes(zstd.decompress(data))
        except DecompressionError as error:
            raise OSError(str(error)) from None
    return data


# Reading. Each gives an item as a client gives it (binaries as bytes), or None for a line that can't be read.

Record = tuple[dict | None, frozenset[str]]  # an item, and the names of what stands beside it


def json_records(text: str) -> Iterator[Record]:
    for line in text.splitlines():
        if line.strip():
            try:
                record = json.loads(line)
                yield plain_item(record["Item"]), frozenset(record) - {"Item"}
            except (ValueError, KeyError, TypeError, AttributeError):
                yield None, frozenset()


def ion_records(text: str) -> Iterator[Record]:
    from amazon.ion import simpleion
    from amazon.ion.exceptions import IonException

    for line in text.splitlines():
        if line.strip():
            try:
                record = simpleion.loads(line)
                item = {name: _from_ion(value) for name, value in record["Item"].items()}
                yield item, frozenset(record.keys()) - {"Item"}
            except (IonException, ValueError, KeyError, TypeError, AttributeError):
                yield None, frozenset()


def read_json(text: str, options: dict, types: dict[str, str]) -> Iterator[dict | None]:
    return (item for item, _ in json_records(text))


def read_ion(text: str, options: dict, types: dict[str, str]) -> Iterator[dict | None]:
    return (item for item, _ in ion_records(text))


def read_csv(text: str, options: dict, types: dict[str, str]) -> Iterator[dict | None]:
    """Values are strings, but those of keys are of their keys' types. The first line names them, or ``HeaderList``."""
    given = options.get("Csv", {})
    rows = delimited.reader(io.StringIO(text, newline=""), delimiter=given.get("Delimiter", ","))
    header = given.get("HeaderList") or next(rows, [])
    for row in rows:
        if not row:
            continue
        if len(row) != len(header):
            yield None
            continue
        try:
            yield {name: _typed(types.get(name, "S"), value) for name, value in zip(header, row)}
        except ValueError:
            yield None


def _typed(kind: str, text: str) -> Value:
    return {kind: b64decode(text, validate=True) if kind == "B" else text}


WRITERS: dict[str, tuple[str, Callable[[Line], bytes]]] = {
    "DYNAMODB_JSON": ("json", json_line), "ION": ("ion", ion_line),
}  # fmt: skip
READERS: dict[str, Callable[[str, dict, dict[str, str]], Iterator[dict | None]]] = {
    "DYNAMODB_JSON": read_json, "ION": read_ion, "CSV": read_csv,
}  # fmt: skip
RECORDS: dict[str, Callable[[str], Iterator[Record]]] = {"DYNAMODB_JSON": json_records, "ION": ion_records}

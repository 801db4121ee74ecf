"""Columns in Hive's types: JSON rows read into them, and written as Parquet or ORC; Parquet read into rows.

https://docs.aws.amazon.com/athena/latest/ug/data-types.html
"""

import importlib.util
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Columns = list[tuple[str, str]]  # (name, Hive type)
COMPRESSIONS = {
    "parquet": {"UNCOMPRESSED": "NONE", "GZIP": "GZIP", "SNAPPY": "SNAPPY"},
    "orc": {"NONE": "uncompressed", "ZLIB": "zlib", "SNAPPY": "snappy"},
}
TOKEN = re.compile(r"\s*([A-Za-z_]\w*|\d+|[<>(),:])")
SIMPLE = {
    "string": "string", "binary": "binary", "boolean": "bool_", "tinyint": "int8", "smallint": "int16",
    "int": "int32", "integer": "int32", "bigint": "int64", "float": "float32", "double": "float64", "date": "date32",
}  # fmt: skip


def available() -> bool:
    """Whether files can be written and read: that needs pyarrow, a heavy extra (``paritylab[engines]``)."""
    return importlib.util.find_spec("pyarrow") is not None


class Type:
    """A Hive type, parsed: ``name`` in lower case, ``inner`` types, ``fields`` of a struct, ``sizes`` in brackets."""

    __slots__ = ("fields", "inner", "name", "sizes")

    def __init__(self, name: str):
        self.name = name.lower()
        self.inner: list[Type] = []
        self.fields: list[str] = []
        self.sizes: list[int] = []


def parsed(text: str) -> Type:
    """``array<struct<a:int,b:decimal(10,2)>>`` as a type. Raises ValueError."""
    tokens = TOKEN.findall(text)
    found = _type(tokens)
    if tokens or "".join(TOKEN.findall(text)) != "".join(text.split()):
        raise ValueError(f"{text} is no type")
    return found


def _type(tokens: list[str]) -> Type:
    if not tokens:
        raise ValueError("a type is missing")
    found = Type(tokens.pop(0))
    if tokens and tokens[0] == "(":
        tokens.pop(0)
        while tokens and (token := tokens.pop(0)) != ")":
            if token != ",":
                found.sizes.append(int(token))
    elif tokens and tokens[0] == "<":
        tokens.pop(0)
        while True:
            if found.name == "struct":
                found.fields.append(tokens.pop(0))
                if not tokens or tokens.pop(0) != ":":
                    raise ValueError("a struct's field has no type")
            found.inner.append(_type(tokens))
            if not tokens or (token := tokens.pop(0)) not in (",", ">"):
                raise ValueError("a type does not end")
            if token == ">":
                break
    return found


def arrow(type: Type):
    """The Arrow type. Raises ValueError for one that Hive does not have."""
    import pyarrow

    name, inner = type.name, type.inner
    if name in SIMPLE:
        return getattr(pyarrow, SIMPLE[name])()
    if name in ("varchar", "char"):
        return pyarrow.string()
    if name == "timestamp":
        return pyarrow.timestamp("ms")
    if name == "decimal":
        return pyarrow.decimal128(*(type.sizes or [10, 0]))
    if name == "array":
        return pyarrow.list_(arrow(inner[0]))
    if name == "map":
        return pyarrow.map_(arrow(inner[0]), arrow(inner[1]))
    if name == "struct":
        return pyarrow.struct([(field, arrow(each)) for field, each in zip(type.fields, inner)])
    raise ValueError(f"{name} is no type of Hive's")


class Reader:
    """Reads JSON rows into columns as a deserializer of Hive's does: names without regard to case, types by force."""

    def __init__(self, columns: Columns, deserializer: dict[str, Any] | None = None):
        openx = (deserializer or {}).get("OpenXJsonSerDe", {})
        keys = openx.get("ColumnToJsonKeyMappings", {})
        self._dots = openx.get("ConvertDotsInJsonKeysToUnderscores", False)
        self._fold = openx.get("CaseInsensitive", True)
        self._columns = [(name, self._key(keys.get(name, name)), parsed(type)) for name, type in columns]

    def _key(self, key: str) -> str:
        key = key.replace(".", "_") if self._dots else key
        return key.lower() if self._fold else key

    def row(self, document: Any) -> dict[str, Any]:
        """One row; members that are no column are left out. Raises ValueError for a value of another type."""
        if not isinstance(document, dict):
            raise ValueError("The record is no JSON object")
        found = {self._key(name): value for name, value in document.items()}
        return {name: read(type, found.get(key)) for name, key, type in self._columns}


def read(type: Type, value: Any) -> Any:
    """A JSON value as a value of a type; None stays. Raises ValueError."""
    if value is None:
        return None
    if type.name == "array":
        return [read(type.inner[0], each) for each in _of(list, value)]
    if type.name == "map":
        return [(read(type.inner[0], key), read(type.inner[1], each)) for key, each in _of(dict, value).items()]
    if type.name == "struct":
        lowered = {key.lower(): each for key, each in _of(dict, value).items()}
        return {field: read(inner, lowered.get(field.lower())) for field, inner in zip(type.fields, type.inner)}
    try:
        return READ.get(type.name, _text)(value)
    except (TypeError, ValueError, InvalidOperation, OverflowError):
        raise ValueError(f"{value!r} is no {type.name}") from None


def _of(kind, value):
    if not isinstance(value, kind):
        raise ValueError(f"{value!r} is no {kind.__name__}")
    return value


def _text(value: Any) -> str:
    import orjson

    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _boolean(value: Any) -> bool:
    text = str(value).lower()
    return text == "true" if text in ("true", "false") else _bad(value)


def _bad(value: Any):
    raise ValueError(value)


def _whole(value: Any) -> int:
    return int(value) if not isinstance(value, bool) else _bad(value)


def _timestamp(value: Any) -> datetime:
    if isinstance(value, int | float):
        moment = value / 1000 if abs(value) >= 1e11 else value  # milliseconds, or seconds
        return datetime.fromtimestamp(moment, UTC).replace(tzinfo=None)
    found = datetime.fromisoformat(value)
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


READ: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("tinyint", "smallint", "int", "integer", "bigint"), _whole),
    **dict.fromkeys(("float", "double"), float),
    "boolean": _boolean, "binary": lambda value: _text(value).encode(), "date": date.fromisoformat,
    "timestamp": _timestamp, "decimal": lambda value: Decimal(str(value)),
}  # fmt: skip


def written(columns: Columns, rows: list[dict[str, Any]], format: str, compression: str | None = None) -> bytes:
    """Rows as one file: ``format`` is parquet or orc; Snappy unless another compression is named."""
    import pyarrow

    schema = pyarrow.schema([(name, arrow(parsed(type))) for name, type in columns])
    table = pyarrow.Table.from_pylist(rows, schema=schema)
    packed = COMPRESSIONS[format][compression or "SNAPPY"]
    out = io.BytesIO()
    if format == "parquet":
        from pyarrow import parquet

        parquet.write_table(table, out, compression=packed)
    else:
        from pyarrow import orc

        orc.write_table(table, out, compression=packed)
    return out.getvalue()


def rows(content: bytes) -> list[dict[str, Any]]:
    """The rows of a Parquet file, values as Python has them. Raises ValueError, OSError for another file."""
    from pyarrow import parquet

    return parquet.read_table(io.BytesIO(content)).to_pylist()

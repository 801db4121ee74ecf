"""JSON documents to plain values and back, compiled per shape into closures.

Both directions build a structure's table of members on its first use, so a large model costs nothing until it is used
and recursive shapes need no special case. Unknown members of a request are ignored; of a result see ``base.STRICT``.
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable

from orjson import Fragment

from emulator.model.shapes import ServiceModel, Shape
from emulator.protocol.base import not_a_structure, unknown_key
from emulator.protocol.errors import ParseError
from emulator.protocol.scalars import FLOATS, INTEGERS, SPECIAL_FLOATS, float_text
from emulator.protocol.timestamps import WRITERS, from_any, seconds

# How AWS's JSON reader names what it met and what it wanted.
MET = {str: "STRING_VALUE", int: "NUMBER_VALUE", float: "DECIMAL_VALUE", dict: "START_OBJECT", list: "START_ARRAY"}
WANTED = {"integer": "Integer", "long": "Long", "short": "Short", "byte": "Byte", "float": "Float", "double": "Double",
          "boolean": "Boolean", "timestamp": "Timestamp", "blob": "Blob"}
CLASSES = {bool: "java.lang.Boolean", str: "java.lang.String",
           int: "com.amazon.coral.value.json.numbers.TruncatingBigNumber",
           float: "com.amazon.coral.value.json.numbers.TruncatingBigNumber"}


class JsonReader:
    """Compiles shapes into functions from parsed JSON to values. ``wrong_type`` words differ by service (metadata)."""

    def __init__(self, service: ServiceModel, names: bool = True):
        self.names = names  # Whether locationName is the name on the wire (JSON) or is ignored (CBOR)
        self.java_classes = service.metadata.get("jsonTypeErrors") == "class"
        self._structures: dict[str, Callable] = {}
        # By structure: classes of members that stay as they are. Filled when the structure is first read.
        self._kept: dict[str, dict[str, type]] = {}

    def of(self, shape: Shape) -> Callable:
        """A function of one parsed JSON value. Raises ParseError (SerializationException) on a wrong type."""
        kind, convert = self.entry(shape)
        if kind is None:
            return convert

        def scalar(value):
            return value if value.__class__ is kind else convert(value)

        return scalar

    def entry(self, shape: Shape) -> tuple[type | None, Callable]:
        """(class that needs no conversion or None, conversion of all others)."""
        kind = shape.type
        if shape.is_document:
            return None, _same
        if kind == "structure":
            return None, self.structure(shape)
        if kind == "list":
            return None, self.list(shape)
        if kind == "map":
            return None, self.map(shape)
        if kind in INTEGERS:
            return int, self.integer(shape)
        if kind in FLOATS:
            return float, self.float(shape)
        if kind == "boolean":
            return bool, self.never(shape)
        if kind == "timestamp":
            return None, self.timestamp(shape)
        if kind == "blob":
            return None, self.blob(shape)
        return str, self.never(shape)

    def wrong(self, value, shape: Shape) -> ParseError:
        """The error for a JSON value of the wrong type, in AWS's words."""
        wanted = WANTED.get(shape.type, "String")
        if shape.type in ("structure", "map"):
            text = "Unexpected value type in payload" if not isinstance(value, list) else \
                "Start of list found where not expected"
        elif isinstance(value, dict):
            text = "Start of structure or map found where not expected."
        elif shape.type == "list" and not isinstance(value, list):
            text = "Unexpected value type in payload"
        elif self.java_classes and value.__class__ in CLASSES:
            text = f"class {CLASSES[value.__class__]} can not be converted to an {wanted}"
        else:
            met = MET.get(value.__class__) or ("TRUE_VALUE" if value else "FALSE_VALUE")
            text = f"{met} can not be converted to {'an' if wanted[0] in 'AEIOU' else 'a'} {wanted}"
        return ParseError("SerializationException", text)

    def never(self, shape: Shape) -> Callable:
        def convert(value):
            raise self.wrong(value, shape)

        return convert

    def integer(self, shape: Shape) -> Callable:
        def convert(value):
            if value.__class__ is float and value.is_integer():
                return int(value)
            raise self.wrong(value, shape)

        return convert

    def float(self, shape: Shape) -> Callable:
        def convert(value):
            if value.__class__ is int:
                return float(value)
            if value.__class__ is str and value in SPECIAL_FLOATS:
                return SPECIAL_FLOATS[value]
            raise self.wrong(value, shape)

        return convert

    def timestamp(self, shape: Shape) -> Callable:
        def convert(value):
            if value.__class__ is int:
                return value
            try:
                return seconds(value) if value.__class__ is float else from_any(value)
            except (TypeError, ValueError, OverflowError):
                raise self.wrong(value, shape) from None

        return convert

    def blob(self, shape: Shape) -> Callable:
        def convert(value):
            if value.__class__ is bytes:
                return value
            try:
                return b64decode(value, validate=True)
            except (TypeError, ValueError, Base64Error):
                raise self.wrong(value, shape) from None

        return convert

    def list(self, shape: Shape) -> Callable:
        kind, convert = self.entry(shape.member)
        sparse = bool(shape.get("sparse"))
        kept = self._kept.get(shape.member.name)

        def read(value):
            if value.__class__ is not list:
                raise self.wrong(value, shape)
            if kept and all([is_kept(each, kept) for each in value]):
                return value
            return [each if each.__class__ is kind else convert(each)
                    for each in value if each is not None] if not sparse else \
                   [each if each is None or each.__class__ is kind else convert(each) for each in value]

        return read

    def map(self, shape: Shape) -> Callable:
        kind, convert = self.entry(shape.value)
        sparse = bool(shape.get("sparse"))
        kept = self._kept.get(shape.value.name)

        def read(value):
            if value.__class__ is not dict:
                raise self.wrong(value, shape)
            if kept:
                return read_unions(value)
            return {key: each if each.__class__ is kind or each is None else convert(each)
                    for key, each in value.items() if sparse or each is not None}

        def read_unions(value):
            out = value
            for key, each in value.items():
                if each.__class__ is dict and len(each) == 1:
                    for wire, inner in each.items():
                        stays = inner.__class__ is kept.get(wire)
                    if stays:
                        continue
                new = None if each is None else convert(each)
                if new is not each or each is None:
                    out = dict(value) if out is value else out
                    out[key] = new
            return out if sparse or out is value else {key: each for key, each in out.items() if each is not None}

        return read

    def structure(self, shape: Shape) -> Callable:
        known = self._structures.get(shape.name)
        if known is not None:
            return known
        table: dict[str, tuple] = {}
        kept = self._kept[shape.name] = {}

        def build():
            for name, member in shape.members.items():
                wire = member.get("locationName", name) if self.names else name
                table[wire] = (name, *self.entry(member))
                if wire == name and table[wire][1] is not None:
                    kept[wire] = table[wire][1]

        def read(value):
            if value.__class__ is not dict:
                raise self.wrong(value, shape)
            if not table:
                build()
            if len(value) == 1:  # a union, as DynamoDB's values are by the thousand: mostly nothing to convert
                for wire, each in value.items():
                    if each.__class__ is kept.get(wire):
                        return value
                    entry = table.get(wire)
                    if entry is not None and each is not None and entry[0] == wire:
                        new = entry[2](each)
                        return value if new is each else {wire: new}
            out = {}
            for wire, each in value.items():
                entry = table.get(wire)
                if entry is None or each is None:
                    continue
                name, kind, convert = entry
                out[name] = each if each.__class__ is kind else convert(each)
            return out

        self._structures[shape.name] = read
        return read


def _same(value):
    return value


def is_kept(value, kept: dict[str, type]) -> bool:
    """Whether a value is a structure of one member that needs no conversion."""
    if value.__class__ is dict and len(value) == 1:
        for wire, each in value.items():
            return each.__class__ is kept.get(wire)
    return False


class JsonWriter:
    """Compiles shapes into functions from values to what orjson writes; None where a value is written as it is.

    A map may be given as an ``orjson.Fragment``, the JSON that it would become: a service that keeps such JSON need not
    read it first.
    """

    timestamp_default = "unixTimestamp"

    def __init__(self, names: bool = True):
        self.names = names
        self._structures: dict[str, Callable] = {}

    def of(self, shape: Shape) -> Callable | None:
        kind = shape.type
        if shape.is_document:
            return None
        if kind == "structure":
            return self.structure(shape)
        if kind == "list":
            return self.list(shape)
        if kind == "map":
            return self.map(shape)
        if kind == "timestamp":
            return self.timestamp(shape)
        if kind == "blob":
            return self.blob(shape)
        if kind in FLOATS:
            return self.float(shape)
        return None

    def timestamp(self, shape: Shape) -> Callable:
        form = shape.get("timestampFormat", self.timestamp_default)
        return seconds if form == "unixTimestamp" else WRITERS[form]

    def blob(self, shape: Shape) -> Callable:
        def write(value):
            return b64encode(value.encode() if value.__class__ is str else value).decode()

        return write

    def float(self, shape: Shape) -> Callable:
        def write(value):
            return float_text(value) or value

        return write

    def list(self, shape: Shape) -> Callable:
        convert = self.of(shape.member)
        if shape.get("sparse"):
            return lambda value: [each if each is None or convert is None else convert(each) for each in value]
        if convert is None:
            return lambda value: [each for each in value if each is not None]
        return lambda value: [convert(each) for each in value if each is not None]

    def map(self, shape: Shape) -> Callable:
        convert = self.of(shape.value)
        sparse = bool(shape.get("sparse"))

        def write(value):
            if value.__class__ is Fragment:
                return value
            return {key: each if convert is None or each is None else convert(each)
                    for key, each in value.items() if sparse or each is not None}

        return write

    def structure(self, shape: Shape) -> Callable:
        known = self._structures.get(shape.name)
        if known is not None:
            return known
        table: dict[str, tuple] = {}

        def build():
            for name, member in shape.members.items():
                wire = member.get("locationName", name) if self.names else name
                table[name] = (wire, self.of(member))

        def write(value):
            if not table:
                build()
            out = {}
            try:
                items = value.items()
            except AttributeError:
                raise not_a_structure(shape, value) from None
            for name, each in items:
                if each is None:
                    continue
                entry = table.get(name)
                if entry is None:
                    unknown_key(shape, name)
                    continue
                wire, convert = entry
                out[wire] = each if convert is None else convert(each)
            return out

        self._structures[shape.name] = write
        return write

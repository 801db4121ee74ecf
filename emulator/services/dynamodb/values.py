"""Attribute values: checked and brought into the form in which they are stored.

The stored form is the wire's, with numbers in canonical form and binaries as base64 text, so that an item can be
kept and answered as the JSON that it is. Values of one type are equal when their stored forms are (sets apart).
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from base64 import b64encode
from collections.abc import Callable, Iterable

import orjson

from emulator.kernel.errors import AwsError
from emulator.services.dynamodb import numbers
from emulator.services.dynamodb.errors import invalid, invalid_value

DEEPEST = 32
LARGEST_ITEM = 400 * 1024
CONTAINER = 3  # bytes that a list or a map counts besides its elements, each of which counts one more

EMPTY = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
AMBIGUOUS = (
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
)
TOO_DEEP = "Nesting Levels have exceeded supported limits"

Value = dict  # {"S": …}: one type, one content
Item = dict[str, Value]


def admit(value: dict, depth: int = 0) -> tuple[Value, int]:
    """A client's value in stored form, and its size in bytes. Raises ValidationException."""
    if len(value) != 1:
        raise invalid(AMBIGUOUS if value else EMPTY)
    for kind, content in value.items():
        return _ADMIT[kind](value, content, depth)
    raise AssertionError


def admit_item(item: dict, depth: int = 0) -> tuple[Item, int]:
    """An item, or what a map holds, in stored form and its size; does not look at keys or at the size's limit."""
    out, total = {}, 0
    for name, value in item.items():
        if len(value) != 1:
            raise invalid(AMBIGUOUS if value else EMPTY)
        for kind, content in value.items():
            if kind == "S" and content.isascii():
                out[name] = value
                total += len(content)
            else:
                out[name], size = _ADMIT[kind](value, content, depth)
                total += size
        total += len(name) if name.isascii() else len(name.encode())
    return out, total


def _text(value, content, depth):
    return value, len(content) if content.isascii() else len(content.encode())


def _number(value, content, depth):
    if content.isdigit() and content[0] != "0" and len(content) <= numbers.MOST_DIGITS and content.isascii():
        return value, (len(content.rstrip("0")) + 1) // 2 + 1
    text = numbers.canonical(content)
    return value if text is content else {"N": text}, numbers.size(text)


def _binary(value, content, depth):
    return {"B": b64encode(content).decode()}, len(content)


def _bool(value, content, depth):
    return value, 1


def _null(value, content, depth):
    if content is not True:
        raise invalid_value("Null attribute value types must have the value of true")
    return value, 1


def _map(value, content, depth):
    if depth >= DEEPEST:
        raise invalid(TOO_DEEP)
    out, size = admit_item(content, depth + 1)
    return {"M": out}, CONTAINER + size + len(out)


def _list(value, content, depth):
    if depth >= DEEPEST:
        raise invalid(TOO_DEEP)
    out, total = [], CONTAINER
    for each in content:
        stored, size = admit(each, depth + 1)
        out.append(stored)
        total += size + 1
    return {"L": out}, total


def _text_set(value, content, depth):
    if not content:
        raise invalid_value("An string set  may not be empty")
    if len(set(content)) != len(content):
        raise invalid_value(f"Input collection [{', '.join(content)}] contains duplicates.")
    return value, sum(len(each.encode()) for each in content)


def _number_set(value, content, depth):
    if not content:
        raise invalid_value("An number set  may not be empty")
    out = [numbers.canonical(each) for each in content]
    if len(set(out)) != len(out):
        raise invalid("Input collection contains duplicates")
    return {"NS": out}, sum(map(numbers.size, out))


def _binary_set(value, content, depth):
    if not content:
        raise invalid_value("Binary sets should not be empty")
    out = [b64encode(each).decode() for each in content]
    if len(set(content)) != len(content):
        raise invalid_value(f"Input collection [{', '.join(out)}]of type BS contains duplicates.")
    return {"BS": out}, sum(map(len, content))


_ADMIT: dict[str, Callable] = {
    "S": _text, "N": _number, "B": _binary, "BOOL": _bool, "NULL": _null, "M": _map, "L": _list,
    "SS": _text_set, "NS": _number_set, "BS": _binary_set,
}  # fmt: skip


# Sizes of values in stored form


def size_of(value: Value) -> int:
    """Bytes that a stored value counts."""
    ((kind, content),) = value.items()
    return _SIZE[kind](content)


def item_size(item: Item) -> int:
    """Bytes that a stored item counts: its names and its values."""
    return size_in(item, item)


def size_in(item: Item, names: Iterable[str]) -> int:
    """Bytes that some attributes of a stored item count, those that it has."""
    total = 0
    for name in names:
        value = item.get(name)
        if value is not None:
            for kind, content in value.items():
                total += _SIZE[kind](content)
            total += len(name) if name.isascii() else len(name.encode())
    return total


def _binary_size(content: str) -> int:
    return len(content) // 4 * 3 - content.count("=", -2)


_SIZE: dict[str, Callable] = {
    "S": lambda content: len(content) if content.isascii() else len(content.encode()),
    "N": numbers.size,
    "B": _binary_size,
    "BOOL": lambda content: 1,
    "NULL": lambda content: 1,
    "M": lambda content: CONTAINER + sum(1 + len(name.encode()) + size_of(each) for name, each in content.items()),
    "L": lambda content: CONTAINER + sum(1 + size_of(each) for each in content),
    "SS": lambda content: sum(len(each.encode()) for each in content),
    "NS": lambda content: sum(map(numbers.size, content)),
    "BS": lambda content: sum(map(_binary_size, content)),
}


def depth_of(value: Value) -> int:
    """How many lists and maps a stored value nests."""
    ((kind, content),) = value.items()
    if kind == "M":
        return 1 + max(map(depth_of, content.values()), default=0)
    if kind == "L":
        return 1 + max(map(depth_of, content), default=0)
    return 0


# Between the stored form and others


def dump(item: Item) -> bytes:
    """An item in stored form as the JSON that is kept and answered."""
    # orjson's own answer keeps the buffer that it was written to, of 4 KB for the smallest item: keep a copy instead.
    return bytes(memoryview(orjson.dumps(item)))


load: Callable[[bytes], Item] = orjson.loads


def item_too_large() -> AwsError:
    return invalid("Item size has exceeded the maximum allowed size")

"""DynamoDB's attribute values as they are kept (the wire's JSON, binaries as base64), told to those who ask.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from base64 import b64decode

import orjson


def plain(value: dict) -> dict:
    """A stored value with binaries as bytes: what callers inside the emulator expect."""
    ((kind, content),) = value.items()
    if kind == "B":
        return {"B": b64decode(content)}
    if kind == "BS":
        return {"BS": [b64decode(each) for each in content]}
    if kind == "M":
        return {"M": plain_item(content)}
    if kind == "L":
        return {"L": [plain(each) for each in content]}
    return value


def plain_item(item: dict) -> dict:
    return {name: plain(value) for name, value in item.items()}


def answered(ctx, item: dict | bytes):
    """An item, stored or as JSON, as the answer carries it: JSON on the wire, plain values inside the emulator."""
    if ctx.protocol == "json":
        return orjson.Fragment(item if item.__class__ is bytes else orjson.dumps(item))
    return plain_item(orjson.loads(item) if item.__class__ is bytes else item)

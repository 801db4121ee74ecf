"""Objects as the bodies of forms, arrays in the way that ``RequestEncodingOptions`` asks for.

https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#connect-http-endpoint-definition
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from emulator.engines.asl.texts import dumps

FORM = "application/x-www-form-urlencoded"
Pairs = Iterator[tuple[str, Any]]

ARRAYS: dict[str, Callable[[str, list[Any]], list[tuple[str, Any]]]] = {
    "INDICES": lambda name, values: [(f"{name}[{index}]", value) for index, value in enumerate(values)],
    "REPEAT": lambda name, values: [(name, value) for value in values],
    "BRACKETS": lambda name, values: [(f"{name}[]", value) for value in values],
    "COMMAS": lambda name, values: [(name, ",".join(map(_text, values)))],
}


def encoded(body: dict[str, Any], arrays: str) -> str:
    return urlencode([(name, _text(value)) for key, each in body.items() for name, value in _flat(key, each, arrays)])


def _flat(name: str, value: Any, arrays: str) -> Pairs:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _flat(f"{name}[{key}]", each, arrays)
    elif isinstance(value, list):
        for key, each in ARRAYS[arrays](name, value):
            yield from _flat(key, each, arrays)
    else:
        yield name, value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else dumps(value)

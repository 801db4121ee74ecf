"""Intrinsic functions: ``States.Format('Hello {}', $.name)``, parsed once and called with a scope.

https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

import base64
import hashlib
import math
import re
from collections.abc import Callable
from typing import Any

from emulator.engines.asl import paths
from emulator.engines.asl.failures import intrinsic
from emulator.engines.asl.scopes import Environment, Scope
from emulator.engines.asl.texts import dumps, loads, same

Evaluate = Callable[[Scope], Any]

TOKEN = re.compile(r"""\s*(?:(States\.\w+)\s*\(|('(?:[^'\\]|\\.)*')|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=\s*[,)])
    |(true|false|null)(?=\s*[,)])|(\$))""", re.VERBOSE)  # fmt: skip
LARGEST_TEXT = 10_000  # characters that an encoding or hashing function takes
ALGORITHMS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
ESCAPES = {"\\'": "'", "\\\\": "\\", "\\n": "\n", "\\t": "\t", "\\r": "\r"}


class InvalidFunction(ValueError):
    """The text is no call of an intrinsic function."""


class Call:
    """A parsed call: a scope in, a value out. ``paths`` are those that it reads, its inner calls' included."""

    __slots__ = ("arguments", "function", "name", "paths", "text")

    def __init__(self, text: str, name: str, arguments: list[Evaluate], read: list[paths.Path]):
        self.text = text
        self.name = name
        self.arguments = arguments
        self.paths = read
        self.function = FUNCTIONS.get(name)
        if self.function is None:
            raise InvalidFunction(f"{name} is no intrinsic function")

    def __call__(self, scope: Scope) -> Any:
        values = [argument(scope) for argument in self.arguments]
        try:
            return self.function(scope.environment, *values)
        except (TypeError, ValueError) as error:
            raise intrinsic(f"Invalid arguments in {self.name}: {error}") from None


def parse(text: str) -> Call:
    """Raises InvalidFunction, InvalidPath."""
    parser = _Parser(text)
    call = parser.value()
    parser.end()
    if not isinstance(call, Call):
        raise InvalidFunction(text)
    return call


class _Parser:
    def __init__(self, text: str):
        self.text = text
        self.position = 0

    def value(self) -> Evaluate:
        match = TOKEN.match(self.text, self.position)
        if match is None:
            raise InvalidFunction(self.text)
        name, quoted, number, word, dollar = match.groups()
        if dollar:
            self.position = match.end() - 1
            return self._path()
        self.position = match.end()
        if name:
            return self._call(name)
        if quoted:
            text = _unquoted(quoted[1:-1])
            return lambda scope: text
        constant = loads(number) if number else {"true": True, "false": False, "null": None}[word]
        return lambda scope: constant

    def _call(self, name: str) -> Call:
        arguments: list[Evaluate] = []
        if not self._take(")"):
            while True:
                arguments.append(self.value())
                if self._take(")"):
                    break
                if not self._take(","):
                    raise InvalidFunction(self.text)
        read = [path for each in arguments for path in getattr(each, "paths", ())]
        return Call(self.text, name, arguments, read)

    def _path(self) -> "_Argument":
        """A path ends at the comma or parenthesis that is inside no bracket and no quotes."""
        start, depth, quote = self.position, 0, ""
        while self.position < len(self.text):
            each = self.text[self.position]
            if quote:
                quote = "" if each == quote else quote
            elif each in "'\"":
                quote = each
            elif each in "[(":
                depth += 1
            elif each in "])":
                if depth == 0:
                    break
                depth -= 1
            elif each == "," and depth == 0:
                break
            self.position += 1
        return _Argument(paths.parse(self.text[start : self.position].strip()))

    def _take(self, wanted: str) -> bool:
        rest = self.text[self.position :]
        stripped = rest.lstrip()
        if not stripped.startswith(wanted):
            return False
        self.position += len(rest) - len(stripped) + 1
        return True

    def end(self) -> None:
        if self.text[self.position :].strip():
            raise InvalidFunction(self.text)


class _Argument:
    """A path as an argument."""

    __slots__ = ("path", "paths")

    def __init__(self, path: paths.Path):
        self.path = path
        self.paths = [path]

    def __call__(self, scope: Scope) -> Any:
        return self.path.read(scope)


def _unquoted(text: str) -> str:
    """Escaped quotes and backslashes; escaped braces stay, for Format to read."""
    return re.sub(r"\\['\\ntr]", lambda match: ESCAPES[match.group()], text)


# The functions. Each takes the environment and its arguments; a TypeError or ValueError is its refusal.


def _format(environment: Environment, template: str, *values: Any) -> str:
    pieces = re.split(r"(?<!\\)\{\}", template)
    if len(pieces) - 1 != len(values):
        raise ValueError("number of arguments do not match the occurrences of {} in template")
    found = [re.sub(r"\\([{}])", r"\1", piece) for piece in pieces]
    written = [java_text(value) for value in values]
    return "".join(part for pair in zip(found, [*written, ""]) for part in pair)


def java_text(value: Any) -> str:
    """A value as AWS's Java writes it into a text: ``{a=1, b=[]}``."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={java_text(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(java_text, value)) + "]"
    return dumps(value)


def _array_partition(environment: Environment, array: list, size: int) -> list:
    step = _whole(size)
    if step < 1:
        raise ValueError("chunk size must be a positive number")
    return [array[index : index + step] for index in range(0, len(_list(array)), step)]


def _array_range(environment: Environment, first: int, last: int, step: int) -> list:
    first, last, step = _whole(first), _whole(last), _whole(step)
    if step == 0:
        raise ValueError("step can not be 0")
    found = range(first, last + (1 if step > 0 else -1), step)
    if len(found) > 1000:
        raise ValueError("range can not hold more than 1000 items")
    return list(found)


def _array_item(environment: Environment, array: list, index: int) -> Any:
    index = _whole(index)
    if not 0 <= index < len(_list(array)):
        raise ValueError(f"index {index} is outside of the array")
    return array[index]


def _array_unique(environment: Environment, array: list) -> list:
    return list({same(value): value for value in reversed(_list(array))}.values())[::-1]


def _encode(environment: Environment, text: str) -> str:
    return base64.b64encode(_short(text).encode()).decode()


def _decode(environment: Environment, text: str) -> str:
    return base64.b64decode(_short(text), validate=True).decode()


def _hash(environment: Environment, value: Any, algorithm: str) -> str:
    if algorithm not in ALGORITHMS:
        raise ValueError(f"{algorithm} is no hash algorithm")
    text = value if isinstance(value, str) else dumps(value)
    return hashlib.new(ALGORITHMS[algorithm], _short(text).encode()).hexdigest()


def _merge(environment: Environment, first: dict, second: dict, deep: bool = False) -> dict:
    if deep is not False:
        raise ValueError("deep merging is not supported")
    if not isinstance(first, dict) or not isinstance(second, dict):
        raise TypeError("both must be objects")
    return {**first, **second}


def _random(environment: Environment, first: int, last: int, seed: int | None = None) -> int:
    first, last = _whole(first), _whole(last)
    if last <= first:
        raise ValueError("the end must be greater than the start")
    chance = environment.random() if seed is None else seeded(_whole(seed))
    return first + int(chance * (last - first))


def seeded(seed: float) -> float:
    """A number from 0 up to 1 that looks like chance and is always the same for a seed."""
    return int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:6], "big") / 2**48


def _split(environment: Environment, text: str, splitters: str) -> list[str]:
    """Every character of ``splitters`` splits; empty parts are left out."""
    if not splitters:
        return [text]
    return [part for part in re.split(f"[{re.escape(splitters)}]", text) if part]


def _list(value: Any) -> list:
    if not isinstance(value, list):
        raise TypeError("an array is needed")
    return value


def _short(text: str) -> str:
    if not isinstance(text, str):
        raise TypeError("a string is needed")
    if len(text) > LARGEST_TEXT:
        raise ValueError(f"the input is longer than {LARGEST_TEXT} characters")
    return text


def _whole(value: Any) -> int:
    """Numbers are rounded to the nearest whole one, upwards from the middle."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("a number is needed")
    return math.floor(value + 0.5)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "States.Array": lambda environment, *values: list(values),
    "States.ArrayContains": lambda environment, array, value: same(value) in {same(each) for each in _list(array)},
    "States.ArrayGetItem": _array_item,
    "States.ArrayLength": lambda environment, array: len(_list(array)),
    "States.ArrayPartition": _array_partition,
    "States.ArrayRange": _array_range,
    "States.ArrayUnique": _array_unique,
    "States.Base64Decode": _decode,
    "States.Base64Encode": _encode,
    "States.Format": _format,
    "States.Hash": _hash,
    "States.JsonMerge": _merge,
    "States.JsonToString": lambda environment, value: dumps(value),
    "States.MathAdd": lambda environment, first, second: _whole(first) + _whole(second),
    "States.MathRandom": _random,
    "States.StringSplit": _split,
    "States.StringToJson": lambda environment, text: loads(text),
    "States.UUID": lambda environment: environment.uuid(),
}

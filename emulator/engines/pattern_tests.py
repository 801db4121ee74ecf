"""The operators of event patterns: each makes a function from a field's value to whether it fits.

Values are what JSON has: text, numbers, booleans, None. Makers raise ValueError with AWS's reason.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable
from typing import Any

Test = Callable[[Any], bool]
MOST_WILDCARDS = 4  # beyond this AWS finds a pattern of short pieces too complex


class Misspelt(ValueError):
    """A reason that AWS gives together with its place in the pattern."""


def present(_value) -> bool:
    """``exists: true``: a field that is there."""
    return True


def absent(_value) -> bool:
    """``exists: false``: never true of a field that is there; the matcher asks for it where there is none."""
    return False


def is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def exactly(wanted) -> Test:
    if is_number(wanted):
        return lambda value: is_number(value) and value == wanted
    if isinstance(wanted, str):
        return lambda value: value == wanted
    return lambda value: value is wanted  # true, false, null


def prefix(start: str, ignore_case: bool = False) -> Test:
    if ignore_case:
        folded = start.casefold()
        return lambda value: isinstance(value, str) and value.casefold().startswith(folded)
    return lambda value: isinstance(value, str) and value.startswith(start)


def suffix(end: str, ignore_case: bool = False) -> Test:
    if ignore_case:
        folded = end.casefold()
        return lambda value: isinstance(value, str) and value.casefold().endswith(folded)
    return lambda value: isinstance(value, str) and value.endswith(end)


def equals_ignore_case(wanted: str) -> Test:
    folded = wanted.casefold()
    return lambda value: isinstance(value, str) and value.casefold() == folded


def none_of(refused: Iterable[Test]) -> Test:
    """``anything-but``: any value, of whatever type, that none of the tests holds for."""
    held = tuple(refused)
    return lambda value: not any(test(value) for test in held)


def between(operator: str, bound: float, second: str = "", top: float = 0) -> Test:
    """``numeric`` with one comparison or two."""
    compare = COMPARISONS[operator]
    if not second:
        return lambda value: is_number(value) and compare(value, bound)
    below = COMPARISONS[second]
    return lambda value: is_number(value) and compare(value, bound) and below(value, top)


COMPARISONS: dict[str, Callable] = {
    "=": lambda value, bound: value == bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
}


def cidr(block: str) -> Test:
    """Addresses, version 4 or 6, in a block."""
    address, slash, bits = block.partition("/")
    if not slash or "/" in bits:
        raise ValueError("Malformed CIDR, one '/' required")
    try:
        mask = int(bits)
    except ValueError:
        raise ValueError("Malformed CIDR, mask bits must be an integer") from None
    if mask < 0:
        raise ValueError("Malformed CIDR, mask bits must not be negative")
    try:
        longest = ipaddress.ip_address(address).max_prefixlen
    except ValueError:
        raise ValueError(f"Nonstandard IP address: {address}") from None
    if mask > longest:
        raise ValueError(f"IPv{4 if longest == 32 else 6} mask bits must be < {longest}")
    network = ipaddress.ip_network(block, strict=False)

    def inside(value) -> bool:
        try:
            return isinstance(value, str) and ipaddress.ip_address(value) in network
        except ValueError:
            return False

    return inside


def wildcard(text: str) -> Test:
    """``*`` stands for any run of characters; a backslash makes the next ``*`` or backslash mean itself."""
    pieces, number, stars = [], 0, 0
    while number < len(text):
        character = text[number]
        if character == "\\":
            if text[number + 1 : number + 2] not in ("*", "\\"):
                raise Misspelt(f"Invalid escape character at pos {number + 1}")
            number += 1
            pieces.append(re.escape(text[number]))
        elif character == "*":
            if text[number + 1 : number + 2] == "*":
                raise Misspelt(f"Consecutive wildcard characters at pos {number + 1}")
            pieces.append(".*")
            stars += 1
        else:
            pieces.append(re.escape(character))
        number += 1
    if stars > MOST_WILDCARDS:
        raise ValueError(
            "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences "
            "after a wildcard character"
        )
    matches = re.compile("".join(pieces), re.DOTALL).fullmatch
    return lambda value: isinstance(value, str) and matches(value) is not None

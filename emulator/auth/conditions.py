"""The Condition element of policies: operators, sets of values, policy variables.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from emulator.protocol.timestamps import from_any

VARIABLE = re.compile(r"\$\{([^}]*)\}")
LITERALS = frozenset("*?$")  # ${*} is an asterisk that is no wildcard
# Characters of private use stand for the asterisks and question marks of values within patterns.
PLAIN = str.maketrans({"*": "\ue000", "?": "\ue001"})
WILD = {"*": ".*", "?": ".", "\ue000": re.escape("*"), "\ue001": re.escape("?")}


@lru_cache(maxsize=4096)
def _glob(pattern: str) -> re.Pattern:
    return re.compile("".join(WILD.get(each) or re.escape(each) for each in pattern), re.DOTALL)


def matches_glob(pattern: str, text: str) -> bool:
    """``*`` stands for any run of characters, ``?`` for one."""
    if pattern in ("*", text):
        return True
    return not WILD.keys().isdisjoint(pattern) and _glob(pattern).fullmatch(text) is not None


def substitute(text: str, context: Mapping[str, list[str]], glob: bool = False) -> str:
    """Put the request's values in the place of policy variables; one that has no value stays and matches nothing.

    In a pattern (``glob``) the values' own asterisks and question marks are no wildcards.
    """
    if "${" not in text:
        return text

    def value(match: re.Match) -> str:
        name, _, default = match[1].partition(",")
        if name in LITERALS:
            found = name
        else:
            values = context.get(name.strip().lower())
            found = values[0] if values else default.strip().strip("'") or match[0]
        return found.translate(PLAIN) if glob else found

    return VARIABLE.sub(value, text)


# Comparisons: functions of (the request's value, the policy's value). A value that can't be read matches nothing.


def _by(read: Callable, compare: Callable) -> Callable[[str, str], bool]:
    def test(actual: str, wanted: str) -> bool:
        try:
            return compare(read(actual), read(wanted))
        except (ValueError, TypeError, OverflowError):
            return False

    return test


def _arn_like(actual: str, wanted: str) -> bool:
    """Each of the six parts of an ARN is matched by itself."""
    parts, patterns = actual.split(":", 5), wanted.split(":", 5)
    return len(parts) == len(patterns) and all(matches_glob(p, a) for p, a in zip(patterns, parts))


def _in_network(actual: str, wanted: str) -> bool:
    try:
        return ipaddress.ip_address(actual) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


ORDERS = {
    "Equals": lambda a, b: a == b,
    "LessThan": lambda a, b: a < b,
    "LessThanEquals": lambda a, b: a <= b,
    "GreaterThan": lambda a, b: a > b,
    "GreaterThanEquals": lambda a, b: a >= b,
}
COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda actual, wanted: actual == wanted,
    "StringEqualsIgnoreCase": lambda actual, wanted: actual.lower() == wanted.lower(),
    "StringLike": lambda actual, wanted: matches_glob(wanted, actual),
    "Bool": lambda actual, wanted: actual.lower() == wanted.lower(),
    "BinaryEquals": lambda actual, wanted: actual == wanted,
    "IpAddress": _in_network,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    **{f"Numeric{order}": _by(float, compare) for order, compare in ORDERS.items()},
    **{f"Date{order}": _by(from_any, compare) for order, compare in ORDERS.items()},
}
# The operators that hold when no value of the policy matches.
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}


GLOBS = frozenset(("StringLike", "StringNotLike", "ArnLike", "ArnNotLike", "ArnEquals", "ArnNotEquals"))


def is_operator(name: str) -> bool:
    """Whether a word is a condition operator, with or without a quantifier and ``IfExists``."""
    quantifier, _, name = name.rpartition(":")
    base = name.removesuffix("IfExists")
    known = name == "Null" or base in COMPARISONS or base in NEGATED
    return known and quantifier in ("", "ForAllValues", "ForAnyValue")


def satisfied(operator: str, key: str, values: tuple[str, ...], context: Mapping[str, list[str]]) -> bool:
    """Whether one line of a Condition block holds for the request's keys.

    A key that the request lacks fails a positive operator and passes a negated one, ``…IfExists`` and ``ForAllValues``.
    """
    quantifier, _, name = operator.rpartition(":")
    found = context.get(key.lower())
    if name == "Null":
        return (found is None) == (values[0].lower() == "true")
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    positive = COMPARISONS.get(NEGATED.get(name, name))
    if positive is None:
        return False
    if not found:
        return if_exists or quantifier == "ForAllValues" or (not quantifier and name in NEGATED)
    glob = name in GLOBS
    wanted = [substitute(each, context, glob) for each in values]

    def holds(actual: str) -> bool:
        return any(positive(actual, each) for each in wanted) != (name in NEGATED)

    if quantifier == "ForAllValues" or (not quantifier and name in NEGATED):
        return all(map(holds, found))
    return any(map(holds, found))

"""Sensitive data in text: AWS's managed data identifiers that a pattern can tell, and custom ones.

Those that AWS finds by machine learning or by words around them (names, addresses, health data, …) are not here.
https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-managed-data-identifiers.html
"""

import ipaddress
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

import regex

PREFIX = "arn:aws:dataprotection::aws:data-identifier/"
TIMEOUT = 1.0  # seconds that a custom pattern may take on one message


class Found(NamedTuple):
    """A piece of text, from ``start`` up to ``end``, that an identifier means."""

    name: str
    start: int
    end: int


def _luhn(text: str) -> bool:
    digits = [int(each) for each in text if each.isdigit()]
    doubled = [sum(divmod(each * 2, 10)) for each in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _any(_: str) -> bool:
    return True


def _key(kind: str) -> str:
    return rf"-----BEGIN {kind}-----[\s\S]+?-----END {kind}-----"


MANAGED: dict[str, tuple[re.Pattern, Callable[[str], bool]]] = {
    name: (re.compile(pattern), check) for name, pattern, check in (
        ("EmailAddress", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", _any),
        ("IpAddress", r"\b(?:\d{1,3}\.){3}\d{1,3}\b|(?<![\w:])[0-9a-fA-F:]*::?[0-9a-fA-F:]+(?![\w:])", _is_address),
        ("CreditCardNumber", r"\b\d(?:[ -]?\d){12,18}\b", _luhn),
        ("Ssn-US", r"\b(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b", _any),
        ("PhoneNumber-US", r"(?<![\w.])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}\b", _any),
        ("AwsSecretKey", r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])", _any),
        ("OpenSshPrivateKey", _key("OPENSSH PRIVATE KEY"), _any),
        ("PgpPrivateKey", _key("PGP PRIVATE KEY BLOCK"), _any),
        ("PkcsPrivateKey", _key("(?:RSA |EC |DSA |ENCRYPTED )?PRIVATE KEY"), _any),
        ("PuttyPrivateKey", r"PuTTY-User-Key-File-\d: [\s\S]+?Private-MAC: [0-9a-f]+", _any),
        ("VehicleIdentificationNumber", r"\b(?=[A-HJ-NPR-Z0-9]*\d)[A-HJ-NPR-Z0-9]{17}\b", _any),
        ("LatLong", r"[-+]?(?:[1-8]?\d|90)\.\d{2,}[ ,]+[-+]?(?:1[0-7]\d|180|\d{1,2})\.\d{2,}", _any),
    )
}  # fmt: skip


@lru_cache(maxsize=256)
def _custom(pattern: str) -> regex.Pattern:
    return regex.compile(pattern)


def is_pattern(pattern: str) -> bool:
    try:
        _custom(pattern)
    except regex.error:
        return False
    return True


def find(text: str, names: Iterable[str], custom: dict[str, str]) -> list[Found]:
    """What the identifiers find in a text, in order. A custom pattern that takes too long finds nothing."""
    found = []
    for name in names:
        managed = MANAGED.get(name.removeprefix(PREFIX))
        if managed is not None:
            pattern, check = managed
            found += [Found(name, *each.span()) for each in pattern.finditer(text) if check(each[0])]
        elif name in custom:
            try:
                found += [Found(name, *each.span()) for each in _custom(custom[name]).finditer(text, timeout=TIMEOUT)]
            except TimeoutError:
                continue
    return sorted(found, key=lambda each: (each.start, each.end))

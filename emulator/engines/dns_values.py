"""Values of DNS records as Route 53 writes them: what each type's must look like, and what AWS says of others.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
"""

import ipaddress
import re
from collections.abc import Callable

STRING = re.compile(r'"(?:[^"\\]|\\[0-7]{3}|\\.)*"')
STRINGS = re.compile(rf"{STRING.pattern}(?:\s+{STRING.pattern})*")
LONGEST = 255  # bytes of one character string
Check = Callable[[str], str | None]  # from a value to what is wrong with it, in AWS's words


def problem(type: str, value: str) -> str | None:
    """``ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with 'x'``; None for a good value."""
    wrong = CHECKS[type](value)
    return f"{wrong} encountered with '{value}'" if wrong else None


def strings(value: str) -> list[bytes]:
    """The character strings of a TXT value, their escapes resolved."""
    found = []
    for each in STRING.findall(value):
        text = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), each[1:-1])
        found.append(re.sub(r"\\(.)", r"\1", text).encode("latin-1", "replace"))
    return found


def _address(family, words: str) -> Check:
    def check(value: str) -> str | None:
        try:
            family(value)
        except ValueError:
            return words
        return None

    return check


def _name(value: str) -> str | None:
    if not value or re.search(r"\s", value):
        return "RRDATANotSingleField (Value contains spaces)"
    if ".." in value or (value.startswith(".") and value != "."):
        return "DomainLabelEmpty (Domain label is empty)"
    if any(len(label) > 63 for label in value.split(".")):
        return "DomainLabelTooLong (Domain label is too long)"
    return None


def _text(value: str) -> str | None:
    if not STRINGS.fullmatch(value):
        return "InvalidCharacterString (Value should be enclosed in quotation marks)"
    if any(len(each) > LONGEST for each in strings(value)):
        return "CharacterStringTooLong (Value is too long)"
    return None


def _number(bits: int) -> Callable[[str], bool]:
    return lambda text: text.isdigit() and int(text) < 2**bits


def _hexadecimal(text: str) -> bool:
    return bool(re.fullmatch(r"(?:[0-9A-Fa-f]{2})+", text))


def _quoted(text: str) -> bool:
    return bool(STRING.fullmatch(text))


def _fields(kind: str, *tests: Callable[[str], bool], more: bool = False) -> Check:
    """Fields separated by blanks, each with its test; ``more`` allows others after them."""
    words = ("One", "Two", "Three", "Four", "Five", "Six")[len(tests) - 1]

    def check(value: str) -> str | None:
        found = re.findall(r'"(?:[^"\\]|\\.)*"|\S+', value)
        if len(found) != len(tests) and not (more and len(found) > len(tests)):
            return f"{kind}RRDATANot{words}Fields ({kind} record doesn't have {len(tests)} fields)"
        if not all(test(each) for test, each in zip(tests, found, strict=False)):
            return f"{kind}RRDATAInvalidField (Value of a field is not valid)"
        return None

    return check


def _named(text: str) -> bool:
    return _name(text) is None


CHECKS: dict[str, Check] = {
    "A": _address(ipaddress.IPv4Address, "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)"),
    "AAAA": _address(ipaddress.IPv6Address, "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)"),
    "CNAME": _name, "NS": _name, "PTR": _name, "TXT": _text, "SPF": _text,
    "MX": _fields("MX", _number(16), _named),
    "SRV": _fields("SRV", _number(16), _number(16), _number(16), _named),
    "CAA": _fields("CAA", _number(8), str.isalnum, _quoted),
    "NAPTR": _fields("NAPTR", _number(16), _number(16), _quoted, _quoted, _quoted, _named),
    "DS": _fields("DS", _number(16), _number(8), _number(8), _hexadecimal),
    "TLSA": _fields("TLSA", _number(8), _number(8), _number(8), _hexadecimal),
    "SSHFP": _fields("SSHFP", _number(8), _number(8), _hexadecimal),
    "SVCB": _fields("SVCB", _number(16), _named, more=True), "HTTPS": _fields("HTTPS", _number(16), _named, more=True),
    "SOA": _fields("SOA", _named, _named, *[_number(32)] * 4, more=True),
}

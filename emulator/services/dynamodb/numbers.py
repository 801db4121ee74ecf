"""DynamoDB's numbers: decimal, up to 38 significant digits, kept as text in one canonical form.

Two numbers are equal exactly when their canonical texts are.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
"""

import re
from decimal import Context, Decimal

from emulator.kernel.errors import AwsError
from emulator.services.dynamodb.errors import invalid

MOST_DIGITS = 38
HIGHEST_EXPONENT = 125  # of the first digit
LOWEST_EXPONENT = -130
SHORT = 18  # digits of an integer that needs no care

_PLAIN = re.compile(r"0|-?[1-9][0-9]{0,37}").fullmatch  # integers that are canonical already
_NUMBER = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,18}))?").fullmatch
_EXACT = Context(prec=600)  # sums of any two numbers, without loss


def canonical(text: str) -> str:
    """The canonical form of a number as a client wrote it. Raises ValidationException."""
    if _PLAIN(text):
        return text
    found = _NUMBER(text)
    if found is None or not (found[2] or found[3]):
        raise _not_a_number(text)
    sign, whole, fraction, exponent = found.groups()
    fraction = fraction or ""
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return "0"
    scale = int(exponent or 0) - len(fraction)
    trimmed = digits.rstrip("0")
    scale += len(digits) - len(trimmed)
    first = scale + len(trimmed) - 1
    if first > HIGHEST_EXPONENT:
        raise invalid("Number overflow. Attempting to store a number with magnitude larger than supported range")
    if first < LOWEST_EXPONENT:
        raise invalid("Number underflow. Attempting to store a number with magnitude smaller than supported range")
    if len(trimmed) > MOST_DIGITS:
        raise invalid("Attempting to store more than 38 significant digits in a Number")
    return ("-" if sign == "-" else "") + _plain(trimmed, scale)


def _not_a_number(text: str) -> AwsError:
    base = "The parameter cannot be converted to a numeric value"
    return invalid(f"{base}: {text}" if text else base)


def _plain(digits: str, scale: int) -> str:
    """``digits`` times ten to the power of ``scale``, without exponent."""
    if scale >= 0:
        return digits + "0" * scale
    point = len(digits) + scale
    if point > 0:
        return f"{digits[:point]}.{digits[point:]}"
    return f"0.{'0' * -point}{digits}"


def _significant(text: str) -> str:
    return text.lstrip("-").replace(".", "").strip("0")


def size(text: str) -> int:
    """Bytes that a canonical number counts: one for two digits, one, and one for a minus sign."""
    if text.isdigit():
        return (len(text.rstrip("0")) + 1) // 2 + 1
    return (len(_significant(text)) + 1) // 2 + 1 + (text[0] == "-")


def add(left: str, right: str) -> str:
    if left.isdigit() and right.isdigit() and len(left) < SHORT and len(right) < SHORT:
        return str(int(left) + int(right))
    return canonical(str(_EXACT.add(Decimal(left), Decimal(right))))


def subtract(left: str, right: str) -> str:
    return canonical(str(_EXACT.subtract(Decimal(left), Decimal(right))))


_COMPLEMENT = bytes.maketrans(b"0123456789", b"9876543210")


def sortable(text: str) -> bytes:
    """Bytes that sort as canonical numbers do; none is the beginning of another."""
    if text == "0":
        return b"\x80"
    digits = _significant(text).encode()
    point = text.find(".")
    whole = text.lstrip("-").partition(".")[0]
    if whole != "0":
        exponent = len(whole) - 1
    else:
        fraction = text[point + 1 :]
        exponent = -1 - (len(fraction) - len(fraction.lstrip("0")))
    place = exponent - LOWEST_EXPONENT
    if text[0] == "-":
        return b"\x7f" + (0xFFFF - place).to_bytes(2, "big") + digits.translate(_COMPLEMENT) + b"\xff"
    return b"\x81" + place.to_bytes(2, "big") + digits + b"\0"

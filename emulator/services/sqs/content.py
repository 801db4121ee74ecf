"""What may be in a message, how long it is, and its digests.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
"""

import re
from hashlib import md5
from typing import Any

from emulator.services.sqs.errors import INVALID_CHARACTERS, invalid_parameter

MOST_ATTRIBUTES = 10
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
NAME = re.compile(r"(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)")
RESERVED = ("aws.", "amazon.")
STRING, BINARY = b"\x01", b"\x02"  # how a value travels, as the digest wants it

Attributes = dict[str, dict[str, Any]]


def has_forbidden_characters(text: str) -> bool:
    # What is printable is allowed; only the rest needs the slow look.
    return not text.isprintable() and FORBIDDEN.search(text) is not None


def body_digest(body: str) -> str:
    return md5(body.encode(), usedforsecurity=False).hexdigest()


def attributes_digest(attributes: Attributes) -> str:
    """MD5 over the attributes, by name: the length (four bytes) and the content of name, type and value."""
    digest = md5(usedforsecurity=False)
    for name in sorted(attributes):
        value = attributes[name]
        kind = value["DataType"]
        binary = kind.startswith("Binary")
        content = value["BinaryValue"] if binary else value["StringValue"].encode()
        for part in (name.encode(), kind.encode()):
            digest.update(len(part).to_bytes(4, "big"))
            digest.update(part)
        digest.update(BINARY if binary else STRING)
        digest.update(len(content).to_bytes(4, "big"))
        digest.update(content)
    return digest.hexdigest()


def length(body: str, attributes: Attributes | None) -> int:
    """Bytes that count towards a message's size: the body, and each attribute's name, type and value."""
    total = len(body.encode())
    for name, value in (attributes or {}).items():
        total += len(name.encode()) + len(value["DataType"].encode())
        total += len(value["BinaryValue"] if "BinaryValue" in value else value["StringValue"].encode())
    return total


def check_attributes(attributes: Attributes) -> None:
    """Raises InvalidParameterValue."""
    if len(attributes) > MOST_ATTRIBUTES:
        raise invalid_parameter(
            f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum [{MOST_ATTRIBUTES}]."
        )
    for name, value in attributes.items():
        _check_name(name)
        _check_value(f"message (user) attribute '{name}'", value)


def check_system_attributes(attributes: Attributes) -> None:
    """Raises InvalidParameterValue."""
    for name, value in attributes.items():
        what = f"message system attribute '{name}'"
        if value.get("DataType") != "String":
            raise invalid_parameter(
                f"The type of {what} is invalid. You must use only the following supported type prefixes: String."
            )
        _check_value(what, value)


def _check_name(name: str) -> None:
    if not name:
        raise invalid_parameter("The request must contain non-empty message attribute name.")
    if not NAME.fullmatch(name) or name.lower().startswith(RESERVED):
        raise invalid_parameter(
            f"The message attribute name '{name}' is invalid. The attribute name can contain only A-Z, a-z, 0-9, "
            "underscore (_), hyphen (-), and period (.), must not start with AWS. or Amazon., "
            "must not start or end with a period, and must not have successive periods."
        )


def _check_value(what: str, value: dict[str, Any]) -> None:
    if value.get("StringListValues") or value.get("BinaryListValues"):
        raise invalid_parameter("Message attribute list values in SendMessage operation are not supported.")
    kind = value.get("DataType")
    prefix = (kind or "").partition(".")[0]
    if prefix not in ("String", "Number", "Binary") or len(kind) > 256 or kind.endswith("."):
        raise invalid_parameter(
            f"The type of {what} is invalid. "
            "You must use only the following supported type prefixes: Binary, Number, String."
        )
    content = value.get("BinaryValue" if prefix == "Binary" else "StringValue")
    if not content:
        raise invalid_parameter(f"{what[0].upper()}{what[1:]} must contain a non-empty value of type '{kind}'.")
    if prefix != "Binary" and has_forbidden_characters(content):
        raise invalid_parameter(INVALID_CHARACTERS)
    if prefix == "Number" and not NUMBER.fullmatch(content):
        raise invalid_parameter(f"Can't cast the value of {what} to a number.")


def selected(attributes: Attributes, wanted: list[str]) -> Attributes:
    """The attributes that a receiver asked for: by name, by prefix (``name.*``) or all (``All``, ``.*``, ``*``)."""
    if any(each in ("All", ".*", "*") for each in wanted):
        return attributes
    prefixes = tuple(each[:-2] for each in wanted if each.endswith(".*"))
    return {
        name: value
        for name, value in attributes.items()
        if name in wanted or (prefixes and name.startswith(prefixes))
    }

"""What may be published: the message, its subject, its attributes, its texts per protocol, and how long all that is.

https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

import re
from typing import Any

import orjson

from emulator.services.sns.errors import bad_content, invalid

LONGEST_SUBJECT = 100
LONGEST_NAME = 256
KIND = re.compile(r"(String|Number|Binary)(\..+)?", re.DOTALL)
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]")
LONGEST_SMS = 1600  # characters of a message to a phone number
TOKEN = re.compile(r"[A-Za-z0-9!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]{1,128}")

Attributes = dict[str, dict[str, Any]]


def check(body: str, subject: str | None, attributes: Attributes | None) -> None:
    """Raises InvalidParameter, ParameterValueInvalid."""
    if not body:
        raise invalid("Empty message")
    if subject is not None and not (0 < len(subject) <= LONGEST_SUBJECT and subject.isprintable()):
        raise invalid("Subject")
    for name, value in (attributes or {}).items():
        _check_name(name)
        _check_value(name, value)


def length(body: str, attributes: Attributes | None) -> int:
    """Bytes that count: the message, and each attribute's name, type and value."""
    total = len(body.encode())
    for name, value in (attributes or {}).items():
        total += len(name.encode()) + len(value["DataType"].encode())
        total += len(value["BinaryValue"] if value.get("BinaryValue") else value["StringValue"].encode())
    return total


def texts(body: str, structure: str | None) -> dict[str, str]:
    """The texts per protocol of a message of structure json, else nothing. Raises InvalidParameter."""
    if structure is None:
        return {}
    if structure != "json":
        raise invalid("Message Structure", f"unsupported value {structure}")
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        raise invalid("Message Structure - JSON message body failed to parse")
    if not isinstance(given.get("default"), str):
        raise invalid("Message Structure - No default entry in JSON message body")
    return {name: value for name, value in given.items() if isinstance(value, str)}


def check_token(name: str, value: str | None) -> None:
    """A group or deduplication id. Raises InvalidParameter."""
    if value is not None and not TOKEN.fullmatch(value):
        raise invalid(
            f"{name} Reason: The specified value for {name} can only include alphanumeric and punctuation characters. "
            "1 to 128 in length"
        )


def _check_name(name: str) -> None:
    if not name:
        raise bad_content("Message attribute name can not be empty.")
    if len(name.encode()) > LONGEST_NAME:
        raise bad_content(f"Length of message attribute name must be less than {LONGEST_NAME} bytes.")
    odd = NOT_IN_NAMES.search(name)
    if odd is not None:
        raise bad_content(
            f"Invalid non-alphanumeric character '#x{ord(odd[0]):X}' was found in the message attribute name. "
            "Can only include alphanumeric characters, hyphens, underscores, or dots."
        )
    if name.startswith("."):
        raise bad_content("Invalid message attribute name starting with character '.' was found.")
    if name.endswith("."):
        raise bad_content("Invalid message attribute name ending with character '.' was found.")
    if ".." in name:
        raise bad_content("Message attribute name can not have successive '.' character.")


def _check_value(name: str, value: dict[str, Any]) -> None:
    kind = value["DataType"]
    known = KIND.fullmatch(kind)
    if known is None:
        raise bad_content(
            f"The message attribute '{name}' has an invalid message attribute type, the set of supported type "
            "prefixes is Binary, Number, and String."
        )
    field = "Binary" if known[1] == "Binary" else "String"
    other = "String" if field == "Binary" else "Binary"
    content = value.get(f"{field}Value")
    if not content:
        if value.get(f"{other}Value"):
            raise bad_content(f"The message attribute '{name}' with type '{kind}' must use field '{field}'.")
        raise bad_content(
            f"The message attribute '{name}' must contain non-empty message attribute value for message attribute "
            f"type '{kind}'."
        )
    if known[1] == "Number" and not NUMBER.fullmatch(content):
        raise bad_content(f"Could not cast message attribute '{name}' value to number.")

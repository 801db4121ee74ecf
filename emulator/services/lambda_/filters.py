"""Filters of event source mappings: which records a function gets to see.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
"""

from base64 import b64decode
from typing import Any

import orjson

from emulator.engines import event_patterns
from emulator.engines.event_fields import fields_of
from emulator.kernel.errors import AwsError
from emulator.services.lambda_.errors import invalid
from emulator.services.lambda_.tables import Mapping


def check(criteria: dict[str, Any]) -> None:
    """Raises InvalidParameterValueException."""
    for each in criteria.get("Filters", ()):
        try:
            event_patterns.parse(each.get("Pattern", "{}"))
        except (AwsError, ValueError):
            raise invalid("Invalid filter pattern definition.") from None


def _read(text: str | bytes) -> Any:
    """What JSON says; the text itself where it is none."""
    try:
        return orjson.loads(text)
    except ValueError:
        return text if isinstance(text, str) else text.decode("utf-8", "replace")


def _seen(record: dict[str, Any]) -> dict[str, Any]:
    """A record as filters see it: with the body of a message, and the data of a stream's record, as what they say."""
    if "body" in record:
        return {**record, "body": _read(record["body"])}
    if "kinesis" in record:
        return {**record, **record["kinesis"], "data": _read(b64decode(record["kinesis"]["data"]))}
    return record


def fits(mapping: Mapping, record: dict[str, Any]) -> bool:
    """Whether one of the filters matches."""
    filters = (mapping.document.get("FilterCriteria") or {}).get("Filters")
    if not filters:
        return True
    fields = fields_of(_seen(record))
    return any(event_patterns.parse(each.get("Pattern", "{}")).matches(fields) for each in filters)

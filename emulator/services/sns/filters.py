"""Filter policies of subscriptions: SNS's limits on top of event patterns, and what of a message they look at.

https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
"""

from functools import lru_cache
from typing import Any

import orjson

from emulator.engines import event_patterns
from emulator.engines.event_fields import Fields, fields_of
from emulator.engines.event_matching import Pattern, count, leaves
from emulator.engines.event_patterns import PatternError
from emulator.services.sns import json_attributes
from emulator.services.sns.errors import invalid
from emulator.services.sns.tables import Message, Subscription

MOST_KEYS = 5
MOST_COMBINATIONS = 150
BODY, ATTRIBUTES = "MessageBody", "MessageAttributes"


def check(text: str, scope: str, prefix: str = "") -> None:
    """Raises InvalidParameter for a policy that SNS does not accept. ``{}`` accepts everything."""
    policy = json_attributes.read("FilterPolicy", text, prefix)
    if policy == {}:
        return
    try:
        pattern = _pattern(text)
    except PatternError as error:
        raise invalid(f"{prefix}FilterPolicy: {error.located}") from None
    if scope == ATTRIBUTES and any(leaf.depth > 1 for leaf in leaves(pattern.nodes)):
        raise invalid(f"{prefix}Filter policy scope MessageAttributes does not support nested filter policy")
    if len(policy) > MOST_KEYS:
        raise invalid(f"{prefix}FilterPolicy: Filter policy can not have more than {MOST_KEYS} keys")
    # Values times depth, multiplied; alternatives added up.
    if count(pattern.nodes, lambda leaf: len(leaf.tests) * leaf.depth) > MOST_COMBINATIONS:
        raise invalid(f"{prefix}FilterPolicy: Filter policy is too complex")


@lru_cache(maxsize=4096)
def _pattern(text: str) -> Pattern:
    # AWS parses what it has written down again itself: places in its refusals are those of the compact text.
    try:
        compact = orjson.dumps(orjson.loads(text)).decode()
    except orjson.JSONEncodeError:  # deeper than anything that is meant
        raise PatternError("Filter policy is too complex") from None
    return event_patterns.parse(compact)


class Candidate:
    """A message in front of filter policies; what they look at is prepared once, when first asked for."""

    __slots__ = ("_attributes", "_body", "message")

    def __init__(self, message: Message):
        self.message = message
        self._attributes: Fields | None = None
        self._body: Fields | None = None

    def accepted(self, subscription: Subscription) -> bool:
        """Whether the subscription's filter policy lets the message through."""
        text = subscription.attributes.get("FilterPolicy")
        if not text or text == "{}":
            return True
        body = subscription.attributes.get("FilterPolicyScope") == BODY
        fields = self.body() if body else self.attributes()
        return fields is not None and _pattern(text).matches(fields)

    def attributes(self) -> Fields:
        if self._attributes is None:
            self._attributes = {
                name: [(each, ()) for each in _values(value)] for name, value in self.message.attributes.items()
            }
        return self._attributes

    def body(self) -> Fields | None:
        """None for a message that is no JSON object: no policy on the body lets it through."""
        if self._body is None:
            try:
                event = orjson.loads(self.message.body)
            except orjson.JSONDecodeError:
                return None
            if not isinstance(event, dict):
                return None
            self._body = fields_of(event)
        return self._body


def _values(attribute: dict[str, Any]) -> list:
    """The values of a message attribute that policies see; of a Binary none."""
    kind = attribute["DataType"]
    if kind.startswith("Binary"):
        return []
    text = attribute["StringValue"]
    if kind.startswith("Number"):
        return [float(text)]
    if kind == "String.Array":
        try:
            values = orjson.loads(text)
        except orjson.JSONDecodeError:
            return []
        return [each for each in values if not isinstance(each, (list, dict))] if isinstance(values, list) else [values]
    return [text]

"""Filter policies of subscriptions: SNS's limits on top of event patterns, and what of a message they look at.

https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
"""

from functools import lru_cache
from typing import Any

import orjson

from emulator.engines import event_patterns
from emulator.engines.event_fields import Fields, fields_of
from emulator.engines.event_patterns import Leaf, Node, Pattern, PatternError
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
    if scope == ATTRIBUTES and pattern.nested:
        raise invalid(f"{prefix}Filter policy scope MessageAttributes does not support nested filter policy")
    if len(policy) > MOST_KEYS:
        raise invalid(f"{prefix}FilterPolicy: Filter policy can not have more than {MOST_KEYS} keys")
    if combinations(pattern.nodes) > MOST_COMBINATIONS:
        raise invalid(f"{prefix}FilterPolicy: Filter policy is too complex")


@lru_cache(maxsize=4096)
def _pattern(text: str) -> Pattern:
    # AWS parses what it has written down again itself: places in its refusals are those of the compact text.
    return event_patterns.parse(orjson.dumps(orjson.loads(text)).decode())


def combinations(nodes: tuple[Node, ...]) -> int:
    """The number of combinations that a policy counts as: values times depth, multiplied, alternatives added up."""
    total = 1
    for node in nodes:
        if isinstance(node, Leaf):
            total *= len(node.tests) * node.depth
        else:
            total *= sum(combinations(branch) for branch in node.branches)
    return total


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

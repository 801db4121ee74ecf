"""Requests of which a recorder blanked the end, completed from what was received later.

A batch of messages was sent, and the recording shows how they arrived: their bodies, attributes, groups. The digests in
the recorded answers prove what is put together here. What did not arrive stays incomplete.
"""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

import msgspec

from lab.cassette.importers.exchange import Exchange
from lab.cassette.model import Body

TOPIC = re.compile(rb"<CreateTopicResult>\s*<TopicArn>([^<]+)</TopicArn>")
PUBLISHED = re.compile(rb"<MessageId>([^<]+)</MessageId>\s*<Id>([^<]+)</Id>|<Id>([^<]+)</Id>\s*<MessageId>([^<]+)"
                       rb"</MessageId>")

#: What of a message's system attributes its sender had chosen.
CHOSEN = ("MessageGroupId", "MessageDeduplicationId")
ENTRY = "PublishBatchRequestEntries.member.1"


class Arrived(NamedTuple):
    """A message as a queue gave it."""

    queue: str
    message: dict


def completed(exchanges: list[Exchange]) -> tuple[list[Exchange], list[str]]:
    """The exchanges, completed where that can be done, and a note for each that was."""
    arrived, used, made, notes = list(arrivals(exchanges)), set(), [], []
    for index, each in enumerate(exchanges):
        body = complete(each, exchanges, arrived, used) if each.incomplete else None
        if body is not None:
            each = each._replace(request=msgspec.structs.replace(each.request, body=Body.of(body)), incomplete=None)
            notes.append(f"step {index}: the recorder blanked the end of the request; completed from what arrived")
        made.append(each)
    return made, notes


def arrivals(exchanges: list[Exchange]) -> Iterator[Arrived]:
    for each in exchanges:
        if each.request.header("X-Amz-Target").endswith(".ReceiveMessage") and each.response is not None:
            queue = json.loads(each.request.body.raw())["QueueUrl"]
            for message in json.loads(each.response.body.raw()).get("Messages", ()):
                yield Arrived(queue, message)


def complete(exchange: Exchange, exchanges: list[Exchange], arrived: list[Arrived], used: set[str]) -> bytes | None:
    """The whole body of a blanked request; None where it can't be told. ``used``: what stands for a publication."""
    if exchange.response is None or exchange.response.status != 200:
        return None
    if exchange.request.header("X-Amz-Target").endswith(".SendMessageBatch"):
        return sent(exchange, arrived)
    if exchange.request.body.raw().startswith(b"Action=PublishBatch&"):
        return published(exchange, exchanges, arrived, used)
    return None


def sent(exchange: Exchange, arrived: list[Arrived]) -> bytes | None:
    """A batch to a queue, by the ids that it gave to the messages."""
    queues, entries = set(), []
    for each in json.loads(exchange.response.body.raw()).get("Successful", ()):
        found = next((one for one in arrived if one.message["MessageId"] == each["MessageId"]), None)
        if found is None:
            return None
        queues.add(found.queue)
        entry = {"Id": each["Id"], "MessageBody": found.message["Body"], **chosen(found.message)}
        if "MessageAttributes" in found.message:
            entry["MessageAttributes"] = found.message["MessageAttributes"]
        entries.append(entry)
    return json.dumps({"Entries": entries, "QueueUrl": queues.pop()}).encode() if len(queues) == 1 else None


def published(exchange: Exchange, exchanges: list[Exchange], arrived: list[Arrived], used: set[str]) -> bytes | None:
    """A batch of one message to the only topic: by its id in the notification, or by its text where that came raw."""
    topics = {found[1] for each in exchanges if each.response and (found := TOPIC.search(each.response.body.raw()))}
    ids = PUBLISHED.findall(exchange.response.body.raw())
    fields = dict(parse_qsl(exchange.request.body.raw().decode(), keep_blank_values=True))
    text = fields.get(f"{ENTRY}.Message")
    if len(topics) != 1 or len(ids) != 1 or text is None:
        return None
    number = (ids[0][0] or ids[0][3]).decode()
    fitting = ((each.message, match(each.message, text, number)) for each in arrived
               if each.message["MessageId"] not in used)
    message, found = next((pair for pair in fitting if pair[1] is not None), (None, None))
    topic = topics.pop().decode()
    if found is None or (topic.endswith(".fifo") and "MessageGroupId" not in found[1]):
        return None
    used.add(message["MessageId"])
    attributes, system = found
    pairs = [("Action", "PublishBatch"), (f"{ENTRY}.Id", fields[f"{ENTRY}.Id"]), (f"{ENTRY}.Message", text),
             *((f"{ENTRY}.{name}", value) for name, value in system.items())]
    for number, (name, (kind, value)) in enumerate(attributes.items(), 1):
        place = f"{ENTRY}.MessageAttributes.entry.{number}"
        pairs += [(f"{place}.Name", name), (f"{place}.Value.DataType", kind), (f"{place}.Value.StringValue", value)]
    return urlencode([*pairs, ("TopicArn", topic), ("Version", "2010-03-31")]).encode()


def match(message: dict, text: str, number: str) -> tuple[dict[str, tuple[str, str]], dict[str, str]] | None:
    """Attributes and what else the publisher chose, when this is how a publication arrived."""
    try:
        wrapped = json.loads(message["Body"])
    except ValueError:
        wrapped = None
    if isinstance(wrapped, dict) and "Message" in wrapped:
        told = wrapped.get("MessageAttributes", {}) if wrapped.get("MessageId") == number else None
        attributes = told and {name: (each["Type"], each["Value"]) for name, each in told.items()}
        return None if told is None else (attributes or {}, chosen(message))
    if message["Body"] != text:
        return None
    told = message.get("MessageAttributes", {})
    return {name: (each["DataType"], each["StringValue"]) for name, each in told.items()}, chosen(message)


def chosen(message: dict) -> dict[str, str]:
    return {name: message["Attributes"][name] for name in CHOSEN if name in message.get("Attributes", {})}

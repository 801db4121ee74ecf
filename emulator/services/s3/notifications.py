"""Event notifications: which configurations are accepted, and the delivery of events to their destinations.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
"""

import logging
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import orjson

from emulator.kernel.context import Context, acting
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.protocol.rest_xml import host_id
from emulator.protocol.timestamps import iso8601_milliseconds
from emulator.services.s3 import event_bridge, service
from emulator.services.s3.common import listeners
from emulator.services.s3.documents import identifier, malformed
from emulator.services.s3.event_records import record
from emulator.services.s3.tables import Bucket, Version, buckets

logger = logging.getLogger("emulator.s3")

ARN = re.compile(r"arn:aws[a-z-]*:(?P<service>[a-z-]+):(?P<region>[a-z0-9-]*):(?P<account>\d*):(?P<name>.+)")


class Destination(NamedTuple):
    """One kind of destination: its list in the configuration, its ARN's member and name on the wire, its service.

    ``argument`` and ``refusal`` are the members of the error about one that can't be reached.
    """

    configurations: str
    member: str
    wire: str
    service: str
    argument: str
    refusal: str


def _where(arn: re.Match, bucket: Bucket) -> dict:
    """Where a destination is, and who speaks to it: S3, for the bucket."""
    source = acting("s3.amazonaws.com", f"arn:aws:s3:::{bucket.name}", bucket.account)
    return {"account": arn["account"], "region": arn["region"], "as_": source}


def _send_to_queue(ctx: Context, arn: re.Match, text: str, bucket: Bucket) -> None:
    url = f"{ctx.host}/{arn['account']}/{arn['name']}"
    ctx.call("sqs", "SendMessage", {"QueueUrl": url, "MessageBody": text}, **_where(arn, bucket))


def _publish_to_topic(ctx: Context, arn: re.Match, text: str, bucket: Bucket) -> None:
    message = {"TopicArn": arn[0], "Message": text, "Subject": "Amazon S3 Notification"}
    ctx.call("sns", "Publish", message, **_where(arn, bucket))


def _invoke_function(ctx: Context, arn: re.Match, text: str, bucket: Bucket) -> None:
    ctx.after(0, "invoke_function", arn=arn[0], text=text, bucket=bucket.name)


@service.job
def invoke_function(ctx: Context, arn: str, text: str, bucket: str):
    """Hand an event to a function, beside the call that it tells of; Lambda tries again by itself."""
    found: Bucket | None = ctx.rows(buckets).get(bucket)
    if found is None:
        return
    event = {"FunctionName": arn, "InvocationType": "Event", "Payload": text.encode()}
    try:
        ctx.call("lambda", "Invoke", event, **_where(ARN.fullmatch(arn), found))
    except AwsError as error:
        logger.warning("an event of %s was not delivered to %s: %s", bucket, arn, error)


def _look_for_function(ctx: Context, arn: re.Match, _text: str, bucket: Bucket) -> None:
    ctx.call("lambda", "GetFunction", {"FunctionName": arn[0]}, **_where(arn, bucket))


SEND = {"sqs": _send_to_queue, "sns": _publish_to_topic, "lambda": _invoke_function}
PROBE = {**SEND, "lambda": _look_for_function}  # a function gets no test event
DESTINATIONS = (
    Destination("QueueConfigurations", "QueueArn", "Queue", "sqs", "{arn}", "The destination queue does not exist"),
    Destination("TopicConfigurations", "TopicArn", "Topic", "sns", "{arn}", "The destination topic does not exist"),
    Destination("LambdaFunctionConfigurations", "LambdaFunctionArn", "CloudFunction", "lambda", "{arn}, null",
                "Not authorized to invoke function [{arn}]"),
)  # fmt: skip


def _invalid_argument(message: str, **members) -> AwsError:
    return AwsError("InvalidArgument", message, 400, **members)


def _entries(document: dict) -> Iterator[tuple[Destination, dict]]:
    for kind in DESTINATIONS:
        for entry in document.get(kind.configurations, ()):
            yield kind, entry


# Configuration


def accept(ctx: Context, bucket: Bucket, document: dict, given: dict) -> dict | None:
    """Validate a configuration and send the test event to its destinations. Raises InvalidArgument, MalformedXML."""
    accepted: dict = {}
    arns = []
    for kind, entry in _entries(document):
        arn = ARN.fullmatch(entry[kind.member])
        if arn is None or arn["service"] != kind.service:
            raise _invalid_argument(
                "The ARN could not be parsed", ArgumentName=kind.wire, ArgumentValue=entry[kind.member]
            )
        if arn["region"] != bucket.region:
            raise _invalid_argument(
                "The notification destination service region is not valid for the bucket location constraint",
                ArgumentName=kind.wire, ArgumentValue=entry[kind.member],
            )  # fmt: skip
        _check_events(entry["Events"])
        stored = {"Id": entry.get("Id") or identifier(ctx), **entry}
        if "Filter" in entry:
            stored["Filter"] = {"Key": {"FilterRules": _checked_rules(entry["Filter"])}}
        accepted.setdefault(kind.configurations, []).append(stored)
        arns.append((kind, arn))
    _check_overlaps(accepted)
    if "EventBridgeConfiguration" in document:
        event_bridge.look_for_bus(ctx, bucket)
        accepted["EventBridgeConfiguration"] = {}
    if not given.get("SkipDestinationValidation"):
        _send_test_events(ctx, bucket, arns)
    return accepted or None


EVENTS = {
    "s3:ReducedRedundancyLostObject": (),
    "s3:ObjectCreated": ("Put", "Post", "Copy", "CompleteMultipartUpload"),
    "s3:ObjectRemoved": ("Delete", "DeleteMarkerCreated"),
    "s3:ObjectRestore": ("Post", "Completed", "Delete"),
    "s3:Replication": ("OperationFailedReplication", "OperationNotTracked", "OperationMissedThreshold",
                       "OperationReplicatedAfterThreshold"),
    "s3:ObjectTagging": ("Put", "Delete"),
    "s3:ObjectAcl": ("Put",),
    "s3:LifecycleExpiration": ("Delete", "DeleteMarkerCreated"),
    "s3:LifecycleTransition": (),
    "s3:IntelligentTiering": (),
}  # fmt: skip


def _check_events(events: list[str]) -> None:
    if not events:
        raise malformed()
    for event in events:
        family, _, member = event.rpartition(":") if event.count(":") == 2 else (event, "", "")
        if family not in EVENTS or (member not in ("", "*") and member not in EVENTS[family]):
            raise _invalid_argument(
                f"The event '{event}' is not supported for notifications", ArgumentName="Event", ArgumentValue=event
            )


def _checked_rules(filter_: dict) -> list[dict]:
    """The rules of a key filter: at most one prefix and one suffix, in the spelling and order that S3 keeps."""
    found: dict[str, dict] = {}
    for rule in filter_.get("Key", {}).get("FilterRules") or ():
        if "Name" not in rule or "Value" not in rule:
            raise malformed()
        name = rule["Name"].lower()
        if name not in ("prefix", "suffix"):
            raise _invalid_argument(
                "filter rule name must be either prefix or suffix", ArgumentName="FilterRule.Name",
                ArgumentValue=rule["Name"],
            )  # fmt: skip
        if name in found:
            raise _invalid_argument(
                f"Cannot specify more than one {name} rule in a filter.", ArgumentName="FilterRule.Name",
                ArgumentValue=rule["Name"],
            )  # fmt: skip
        found[name] = {"Name": name.title(), "Value": rule["Value"]}
    return [found[name] for name in sorted(found)]


def _check_overlaps(document: dict) -> None:
    """Two entries may not tell of the same event of the same key."""
    seen: list[tuple[str, str, str]] = []
    for _, entry in _entries(document):
        current = [(event, *_affixes(entry)) for event in entry["Events"]]
        if any(_overlap(one, other) for one in seen for other in current):
            raise _invalid_argument(
                "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the "
                "prefixes are overlapping for the same event type."
            )
        seen += current


def _overlap(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    """Whether one key could bring about an event of both (event, prefix, suffix)."""
    return all(_nested(*pair, test) for pair, test in zip(zip(one, other), (covers, str.startswith, str.endswith)))


def _nested(one: str, other: str, test) -> bool:
    return test(one, other) or test(other, one)


def _affixes(entry: dict) -> tuple[str, str]:
    rules = {rule["Name"]: rule["Value"] for rule in entry.get("Filter", {}).get("Key", {}).get("FilterRules", ())}
    return rules.get("Prefix", ""), rules.get("Suffix", "")


def _send_test_events(ctx: Context, bucket: Bucket, arns: list[tuple[Destination, re.Match]]) -> None:
    """Tell every destination that it was configured; all that can't be told are named in one error."""
    text = orjson.dumps({
        "Service": "Amazon S3", "Event": "s3:TestEvent", "Time": iso8601_milliseconds(ctx.now), "Bucket": bucket.name,
        "RequestId": ctx.request_id, "HostId": host_id(ctx.request_id),
    }).decode()  # fmt: skip
    refused: dict[str, str] = {}
    for kind, arn in arns:
        try:
            PROBE[kind.service](ctx, arn, text, bucket)
        except NotImplementedByEmulator:
            raise
        except AwsError as error:
            number = len(refused) // 2 + 1
            refused[f"ArgumentName{number}"] = kind.argument.format(arn=arn[0])
            refused[f"ArgumentValue{number}"] = _refusal(kind, arn, error)
    if refused:
        raise _invalid_argument("Unable to validate the following destination configurations", **refused)


def _refusal(kind: Destination, arn: re.Match, error: AwsError) -> str:
    if kind.service != "lambda" and "AccessDenied" in error.code:
        noun = "queue" if kind.service == "sqs" else "topic"
        return f"Permissions on the destination {noun} do not allow S3 to publish notifications from this bucket"
    return kind.refusal.format(arn=arn[0])


# Delivery


def covers(pattern: str, event: str) -> bool:
    """``s3:ObjectCreated:*`` stands for all of its family."""
    return pattern == event or (pattern.endswith(":*") and event.startswith(pattern[:-1]))


def notify(ctx: Context, bucket: Bucket, event: str, version: Version) -> None:
    """Send an event to every destination that asked for it. A destination that fails does not fail the operation."""
    document = bucket.configurations.get("NotificationConfiguration")
    if not document:
        return
    if "EventBridgeConfiguration" in document:
        _deliver(bucket, event, version, "EventBridge", lambda: event_bridge.send(ctx, bucket, event, version))
    for kind, entry in _entries(document):
        prefix, suffix = _affixes(entry)
        if (
            any(covers(pattern, event) for pattern in entry["Events"])
            and version.key.startswith(prefix)
            and version.key.endswith(suffix)
        ):
            text = orjson.dumps({"Records": [record(ctx, bucket, event, version, entry["Id"])]}).decode()
            arn = ARN.fullmatch(entry[kind.member])
            _deliver(bucket, event, version, arn[0], partial(SEND[kind.service], ctx, arn, text, bucket))


def _deliver(bucket: Bucket, event: str, version: Version, target: str, send: Callable[[], None]) -> None:
    """Send, or tell in the log why that was not possible."""
    try:
        send()
    except AwsError as error:
        logger.warning("the event %s of %s/%s was not delivered to %s: %s", event, bucket.name, version.key, target,
                       error)  # fmt: skip


listeners.append(notify)

"""How events reach a subscription's destination: as a gzipped document, in as many as fit, tried again for a day.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
"""

import gzip
import logging
from base64 import b64encode
from typing import Any

import orjson

from emulator.engines import target_calls
from emulator.engines.filter_patterns import SpacePattern
from emulator.engines.target_calls import Arn
from emulator.kernel.context import PARTITION, Context, Principal, acting
from emulator.kernel.errors import AwsError
from emulator.services.logs import account_rules, destinations, places, system_fields
from emulator.services.logs.errors import denied, invalid
from emulator.services.logs.reading import pattern_of
from emulator.services.logs.service import service
from emulator.services.logs.tables import Event, Group, Stream

logger = logging.getLogger("emulator.logs")

POLICY = "SUBSCRIPTION_FILTER_POLICY"
DOCUMENT = 256 * 1024  # bytes of messages in one document, before it is compressed
LONGEST = 86_400  # seconds for which a delivery is tried
KINDS = ("firehose", "kinesis", "lambda", "logs")
UNREACHABLE = {
    "lambda": "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute "
              "your function.",
    "kinesis": "Could not deliver test message to specified Kinesis stream. Check if the given kinesis stream is in "
               "ACTIVE state.",
    "firehose": "Could not deliver test message to specified Firehose stream. Check if the given Firehose stream is in "
                "ACTIVE state.",
}  # fmt: skip


def principal(found_arn: str, account: str, role: str | None) -> Principal:
    """Who speaks to a destination: its role, or CloudWatch Logs on behalf of the log group."""
    if role is None:
        return acting("logs.amazonaws.com", found_arn, account)
    owner, name = role.split(":")[4], role.rpartition("/")[2]
    return Principal("AssumedRole", owner, f"arn:{PARTITION}:sts::{owner}:assumed-role/{name}/CWL", f"{name}:CWL")


def greet(ctx: Context, found: Group, arn: Arn, role: str | None) -> None:
    """Try a destination before it is taken. Raises AccessDeniedException, InvalidParameterException."""
    if arn.service == "logs":
        made = destinations.find(ctx, arn.text)
        if made is None:
            raise invalid("The specified destination does not exist.")
        if not destinations.admits(made, ctx.account):
            raise denied(f"User with accountId: {ctx.account} is not authorized to perform: logs:PutSubscriptionFilter "
                         f"on resource: {arn.text}")  # fmt: skip
        return
    who = principal(found.arn, found.account, role)
    try:
        if arn.service == "lambda":
            ctx.call("lambda", "Invoke", {"FunctionName": arn.text, "InvocationType": "DryRun"}, as_=who,
                     **arn.where(ctx))  # fmt: skip
        else:
            kind = {"kinesis": "Kinesis", "firehose": "Firehose"}[arn.service]
            message = f"CWL CONTROL MESSAGE: Checking health of destination {kind}."
            document = _document("CONTROL_MESSAGE", "CloudwatchLogs", "", "", [], [
                {"id": "", "timestamp": int(ctx.now * 1000), "message": message}])  # fmt: skip
            _send(ctx, arn, who, document, "control")
    except AwsError:
        raise invalid(UNREACHABLE[arn.service]) from None


def came(ctx: Context, found: Group, of: Stream, events: list[Event], transformed) -> None:
    """Hand events that came to the group's and the account's subscriptions; each delivery is a job."""
    for name, settings in _subscriptions(ctx, found):
        pattern = pattern_of(settings["filterPattern"])
        message = transformed if settings.get("applyOnTransformedLogs") else lambda event: event.message
        mark, chosen, size = places.mark(of.id), [], 0
        for event in events:
            text = message(event)
            values = {} if pattern is None else pattern.extract(text)
            if values is None:
                continue
            if size + len(text) > DOCUMENT and chosen:
                _hand_over(ctx, found, of, name, settings, chosen)
                chosen, size = [], 0
            told: dict[str, Any] = {"id": places.written(event.place, mark), "timestamp": event.timestamp,
                                    "message": text}  # fmt: skip
            if isinstance(pattern, SpacePattern) and values:
                told["extractedFields"] = {selector[1:]: value for selector, value in values.items()}
            chosen.append(told)
            size += len(text)
        if chosen:
            _hand_over(ctx, found, of, name, settings, chosen)


def _subscriptions(ctx: Context, found: Group) -> list[tuple[str, dict]]:
    own = [(each.name, each.settings) for each in found.subscriptions if system_fields.chosen(found, each.settings)]
    return own + [(each.name, account_settings(each.document))
                  for each in account_rules.holding(ctx, found, POLICY)]  # fmt: skip


def account_settings(document: str) -> dict[str, Any]:
    """An account-level policy's document under the names of PutSubscriptionFilter."""
    given = orjson.loads(document)
    return {
        "destinationArn": given["DestinationArn"], "filterPattern": given.get("FilterPattern", ""),
        "distribution": given.get("Distribution", "ByLogStream"),
    } | ({"roleArn": given["RoleArn"]} if given.get("RoleArn") else {})  # fmt: skip


def _hand_over(ctx: Context, found: Group, of: Stream, name: str, settings: dict, events: list[dict]) -> None:
    ctx.after(0, "deliver", group=found.name, stream=of.name, name=name, settings=settings, events=events, tried=0,
              began=ctx.now)  # fmt: skip


@service.job
def deliver(ctx, group, stream, name, settings, events, tried, began):
    """Bring events to a destination; what it does not take is tried again, later and later."""
    document = _document("DATA_MESSAGE", ctx.account, group, stream, [name], events)
    key = ctx.ids.hex(32) if settings["distribution"] == "Random" else stream
    try:
        arn, role = target_calls.read(settings["destinationArn"]), settings.get("roleArn")
        if arn.service == "logs":
            made = destinations.find(ctx, arn.text)
            if made is None:
                raise AwsError("ResourceNotFoundException", f"{arn.text} does not exist", 400)
            arn, role = target_calls.read(made.document["targetArn"]), made.document["roleArn"]
        source = f"arn:{PARTITION}:logs:{ctx.region}:{ctx.account}:log-group:{group}:*"
        _send(ctx, arn, principal(source, ctx.account, role), document, key)
    except AwsError as error:
        logger.info("subscription %s of %s: %s", name, group, error)
        if ctx.now - began < LONGEST:
            ctx.after(2.0 ** min(tried, 10), "deliver", group=group, stream=stream, name=name, settings=settings,
                      events=events, tried=tried + 1, began=began)  # fmt: skip


def _document(kind: str, owner: str, group: str, stream: str, filters: list[str], events: list[dict]) -> bytes:
    return gzip.compress(orjson.dumps({
        "messageType": kind, "owner": owner, "logGroup": group, "logStream": stream, "subscriptionFilters": filters,
        "logEvents": events,
    }), mtime=0)  # fmt: skip


def _send(ctx: Context, arn: Arn, who: Principal, document: bytes, key: str) -> None:
    """Raises AwsError."""
    if arn.service == "lambda":
        payload = orjson.dumps({"awslogs": {"data": b64encode(document).decode()}}).decode()
        call = target_calls.function(ctx, arn, payload)
    elif arn.service == "kinesis":
        call = target_calls.Call("kinesis", "PutRecord", {
            "StreamARN": arn.text, "Data": document, "PartitionKey": key[:256]})  # fmt: skip
    else:
        call = target_calls.Call("firehose", "PutRecord", {
            "DeliveryStreamName": arn.name, "Record": {"Data": document}})  # fmt: skip
    call.make(ctx, who, arn.where(ctx))

"""What a topic's data protection policy does to its messages: refuses them, masks or redacts them, audits them.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-operations.html
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson

from emulator.engines.data_identifiers import Found, find
from emulator.kernel.context import Context, acting
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.sns.tables import Message, Subscription, Topic

SERVICE = "sns.amazonaws.com"


@lru_cache(maxsize=256)
def _policy(text: str) -> tuple[list[dict], dict[str, str]]:
    """The statements of a policy, and its custom identifiers by name."""
    policy = orjson.loads(text)
    custom = (policy.get("Configuration") or {}).get("CustomDataIdentifier") or ()
    return policy["Statement"], {each["Name"]: each["Regex"] for each in custom}


def _concerns(statement: dict, direction: str, principals: set[str]) -> bool:
    wanted = set(statement["Principal"])
    return statement["DataDirection"] == direction and ("*" in wanted or bool(wanted & principals))


def _who(arn: str, account: str) -> set[str]:
    return {arn, account, f"arn:aws:iam::{account}:root"}


def inbound(ctx: Context, topic: Topic, message: Message) -> Message:
    """The message as it enters the topic. Raises AuthorizationError for one with data that is denied."""
    if not topic.data_protection:
        return message
    statements, custom = _policy(topic.data_protection)
    who = _who(ctx.principal.arn, ctx.principal.account)
    for statement in statements:
        if _concerns(statement, "Inbound", who):
            if "Audit" in statement["Operation"]:
                _audit(ctx, topic, message, statement, custom)
                continue
            changed = _applied(message, statement, custom)
            if changed is None:
                raise AwsError("AuthorizationError", f"User: {ctx.principal.arn} is not authorized to perform: "
                               f"SNS:Publish on resource: {topic.arn} because the message holds data that its data "
                               "protection policy denies", 403)  # fmt: skip
            message = changed
    return message


def outbound(topic: Topic, message: Message, subscription: Subscription) -> Message | None:
    """The message as a subscription gets it; None when it must not get it."""
    if not topic.data_protection:
        return message
    statements, custom = _policy(topic.data_protection)
    who = _who(subscription.principal, subscription.owner)
    for statement in statements:
        if message is not None and _concerns(statement, "Outbound", who):
            message = _applied(message, statement, custom)
    return message


def _applied(message: Message, statement: dict, custom: dict[str, str]) -> Message | None:
    """The message after one statement; None when it is denied."""
    names, operation = statement["DataIdentifier"], statement["Operation"]
    if "Deny" in operation:
        texts = (message.body, *message.structure.values())
        return None if any(find(text, names, custom) for text in texts) else message
    config = operation["Deidentify"]
    mask = config["MaskConfig"].get("MaskWithCharacter", "#") if "MaskConfig" in config else ""

    def hidden(text: str) -> str:
        parts, place = [], 0
        for each in find(text, names, custom):
            if each.start >= place:
                parts += [text[place : each.start], mask * (each.end - each.start)]
                place = each.end
        return "".join((*parts, text[place:]))

    structure = {protocol: hidden(text) for protocol, text in message.structure.items()}
    return replace(message, body=hidden(message.body), structure=structure)


def _audit(ctx: Context, topic: Topic, message: Message, statement: dict, custom: dict[str, str]) -> None:
    """Write down what was found, or that nothing was, for a share of the messages."""
    audit = statement["Operation"]["Audit"]
    if ctx.ids.below(100) >= int(audit.get("SampleRate", 0)):
        return
    found = find(message.body, statement["DataIdentifier"], custom)
    destination = audit.get("FindingsDestination" if found else "NoFindingsDestination") or {}
    if not destination:
        return
    record = orjson.dumps(_finding(ctx, topic, message, found))
    as_ = acting(SERVICE, topic.arn, topic.account)
    moment = datetime.fromtimestamp(ctx.now, UTC)
    for kind, where in destination.items():
        call = DESTINATIONS[kind](where, record, f"{topic.name}/{moment:%Y/%m/%d/%H}/{message.id}.log", ctx.now)
        try:
            ctx.call(*call, as_=as_, account=topic.account, region=topic.region)
        except AwsError:
            continue  # a destination that cannot be written to does not hold the message up


def _finding(ctx: Context, topic: Topic, message: Message, found: list[Found]) -> dict[str, Any]:
    by_name: dict[str, list[Found]] = {}
    for each in found:
        by_name.setdefault(each.name, []).append(each)
    return {
        "messageId": message.id, "auditTimestamp": datetime.fromtimestamp(ctx.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "callerPrincipal": ctx.principal.arn, "resourceArn": topic.arn,
        "dataIdentifiers": [
            {"name": name, "count": len(each), "detections": [{"start": one.start, "end": one.end} for one in each]}
            for name, each in by_name.items()
        ],
    }  # fmt: skip


DESTINATIONS = {
    "Firehose": lambda where, record, name, at: ("firehose", "PutRecord", {
        "DeliveryStreamName": where["DeliveryStream"], "Record": {"Data": record + b"\n"}}),
    "S3": lambda where, record, name, at: ("s3", "PutObject", {"Bucket": where["Bucket"], "Key": name, "Body": record}),
    "CloudWatchLogs": lambda where, record, name, at: ("logs", "PutLogEvents", {
        "logGroupName": where["LogGroup"], "logStreamName": name.partition("/")[0], "logEvents": [
            {"timestamp": int(at * 1000), "message": record.decode()}]}),
}  # fmt: skip

"""The OpenSearch destinations: records are documents, indexed through the bulk API.

https://docs.aws.amazon.com/firehose/latest/dev/create-destination.html#create-destination-opensearch-service
"""

from datetime import UTC, datetime

import orjson

from emulator.backends import http
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.firehose.failures import Failed, Retry
from emulator.services.firehose.roles import role
from emulator.services.firehose.tables import Delivery, DeliveryStream, Item

TIMEOUT = 30.0  # seconds
OUTPUT = "AmazonOpenSearchService-failed"
ROTATIONS = {"OneHour": "-%Y-%m-%d-%H", "OneDay": "-%Y-%m-%d", "OneWeek": "-%G-w%V", "OneMonth": "-%Y-%m"}
TOO_MANY = 429


def index_of(config: dict, moment: float) -> str:
    """The name of the index, with the date that its rotation appends."""
    rotation = ROTATIONS.get(config.get("IndexRotationPeriod", ""), "")
    return config["IndexName"] + datetime.fromtimestamp(moment, UTC).strftime(rotation)


async def send(ctx: Context, stream: DeliveryStream, delivery: Delivery) -> list[Failed] | Retry:
    """Index the documents. What the domain refuses for good has failed; what it had no room for goes again."""
    items, config = delivery.items, stream.destination
    endpoint = _endpoint(ctx, config)
    if endpoint is None:
        return Retry(items, OUTPUT, "OS.InvalidDomain", f"The domain {config.get('DomainARN')} has no endpoint.")
    lines, sent, bad = [], [], []
    for item in items:
        action = {"_index": index_of(config, item.at)}
        if config.get("TypeName"):
            action["_type"] = config["TypeName"]
        if config.get("DocumentIdOptions", {}).get("DefaultDocumentIdFormat") != "NO_DOCUMENT_ID":
            action["_id"] = item.id
        try:
            document = orjson.dumps(orjson.loads(item.data))
        except ValueError as error:
            bad.append(Failed(item, OUTPUT, "OS.MalformedData", f"The record is not JSON: {error}"))
            continue
        lines += [orjson.dumps({"index": action}), document]
        sent.append(item)
    if not sent:
        return bad
    answer = await ctx.in_thread(
        http.post, f"{endpoint}/_bulk", {"Content-Type": "application/x-ndjson"}, b"\n".join(lines) + b"\n", TIMEOUT,
        ctx.setting("outbound", False),
    )  # fmt: skip
    if not 200 <= answer.status < 300:
        return Retry(items, OUTPUT, "OS.ServiceException", answer.reason or f"The domain answered {answer.status}.")
    return _judged(answer.body, items, sent, bad)


def _judged(body: bytes, items: tuple[Item, ...], sent: list[Item], bad: list[Failed]) -> list[Failed] | Retry:
    try:
        results = [next(iter(each.values())) for each in orjson.loads(body)["items"]]
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration):
        return Retry(items, OUTPUT, "OS.ServiceException", "The domain's answer to the bulk request has no items.")
    full = tuple(item for item, result in zip(sent, results) if result.get("status") == TOO_MANY)
    for item, result in zip(sent, results):
        if result.get("status", 200) >= 300 and result["status"] != TOO_MANY:
            bad.append(Failed(item, OUTPUT, str(result["status"]), orjson.dumps(result.get("error")).decode()))
    if full and not bad:
        return Retry(full, OUTPUT, str(TOO_MANY), "The domain takes no more documents now.")
    return bad + [Failed(item, OUTPUT, str(TOO_MANY), "The domain takes no more documents now.") for item in full]


def _endpoint(ctx: Context, config: dict) -> str | None:
    """The address that a configuration names, or that its domain has."""
    named = config.get("ClusterEndpoint") or config.get("CollectionEndpoint")
    if named:
        return named.rstrip("/")
    try:
        found = ctx.call("es", "DescribeElasticsearchDomain", {"DomainName": config["DomainARN"].rpartition("/")[2]},
                         as_=role(config["RoleARN"]))  # fmt: skip
    except (AwsError, LookupError):
        return None
    host = found["DomainStatus"].get("Endpoint")
    return f"https://{host}" if host else None

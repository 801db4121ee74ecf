"""The Splunk destination: the HTTP Event Collector, with acknowledgement.

https://docs.aws.amazon.com/firehose/latest/dev/create-destination.html#create-destination-splunk
"""

import orjson

from emulator.backends import http
from emulator.kernel.context import Context
from emulator.services.firehose.failures import Failed, Retry
from emulator.services.firehose.tables import Delivery, DeliveryStream

TIMEOUT = 30.0  # seconds
POLL = 1.0  # seconds between questions for an acknowledgement
OUTPUT = "splunk-failed"


async def send(ctx: Context, stream: DeliveryStream, delivery: Delivery) -> list[Failed] | Retry:
    """Post the records in one body, then ask until Splunk says that they are indexed."""
    items, config, channel = delivery.items, stream.destination, ctx.ids.uuid()
    base, kind = config["HECEndpoint"].rstrip("/"), config["HECEndpointType"].lower()
    headers = {"Authorization": f"Splunk {config.get('HECToken', '')}", "X-Splunk-Request-Channel": channel}
    outbound = ctx.setting("outbound", False)
    body = b"".join(each.data for each in items)
    answer = await ctx.in_thread(
        http.post, f"{base}/services/collector/{kind}?channel={channel}", headers, body, TIMEOUT, outbound
    )
    if answer.status != 200:
        code = "Splunk.ConnectionClosed" if answer.status == 0 else "Splunk.InvalidStatusCode"
        return Retry(items, OUTPUT, code, answer.reason or f"Splunk answered {answer.status}.")
    try:
        number = orjson.loads(answer.body)["ackId"]
    except (ValueError, KeyError, TypeError):
        return Retry(items, OUTPUT, "Splunk.AckUnsupported", "Splunk's answer has no acknowledgement id.")
    deadline = ctx.monotonic() + config["HECAcknowledgmentTimeoutInSeconds"]
    url, question = f"{base}/services/collector/ack?channel={channel}", orjson.dumps({"acks": [number]})
    while ctx.monotonic() < deadline:
        answer = await ctx.in_thread(http.post, url, headers, question, TIMEOUT, outbound)
        if _acknowledged(answer.body, number):
            return []
        await ctx.wait(("firehose", "acknowledgement", channel), POLL)
    return Retry(items, OUTPUT, "Splunk.AckTimeout", "Splunk did not acknowledge the records in time.")


def _acknowledged(body: bytes, number: int) -> bool:
    try:
        return orjson.loads(body)["acks"].get(str(number)) is True
    except (ValueError, KeyError, TypeError, AttributeError):
        return False

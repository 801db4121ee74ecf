"""The HTTP endpoint destination.

https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html
"""

import gzip
from base64 import b64encode

import orjson

from emulator.backends import http
from emulator.kernel.context import Context
from emulator.services.firehose.failures import Failed, Retry
from emulator.services.firehose.tables import Delivery, DeliveryStream

TIMEOUT = 30.0  # seconds
OUTPUT = "http-endpoint-failed"


async def send(ctx: Context, stream: DeliveryStream, delivery: Delivery) -> list[Failed] | Retry:
    """Post the records; the endpoint must answer 200 with the request's id."""
    items, endpoint, request = delivery.items, stream.destination["EndpointConfiguration"], ctx.ids.uuid()
    shape = stream.destination["RequestConfiguration"]
    headers = {
        "Content-Type": "application/json", "X-Amz-Firehose-Protocol-Version": "1.0",
        "X-Amz-Firehose-Request-Id": request, "X-Amz-Firehose-Source-Arn": stream.arn,
    }  # fmt: skip
    if endpoint.get("AccessKey"):
        headers["X-Amz-Firehose-Access-Key"] = endpoint["AccessKey"]
    attributes = {each["AttributeName"]: each["AttributeValue"] for each in shape.get("CommonAttributes", ())}
    if attributes:
        headers["X-Amz-Firehose-Common-Attributes"] = orjson.dumps({"commonAttributes": attributes}).decode()
    body = orjson.dumps({
        "requestId": request, "timestamp": int(ctx.now * 1000),
        "records": [{"data": b64encode(each.data).decode()} for each in items],
    })  # fmt: skip
    if shape["ContentEncoding"] == "GZIP":
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, mtime=0)
    answer = await ctx.in_thread(http.post, endpoint["Url"], headers, body, TIMEOUT, ctx.setting("outbound", False))
    code, message = judged(answer, request)
    return Retry(items, OUTPUT, code, message) if code else []


def judged(answer: http.Outcome, request: str) -> tuple[str, str]:
    """The error's code and message; empty when the endpoint has taken the records."""
    if answer.status == 0:
        return "HttpEndpoint.ConnectionFailed", answer.reason
    if answer.status != 200:
        return "HttpEndpoint.InvalidStatusCode", f"The endpoint answered {answer.status}. {answer.body[:200]!r}"
    try:
        document = orjson.loads(answer.body)
        known = document["requestId"] == request and isinstance(document["timestamp"], int | float)
    except (ValueError, KeyError, TypeError):
        return "HttpEndpoint.InvalidResponseFromDestination", "The response received from the endpoint is invalid."
    if not known:
        return "HttpEndpoint.RequestIdMismatch", "The endpoint's answer is to another request."
    return "", ""

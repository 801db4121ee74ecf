"""The protocols of subscriptions: what an endpoint must look like, and whether somebody must confirm it.

https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
"""

import re
from collections.abc import Callable

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.sns import arns
from emulator.services.sns.errors import invalid
from emulator.services.sns.tables import Topic, endpoints

PHONE_NUMBER = re.compile(r"\+?\d+(?:[-./ ]\d+)*")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def _queue(ctx: Context, topic: Topic, endpoint: str) -> None:
    if not arns.is_arn(endpoint, "sqs"):
        raise invalid("SQS endpoint ARN")
    if endpoint.endswith(".fifo") and not topic.fifo:
        raise invalid("Invalid parameter: Endpoint", "FIFO SQS Queues can not be subscribed to standard SNS topics")


def _function(ctx: Context, topic: Topic, endpoint: str) -> None:
    if not arns.is_arn(endpoint, "lambda"):
        raise invalid("Lambda endpoint ARN")


def _stream(ctx: Context, topic: Topic, endpoint: str) -> None:
    if not arns.is_arn(endpoint, "firehose"):
        raise invalid("Firehose endpoint ARN")


def _device(ctx: Context, topic: Topic, endpoint: str) -> None:
    if not arns.is_arn(endpoint, "sns"):
        raise invalid("Application endpoint arn invalid")
    if endpoint.rpartition("/")[2] not in ctx.rows(endpoints, **arns.read(endpoint, "Endpoint").place):
        raise invalid("Endpoint", f"Endpoint does not exist for endpoint arn{endpoint}")


def _url(ctx: Context, topic: Topic, endpoint: str, scheme: str) -> None:
    if not endpoint.startswith(f"{scheme}://"):
        raise invalid("Endpoint must match the specified protocol")


def _address(ctx: Context, topic: Topic, endpoint: str) -> None:
    if not EMAIL.fullmatch(endpoint):
        raise invalid("Email address")


def _phone(ctx: Context, topic: Topic, endpoint: str) -> None:
    if not PHONE_NUMBER.fullmatch(endpoint):
        raise AwsError("InvalidParameter", f"Invalid SMS endpoint: {endpoint}")


CHECKS: dict[str, Callable[[Context, Topic, str], None]] = {
    "application": _device,
    "email": _address,
    "email-json": _address,
    "firehose": _stream,
    "http": lambda ctx, topic, endpoint: _url(ctx, topic, endpoint, "http"),
    "https": lambda ctx, topic, endpoint: _url(ctx, topic, endpoint, "https"),
    "lambda": _function,
    "sms": _phone,
    "sqs": _queue,
}
CONFIRMED_BY_PEOPLE = frozenset(("email", "email-json", "http", "https"))


def check(ctx: Context, topic: Topic, protocol: str, endpoint: str | None) -> None:
    """Raises InvalidParameter."""
    if protocol not in CHECKS:
        raise invalid(f"Amazon SNS does not support this protocol string: {protocol}")
    if topic.fifo and protocol != "sqs":
        raise invalid(f"Invalid protocol type: {protocol}")
    CHECKS[protocol](ctx, topic, endpoint or "")


def must_be_confirmed(ctx: Context, protocol: str, endpoint: str) -> bool:
    """Whether the endpoint's owner must agree: people, web servers, and queues of other accounts."""
    if protocol in CONFIRMED_BY_PEOPLE:
        return True
    return protocol == "sqs" and arns.read(endpoint, "Endpoint").account != ctx.account

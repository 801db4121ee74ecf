"""Deliveries: what left the buffer is processed, sent, tried again while the destination asks for it, or put aside.

What is under way is a row of its own with a job that takes it up again, so that neither a restart nor a destination
that is away loses a record. https://docs.aws.amazon.com/firehose/latest/dev/retry.html
"""

import logging
from collections.abc import Awaitable, Coroutine
from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.firehose import absent, destinations, http, objects, processing, redshift, search, splunk
from emulator.services.firehose.failures import Failed, Retry
from emulator.services.firehose.lookup import by_id
from emulator.services.firehose.service import service
from emulator.services.firehose.tables import Buffered, Delivery, DeliveryStream, Item, deliveries

logger = logging.getLogger("emulator.firehose")

HEAVY = 1024 * 1024  # bytes from which on compressing would hold up others for too long
WATCH = 600.0  # seconds after which a delivery that is neither done nor put off is taken up again
S3_PATIENCE = 24 * 3600.0  # seconds for which S3 is tried
FIRST_WAIT, LONGEST_WAIT = 5.0, 120.0  # seconds between tries; the wait doubles
SENDERS = {
    "s3": objects.send, "http": http.send, "splunk": splunk.send, "search": search.send, "redshift": redshift.send,
    "absent": absent.send,
}  # fmt: skip
WAITING = ("http", "splunk", "search")  # senders that speak to the outside


def begin(ctx: Context, stream: DeliveryStream, found: list[Buffered]) -> Awaitable | None:
    """Deliver what left the buffer: at once where nothing must be waited for, else by the returned coroutine."""
    if not found:
        return None
    items = tuple(
        Item(ctx.ids.uuid(), data, each.at, source=each.sources[number] if each.sources else ())
        for each in found for number, data in enumerate(each.datas)
    )  # fmt: skip
    delivery = Delivery(ctx.ids.uuid(), items, ctx.now, sum(len(each.data) for each in items) > HEAVY)
    ctx.rows(deliveries, stream.id).put(delivery)
    return take_up(ctx, stream, delivery)


def take_up(ctx: Context, stream: DeliveryStream, delivery: Delivery) -> Awaitable | None:
    """Go on with a delivery."""
    again(ctx, stream, delivery, WATCH)
    work = deliver(ctx, stream, delivery)
    if delivery.heavy or destinations.KINDS[stream.kind].sender in WAITING or processing.waits(stream):
        return work
    in_place(work)
    return None


def in_place(work: Coroutine) -> Any:
    """Run a coroutine that has nothing to wait for."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value
    raise RuntimeError("it waits")


def again(ctx: Context, stream: DeliveryStream, delivery: Delivery, seconds: float) -> None:
    ctx.after(seconds, "retry", job_id=f"deliver/{delivery.id}", name=stream.name, id=stream.id, delivery=delivery.id)


@service.job
def retry(ctx, name, id, delivery):
    """Take up a delivery that was put off, or that broke off."""
    stream, found = by_id(ctx, name, id), ctx.rows(deliveries, id).get(delivery)
    return take_up(ctx, stream, found) if stream is not None and found is not None else None


async def deliver(ctx: Context, stream: DeliveryStream, delivery: Delivery) -> None:
    """Process, send, and put aside what failed for good."""
    rows = ctx.rows(deliveries, stream.id)
    if not delivery.processed:
        await objects.back_up(ctx, stream, delivery)
        items, failed = await processing.run(ctx, stream, delivery.items)
        objects.put_aside(ctx, stream, failed)
        delivery = rows.put(replace(delivery, items=tuple(items), processed=True, began=ctx.now))
    if delivery.items:
        delivery = replace(delivery, attempts=delivery.attempts + 1)
        outcome = await _send(ctx, stream, delivery)
        if isinstance(outcome, Retry):
            rows.put(replace(delivery, items=outcome.items))
            wait = min(FIRST_WAIT * 2 ** (delivery.attempts - 1), LONGEST_WAIT)
            again(ctx, stream, delivery, wait)
            return
        objects.put_aside(ctx, stream, outcome)
    rows.delete(delivery.id)
    ctx.cancel(f"deliver/{delivery.id}")


async def _send(ctx: Context, stream: DeliveryStream, delivery: Delivery) -> list[Failed] | Retry:
    """Ask the destination once. What it refused is tried again within its patience, then failed."""
    kind = destinations.KINDS[stream.kind]
    try:
        outcome = await SENDERS[kind.sender](ctx, stream, delivery)
    except AwsError as error:
        logger.warning("%s could not deliver: %s", stream.arn, error)
        outcome = Retry(delivery.items, "S3", error.code, error.message)
    if not isinstance(outcome, Retry):
        return outcome
    patience = S3_PATIENCE
    if outcome.output != "S3":
        patience = stream.destination.get("RetryOptions", {}).get("DurationInSeconds", 0)
    if ctx.now - delivery.began + FIRST_WAIT <= patience:
        return outcome
    if outcome.output == "S3":
        logger.error("%s gave up %d records that S3 did not take for a day", stream.arn, len(outcome.items))
        return []
    return [Failed(each, outcome.output, outcome.code, outcome.message, delivery.attempts) for each in outcome.items]

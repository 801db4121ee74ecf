"""Batches of a stream that were given up: told to a queue, a topic or a bucket.

https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
"""

from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from emulator.engines import target_calls
from emulator.kernel.context import Context, acting
from emulator.kernel.errors import AwsError
from emulator.services.lambda_ import batches
from emulator.services.lambda_.running import Run
from emulator.services.lambda_.tables import Mapping


class Failed(NamedTuple):
    """``run`` is the last that failed on the batch, under ``request_id``; None where it was not run again."""

    shard: str
    events: list[dict[str, Any]]
    condition: str
    attempts: int
    run: Run | None
    request_id: str


def _moment(seconds: float, precise: bool = True) -> str:
    spec = "milliseconds" if precise else "seconds"
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec=spec).replace("+00:00", "Z")


def _record(ctx: Context, mapping: Mapping, failed: Failed) -> dict[str, Any]:
    first, last = failed.events[0], failed.events[-1]
    kinesis = "kinesis" in first
    found: dict[str, Any] = {"requestContext": {
        "requestId": failed.request_id, "functionArn": mapping.function, "condition": failed.condition,
        "approximateInvokeCount": failed.attempts,
    }}  # fmt: skip
    if failed.run is not None:
        found["responseContext"] = {
            "statusCode": 200, "executedVersion": failed.run.version,
            "functionError": "Unhandled" if failed.run.outcome.failed else None,
        }  # fmt: skip
    return {**found, "version": "1.0", "timestamp": _moment(ctx.now),
            "KinesisBatchInfo" if kinesis else "DDBStreamBatchInfo": {
        "shardId": failed.shard, "startSequenceNumber": batches.sequence_of(first),
        "endSequenceNumber": batches.sequence_of(last),
        "approximateArrivalOfFirstRecord": _moment(batches.arrival_of(first), kinesis),
        "approximateArrivalOfLastRecord": _moment(batches.arrival_of(last), kinesis),
        "batchSize": len(failed.events), "streamArn": mapping.source,
    }}  # fmt: skip


def tell(ctx: Context, mapping: Mapping, failed: Failed) -> None:
    """What cannot be delivered is lost, as it is on AWS."""
    destination = mapping.document["DestinationConfig"]["OnFailure"].get("Destination")
    if not destination:
        return
    arn, record = target_calls.read(destination), _record(ctx, mapping, failed)
    principal = acting("lambda.amazonaws.com", mapping.function, ctx.account)
    try:
        with ctx.transaction():
            if arn.service == "s3":
                record["payload"] = {"Records": failed.events}
                moment = datetime.fromtimestamp(ctx.now, UTC)
                key = f"aws/lambda/{mapping.id}/{failed.shard}/{moment:%Y/%m/%d/%Y-%m-%dT%H.%M.%S}-{ctx.ids.uuid()}"
                given = {"Bucket": arn.resource, "Key": key, "Body": orjson.dumps(record)}
                ctx.call("s3", "PutObject", given, as_=principal)
            else:
                call = target_calls.PLAIN[arn.service](ctx, arn, orjson.dumps(record).decode())
                call.make(ctx, principal, arn.where(ctx))
    except AwsError:
        return

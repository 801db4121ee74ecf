"""What happens to a batch: enrichment, target, and what comes of success and failure.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson

from emulator.engines import target_calls
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.pipes import enrichment, queues, streams, targets
from emulator.services.pipes.execution_log import ExecutionLog
from emulator.services.pipes.sources import Batch, parameters, role, source_of, wanted
from emulator.services.pipes.tables import Position, positions

logger = logging.getLogger("emulator.pipes")

FIRST_RETRY, LONGEST_RETRY = 1.0, 60.0  # seconds between tries of a stream's batch


async def process(ctx: Context, record, batch: Batch) -> None:
    """Hand a batch on. A queue's messages that failed come again by themselves; a stream's are tried again."""
    events = batch.events if not batch.shard else [each for each in batch.events if wanted(record, each)]
    error, failed = await _execute(ctx, record, events) if events else (None, set())
    if batch.shard:
        _settle_stream(ctx, record, batch, events, error, failed)
    elif error is None:
        done = [each for each in events if each["messageId"] not in failed]
        queues.delete(ctx, source_of(record), role(record), done)


async def _execute(ctx: Context, record, events: list[dict[str, Any]]) -> tuple[AwsError | None, set[str]]:
    """One execution of the pipe, with its log: why it failed as a whole, and the ids of the events that did."""
    log = ExecutionLog(ctx, record)
    log.step(ctx, "EXECUTION_STARTED", events)
    try:
        failed = await _hand_on(ctx, record, events, log)
    except AwsError as error:
        log.step(ctx, "EXECUTION_FAILED", events, error)
        return error, set()
    else:
        log.step(ctx, "EXECUTION_PARTIALLY_FAILED" if failed else "EXECUTION_SUCCEEDED", events)
        return None, failed
    finally:
        log.deliver(ctx)


async def _hand_on(ctx: Context, record, events: list[dict[str, Any]], log: ExecutionLog) -> set[str]:
    """All or nothing where the target takes events one by one."""
    if record.document.get("Enrichment"):
        events = await _stage(ctx, log, "ENRICHMENT", enrichment.enrich, record, events)
        if not events:
            log.step(ctx, "TARGET_STAGE_SKIPPED")
            return set()
    if targets.waits(record):
        return await _stage(ctx, log, "TARGET", targets.send, record, events)
    with ctx.transaction():
        return await _stage(ctx, log, "TARGET", targets.send, record, events)


async def _stage(ctx: Context, log: ExecutionLog, name: str, work: Callable, record, events: list) -> Any:
    """Enrichment or target, with the steps that tell of it."""
    log.step(ctx, f"{name}_STAGE_ENTERED", events)
    try:
        outcome = await work(ctx, record, events)
    except AwsError as error:
        log.step(ctx, f"{name}_STAGE_FAILED", events, error)
        raise
    log.step(ctx, f"{name}_STAGE_SUCCEEDED", events)
    return outcome


def _settle_stream(ctx: Context, record, batch: Batch, events: list, error: AwsError | None, failed: set[str]) -> None:
    """Move the shard's position on, as far as the batch went."""
    name, last = record.id[0], batch.events[-1]
    if error is None and not failed:
        streams.advance(ctx, name, batch.shard, last)
        return
    done = []
    for each in batch.events if error is None else ():
        if streams.sequence_of(each) in failed:
            break
        done.append(each)
    if done:
        streams.advance(ctx, name, batch.shard, done[-1])
    position = ctx.rows(positions).get((name, batch.shard))
    if position is not None:
        _retry(ctx, record, batch, position, batch.events[len(done) :], error)


def _retry(ctx: Context, record, batch: Batch, position: Position, rest: list, error: AwsError | None) -> None:
    """Try the rest again: in halves where the pipe asks for that, and not for ever where it sets a limit."""
    given, rows = parameters(record), ctx.rows(positions)
    attempts = position.attempts + 1
    most, age = given.get("MaximumRetryAttempts", -1), given.get("MaximumRecordAgeInSeconds", -1)
    condition = None
    if most >= 0 and attempts > most:
        condition = "RetryAttemptsExhausted"
    elif age >= 0 and ctx.now - streams.arrival_of(rest[0]) > age:
        condition = "MaximumRecordAgeExceeded"
    if condition is None:
        rows.put(replace(position, attempts=attempts, failing=ctx.now))
    elif given.get("OnPartialBatchItemFailure") == "AUTOMATIC_BISECT" and len(rest) > 1:
        rows.put(replace(position, attempts=0, failing=0.0, size=(len(rest) + 1) // 2))
    else:
        _bury(ctx, record, batch.shard, rest, condition, error)
        streams.advance(ctx, record.id[0], batch.shard, rest[-1])


def pause(ctx: Context, record, lane: int) -> float:
    """How long a lane waits before its next look: longer after each failed try."""
    name = record.id[0]
    tries = [each.attempts for each in ctx.rows(positions).range((name,))
             if each.key[0] == name and streams.lane_of(each.key[1]) == lane]  # fmt: skip
    worst = max(tries, default=0)
    return min(FIRST_RETRY * 2 ** min(worst - 1, 10), LONGEST_RETRY) if worst else 0.0


def _bury(ctx: Context, record, shard: str, events: list, condition: str, error: AwsError | None) -> None:
    """Tell the dead-letter target where in the stream the records are that were given up."""
    dead = parameters(record).get("DeadLetterConfig", {}).get("Arn")
    if dead is None:
        return
    source, arn = source_of(record), target_calls.read(dead)
    times = [datetime.fromtimestamp(streams.arrival_of(each), UTC).isoformat(timespec="milliseconds") for each in (
        events[0], events[-1])]  # fmt: skip
    kind = "KinesisBatchInfo" if source.service == "kinesis" else "DDBStreamBatchInfo"
    letter = orjson.dumps({
        "context": {"partnerResourceArn": record.arn, "condition": condition},
        "version": "1.0", "timestamp": datetime.fromtimestamp(ctx.now, UTC).isoformat(timespec="milliseconds"),
        kind: {
            "shardId": streams.shard_of(shard), "startSequenceNumber": streams.sequence_of(events[0]),
            "endSequenceNumber": streams.sequence_of(events[-1]),
            "approximateArrivalOfFirstRecord": times[0], "approximateArrivalOfLastRecord": times[1],
            "batchSize": len(events), "streamArn": source.text,
        },
    }).decode()  # fmt: skip
    build = target_calls.topic if arn.service == "sns" else target_calls.queue
    try:
        build(ctx, arn, letter).make(ctx, role(record), arn.where(ctx))
    except AwsError as refusal:
        logger.warning("records of the pipe %s were dropped: its dead-letter target answered %s (after %s)",
                       record.id[0], refusal, error)  # fmt: skip

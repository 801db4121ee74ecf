"""From a stream into a function: each shard in order, batch by batch, as many at a time as the mapping allows.

What fails is tried again, whole or in halves, until it succeeds, is too old or was tried often enough; then it is told
to the mapping's destination, and reading goes on behind it.
https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html and .../with-ddb.html
"""

import asyncio
from base64 import b64encode
from typing import Any, NamedTuple
from zlib import crc32

import orjson

from emulator.engines import stream_reader, target_calls
from emulator.engines.stream_reader import Place, Reader
from emulator.kernel.context import Context, root
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.lambda_ import batches, failed_batches, filters, metrics, names, running, sources, tumbling
from emulator.services.lambda_.service import service
from emulator.services.lambda_.tables import Mapping, Position, mappings, positions

SLOWEST = 20.0  # seconds between two looks of an idle poller, which new records hasten
FIRST_RETRY, LONGEST_RETRY = 1.0, 60.0  # seconds between tries of a batch
PROBLEM = "PROBLEM: Function call failed"
Records = list[dict[str, Any]]


class Tried(NamedTuple):
    """How a batch went: the records that are done, the rest, and the run that failed on it (None: none did).

    ``answer`` is what the function said of those that are done.
    """

    done: Records
    rest: Records
    run: running.Run | None
    request_id: str
    answer: bytes = b""


def _stream(mapping: Mapping) -> target_calls.Arn:
    return target_calls.read(sources.stream(mapping.source))


def _reader(ctx: Context, mapping: Mapping) -> Reader:
    return Reader(ctx, _stream(mapping), root(ctx.account))


def _rows(ctx: Context, mapping: Mapping) -> list[Position]:
    found = []
    for each in ctx.rows(positions).range((mapping.id,)):
        if each.mapping != mapping.id:
            break
        found.append(each)
    return found


def open(ctx: Context, mapping: Mapping) -> None:
    """Remember where reading begins in the shards that are there. Raises AwsError."""
    reader, start = _reader(ctx, mapping), stream_reader.start_of(mapping.document)
    for shard in reader.shards():
        position = Position(mapping.id, shard.id, start, done=start == "LATEST" and shard.closed)
        if start == "LATEST" and not shard.closed:
            position = replace(position, iterator=reader.iterator(Place(shard.id, start)))
        ctx.rows(positions).put(position)


def begin(ctx: Context, mapping: Mapping) -> None:
    ctx.after(0, "look", job_id=f"look/{mapping.id}", id=mapping.id)


def end(ctx: Context, mapping: Mapping) -> None:
    ctx.cancel(f"look/{mapping.id}")
    for each in _rows(ctx, mapping):
        ctx.cancel(_job(mapping, each.shard))
        ctx.rows(positions).delete((mapping.id, each.shard))


def _job(mapping: Mapping, shard: str) -> str:
    return f"read/{mapping.id}/{shard}"


def _again(ctx: Context, mapping: Mapping, shard: str, seconds: float, idle: float = 1.0) -> None:
    ctx.after(seconds, "read", job_id=_job(mapping, shard), id=mapping.id, shard=shard, idle=idle)


@service.job
def look(ctx, id):
    """Begin to read the shards that can be: a child's turn comes when its parent is read to the end."""
    mapping = ctx.rows(mappings).get(id)
    if mapping is None or not mapping.enabled:
        return
    ctx.after(SLOWEST, "look", job_id=f"look/{id}", id=id)
    rows = ctx.rows(positions)
    try:
        shards = _reader(ctx, mapping).shards()
    except AwsError:  # the stream is gone, or cannot be read just now
        return
    for shard in shards:
        position = rows.get((id, shard.id))
        if position is None:
            position = rows.put(Position(id, shard.id, stream_reader.OLDEST))
        parent = rows.get((id, shard.parent)) if shard.parent else None
        if not position.done and (parent is None or parent.done):
            _again(ctx, mapping, shard.id, 0.0)


@service.job
def read(ctx, id, shard, idle=1.0):
    """One look at a shard."""
    mapping, position = ctx.rows(mappings).get(id), ctx.rows(positions).get((id, shard))
    if mapping is None or not mapping.enabled or position is None or position.done or position.busy:
        return None
    document = mapping.document
    size, lanes = document["BatchSize"], document["ParallelizationFactor"]
    wanted = position.parts[0] if position.parts else size * lanes
    try:
        with ctx.transaction():
            place = Place(shard, position.start, position.sequence, position.iterator)
            found, following = _reader(ctx, mapping).read(place, wanted)
    except AwsError:
        _again(ctx, mapping, shard, SLOWEST)
        return None
    events = [_event(ctx, mapping, shard, each) for each in found]
    if tumbling.length(mapping) and tumbling.is_over(mapping, position, ctx.now) and (
        not events or tumbling.start_of(mapping, events[0]) > position.window
    ):
        position = _begun(ctx, position)
        return _alone(ctx, position, _close_window(ctx, mapping, position))
    if not events:
        _empty(ctx, mapping, position, following, idle)
        return None
    since = position.since or ctx.now
    due = since + document["MaximumBatchingWindowInSeconds"]
    if len(found) < min(size, wanted) and ctx.now < due and not position.attempts:
        ctx.rows(positions).put(replace(position, since=since))
        _again(ctx, mapping, shard, min(due - ctx.now, 1.0))
        ctx.hasten_on(stream_reader.channel(_stream(mapping)), _job(mapping, shard))
        return None
    if tumbling.length(mapping):
        events = tumbling.within(mapping, position, events)
    position = _begun(ctx, position)
    return _alone(ctx, position, _deliver(ctx, mapping, position, events))


def _begun(ctx: Context, position: Position) -> Position:
    """A batch goes to the function: the shard is not read again until that is done, or the emulator ended meanwhile."""
    ctx.stand_by("resume", job_id=f"resume/{position.mapping}/{position.shard}", id=position.mapping,
                 shard=position.shard)  # fmt: skip
    return ctx.rows(positions).put(replace(position, busy=True))


@service.job
def resume(ctx, id, shard):
    """The emulator ended while a batch was with the function: it is read again."""
    mapping, position = ctx.rows(mappings).get(id), ctx.rows(positions).get((id, shard))
    if mapping is not None and position is not None:
        ctx.rows(positions).put(replace(position, busy=False))
        _again(ctx, mapping, shard, 0.0)


async def _alone(ctx: Context, position: Position, work) -> None:
    """Await what is done with a shard that nobody else reads meanwhile; it schedules the next look itself."""
    try:
        await work
    finally:
        ctx.cancel(f"resume/{position.mapping}/{position.shard}")
        current = ctx.rows(positions).get((position.mapping, position.shard))
        if current is not None:
            ctx.rows(positions).put(replace(current, busy=False))


async def _close_window(ctx: Context, mapping: Mapping, position: Position) -> None:
    """Tell the function that its tumbling window is over."""
    reference = names.read(ctx, mapping.function)
    event = tumbling.payload(mapping, position, [], final=True)
    try:
        failed = (await running.run(ctx, reference, orjson.dumps(event), ctx.ids.uuid())).outcome.failed
    except AwsError:
        failed = True
    current = ctx.rows(positions).get((mapping.id, position.shard))
    if current is None:
        return
    attempts = current.attempts + 1 if failed else 0
    most = mapping.document["MaximumRetryAttempts"]
    if not failed or 0 <= most < attempts:
        current, attempts = tumbling.closed(current), 0
    ctx.rows(positions).put(replace(current, attempts=attempts))
    _again(ctx, mapping, position.shard, min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_RETRY) if attempts else 0.0)


def _empty(ctx: Context, mapping: Mapping, position: Position, following: str | None, idle: float) -> None:
    """Nothing there: wait for more, or be done with a closed shard."""
    ctx.rows(positions).put(replace(position, done=following is None, iterator=following or "", since=0.0))
    if following is None:
        ctx.after(0, "look", job_id=f"look/{mapping.id}", id=mapping.id)
        return
    pause = min(idle, SLOWEST)
    if position.window is not None:
        pause = min(pause, max(0.0, position.window + tumbling.length(mapping) - ctx.now))
    _again(ctx, mapping, position.shard, pause, idle * 2)
    ctx.hasten_on(stream_reader.channel(_stream(mapping)), _job(mapping, position.shard))


def _event(ctx: Context, mapping: Mapping, shard: str, record: dict[str, Any]) -> dict[str, Any]:
    """A record as functions see it."""
    arn = _stream(mapping)
    if arn.service == "dynamodb":
        return stream_reader.change_of(arn, record)
    number = record["SequenceNumber"]
    reference = names.read(ctx, mapping.function)
    function = names.version(ctx, reference, "$LATEST")
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0", "partitionKey": record["PartitionKey"], "sequenceNumber": number,
            "data": b64encode(record["Data"]).decode(),
            "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"],
        },
        "eventSource": "aws:kinesis", "eventVersion": "1.0", "eventID": f"{shard}:{number}",
        "eventName": "aws:kinesis:record", "invokeIdentityArn": function.config["Role"] if function else "",
        "awsRegion": arn.region, "eventSourceARN": mapping.source,
    }  # fmt: skip


def _lanes(mapping: Mapping, events: Records) -> list[Records]:
    """Batches that may run at the same time: records of one key stay together and in order."""
    count, size = mapping.document["ParallelizationFactor"], mapping.document["BatchSize"]
    lanes: dict[int, Records] = {}
    for each in events:
        lanes.setdefault(crc32(batches.key_of(each).encode()) % count, []).append(each)
    return [lane[:size] for lane in lanes.values()] if len(lanes) > 1 else [events[:size]]


async def _deliver(ctx: Context, mapping: Mapping, position: Position, events: Records) -> None:
    """Hand the records on; one batch, or several at a time that stand or fall together."""
    oldest = mapping.document["MaximumRecordAgeInSeconds"]
    if oldest >= 0 and ctx.now - batches.arrival_of(events[0]) > oldest:
        old = [each for each in events if ctx.now - batches.arrival_of(each) > oldest]
        _give_up(ctx, mapping, position, old, "RecordAgeExceeded", None, ctx.ids.uuid())
        return
    alone = bool(position.parts) or position.attempts or tumbling.length(mapping)
    lanes = [events[: mapping.document["BatchSize"]]] if alone else _lanes(mapping, events)
    if len(lanes) == 1:
        _settle(ctx, mapping, position, await _try(ctx, mapping, position, lanes[0]))
        return
    tried = await asyncio.gather(*(_try(ctx, mapping, position, lane) for lane in lanes))
    seen = {batches.sequence_of(each) for lane in lanes for each in lane}
    done = {batches.sequence_of(each) for one in tried for each in one.done}
    handled: Records = []
    for each in events:  # the position moves on as far as all is done
        if batches.sequence_of(each) not in seen or batches.sequence_of(each) not in done:
            break
        handled.append(each)
    failed = next((one for one in tried if one.run is not None or one.rest), None)
    rest = [each for each in events if each not in handled and batches.sequence_of(each) in seen]
    if failed is None:
        _settle(ctx, mapping, position, Tried(handled, [], None, ""))
    else:
        _settle(ctx, mapping, position, Tried(handled, rest[: mapping.document["BatchSize"]], failed.run, (
            failed.request_id)))  # fmt: skip


async def _try(ctx: Context, mapping: Mapping, position: Position, events: Records) -> Tried:
    request_id = ctx.ids.uuid()
    wanted = [each for each in events if filters.fits(mapping, each)]
    if not wanted:
        return Tried(events, [], None, request_id)
    reference = names.read(ctx, mapping.function)
    metrics.behind(ctx, reference, max(0.0, ctx.now - batches.arrival_of(events[-1])))
    try:
        event = tumbling.payload(mapping, position, wanted)
        run = await running.run(ctx, reference, orjson.dumps(event), request_id)
    except AwsError:  # throttled, or the function is gone: it is tried again, and does not count
        return Tried([], events, None, request_id)
    if run.outcome.failed:
        return Tried([], events, run, request_id)
    first = batches.first_failure(mapping, wanted, run.outcome.payload)
    if first is None:
        return Tried(events, [], None, request_id, run.outcome.payload)
    at = next(number for number, each in enumerate(events) if batches.sequence_of(each) == first)
    return Tried(events[:at], events[at:], run, request_id, run.outcome.payload)


def _settle(ctx: Context, mapping: Mapping, position: Position, tried: Tried) -> None:
    """Move on as far as the batch went, and decide what becomes of the rest."""
    mapping = ctx.rows(mappings).get(mapping.id)
    if mapping is None or ctx.rows(positions).get((position.mapping, position.shard)) is None:
        return
    if tried.done:
        left = position.parts[1:] if not tried.rest else position.parts
        position = replace(position, sequence=batches.sequence_of(tried.done[-1]), iterator="", since=0.0, attempts=0,
                           parts=left)  # fmt: skip
        position = tumbling.carried(mapping, position, tried.done, tried.answer)
        ctx.rows(positions).put(position)
    if not tried.rest:
        _result(ctx, mapping, "OK")
        _again(ctx, mapping, position.shard, 0.0)
        return
    if tried.run is None:
        _again(ctx, mapping, position.shard, FIRST_RETRY)
        return
    _result(ctx, mapping, PROBLEM)
    _retry(ctx, mapping, position, tried)


def _retry(ctx: Context, mapping: Mapping, position: Position, tried: Tried) -> None:
    document, count = mapping.document, len(tried.rest)
    if document["BisectBatchOnFunctionError"] and count > 1:
        half = count // 2
        parts = (half, count - half, *position.parts[1:])
        ctx.rows(positions).put(replace(position, parts=parts, attempts=0))
        _again(ctx, mapping, position.shard, 0.0)
        return
    attempts, most = position.attempts + 1, document["MaximumRetryAttempts"]
    position = replace(position, attempts=attempts, parts=(count, *position.parts[1:]))
    if 0 <= most < attempts:
        _give_up(ctx, mapping, position, tried.rest, "RetryAttemptsExhausted", tried.run, tried.request_id)
        return
    ctx.rows(positions).put(position)
    _again(ctx, mapping, position.shard, min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_RETRY))


def _give_up(ctx: Context, mapping: Mapping, position: Position, events: Records, condition: str, run, request_id):
    """Tell where the records are, and read on behind them."""
    failed = failed_batches.Failed(position.shard, events, condition, max(position.attempts, 1), run, request_id)
    failed_batches.tell(ctx, mapping, failed)
    ctx.rows(positions).put(replace(
        position, sequence=batches.sequence_of(events[-1]), iterator="", since=0.0, attempts=0,
        parts=position.parts[1:],
    ))  # fmt: skip
    _again(ctx, mapping, position.shard, 0.0)


def _result(ctx: Context, mapping: Mapping, result: str) -> None:
    if mapping.document["LastProcessingResult"] != result:
        ctx.rows(mappings).put(replace(mapping, document={**mapping.document, "LastProcessingResult": result}))

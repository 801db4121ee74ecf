"""A data stream as source: its shards are read on from where they were left, as soon as records come.

https://docs.aws.amazon.com/firehose/latest/dev/writing-with-kinesis-streams.html
"""

import logging

from emulator.engines import aggregation
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.firehose import buffering
from emulator.services.firehose.lookup import by_id
from emulator.services.firehose.roles import role
from emulator.services.firehose.service import service
from emulator.services.firehose.tables import Checkpoint, DeliveryStream, checkpoints

logger = logging.getLogger("emulator.firehose")

IDLE = 60.0  # seconds after which a quiet stream is looked at anyway


@service.job
def poll(ctx, name, id):
    """Read what there is. The row that is left here is due at once when more comes."""
    stream = by_id(ctx, name, id)
    if stream is None or stream.status != "ACTIVE":
        return
    ctx.after(IDLE, "poll", job_id=f"poll/{id}", name=name, id=id)
    ctx.hasten_on(("kinesis", "stream", stream.origin["KinesisStreamARN"]), f"poll/{id}")
    try:
        _read(ctx, stream)
    except AwsError as error:
        logger.warning("%s could not read its source: %s", stream.arn, error)


def _read(ctx: Context, stream: DeliveryStream) -> None:
    for shard in _ask(ctx, stream, "ListShards")["Shards"]:
        rows = ctx.rows(checkpoints, stream.id)
        before = rows.get(shard["ShardId"])
        where: dict = {"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": stream.created}
        if before is not None:
            where = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": before.sequence}
        iterator = _ask(ctx, stream, "GetShardIterator", ShardId=shard["ShardId"], **where)["ShardIterator"]
        while iterator:
            found = _ask(ctx, stream, "GetRecords", ShardIterator=iterator)
            _keep(ctx, stream, shard["ShardId"], found["Records"])
            iterator = found.get("NextShardIterator") if found["MillisBehindLatest"] else None


def _keep(ctx: Context, stream: DeliveryStream, shard: str, records: list[dict]) -> None:
    """Buffer what was read; records that a producer aggregated are separate ones again."""
    datas, sources = [], []
    for each in records:
        single = [(each.get("PartitionKey", ""), each["Data"])]
        for key, data in aggregation.unpacked(each["Data"]) or single:
            datas.append(data)
            sources.append((shard, key, each["SequenceNumber"]))
    if records:
        buffering.put(ctx, stream, tuple(datas), tuple(sources))
        ctx.rows(checkpoints, stream.id).put(Checkpoint(shard, records[-1]["SequenceNumber"]))


def _ask(ctx: Context, stream: DeliveryStream, operation: str, **given) -> dict:
    """Call the data stream's service as the role of the source."""
    arn = stream.origin["KinesisStreamARN"]
    return ctx.call("kinesis", operation, {"StreamARN": arn, **given}, as_=role(stream.origin["RoleARN"]))

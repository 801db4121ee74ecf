"""What a channel writes: objects of records, and under the error prefix the records that are not of its format.

https://docs.aws.amazon.com/streams/latest/dev/data-delivery-s3-key-template.html
"""

import gzip
import logging
import re
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime

import orjson

from emulator.kernel.context import PARTITION, Context, Principal
from emulator.kernel.errors import AwsError
from emulator.services.kinesis import cursors
from emulator.services.kinesis.tables import Channel, Stream

logger = logging.getLogger("emulator.kinesis")

TEMPLATE = (
    "kinesis-channel/!{channel-name}/!{channel-id}/!{yyyy}/!{MM}/!{dd}/!{HH}/"
    "!{channel-name}-!{channel-id}-!{yyyy}-!{MM}-!{dd}-!{HH}-!{mm}!{extension}"
)
VARIABLE = re.compile(r"!\{([A-Za-z-]+)\}")
EXTENSIONS = {"NONE": "", "GZIP": ".gz", "ZSTD": ".zst"}
RECORDS = 100_000  # of one delivery


def _zstd(content: bytes) -> bytes:
    import cramjam

    return bytes(cramjam.zstd.compress(content))


COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "NONE": bytes, "GZIP": lambda content: gzip.compress(content, mtime=0), "ZSTD": _zstd,
}  # fmt: skip


def deliver(ctx: Context, channel: Channel, stream: Stream) -> dict[int, int] | None:
    """Write what came since the channel's cursors; the new cursors, None when the bucket did not take it."""
    places, good, bad = dict(channel.cursors), [], []
    for _, records in cursors.onward(ctx, stream, places, RECORDS):
        for each in records:
            (good if _fits(channel.format, each["Data"]) else bad).append(each)
    try:
        if good:
            _write(ctx, channel, good)
        if bad:
            _put_aside(ctx, channel, bad)
    except AwsError as error:
        logger.warning("%s could not deliver: %s", channel.arn, error)
        return None
    return places


def _fits(format: str, data: bytes) -> bool:
    try:
        if format == "JSON":
            orjson.loads(data)
        elif format == "STRING":
            data.decode()
    except ValueError:
        return False
    return True


def _write(ctx: Context, channel: Channel, records: list[dict]) -> None:
    storage = channel.config["StorageConfiguration"]
    separator = b"" if channel.format == "BYTE_ARRAY" else b"\n"
    content = b"".join(each["Data"] + separator for each in records)
    at = datetime.fromtimestamp(ctx.now, UTC)
    values = {
        "channel-name": channel.name, "channel-id": channel.id, "yyyy": f"{at:%Y}", "MM": f"{at:%m}", "dd": f"{at:%d}",
        "HH": f"{at:%H}", "mm": f"{at:%M}", "extension": EXTENSIONS[storage["CompressionType"]],
    }  # fmt: skip
    key = VARIABLE.sub(lambda match: values.get(match[1], match[0]), storage.get("OutputKeyTemplate", TEMPLATE))
    _put(ctx, channel, storage, f"{key}-{ctx.ids.hex(12)}", COMPRESS[storage["CompressionType"]](content),
         StorageClass=storage["StorageClass"])  # fmt: skip


def _put_aside(ctx: Context, channel: Channel, records: list[dict]) -> None:
    target = channel.config["DeadLetterQueueS3Configuration"]
    lines = [
        orjson.dumps({
            "sequenceNumber": each["SequenceNumber"], "rawData": b64encode(each["Data"]).decode(),
            "errorCode": "InvalidRecordFormat", "errorMessage": f"The record is not {channel.format}.",
        }) + b"\n"
        for each in records
    ]  # fmt: skip
    at = datetime.fromtimestamp(ctx.now, UTC)
    key = f"{target.get('ErrorOutputPrefix', 'error/')}{channel.name}-{at:%Y-%m-%d-%H-%M}-{ctx.ids.hex(12)}"
    _put(ctx, channel, target, key, b"".join(lines))


def _put(ctx: Context, channel: Channel, target: dict, key: str, content: bytes, **more: str) -> None:
    params = {"Bucket": target["BucketARN"].rpartition(":")[2], "Key": key, "Body": content,
              "ExpectedBucketOwner": target["ExpectedBucketOwner"], **more}  # fmt: skip
    if "EncryptionConfiguration" in channel.more:
        key_id = channel.more["EncryptionConfiguration"]["KeyId"]
        params |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key_id}
    account, name = channel.role.split(":")[4], channel.role.rpartition("/")[2]
    caller = Principal("AssumedRole", account, f"arn:{PARTITION}:sts::{account}:assumed-role/{name}/kinesis",
                       f"{name}:kinesis")  # fmt: skip
    ctx.call("s3", "PutObject", params, as_=caller)

"""The S3 destination: objects of records, of one partition each; backups and failures, which lie in S3, too.

https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html
"""

import logging
from collections.abc import Callable, Iterable

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.firehose import compression, destinations, formats, prefixes
from emulator.services.firehose.failures import Failed, line
from emulator.services.firehose.prefixes import evaluated, with_hours
from emulator.services.firehose.roles import role
from emulator.services.firehose.tables import Delivery, DeliveryStream, Item

logger = logging.getLogger("emulator.firehose")

RANDOM = 11  # characters of a random string in a prefix
ERROR_TYPE = "!{firehose:error-output-type}/"


async def send(ctx: Context, stream: DeliveryStream, delivery: Delivery) -> list[Failed]:
    """One object for each partition. Raises S3's errors."""
    return await deliver(ctx, stream, delivery, stream.destination)


async def deliver(ctx: Context, stream: DeliveryStream, delivery: Delivery, config: dict) -> list[Failed]:
    """Write records to where ``config`` says; returns those that could not be converted. Raises S3's errors."""
    failed: list[Failed] = []
    prefix = with_hours(config.get("Prefix") or "")
    for folder, members in _partitioned(ctx, prefix, config, delivery.items).items():
        if destinations.converts(config):
            work = formats.conversion(ctx, config)
            content, extension, bad = await burn(ctx, delivery, work, members)
            failed += bad
        else:
            content, extension = await compressed(ctx, delivery, config, members)
        if content:
            put(ctx, stream, config, folder, content, config.get("FileExtension") or extension, members[0].at)
    return failed


async def burn(ctx: Context, delivery: Delivery, function: Callable, *args):
    """Call a function that may take its time: for heavy deliveries in a worker thread."""
    return await ctx.in_thread(function, *args) if delivery.heavy else function(*args)


async def compressed(ctx: Context, delivery: Delivery, config: dict, items: Iterable[Item]) -> tuple[bytes, str]:
    """The records of a delivery, one after the other, as a configuration wants them; and their extension."""
    content = b"".join(each.data for each in items)
    return await burn(ctx, delivery, compression.compressed, config["CompressionFormat"], content)


def _partitioned(ctx: Context, prefix: str, config: dict, items: Iterable[Item]) -> dict[str, list[Item]]:
    """Records by the evaluated prefix; the time in it is that of the oldest record of its partition."""
    by_keys: dict[tuple, list[Item]] = {}
    for item in items:
        keys = (tuple(sorted(item.query.items())), tuple(sorted(item.function.items())))
        by_keys.setdefault(keys, []).append(item)
    found: dict[str, list[Item]] = {}
    for members in by_keys.values():
        first = members[0]
        folder = evaluated(prefix, first.at, config.get("CustomTimeZone", ""), query=first.query,
                           function=first.function, random=lambda: ctx.ids.text(RANDOM))  # fmt: skip
        found.setdefault(folder, []).extend(members)
    return found


def put(
    ctx: Context, stream: DeliveryStream, config: dict, folder: str, content: bytes, extension: str, moment: float
) -> str:
    """Write one object; returns its key. Raises S3's errors."""
    suffix = evaluated("!{timestamp:yyyy-MM-dd-HH-mm-ss}", moment, config.get("CustomTimeZone", ""))
    key = f"{folder}{stream.name}-{stream.version}-{suffix}-{ctx.ids.uuid()}{extension}"
    return write(ctx, config, key, content)


def write(ctx: Context, config: dict, key: str, content: bytes) -> str:
    """Put an object into the bucket of a configuration, as its role, encrypted as it says."""
    params = {"Bucket": config["BucketARN"].rpartition(":")[2], "Key": key, "Body": content,
              "ContentType": "application/octet-stream"}  # fmt: skip
    kms = config["EncryptionConfiguration"].get("KMSEncryptionConfig")
    if kms:
        params |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms["AWSKMSKeyARN"]}
    ctx.call("s3", "PutObject", params, as_=role(config["RoleARN"]))
    return key


async def back_up(ctx: Context, stream: DeliveryStream, delivery: Delivery) -> None:
    """Keep the records as they came, where the stream wants all of them kept."""
    config, kind = stream.destination, destinations.KINDS[stream.kind]
    if not kind.everything or config.get("S3BackupMode") != kind.everything:
        return
    target = config.get("S3BackupConfiguration") or config.get("S3Configuration")
    try:
        await deliver(ctx, stream, delivery, target)
    except AwsError as error:
        _told(stream, error)


def put_aside(ctx: Context, stream: DeliveryStream, failed: Iterable[Failed]) -> None:
    """Write failed records under the error prefix, those of one kind of failure together."""
    config = destinations.s3_of(stream.kind, stream.destination)
    by_output: dict[str, list[Failed]] = {}
    for each in failed:
        by_output.setdefault(each.output, []).append(each)
    for output, members in by_output.items():
        content = b"".join(line(each, ctx.now) for each in members)
        folder = error_folder(ctx, config, output, members[0].item.at)
        try:
            put(ctx, stream, config, folder, content, "", members[0].item.at)
        except AwsError as error:
            _told(stream, error)


def error_folder(ctx: Context, config: dict, output: str, moment: float) -> str:
    """The evaluated error prefix. One that does not name the kind of failure is followed by it and the hour."""
    prefix = config.get("ErrorOutputPrefix") or config.get("Prefix") or ""
    if not any(prefixes.expressions(prefix)):
        prefix += ERROR_TYPE + prefixes.HOURLY
    return evaluated(
        prefix, moment, config.get("CustomTimeZone", ""), failure=output, random=lambda: ctx.ids.text(RANDOM)
    )


def _told(stream: DeliveryStream, error: AwsError) -> None:
    """Backups and failures that S3 does not take are told of; they must not hold up what it would."""
    logger.error("%s could not keep records in its bucket: %s", stream.arn, error)

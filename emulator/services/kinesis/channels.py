"""Channels: on-demand streams delivered to a bucket, every few minutes.

https://docs.aws.amazon.com/streams/latest/dev/data-delivery-s3-about.html
"""

from typing import Any

from emulator.kernel.context import Context
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.kernel.store import replace
from emulator.services.kinesis import cursors, describing, encryption, streams, tags
from emulator.services.kinesis.attached import LISTED, listed, source
from emulator.services.kinesis.channel_delivery import deliver
from emulator.services.kinesis.errors import in_use, invalid, limited, not_found
from emulator.services.kinesis.lookup import by_arn, owner
from emulator.services.kinesis.queues import on_demand
from emulator.services.kinesis.resources import KINDS, Named
from emulator.services.kinesis.service import service
from emulator.services.kinesis.tables import Channel, Stream, channels

FRESHNESS = (300, 900)  # seconds, the least also the default


def channel_named(ctx: Context, arn: str) -> Channel:
    """Raises ResourceNotFoundException."""
    found = ctx.rows(channels, **owner(arn)).get(arn.rpartition("/")[2])
    if found is None:
        raise not_found(f"Channel {arn} under account {owner(arn)['account']} not found.")
    return found


def _save(ctx: Context, channel: Channel) -> Channel:
    return ctx.rows(channels, account=channel.account, region=channel.region).put(channel)


def on_stream(ctx: Context, arn: str) -> list[Channel]:
    return [each for each in ctx.rows(channels, **owner(arn)) if each.stream == arn]


@service.operation
def create_channel(
    ctx, ChannelName, ServiceExecutionRoleARN, StreamConfigurationList, S3DestinationConfiguration=None,
    S3TablesDestinationConfiguration=None, EncryptionConfiguration=None, Tags=None, LoggingConfiguration=None,
):  # fmt: skip
    """Raises InvalidArgumentException, LimitExceededException, ResourceInUseException, ValidationException."""
    if (S3DestinationConfiguration is None) == (S3TablesDestinationConfiguration is None):
        raise invalid("Either S3DestinationConfiguration or S3TablesDestinationConfiguration must be specified.")
    if S3DestinationConfiguration is None:
        raise NotImplementedByEmulator("kinesis CreateChannel with S3TablesDestinationConfiguration")
    stream = on_demand(ctx, StreamConfigurationList)
    if any(each.name == ChannelName for each in ctx.rows(channels)):
        raise in_use(f"Channel {ChannelName} under account {ctx.account} already exists.")
    if on_stream(ctx, stream.arn):
        raise limited(f"Stream {stream.name} under account {stream.account} has an Amazon S3 channel already.")
    format = StreamConfigurationList[0]["RecordConfiguration"]["RecordFormatType"]
    if format == "GSR_JSON":
        raise invalid("RecordFormatType GSR_JSON is not supported for general purpose Amazon S3 destinations.")
    if EncryptionConfiguration:
        encryption.check_key(ctx, EncryptionConfiguration["KeyId"])
    id = ctx.ids.uuid()
    channel = _save(ctx, Channel(
        id, ChannelName, ctx.account, ctx.region, stream.arn, stream.id, ctx.now, ServiceExecutionRoleARN, format,
        _completed(S3DestinationConfiguration), _told_besides(ChannelName, id, EncryptionConfiguration,
                                                              LoggingConfiguration),
        cursors=cursors.latest(ctx, stream), tags=tags.checked(stream.name, ctx.account, {}, Tags or {}),
    ))  # fmt: skip
    ctx.after(0, "settle_channel", arn=channel.arn)
    return {"ChannelDescription": told(ctx, channel)}


def _completed(config: dict) -> dict:
    """A destination with its defaults. Raises InvalidArgumentException."""
    storage = {"StorageClass": "STANDARD", **config["StorageConfiguration"]}
    default = {"BucketARN": storage["BucketARN"], "ExpectedBucketOwner": storage["ExpectedBucketOwner"],
               "ErrorOutputPrefix": "error/"}  # fmt: skip
    whole = {"DataFreshnessInSeconds": FRESHNESS[0], "DeadLetterQueueS3Configuration": default, **config}
    _check_freshness(whole["DataFreshnessInSeconds"])
    return whole | {"StorageConfiguration": storage}


def _check_freshness(seconds: int) -> None:
    if not FRESHNESS[0] <= seconds <= FRESHNESS[1]:
        raise invalid(f"DataFreshnessInSeconds must be between {FRESHNESS[0]} and {FRESHNESS[1]}.")


def _told_besides(name: str, id: str, key: dict | None, logging: dict | None) -> dict[str, Any]:
    """What is told of a channel beside its destination: encryption, and where it would log."""
    logs = {"Enabled": False} if logging is None else logging["CloudWatchLogs"]
    if logs["Enabled"]:
        logs = {"LogGroupName": f"/aws/kinesis/{name}/{id}", "LogStreamName": "DestinationDelivery", **logs}
    more: dict[str, Any] = {"LoggingConfiguration": {"CloudWatchLogs": logs}}
    return more | ({"EncryptionConfiguration": key} if key else {})


def told(ctx: Context, channel: Channel) -> dict:
    stream = source(ctx, channel.stream) | {"RecordConfiguration": {"RecordFormatType": channel.format}}
    return {
        "ChannelName": channel.name, "ChannelARN": channel.arn, "ChannelId": channel.id,
        "ChannelStatus": channel.status, "ChannelCreationTimestamp": int(channel.created),
        "ServiceExecutionRoleARN": channel.role, "StreamConfigurationList": [stream],
        "S3DestinationConfiguration": channel.config, **channel.more,
    }  # fmt: skip


@service.job
def settle_channel(ctx, arn):
    """What a channel was made or changed to holds now; one that was being deleted is gone."""
    rows = ctx.rows(channels, **owner(arn))
    channel = rows.get(arn.rpartition("/")[2])
    if channel is None:
        return
    if channel.status == "DELETING":
        rows.delete(channel.id)
        ctx.cancel(f"channel/{channel.id}")
        return
    rows.put(replace(channel, status="ACTIVE"))
    ctx.after(channel.config["DataFreshnessInSeconds"], "run_channel", job_id=f"channel/{channel.id}", arn=arn)


@service.job
def run_channel(ctx, arn):
    """Deliver what came since the last time."""
    rows = ctx.rows(channels, **owner(arn))
    channel = rows.get(arn.rpartition("/")[2])
    stream = by_arn(ctx, channel.stream, channel.stream_id) if channel is not None else None
    if channel is None or stream is None:
        return
    ctx.after(channel.config["DataFreshnessInSeconds"], "run_channel", job_id=f"channel/{channel.id}", arn=arn)
    places = deliver(ctx, channel, stream)
    if places is not None:
        rows.put(replace(channel, cursors=places))


@service.operation
def describe_channel(ctx, ChannelARN):
    """Raises ResourceNotFoundException."""
    return {"ChannelDescription": told(ctx, channel_named(ctx, ChannelARN))}


@service.operation
def update_channel(
    ctx, ChannelARN, S3DestinationConfiguration=None, S3TablesDestinationConfiguration=None, LoggingConfiguration=None
):
    """Raises InvalidArgumentException, ResourceInUseException, ResourceNotFoundException."""
    channel = _settled(ctx, ChannelARN)
    if S3TablesDestinationConfiguration is not None:
        raise invalid("The destination of a channel can't be changed.")
    if S3DestinationConfiguration is not None:
        _check_freshness(S3DestinationConfiguration["DataFreshnessInSeconds"])
        channel = replace(channel, config=channel.config | S3DestinationConfiguration)
    if LoggingConfiguration is not None:
        logged = _told_besides(channel.name, channel.id, None, LoggingConfiguration)
        channel = replace(channel, more=channel.more | logged)
    channel = _save(ctx, replace(channel, status="UPDATING"))
    ctx.after(0, "settle_channel", arn=channel.arn)
    return {"ChannelDescription": told(ctx, channel)}


@service.operation
def delete_channel(ctx, ChannelARN):
    """Raises InvalidArgumentException, ResourceNotFoundException."""
    channel = _save(ctx, replace(_settled(ctx, ChannelARN), status="DELETING"))
    ctx.after(0, "settle_channel", arn=channel.arn)


def _settled(ctx: Context, arn: str) -> Channel:
    channel = channel_named(ctx, arn)
    if channel.status != "ACTIVE":
        raise invalid(f"Channel {arn} is in {channel.status} status.")
    return channel


@service.operation
def list_channels(ctx, StreamFilter=None, MaxResults=LISTED, NextToken=None):
    """The caller's channels. Raises InvalidArgumentException."""
    return listed(ctx, channels, StreamFilter, MaxResults, NextToken, _summary, "ChannelSummaries")


def _summary(channel: Channel) -> dict:
    return {
        "ChannelName": channel.name, "ChannelARN": channel.arn, "ChannelId": channel.id,
        "ChannelStatus": channel.status, "ChannelCreationTimestamp": int(channel.created),
        "ChannelDestinationType": "S3",
    }  # fmt: skip


def _keep_stream(ctx: Context, stream: Stream) -> None:
    if on_stream(ctx, stream.arn):
        raise in_use(f"Stream {stream.name} under account {stream.account} has channels. Delete them first.")


def _resource(ctx: Context, arn: str) -> Named | None:
    found = ctx.rows(channels, **owner(arn)).get(arn.rpartition("/")[2])
    return Named(found, ctx.rows(channels, **owner(arn)).put) if found is not None else None


KINDS["channel"] = _resource
describing.summaries.append(lambda ctx, stream: {"ChannelCount": len(on_stream(ctx, stream.arn))})
describing.limits.append(lambda ctx: {"ChannelCount": len(ctx.rows(channels))})
streams.deletion_guards.append(_keep_stream)

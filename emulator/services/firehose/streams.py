"""CreateDeliveryStream, DeleteDeliveryStream, DescribeDeliveryStream and ListDeliveryStreams.

https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import NotImplementedByEmulator
from emulator.kernel.store import replace
from emulator.services.firehose import checking, destinations, tags
from emulator.services.firehose.errors import in_use, invalid
from emulator.services.firehose.lookup import active, by_id, find
from emulator.services.firehose.service import service
from emulator.services.firehose.tables import DeliveryStream, buffered, buffers, checkpoints, deliveries, streams

DESTINATION_ID = "destinationId-000000000001"  # a stream has one destination
LISTED = 10
# The source's configuration, by the type of the stream.
SOURCES = {
    "DirectPut": "DirectPutSourceConfiguration", "KinesisStreamAsSource": "KinesisStreamSourceConfiguration",
    "MSKAsSource": "MSKSourceConfiguration", "DatabaseAsSource": "DatabaseSourceConfiguration",
}  # fmt: skip


@service.operation
def create_delivery_stream(ctx, DeliveryStreamName, DeliveryStreamType="DirectPut", Tags=None, **given):
    """A new stream. Raises InvalidArgumentException, LimitExceededException, ResourceInUseException."""
    kind, config = destinations.chosen(given)
    origin = given.get(SOURCES[DeliveryStreamType]) or {}
    _check_source(DeliveryStreamType, given)
    whole = destinations.completed(kind, config)
    checking.check(kind, whole)
    if DeliveryStreamName in ctx.rows(streams):
        raise in_use(f"Firehose {DeliveryStreamName} under accountId {ctx.account} already exists")
    stream = DeliveryStream(
        DeliveryStreamName, ctx.account, ctx.region, ctx.ids.hex(16), ctx.now, DeliveryStreamType, kind, whole,
        encrypted(DeliveryStreamType, given.get("DeliveryStreamEncryptionConfigurationInput")), origin=origin,
        tags=tags.checked({}, Tags or []),
    )  # fmt: skip
    ctx.rows(streams).put(stream)
    ctx.after(0, "finish", name=stream.name, id=stream.id)
    return {"DeliveryStreamARN": stream.arn}


def encrypted(type: str, wanted: dict | None) -> dict[str, str]:
    """What is told of a stream's encryption when it shall be as ``wanted``. Raises InvalidArgumentException."""
    if wanted is None:
        return {"Status": "DISABLED"}
    if type != "DirectPut":
        raise invalid("Server-side encryption is only supported for delivery streams of type DirectPut.")
    if (wanted["KeyType"] == "CUSTOMER_MANAGED_CMK") != ("KeyARN" in wanted):
        raise invalid("KeyARN must be specified for CUSTOMER_MANAGED_CMK, and for it alone.")
    return {**wanted, "Status": "ENABLED"}


def _check_source(type: str, given: dict) -> None:
    if type in ("MSKAsSource", "DatabaseAsSource"):
        raise NotImplementedByEmulator(f"firehose CreateDeliveryStream with {SOURCES[type]}")
    for other, member in SOURCES.items():
        if other != type and given.get(member) is not None:
            raise invalid(f"{member} is not supported for delivery streams of type {type}.")
    if type == "KinesisStreamAsSource" and given.get(SOURCES[type]) is None:
        raise invalid("KinesisStreamSourceConfiguration must be specified for KinesisStreamAsSource.")


@service.job
def finish(ctx, name, id):
    """A stream that was being made is there."""
    found = by_id(ctx, name, id)
    if found is not None and found.status == "CREATING":
        ctx.rows(streams).put(replace(found, status="ACTIVE"))
        if found.type == "KinesisStreamAsSource":
            ctx.after(0, "poll", job_id=f"poll/{id}", name=name, id=id)


@service.operation
def delete_delivery_stream(ctx, DeliveryStreamName, AllowForceDelete=None):
    """Delete a stream with what is in its buffer. Raises ResourceInUseException, ResourceNotFoundException."""
    stream = active(ctx, DeliveryStreamName)
    ctx.rows(streams).put(replace(stream, status="DELETING"))
    ctx.after(0, "forget", name=stream.name, id=stream.id)


@service.job
def forget(ctx, name, id):
    """A stream that was being deleted is gone."""
    found = by_id(ctx, name, id)
    if found is not None and found.status == "DELETING":
        ctx.rows(streams).delete(name)
        ctx.rows(buffers).delete(id)
        for table in (buffered, checkpoints, deliveries):
            ctx.rows(table, id).clear()
        for job in ("flush", "poll"):
            ctx.cancel(f"{job}/{id}")


@service.operation
def describe_delivery_stream(ctx, DeliveryStreamName, Limit=None, ExclusiveStartDestinationId=None):
    """Raises ResourceNotFoundException."""
    stream = find(ctx, DeliveryStreamName)
    told = {"DestinationId": DESTINATION_ID} | destinations.described(stream.kind, stream.destination)
    out = {
        "DeliveryStreamName": stream.name,
        "DeliveryStreamARN": stream.arn,
        "DeliveryStreamStatus": stream.status,
        "DeliveryStreamEncryptionConfiguration": stream.encryption,
        "DeliveryStreamType": stream.type,
        "VersionId": str(stream.version),
        "CreateTimestamp": int(stream.created * 1000) / 1000,
        "Destinations": [] if (ExclusiveStartDestinationId or "") >= DESTINATION_ID else [told],
        "HasMoreDestinations": False,
    }
    if stream.updated:
        out["LastUpdateTimestamp"] = int(stream.updated * 1000) / 1000
    if stream.origin:
        out["Source"] = {SOURCES[stream.type].replace("Configuration", "Description"): _source(stream)}
    return {"DeliveryStreamDescription": out}


def _source(stream: DeliveryStream) -> dict:
    begins = {"DeliveryStartTimestamp": int(stream.created)} if stream.type == "KinesisStreamAsSource" else {}
    return stream.origin | begins


@service.operation
def list_delivery_streams(ctx, Limit=LISTED, DeliveryStreamType=None, ExclusiveStartDeliveryStreamName=None):
    """Names in order, from beyond the given one."""
    start, names = ExclusiveStartDeliveryStreamName, []
    for stream in ctx.rows(streams).range(start, after=start is not None):
        if DeliveryStreamType in (None, stream.type):
            if len(names) == Limit:
                return {"DeliveryStreamNames": names, "HasMoreDeliveryStreams": True}
            names.append(stream.name)
    return {"DeliveryStreamNames": names, "HasMoreDeliveryStreams": False}


def resource_tags(ctx: Context, arn: str) -> dict[str, str]:
    found = ctx.rows(streams).get(arn.rpartition("/")[2])
    return found.tags if found is not None else {}


service.resource_tags = resource_tags

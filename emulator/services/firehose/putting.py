"""PutRecord and PutRecordBatch. https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html"""

from emulator.kernel.context import Context
from emulator.services.firehose import buffering
from emulator.services.firehose.errors import invalid, not_found
from emulator.services.firehose.lookup import find
from emulator.services.firehose.service import service
from emulator.services.firehose.tables import DeliveryStream

REQUEST = 4 * 1024 * 1024  # bytes of a request's records
ID_LENGTH = 224


def _direct(ctx: Context, name: str) -> DeliveryStream:
    """The stream, where producers may put. Raises InvalidArgumentException, ResourceNotFoundException."""
    stream = find(ctx, name)
    if stream.status != "ACTIVE":
        raise not_found(name, ctx.account)
    if stream.type != "DirectPut":
        raise invalid(f"This operation is not permitted on {stream.type} delivery stream type.")
    return stream


def _encrypted(stream: DeliveryStream) -> bool:
    return stream.encryption["Status"] in ("ENABLED", "DISABLING")


@service.operation
def put_record(ctx, DeliveryStreamName, Record):
    """Raises InvalidArgumentException, ResourceNotFoundException."""
    stream = _direct(ctx, DeliveryStreamName)
    buffering.put(ctx, stream, (Record["Data"],))
    return {"RecordId": ctx.ids.text(ID_LENGTH), "Encrypted": _encrypted(stream)}


@service.operation
def put_record_batch(ctx, DeliveryStreamName, Records):
    """Raises InvalidArgumentException, ResourceNotFoundException."""
    stream = _direct(ctx, DeliveryStreamName)
    datas = tuple(each["Data"] for each in Records)
    if sum(map(len, datas)) > REQUEST:
        raise invalid("Records size exceeds 4 MB limit")
    buffering.put(ctx, stream, datas)
    return {
        "FailedPutCount": 0, "Encrypted": _encrypted(stream),
        "RequestResponses": [{"RecordId": ctx.ids.text(ID_LENGTH)} for _ in datas],
    }  # fmt: skip

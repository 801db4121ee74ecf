"""StartDeliveryStreamEncryption and StopDeliveryStreamEncryption.

https://docs.aws.amazon.com/firehose/latest/dev/encryption.html
"""

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.firehose.errors import in_use
from emulator.services.firehose.lookup import active, by_id
from emulator.services.firehose.service import service
from emulator.services.firehose.streams import encrypted
from emulator.services.firehose.tables import DeliveryStream, streams

UNDER_WAY = ("ENABLING", "DISABLING")
DEFAULT = {"KeyType": "AWS_OWNED_CMK"}


@service.operation
def start_delivery_stream_encryption(ctx, DeliveryStreamName, DeliveryStreamEncryptionConfigurationInput=None):
    """Raises InvalidArgumentException, ResourceInUseException, ResourceNotFoundException."""
    stream = _still(ctx, DeliveryStreamName)
    wanted = encrypted(stream.type, DeliveryStreamEncryptionConfigurationInput or DEFAULT)
    _begin(ctx, stream, wanted | {"Status": "ENABLING"})


@service.operation
def stop_delivery_stream_encryption(ctx, DeliveryStreamName):
    """Raises InvalidArgumentException, ResourceInUseException, ResourceNotFoundException."""
    stream = _still(ctx, DeliveryStreamName)
    encrypted(stream.type, DEFAULT)
    _begin(ctx, stream, stream.encryption | {"Status": "DISABLING"})


def _still(ctx: Context, name: str) -> DeliveryStream:
    stream = active(ctx, name)
    if stream.encryption["Status"] in UNDER_WAY:
        raise in_use(f"Firehose {name} under account {ctx.account} is {stream.encryption['Status']} encryption.")
    return stream


def _begin(ctx: Context, stream: DeliveryStream, encryption: dict[str, str]) -> None:
    ctx.rows(streams).put(replace(stream, encryption=encryption))
    ctx.after(0, "settle_encryption", name=stream.name, id=stream.id)


@service.job
def settle_encryption(ctx, name, id):
    """A change of the encryption is over: a customer's key must be one that can be used."""
    stream = by_id(ctx, name, id)
    if stream is None or stream.encryption["Status"] not in UNDER_WAY:
        return
    after = {"Status": "DISABLED"}
    if stream.encryption["Status"] == "ENABLING":
        after = stream.encryption | {"Status": "ENABLED" if _usable(ctx, stream) else "ENABLING_FAILED"}
    ctx.rows(streams).put(replace(stream, encryption=after))


def _usable(ctx: Context, stream: DeliveryStream) -> bool:
    if "KeyARN" not in stream.encryption:
        return True
    try:
        found = ctx.call("kms", "DescribeKey", {"KeyId": stream.encryption["KeyARN"]})
    except AwsError:
        return False
    return found["KeyMetadata"]["KeyState"] == "Enabled"
